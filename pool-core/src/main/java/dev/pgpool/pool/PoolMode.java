package dev.pgpool.pool;

/** How long a logical connection keeps a physical one; the same three modes as PgBouncer's {@code pool_mode}. */
public enum PoolMode {
    /** A physical connection is leased for one transaction, or for one statement in autocommit. */
    TRANSACTION,
    /** A physical connection is leased at the first use and kept until the logical connection is closed. */
    SESSION,
    /** A physical connection is leased for one statement; transactions of several statements are refused. */
    STATEMENT
}
