package dev.pgpool.jdbc.internal.facade;

import java.sql.Array;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** An array value. Its types were resolved under the lease that it comes from, so that reading it needs none. */
final class LogicalArray implements Array {
    private final LogicalConnection connection;
    private final Array physical;

    LogicalArray(LogicalConnection connection, Array physical) {
        this.connection = connection;
        this.physical = physical;
    }

    /** The array of PostgreSQL's driver behind this value; the value itself if it is somebody else's. */
    static @Nullable Array physical(@Nullable Array value) {
        return value instanceof LogicalArray array ? array.physical : value;
    }

    @Override
    public String getBaseTypeName() throws SQLException {
        return physical.getBaseTypeName();
    }

    @Override
    public int getBaseType() throws SQLException {
        return physical.getBaseType();
    }

    @Override
    public Object getArray() throws SQLException {
        return physical.getArray();
    }

    @Override
    public Object getArray(Map<String, Class<?>> map) throws SQLException {
        return physical.getArray(map);
    }

    @Override
    public Object getArray(long index, int count) throws SQLException {
        return physical.getArray(index, count);
    }

    @Override
    public Object getArray(long index, int count, Map<String, Class<?>> map) throws SQLException {
        return physical.getArray(index, count, map);
    }

    @Override
    public ResultSet getResultSet() throws SQLException {
        return connection.adoptLocal(physical.getResultSet());
    }

    @Override
    public ResultSet getResultSet(Map<String, Class<?>> map) throws SQLException {
        return connection.adoptLocal(physical.getResultSet(map));
    }

    @Override
    public ResultSet getResultSet(long index, int count) throws SQLException {
        return connection.adoptLocal(physical.getResultSet(index, count));
    }

    @Override
    public ResultSet getResultSet(long index, int count, Map<String, Class<?>> map) throws SQLException {
        return connection.adoptLocal(physical.getResultSet(index, count, map));
    }

    @Override
    public void free() throws SQLException {
        physical.free();
    }

    /** The array as a literal of SQL. */
    @Override
    public String toString() {
        return physical.toString();
    }
}
