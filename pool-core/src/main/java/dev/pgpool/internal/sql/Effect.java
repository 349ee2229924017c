package dev.pgpool.internal.sql;

/** What a rollback makes of what a SQL text did; each constant is worse than the one before. */
public enum Effect {
    /** Provably only reads, takes locks, or changes nothing but the session. */
    READS,
    /** Changes data or definitions; a rollback undoes all of it, but for numbers drawn from sequences. */
    CHANGES,
    /** May commit by itself, may do what no rollback undoes, or isn't known. */
    OUTSIDE,
    /** Contains a statement that begins or ends a transaction. */
    ENDS_TRANSACTION;

    /** The worse one of two. */
    public Effect and(Effect other) {
        return compareTo(other) >= 0 ? this : other;
    }
}
