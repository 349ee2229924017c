package dev.pgpool.internal.lease;

import dev.pgpool.internal.failure.Report;
import java.sql.SQLException;
import org.jspecify.annotations.Nullable;

/** What one logical connection's transactions are: begun by it or by the application, and whether one was lost. */
final class Transaction {
    // Read by many threads; the rest is guarded by the conversation's lock.
    private volatile boolean autoCommit = true;

    /** Why the open transaction is gone, until the application has rolled it back. */
    private @Nullable SQLException lost;

    boolean autoCommit() {
        return autoCommit;
    }

    void setAutoCommit(boolean autoCommit) {
        this.autoCommit = autoCommit;
    }

    void requireManualCommit(String otherwise) throws SQLException {
        if (autoCommit) {
            throw new SQLException(otherwise, "25P01");
        }
    }

    /** Notes that the open transaction has gone; nothing in auto-commit, where each statement tells its own end. */
    void lose(SQLException cause) {
        if (!autoCommit) {
            lost = cause;
        }
    }

    /** Notes, if the transaction has gone, what the application was told of it. */
    void lostAs(SQLException told) {
        if (lost != null) {
            lost = told;
        }
    }

    /** Why the open transaction has gone; null if it hasn't. */
    @Nullable SQLException lost() {
        return lost;
    }

    /** To be called when it is over, and the application knows. */
    void forgetLost() {
        lost = null;
    }

    /** Throws SQLState 25P02 if the open transaction has gone and wasn't rolled back yet. */
    void require() throws SQLException {
        if (lost != null) {
            throw Report.inLostTransaction(lost);
        }
    }
}
