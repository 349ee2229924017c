package dev.pgpool.internal.sql;

/** What a rollback makes of what a SQL text did; each constant is worse than the one before. */
public enum Effect {
    /** Provably only reads, takes locks, or changes nothing but the session. */
    READS,
    /** Begins a transaction, or rolls one back, and nothing else. */
    BEGINS_OR_ROLLS_BACK,
    /** Changes data or definitions; a rollback undoes all of it, but for numbers drawn from sequences. */
    CHANGES,
    /** May commit by itself, may do what no rollback undoes, or isn't known. */
    OUTSIDE,
    /** Commits, or contains a statement that begins or ends a transaction beside others. */
    ENDS_TRANSACTION;

    /** Whether anything of it may last. */
    public boolean lasts() {
        return this != READS && this != BEGINS_OR_ROLLS_BACK;
    }

    /** The worse one of two; a BEGIN or ROLLBACK is no longer alone then. */
    public Effect and(Effect other) {
        if (this == BEGINS_OR_ROLLS_BACK || other == BEGINS_OR_ROLLS_BACK) {
            return ENDS_TRANSACTION;
        }
        return compareTo(other) >= 0 ? this : other;
    }
}
