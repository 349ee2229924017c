package dev.pgpool.pool;

/** Why a physical connection can't be handed on at the end of a unit of work. */
public enum PinReason {
    SETTING("a session setting"),
    TEMPORARY_OBJECT("a temporary object", true),
    ADVISORY_LOCK("a session-level advisory lock", true),
    LISTEN("a LISTEN", true),
    PREPARED_STATEMENT("a statement prepared by SQL", true),
    HOLDABLE_CURSOR("a cursor WITH HOLD", true),
    LOADED_LIBRARY("a LOADed library"),
    FASTPATH("pgjdbc's API for function calls"),
    COPY("the COPY API"),
    REPLICATION("the replication API"),
    UNWRAPPED("pgjdbc's own connection object was unwrapped"),
    SEQUENCE_STATE("currval or lastval"),
    RANDOM_SEED("the seed of random()"),
    FUNCTION("a function whose effect on the session is not known"),
    PROCEDURE("a DO block or a procedure, whose effect on the session is not known"),
    HIDDEN_CODE("triggers or views of this database may change session settings"),
    UNKNOWN_STATEMENT("a statement whose effect on the session is not known"),
    NOT_ASKED("a state that the server could not be asked for"),
    SESSION_MODE("pool.mode=session");

    private final String description;
    private final boolean asked;

    PinReason(String description) {
        this(description, false);
    }

    PinReason(String description, boolean asked) {
        this.description = description;
        this.asked = asked;
    }

    /** Whether the server can tell that the session holds none of it any more, so that the pin ends then. */
    public boolean asked() {
        return asked;
    }

    /** What the session holds, as a noun phrase for messages. */
    public String description() {
        return description;
    }
}
