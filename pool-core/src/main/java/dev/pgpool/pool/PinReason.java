package dev.pgpool.pool;

/** Why a physical connection can't be handed on at the end of a unit of work. */
public enum PinReason {
    SETTING("a session setting"),
    TEMPORARY_OBJECT("a temporary object"),
    ADVISORY_LOCK("a session-level advisory lock"),
    LISTEN("a LISTEN"),
    PREPARED_STATEMENT("a statement prepared by SQL"),
    HOLDABLE_CURSOR("a cursor WITH HOLD"),
    LOADED_LIBRARY("a LOADed library"),
    LARGE_OBJECT("the large object API"),
    COPY("the COPY API"),
    REPLICATION("the replication API"),
    UNWRAPPED("pgjdbc's own connection object was unwrapped"),
    SEQUENCE_STATE("currval or lastval"),
    FUNCTION("a function whose effect on the session is not known"),
    PROCEDURE("a DO block or a procedure, whose effect on the session is not known"),
    HIDDEN_CODE("triggers or views of this database may change session settings"),
    UNKNOWN_STATEMENT("a statement whose effect on the session is not known"),
    SESSION_MODE("pool.mode=session");

    private final String description;

    PinReason(String description) {
        this.description = description;
    }

    /** What the session holds, as a noun phrase for messages. */
    public String description() {
        return description;
    }
}
