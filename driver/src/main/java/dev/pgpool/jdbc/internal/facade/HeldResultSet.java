package dev.pgpool.jdbc.internal.facade;

import dev.pgpool.internal.lease.Hold;
import dev.pgpool.internal.sql.SqlClassifier;
import dev.pgpool.internal.sql.SqlTraits;
import dev.pgpool.jdbc.internal.forward.GuardedResultSet;
import java.sql.ResultSet;
import java.sql.SQLException;
import org.postgresql.PGRefCursorResultSet;

/** A result set whose calls to the server run on the physical connection that its hold keeps. */
final class HeldResultSet extends GuardedResultSet {
    /** Of the statement that changes a row, which the driver makes up itself. */
    private static final SqlTraits ROW_CHANGE = SqlClassifier.traits("insert into t default values");

    private final Hold hold;
    private final boolean cursor;
    private volatile boolean drained;

    /** How many more rows the driver has at least, or knows to be the last. Only used for cursors. */
    private int fetchedAhead;

    /** @param cursor whether the server is needed only until the last row was fetched */
    HeldResultSet(ResultSet physical, Hold hold, boolean cursor) throws SQLException {
        super(physical);
        this.hold = hold;
        this.cursor = cursor;
        this.fetchedAhead = cursor ? physical.getFetchSize() : 0;
    }

    @Override
    protected <R> R guarded(ServerCall<R> call) throws SQLException {
        return drained ? call.run() : hold.call(call::run);
    }

    /** Goes to the server only when the rows that it sent are used up. */
    @Override
    public boolean next() throws SQLException {
        if (fetchedAhead > 0) {
            fetchedAhead--;
            return more(delegate.next());
        }
        boolean more = super.next();
        if (cursor && more) {
            fetchedAhead = delegate.getFetchSize() - 1;
        }
        return more(more);
    }

    @Override
    public void insertRow() throws SQLException {
        change("insertRow", delegate::insertRow);
    }

    @Override
    public void updateRow() throws SQLException {
        change("updateRow", delegate::updateRow);
    }

    @Override
    public void deleteRow() throws SQLException {
        change("deleteRow", delegate::deleteRow);
    }

    /** Runs what may run triggers, and so change more than the row. */
    private void change(String name, ServerAction change) throws SQLException {
        hold.call(ROW_CHANGE, name, () -> {
            change.run();
            return Boolean.TRUE;
        });
    }

    private boolean more(boolean more) {
        if (!more && cursor && !drained) {
            drained = true;
            hold.end();
        }
        return more;
    }

    /** Frees the rows and ends the hold. A cursor of the server has died with its transaction, if that has ended. */
    @Override
    @SuppressWarnings("deprecation") // nothing else tells a named cursor
    public void close() throws SQLException {
        try {
            if (!hold.ended()) {
                hold.call(() -> {
                    delegate.close();
                    return Boolean.TRUE;
                });
            } else if (((PGRefCursorResultSet) delegate).getRefCursor() == null) {
                delegate.close();
            }
        } finally {
            hold.end();
        }
    }
}
