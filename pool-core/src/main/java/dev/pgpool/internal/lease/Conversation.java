package dev.pgpool.internal.lease;

import dev.pgpool.internal.sql.SqlTraits;
import dev.pgpool.pool.PinReason;
import dev.pgpool.pool.PoolSettings;
import java.sql.SQLException;
import java.sql.SQLWarning;
import java.sql.Savepoint;
import java.util.concurrent.Executor;
import org.jspecify.annotations.Nullable;

/**
 * What one logical connection says to the server, over whatever physical connection it holds at the moment.
 *
 * <p>Safe for use by many threads; calls of several threads run one after the other.
 */
public final class Conversation {
    /** Runs one piece of work on a physical connection: the open transaction's, the pinned one, or a new lease. */
    public <T> T work(SqlTraits traits, Work<T> work) throws SQLException {
        throw new UnsupportedOperationException();
    }

    /** What is known of this text; cached. */
    public SqlTraits traits(String sql) {
        throw new UnsupportedOperationException();
    }

    /**
     * To be called within {@link #work}: keeps the lease beyond it.
     *
     * @param endsWithTransaction whether the object dies with the transaction, as a cursor or a large object does
     */
    public Hold hold(boolean endsWithTransaction) {
        throw new UnsupportedOperationException();
    }

    /** To be called within {@link #work}: keeps the physical connection until this logical connection is closed. */
    public void pin(PinReason reason, String detail) {
        throw new UnsupportedOperationException();
    }

    /** Whether a lease is open at the moment. */
    public boolean leased() {
        throw new UnsupportedOperationException();
    }

    public boolean autoCommit() throws SQLException {
        throw new UnsupportedOperationException();
    }

    /** As {@link java.sql.Connection#setAutoCommit}: commits an open transaction; needs no lease otherwise. */
    public void setAutoCommit(boolean autoCommit) throws SQLException {
        throw new UnsupportedOperationException();
    }

    /** Commits; needs no lease, and does nothing, if no transaction is open. */
    public void commit() throws SQLException {
        throw new UnsupportedOperationException();
    }

    public void rollback() throws SQLException {
        throw new UnsupportedOperationException();
    }

    public void rollback(Savepoint savepoint) throws SQLException {
        throw new UnsupportedOperationException();
    }

    public boolean readOnly() throws SQLException {
        throw new UnsupportedOperationException();
    }

    public void setReadOnly(boolean readOnly) throws SQLException {
        throw new UnsupportedOperationException();
    }

    public int transactionIsolation() throws SQLException {
        throw new UnsupportedOperationException();
    }

    public void setTransactionIsolation(int level) throws SQLException {
        throw new UnsupportedOperationException();
    }

    public @Nullable String schema() throws SQLException {
        throw new UnsupportedOperationException();
    }

    public void setSchema(@Nullable String schema) throws SQLException {
        throw new UnsupportedOperationException();
    }

    public int holdability() throws SQLException {
        throw new UnsupportedOperationException();
    }

    public void setHoldability(int holdability) throws SQLException {
        throw new UnsupportedOperationException();
    }

    public int networkTimeout() throws SQLException {
        throw new UnsupportedOperationException();
    }

    public void setNetworkTimeout(@Nullable Executor executor, int milliseconds) throws SQLException {
        throw new UnsupportedOperationException();
    }

    /** The client info property ApplicationName; the empty string if none was set. */
    public String applicationName() throws SQLException {
        throw new UnsupportedOperationException();
    }

    public void setApplicationName(String applicationName) throws SQLException {
        throw new UnsupportedOperationException();
    }

    /** Warnings that physical connections had for this logical connection; null if none. Needs no lease. */
    public @Nullable SQLWarning warnings() throws SQLException {
        throw new UnsupportedOperationException();
    }

    public void clearWarnings() throws SQLException {
        throw new UnsupportedOperationException();
    }

    /** As {@link java.sql.Connection#isValid}: a round trip on a leased physical connection. */
    public boolean isValid(int timeoutSeconds) throws SQLException {
        throw new UnsupportedOperationException();
    }

    public boolean isClosed() {
        throw new UnsupportedOperationException();
    }

    /** Throws SQLState 08003 if this logical connection was closed, or lost a pinned session. */
    public void requireOpen() throws SQLException {
        throw new UnsupportedOperationException();
    }

    /** Rolls back what is open, resets what was pinned, gives the lease back. Idempotent. */
    public void close() throws SQLException {
        throw new UnsupportedOperationException();
    }

    /** As {@link java.sql.Connection#abort}: retires the leased physical connection, without waiting for it. */
    public void abort(Executor executor) throws SQLException {
        throw new UnsupportedOperationException();
    }

    public PoolSettings settings() {
        throw new UnsupportedOperationException();
    }

    /** A fact of the server or driver that is the same for all logical connections of the pool; asked once. */
    public <T> T constant(String name, Work<T> ask) throws SQLException {
        throw new UnsupportedOperationException();
    }
}
