package dev.pgpool.pool;

/** Why a physical connection was closed. */
public enum RetireReason {
    DIED_IDLE("it died while idle"),
    BROKEN("it broke while in use"),
    INTERRUPTED_WORK("its user's work ended in the middle of the protocol"),
    RESET_FAILED("it could not be reset"),
    NOT_RESETTABLE("its user left what no reset can undo"),
    CANCEL_UNANSWERED("a cancel request for it may still arrive"),
    ABANDONED("its user disappeared without closing the logical connection"),
    ABORTED("the application aborted it"),
    MAX_LIFETIME("it reached pool.maxLifetime"),
    RECONNECT("a new one was asked for in its place"),
    PAUSED("the pool was paused"),
    ENGINE("its idle time or its age ended it"),
    POOL_CLOSED("the pool was closed");

    private final String description;

    RetireReason(String description) {
        this.description = description;
    }

    /** The reason as a clause for messages. */
    public String description() {
        return description;
    }
}
