package dev.pgpool.internal.lease;

import dev.pgpool.internal.physical.PgjdbcSource;
import dev.pgpool.pool.PoolSettings;
import java.sql.SQLException;

/** All physical connections of one identity, and the queue of those who wait for them. Safe for use by many threads. */
public final class Pool {
    /** A pool that opens nothing yet. {@code onClosed} runs once, when the pool was closed, whoever closed it. */
    public Pool(PoolSettings settings, PgjdbcSource source, Runnable onClosed) {}

    /**
     * Opens a logical connection. The first call of a pool opens a physical connection too, so that a wrong password,
     * host or database fails here, with PostgreSQL's own error; later calls only create an object.
     *
     * @throws PoolClosedException if the pool was closed in the meantime, explicitly or because nobody used it
     * @throws SQLException pgjdbc's exception if the first physical connection can't be opened
     */
    public Conversation open() throws SQLException, PoolClosedException {
        throw new UnsupportedOperationException();
    }

    /** Closes all physical connections; logical ones that are still open get SQLState 08003. Idempotent. */
    public void close() {}

    /** Says that the pool was closed; the caller takes a new one. */
    public static final class PoolClosedException extends Exception {
        private static final long serialVersionUID = 1L;
    }
}
