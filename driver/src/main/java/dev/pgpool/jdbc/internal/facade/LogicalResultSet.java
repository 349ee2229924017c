package dev.pgpool.jdbc.internal.facade;

import dev.pgpool.internal.lease.Hold;
import dev.pgpool.internal.sql.SqlTraits;
import dev.pgpool.jdbc.internal.forward.ForwardingResultSet;
import java.sql.Array;
import java.sql.Blob;
import java.sql.Clob;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.ResultSetMetaData;
import java.sql.SQLException;
import java.sql.Statement;
import java.sql.Types;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.postgresql.PGRefCursorResultSet;
import org.postgresql.jdbc.PgArray;
import org.postgresql.jdbc.PgBlob;
import org.postgresql.jdbc.PgClob;

/**
 * A result set of PostgreSQL's driver, of which every way back leads to logical objects.
 *
 * <p>A fully fetched one is detached: nothing that it is asked for its values needs the server, and so no lease.
 */
final class LogicalResultSet extends ForwardingResultSet implements PGRefCursorResultSet {
    private enum RefCursors {
        NOT_LOOKED,
        NONE,
        SOME
    }

    private final LogicalConnection connection;
    private final @Nullable Outcome outcome;
    private final ResultSet physical;
    private final @Nullable Description again;
    private @Nullable LogicalStatement statement;
    private @Nullable LogicalResultSetMetaData metaData;
    private RefCursors refCursors = RefCursors.NOT_LOOKED;
    private boolean closed;

    /**
     * @param statement where it comes from; null if from no statement of the application
     * @param outcome to be told when this is closed
     * @param hold keeps the lease for what is still to be asked of the server; null if everything was fetched
     * @param cursor whether the hold may end with the last row
     * @param again asks for the metadata of these rows on another physical connection; null if that can't be asked
     */
    LogicalResultSet(
            LogicalConnection connection,
            @Nullable LogicalStatement statement,
            @Nullable Outcome outcome,
            ResultSet physical,
            @Nullable Hold hold,
            boolean cursor,
            @Nullable Description again)
            throws SQLException {
        super(hold == null ? physical : new HeldResultSet(physical, hold, cursor));
        this.connection = connection;
        this.statement = statement;
        this.outcome = outcome;
        this.physical = physical;
        this.again = again;
    }

    @Override
    public void close() throws SQLException {
        if (markClosed()) {
            try {
                delegate.close();
            } finally {
                if (outcome != null && statement != null) {
                    statement.resultSetClosed(outcome);
                }
            }
        }
    }

    private synchronized boolean markClosed() {
        boolean first = !closed;
        closed = true;
        return first;
    }

    @Override
    public synchronized Statement getStatement() throws SQLException {
        physical.getStatement(); // says that the result set is closed, if it is
        LogicalStatement known = statement;
        if (known == null) {
            known = connection.newStatement();
            statement = known;
        }
        return known;
    }

    @Override
    public ResultSetMetaData getMetaData() throws SQLException {
        ResultSetMetaData local = physical.getMetaData();
        LogicalResultSetMetaData known = metaData;
        if (known == null) {
            known = new LogicalResultSetMetaData(connection.conversation(), local, home(), again);
            metaData = known;
        }
        return known;
    }

    /** The physical connection that these rows came from; not to be used without its lease. */
    private Connection home() throws SQLException {
        return physical.getStatement().getConnection();
    }

    // Values that are objects of the driver

    @Override
    public @Nullable Object getObject(int columnIndex) throws SQLException {
        return isRefCursor(columnIndex)
                ? openRefCursor(columnIndex)
                : adopt(columnIndex, delegate.getObject(columnIndex));
    }

    @Override
    public @Nullable Object getObject(String columnLabel) throws SQLException {
        return getObject(findColumn(columnLabel));
    }

    @Override
    public @Nullable Object getObject(int columnIndex, Map<String, Class<?>> map) throws SQLException {
        return isRefCursor(columnIndex) && (map == null || map.isEmpty())
                ? openRefCursor(columnIndex)
                : adopt(columnIndex, delegate.getObject(columnIndex, map));
    }

