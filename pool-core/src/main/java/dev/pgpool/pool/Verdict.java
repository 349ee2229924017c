package dev.pgpool.pool;

/** What is known of a unit of work, or of the part of it that was under way, when its physical connection broke. */
public enum Verdict {
    /** Nothing of it reached the server. */
    NOT_SENT("it was not sent"),
    /** It reached the server and provably has no lasting effect. */
    ROLLED_BACK("the server undid it"),
    /** The server confirmed that it is done. */
    COMMITTED("it was committed"),
    /** It may have been done, or not. */
    UNKNOWN("the server may or may not have done it");

    private final String description;

    Verdict(String description) {
        this.description = description;
    }

    /** The verdict as a clause for messages. */
    public String description() {
        return description;
    }
}
