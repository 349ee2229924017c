package dev.pgpool.jdbc.internal.facade;

import java.sql.SQLException;
import java.sql.Statement;
import org.jspecify.annotations.Nullable;

/**
 * What one execution left behind: result sets and update counts in their order, and generated keys.
 *
 * <p>The physical statement stays open as long as one of its result sets does, because closing it closes them. It is
 * given back as soon as it may: while it is open, no other statement with the same text on the same physical connection
 * can use the server-prepared statement behind it. Closing it needs no server.
 *
 * <p>Safe for use by many threads.
 */
final class Outcome {
    /** One result set or one update count. */
    private static final class Result {
        final @Nullable LogicalResultSet rows;
        final long updateCount;
        final long insertedOid;

        @Nullable Result next;

        Result(@Nullable LogicalResultSet rows, long updateCount, long insertedOid) {
            this.rows = rows;
            this.updateCount = updateCount;
            this.insertedOid = insertedOid;
        }
    }

    private final BorrowedStatement physical;
    private @Nullable Result firstUnclosed;
    private @Nullable Result current;
    private @Nullable Result last;
    private @Nullable LogicalResultSet generatedKeys;
    private int openResultSets;
    private boolean keepsPhysical;
    private boolean givenBack;
    private boolean abandoned;

    Outcome(BorrowedStatement physical) {
        this.physical = physical;
    }

    void add(LogicalResultSet rows) {
        openResultSets++;
        append(new Result(rows, -1, 0));
    }

    void add(long updateCount, long insertedOid) {
        append(new Result(null, updateCount, insertedOid));
    }

    private void append(Result result) {
        if (last == null) {
            firstUnclosed = result;
            current = result;
        } else {
            last.next = result;
        }
        last = result;
    }

    void setGeneratedKeys(LogicalResultSet keys) {
        openResultSets++;
        generatedKeys = keys;
    }

    /** Keeps the physical statement until {@link #close}, because values of OUT parameters are read from it. */
    void keepPhysical() {
        keepsPhysical = true;
    }

    /** Whether the physical statement is still needed. */
    boolean needsPhysical() {
        return keepsPhysical || openResultSets > 0;
    }

    Statement physical() {
        return physical.statement();
    }

    synchronized @Nullable LogicalResultSet resultSet() {
        return current == null ? null : current.rows;
    }

    /** The current update count; -1 if the current result is a result set, or there is none. */
    synchronized long updateCount() {
        return current == null ? -1 : current.updateCount;
    }

    synchronized long insertedOid() {
        return current == null ? 0 : current.insertedOid;
    }

    synchronized @Nullable LogicalResultSet generatedKeys() {
        return generatedKeys;
    }

    /** Moves to the next result, closing as {@link Statement#getMoreResults(int)} says; true if it is a result set. */
    boolean moreResults(int closing) throws SQLException {
        LogicalResultSet finished = resultSet();
        if (closing == Statement.CLOSE_CURRENT_RESULT && finished != null) {
            finished.close();
        }
        synchronized (this) {
            current = current == null ? null : current.next;
        }
        if (closing == Statement.CLOSE_ALL_RESULTS) {
            closeResultsBeforeCurrent();
        }
        return resultSet() != null;
    }

    private void closeResultsBeforeCurrent() throws SQLException {
        Result result;
        Result end;
        synchronized (this) {
            result = firstUnclosed;
            end = current;
            firstUnclosed = end;
        }
        for (; result != end && result != null; result = result.next) {
            if (result.rows != null) {
                result.rows.close();
            }
        }
    }

    /** Closes every result set, and the physical statement with it, after a failure that leaves its state unknown. */
    void abandon() throws SQLException {
        synchronized (this) {
            abandoned = true;
        }
        close();
    }

    /** Closes every result set and gives the physical statement back. Idempotent. */
    void close() throws SQLException {
        synchronized (this) {
            current = null;
            keepsPhysical = false;
        }
        closeResultsBeforeCurrent();
        LogicalResultSet keys = generatedKeys();
        if (keys != null) {
            keys.close();
        }
        giveBackIfUnused();
    }

    /** Says that a result set of this outcome was closed; true if it was the last open one. */
    boolean resultSetClosed() throws SQLException {
        synchronized (this) {
            openResultSets--;
        }
        return giveBackIfUnused();
    }

    /** Gives the physical statement back unless it is still needed; true if no result set is open. */
    boolean giveBackIfUnused() throws SQLException {
        synchronized (this) {
            if (givenBack || needsPhysical()) {
                return openResultSets == 0;
            }
            givenBack = true;
        }
        if (abandoned) {
            physical.close();
        } else {
            physical.giveBack();
        }
        return true;
    }
}
