package dev.pgpool.jdbc.internal.facade;

import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What decides which physical statement an execution needs.
 *
 * @param kind which kind of statement
 * @param sql the text; empty for {@link Kind#PLAIN}
 * @param keyColumns the columns to return for {@link Kind#PREPARED_FOR_KEYS}; null for all
 */
record StatementText(
        Kind kind,
        String sql,
        int type,
        int concurrency,
        int holdability,
        @Nullable List<String> keyColumns) {
    enum Kind {
        PLAIN,
        PREPARED,
        PREPARED_FOR_KEYS,
        CALLABLE
    }

    /** Whether what the server prepared for it is worth keeping. */
    boolean isPrepared() {
        return kind == Kind.PREPARED || kind == Kind.PREPARED_FOR_KEYS;
    }

    Statement open(Connection physical) throws SQLException {
        return switch (kind) {
            case PLAIN -> physical.createStatement(type, concurrency, holdability);
            case PREPARED -> physical.prepareStatement(sql, type, concurrency, holdability);
            case PREPARED_FOR_KEYS ->
                keyColumns == null
                        ? physical.prepareStatement(sql, Statement.RETURN_GENERATED_KEYS)
                        : physical.prepareStatement(sql, keyColumns.toArray(String[]::new));
            case CALLABLE -> physical.prepareCall(sql, type, concurrency, holdability);
        };
    }
}
