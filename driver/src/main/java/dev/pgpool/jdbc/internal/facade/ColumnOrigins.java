package dev.pgpool.jdbc.internal.facade;

import java.sql.ResultSetMetaData;
import java.sql.SQLException;
import org.postgresql.PGResultSetMetaData;

/** Where the columns of a result come from, as the server's catalogue told. Columns count from 1. */
final class ColumnOrigins {
    private record Origin(
            String typeName, String schema, String table, String column, int nullable, boolean autoIncrement) {}

    private final Origin[] origins;

    private ColumnOrigins(Origin[] origins) {
        this.origins = origins;
    }

    /** Asks the server; to be called under the lease of the metadata's physical connection. */
    static ColumnOrigins of(ResultSetMetaData metaData) throws SQLException {
        PGResultSetMetaData base = (PGResultSetMetaData) metaData;
        Origin[] origins = new Origin[metaData.getColumnCount()];
        for (int column = 1; column <= origins.length; column++) {
            origins[column - 1] = new Origin(
                    metaData.getColumnTypeName(column),
                    base.getBaseSchemaName(column),
                    base.getBaseTableName(column),
                    base.getBaseColumnName(column),
                    metaData.isNullable(column),
                    metaData.isAutoIncrement(column));
        }
        return new ColumnOrigins(origins);
    }

    String typeName(int column) {
        return origins[column - 1].typeName;
    }

    String schema(int column) {
        return origins[column - 1].schema;
    }

    String table(int column) {
        return origins[column - 1].table;
    }

    String column(int column) {
        return origins[column - 1].column;
    }

    int nullable(int column) {
        return origins[column - 1].nullable;
    }

    boolean autoIncrement(int column) {
        return origins[column - 1].autoIncrement;
    }
}