    @Override
    public @Nullable Object getObject(String columnLabel, Map<String, Class<?>> map) throws SQLException {
        return getObject(findColumn(columnLabel), map);
    }

    @Override
    public <T> @Nullable T getObject(int columnIndex, Class<T> type) throws SQLException {
        T value = delegate.getObject(columnIndex, type);
        return value instanceof PgArray || value instanceof PgBlob || value instanceof PgClob
                ? type.cast(adopt(columnIndex, value))
                : value;
    }

    @Override
    public <T> @Nullable T getObject(String columnLabel, Class<T> type) throws SQLException {
        return getObject(findColumn(columnLabel), type);
    }

    private @Nullable Object adopt(int columnIndex, @Nullable Object value) throws SQLException {
        if (value instanceof PgArray array) {
            return new LogicalArray(connection, array);
        }
        if (value instanceof PgBlob) {
            return getBlob(columnIndex);
        }
        if (value instanceof PgClob) {
            return getClob(columnIndex);
        }
        return value;
    }

    @Override
    public @Nullable Array getArray(int columnIndex) throws SQLException {
        Array array = delegate.getArray(columnIndex);
        return array == null ? null : new LogicalArray(connection, array);
    }

    @Override
    public @Nullable Array getArray(String columnLabel) throws SQLException {
        return getArray(findColumn(columnLabel));
    }

    @Override
    public @Nullable Blob getBlob(int columnIndex) throws SQLException {
        return delegate.getBlob(columnIndex) == null
                ? null
                : LogicalBlob.open(connection.conversation(), delegate.getLong(columnIndex));
    }

    @Override
    public @Nullable Blob getBlob(String columnLabel) throws SQLException {
        return getBlob(findColumn(columnLabel));
    }

    @Override
    public @Nullable Clob getClob(int columnIndex) throws SQLException {
        return delegate.getClob(columnIndex) == null
                ? null
                : LogicalClob.open(connection.conversation(), delegate.getLong(columnIndex));
    }

    @Override
    public @Nullable Clob getClob(String columnLabel) throws SQLException {
        return getClob(findColumn(columnLabel));
    }

    @Override
    public void updateArray(int columnIndex, @Nullable Array x) throws SQLException {
        delegate.updateArray(columnIndex, LogicalArray.physical(x));
    }

    @Override
    public void updateArray(String columnLabel, @Nullable Array x) throws SQLException {
        updateArray(findColumn(columnLabel), x);
    }

    @Override
    public void updateObject(int columnIndex, @Nullable Object x) throws SQLException {
        delegate.updateObject(columnIndex, x instanceof Array array ? LogicalArray.physical(array) : x);
    }

    @Override
    public void updateObject(String columnLabel, @Nullable Object x) throws SQLException {
        updateObject(findColumn(columnLabel), x);
    }

    // Cursors

    private boolean isRefCursor(int columnIndex) throws SQLException {
        if (refCursors == RefCursors.NOT_LOOKED) {
            refCursors = lookForRefCursors();
        }
        return refCursors == RefCursors.SOME && physical.getMetaData().getColumnType(columnIndex) == Types.REF_CURSOR;
    }

    private RefCursors lookForRefCursors() throws SQLException {
        ResultSetMetaData columns = physical.getMetaData();
        for (int i = 1; i <= columns.getColumnCount(); i++) {
            if (columns.getColumnType(i) == Types.REF_CURSOR) {
                return RefCursors.SOME;
            }
        }
        return RefCursors.NONE;
    }

    /** Fetches the rows of a cursor, which lives on the physical connection of the open transaction. */
    private @Nullable Object openRefCursor(int columnIndex) throws SQLException {
        Connection home = home();
        return connection.conversation().work(SqlTraits.HARMLESS, on -> {
            if (on.pgjdbc() != home) {
                throw Errors.leaseEnded("the cursor of column " + columnIndex);
            }
            Object rows = delegate.getObject(columnIndex);
            return rows instanceof ResultSet cursor ? connection.adoptCursor(on, cursor) : rows;
        });
    }

    @Override
    @Deprecated
    public @Nullable String getRefCursor() {
        return ((PGRefCursorResultSet) physical).getRefCursor();
    }
}
