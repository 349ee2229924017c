package dev.pgpool.internal.lease;

import java.sql.SQLException;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;

/** Whether one logical connection is open, and if it isn't, why. Safe for use by many threads. */
final class Openness {
    private final Pool pool;
    private final AtomicBoolean closed = new AtomicBoolean();
    /** Why it was closed, if the application didn't. */
    private volatile @Nullable Throwable lost;

    Openness(Pool pool) {
        this.pool = pool;
    }

    boolean isClosed() {
        return closed.get() || pool.isClosed();
    }

    /** Whether it was closed itself, rather than its pool. */
    boolean isClosedItself() {
        return closed.get();
    }

    /**
     * Closes; true for exactly one caller.
     *
     * @param why null if the application wanted it
     */
    boolean close(@Nullable Throwable why) {
        if (!closed.compareAndSet(false, true)) {
            return false;
        }
        lost = why;
        pool.logicalClosed();
        return true;
    }

    /** Throws SQLState 08003 if it was closed, or lost a pinned session. */
    void require() throws SQLException {
        if (closed.get()) {
            Throwable why = lost;
            if (why == null) {
                throw new SQLException("This connection has been closed.", "08003");
            }
            throw new SQLException(
                    "This connection has been closed: its session was lost, with what it may have held; open a new one",
                    "08003",
                    why);
        }
        if (pool.isClosed()) {
            throw new SQLException("pool " + pool.settings().name() + " was closed", "08003");
        }
    }
}
