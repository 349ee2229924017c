package dev.pgpool.pool;

/** When a physical connection is reset before it serves another logical one. */
public enum ResetMode {
    /** Where it is needed: settings are changed by their difference, and what can't be told is discarded. */
    AUTO,
    /** After each unit of work that doesn't keep its physical connection: {@code DISCARD ALL}, at a round trip. */
    ALWAYS,
    /**
     * As {@link #AUTO}, but code that can't be looked into (procedures, functions with dynamic SQL) is trusted to leave
     * nothing behind. What it does leave is seen by others.
     */
    NEVER
}
