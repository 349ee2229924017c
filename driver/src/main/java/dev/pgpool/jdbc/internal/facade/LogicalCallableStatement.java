package dev.pgpool.jdbc.internal.facade;

import dev.pgpool.internal.physical.PhysicalConnection;
import dev.pgpool.jdbc.internal.forward.OutParameters;
import java.sql.Array;
import java.sql.Blob;
import java.sql.CallableStatement;
import java.sql.Clob;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import org.postgresql.jdbc.PgArray;
import org.postgresql.util.GT;
import org.postgresql.util.PSQLException;
import org.postgresql.util.PSQLState;

/** A call, whose OUT parameters are read from the physical statement that was executed; they need no lease. */
final class LogicalCallableStatement extends LogicalPreparedStatement implements OutParameters {
    /** SQL type by index of the OUT parameters. */
    private final Map<Integer, Integer> outTypes = new TreeMap<>();

    /** Result sets among the OUT parameters, by index. */
    private final Map<Integer, LogicalResultSet> cursors = new TreeMap<>();

    LogicalCallableStatement(LogicalConnection connection, StatementOptions options, StatementText text) {
        super(connection, options, text);
    }

    @Override
    public void registerOutParameter(int parameterIndex, int sqlType) throws SQLException {
        requireOpen();
        if (parameterIndex < 1 || parameterIndex > traits.parameters()) {
            throw Errors.invalid(
                    "The column index is out of range: {0}, number of columns: {1}.",
                    parameterIndex, traits.parameters());
        }
        outTypes.put(parameterIndex, sqlType);
    }

    @Override
    public void registerOutParameter(int parameterIndex, int sqlType, int scale) throws SQLException {
        registerOutParameter(parameterIndex, sqlType);
    }

    @Override
    void prepare(Statement physical) throws SQLException {
        CallableStatement call = (CallableStatement) physical;
        for (Map.Entry<Integer, Integer> out : outTypes.entrySet()) {
            call.registerOutParameter(out.getKey(), out.getValue());
        }
        super.prepare(physical);
    }

    @Override
    void finish(Outcome result, PhysicalConnection on) throws SQLException {
        cursors.clear();
        if (outTypes.isEmpty()) {
            return;
        }
        result.keepPhysical();
        CallableStatement call = (CallableStatement) result.physical();
        for (int index : outTypes.keySet()) {
            if (call.getObject(index) instanceof ResultSet rows) {
                cursors.put(index, connection.adoptCursor(on, rows));
            }
        }
    }

    @Override
    public CallableStatement executed() throws SQLException {
        requireOpen();
        if (outTypes.isEmpty()) {
            throw new PSQLException(GT.tr("No function outputs were registered."), PSQLState.OBJECT_NOT_IN_STATE);
        }
        Outcome result = outcome();
        if (result == null) {
            throw new PSQLException(
                    GT.tr("Results cannot be retrieved from a CallableStatement before it is executed."),
                    PSQLState.NO_DATA);
        }
        return (CallableStatement) result.physical();
    }

    @Override
    public int executeUpdate() throws SQLException {
        // A call with OUT parameters answers them as a row, which PostgreSQL's driver accepts here and only here.
        return Math.max(
                0,
                toInt(execute(s -> {
                            ((CallableStatement) s).executeUpdate();
                            return null;
                        })
                        .updateCount()));
    }

    @Override
    public @Nullable Object getObject(int parameterIndex) throws SQLException {
        Object value = executed().getObject(parameterIndex);
        if (value instanceof ResultSet) {
            return cursors.get(parameterIndex);
        }
        return value instanceof PgArray array ? new LogicalArray(connection, array) : value;
    }

    @Override
    public @Nullable Object getObject(int parameterIndex, @Nullable Map<String, Class<?>> map) throws SQLException {
        return map == null || map.isEmpty()
                ? getObject(parameterIndex)
                : executed().getObject(parameterIndex, map);
    }

    @Override
    public <T> @Nullable T getObject(int parameterIndex, Class<T> type) throws SQLException {
        if (type == ResultSet.class) {
            return type.cast(getObject(parameterIndex));
        }
        return executed().getObject(parameterIndex, type);
    }

    @Override
    public @Nullable Array getArray(int parameterIndex) throws SQLException {
        Array array = executed().getArray(parameterIndex);
        return array == null ? null : new LogicalArray(connection, array);
    }

    @Override
    public @Nullable Blob getBlob(int parameterIndex) throws SQLException {
        return executed().getBlob(parameterIndex);
    }

    @Override
    public @Nullable Clob getClob(int parameterIndex) throws SQLException {
        return executed().getClob(parameterIndex);
    }
}
