package dev.pgpool.internal.sql;

/** What a call of a known function does to the session. */
enum FunctionEffect {
    /** Leaves nothing behind after the transaction. */
    NONE,
    /** {@code set_config}: a setting, for the session or for the transaction, as its third argument says. */
    SETTING,
    /** {@code setseed}: the seed of the session's random numbers. */
    SEED,
    /** May take an advisory lock of the session. */
    LOCKS,
    /** May release advisory locks of the session. */
    UNLOCKS,
    /** Makes {@code currval} and {@code lastval} answer something else. */
    ADVANCES_SEQUENCE,
    /** Answers what the session has drawn from a sequence before. */
    READS_SEQUENCE
}
