package dev.pgpool.pool;

/** Whether something is done. */
public enum Switch {
    ON,
    OFF
}
