package dev.pgpool.jdbc.internal.facade;

import java.sql.SQLException;
import java.sql.SQLWarning;
import java.sql.Statement;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * The one statement that a logical connection executes at the moment, for other threads to cancel.
 *
 * <p>An execution can't end, and so neither its lease, while a cancel request for it is under way: the physical
 * statement may be somebody else's right after.
 */
final class RunningStatement {
    private final ReentrantLock lock = new ReentrantLock();
    private volatile @Nullable Statement logical;
    private @Nullable Statement physical;

    void begin(Statement logical, Statement physical) {
        lock.lock();
        try {
            this.logical = logical;
            this.physical = physical;
        } finally {
            lock.unlock();
        }
    }

    void end() {
        lock.lock();
        try {
            logical = null;
            physical = null;
        } finally {
            lock.unlock();
        }
    }

    /** Cancels whatever is executed. */
    void cancel() throws SQLException {
        Statement executing = logical;
        if (executing != null) {
            cancel(executing);
        }
    }

    /** Cancels the execution of this statement, if it is under way. */
    void cancel(Statement statement) throws SQLException {
        if (logical != statement) {
            return;
        }
        lock.lock();
        try {
            if (logical == statement && physical != null) {
                cancelPhysical(physical);
            }
        } finally {
            lock.unlock();
        }
    }

    private static void cancelPhysical(Statement physical) throws SQLException {
        try {
            physical.cancel();
        } catch (SQLException e) {
            // A statement has ended with its session; the application's connection has not.
            if (!physical.getConnection().isClosed()) {
                throw e;
            }
        }
    }

    /** Warnings that the execution of this statement has had so far; null if none, or it isn't under way. */
    @Nullable SQLWarning warnings(Statement statement) throws SQLException {
        if (logical != statement) {
            return null;
        }
        lock.lock();
        try {
            return logical == statement && physical != null ? physical.getWarnings() : null;
        } finally {
            lock.unlock();
        }
    }
}
