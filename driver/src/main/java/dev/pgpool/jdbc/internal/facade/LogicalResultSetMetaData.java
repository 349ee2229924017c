package dev.pgpool.jdbc.internal.facade;

import dev.pgpool.internal.lease.Conversation;
import dev.pgpool.internal.sql.SqlTraits;
import java.sql.Connection;
import java.sql.ResultSetMetaData;
import java.sql.SQLException;
import org.jspecify.annotations.Nullable;
import org.postgresql.PGResultSetMetaData;

/**
 * Metadata of a result. What came with the rows needs no lease; what the server must be asked for, where a column comes
 * from, is asked once, under a lease of its own if the one of the rows has ended.
 */
final class LogicalResultSetMetaData implements ResultSetMetaData, PGResultSetMetaData {
    private final Conversation conversation;
    private final ResultSetMetaData local;
    private final Connection home;
    private final @Nullable Description again;
    private volatile @Nullable ColumnOrigins origins;

    /**
     * @param local whose names and types were resolved under the lease
     * @param home the physical connection of {@code local}
     * @param again asks for the same metadata on another physical connection; null if that can't be asked
     */
    LogicalResultSetMetaData(
            Conversation conversation, ResultSetMetaData local, Connection home, @Nullable Description again) {
        this.conversation = conversation;
        this.local = local;
        this.home = home;
        this.again = again;
    }

    /** Asks for everything now; to be called under the lease of {@code home}. */
    LogicalResultSetMetaData resolved() throws SQLException {
        origins = ColumnOrigins.of(local);
        for (int column = 1; column <= local.getColumnCount(); column++) {
            local.getColumnType(column);
            local.getColumnClassName(column);
            local.getPrecision(column);
            local.getColumnDisplaySize(column);
            local.isSigned(column);
        }
        return this;
    }

    private ColumnOrigins origins(int column) throws SQLException {
        local.getColumnLabel(column); // says that the column is out of range, if it is
        ColumnOrigins known = origins;
        if (known == null) {
            known = conversation.work(SqlTraits.HARMLESS, physical -> {
                if (physical.pgjdbc() == home) {
                    return ColumnOrigins.of(local);
                }
                ResultSetMetaData same = again == null ? null : again.ask(physical);
                if (same == null || same.getColumnCount() != local.getColumnCount()) {
                    throw new SQLException(
                            "where column " + column + " (" + local.getColumnLabel(column)
                                    + ") comes from can't be asked any more: its statement's lease has ended, and the"
                                    + " result is not that of one query; ask within the transaction",
                            "0A000");
                }
                return ColumnOrigins.of(same);
            });
            origins = known;
        }
        return known;
    }

    // What the server is asked for

    @Override
    public boolean isAutoIncrement(int column) throws SQLException {
        return origins(column).autoIncrement(column);
    }

    @Override
    public int isNullable(int column) throws SQLException {
        return origins(column).nullable(column);
    }

    @Override
    public String getTableName(int column) throws SQLException {
        return getBaseTableName(column);
    }

    @Override
    public String getColumnTypeName(int column) throws SQLException {
        return origins(column).typeName(column);
    }

    @Override
    public String getBaseColumnName(int column) throws SQLException {
        return origins(column).column(column);
    }

    @Override
    public String getBaseTableName(int column) throws SQLException {
        return origins(column).table(column);
    }

    @Override
    public String getBaseSchemaName(int column) throws SQLException {
        return origins(column).schema(column);
    }

    // What came with the rows

    @Override
    public int getFormat(int column) throws SQLException {
        return ((PGResultSetMetaData) local).getFormat(column);
    }

    @Override
    public int getColumnCount() throws SQLException {
        return local.getColumnCount();
    }

    @Override
    public boolean isCaseSensitive(int column) throws SQLException {
        return local.isCaseSensitive(column);
    }

    @Override
    public boolean isSearchable(int column) throws SQLException {
        return local.isSearchable(column);
    }

    @Override
    public boolean isCurrency(int column) throws SQLException {
        return local.isCurrency(column);
    }

    @Override
    public boolean isSigned(int column) throws SQLException {
        return local.isSigned(column);
    }

    @Override
    public int getColumnDisplaySize(int column) throws SQLException {
        return local.getColumnDisplaySize(column);
    }

    @Override
    public String getColumnLabel(int column) throws SQLException {
        return local.getColumnLabel(column);
    }

    @Override
    public String getColumnName(int column) throws SQLException {
        return local.getColumnName(column);
    }

    @Override
    public String getSchemaName(int column) throws SQLException {
        return local.getSchemaName(column);
    }

    @Override
    public int getPrecision(int column) throws SQLException {
        return local.getPrecision(column);
    }

    @Override
    public int getScale(int column) throws SQLException {
        return local.getScale(column);
    }

    @Override
    public String getCatalogName(int column) throws SQLException {
        return local.getCatalogName(column);
    }

    @Override
    public int getColumnType(int column) throws SQLException {
        return local.getColumnType(column);
    }

    @Override
    public boolean isReadOnly(int column) throws SQLException {
        return local.isReadOnly(column);
    }

    @Override
    public boolean isWritable(int column) throws SQLException {
        return local.isWritable(column);
    }

    @Override
    public boolean isDefinitelyWritable(int column) throws SQLException {
        return local.isDefinitelyWritable(column);
    }

    @Override
    public String getColumnClassName(int column) throws SQLException {
        return local.getColumnClassName(column);
    }

    @Override
    public boolean isWrapperFor(Class<?> iface) throws SQLException {
        return iface.isInstance(this);
    }

    @Override
    public <T> T unwrap(Class<T> iface) throws SQLException {
        if (iface.isInstance(this)) {
            return iface.cast(this);
        }
        throw Errors.cannotUnwrap(iface);
    }
}
