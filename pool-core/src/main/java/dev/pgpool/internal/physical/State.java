package dev.pgpool.internal.physical;

/** Where a physical connection is in its life. */
enum State {
    /** The session is being opened; nobody else knows of it. */
    CONNECTING,
    /** Nobody's: waiting for the next lease. */
    IDLE,
    /** Being looked at, for signs of death. */
    PROBING,
    /** Somebody's. */
    LEASED,
    /** Nobody's any more, and not yet clean. */
    RESETTING,
    /** Closed, or about to be closed by whoever retired it. Final. */
    RETIRED
}
