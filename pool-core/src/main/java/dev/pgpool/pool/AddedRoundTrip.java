package dev.pgpool.pool;

/** Why the driver asked the server something that pgjdbc alone would not have asked. */
public enum AddedRoundTrip {
    /** A session was given the settings of the logical connection that uses it next. */
    SETTINGS,
    /** A unit of work may have changed the session: what has it now? */
    QUESTION,
    /** Prepared statements may be about objects of another session, or have constants in them that it has read otherwise. */
    PREPARED,
    /** {@code currval} and {@code lastval} would have shown numbers of another logical connection. */
    SEQUENCES,
    /** A session was cleaned before it served somebody else. */
    RESET,
    /** A connection had been idle for {@code pool.validateAfterIdle}. */
    VALIDATION,
    /** The code of triggers, functions and views may have changed. */
    CATALOG
}
