package dev.pgpool.internal.session;

import org.jspecify.annotations.Nullable;

/**
 * The settings that JDBC's setters made: those a logical connection wants, or those a physical one has.
 *
 * @param readOnly as {@link java.sql.Connection#setReadOnly}
 * @param isolation as {@link java.sql.Connection#setTransactionIsolation}; {@link #SERVER_DEFAULT} if never set
 * @param schema as {@link java.sql.Connection#setSchema}; null for the search path that the session started with
 * @param holdability as {@link java.sql.Connection#setHoldability}
 * @param networkTimeout as {@link java.sql.Connection#setNetworkTimeout}, in milliseconds
 * @param applicationName the client info property ApplicationName
 */
public record JdbcSettings(
        boolean readOnly,
        int isolation,
        @Nullable String schema,
        int holdability,
        int networkTimeout,
        String applicationName) {

    /** The isolation that the session started with. */
    public static final int SERVER_DEFAULT = 0;

    public JdbcSettings withReadOnly(boolean value) {
        return new JdbcSettings(value, isolation, schema, holdability, networkTimeout, applicationName);
    }

    public JdbcSettings withIsolation(int value) {
        return new JdbcSettings(readOnly, value, schema, holdability, networkTimeout, applicationName);
    }

    public JdbcSettings withSchema(@Nullable String value) {
        return new JdbcSettings(readOnly, isolation, value, holdability, networkTimeout, applicationName);
    }

    public JdbcSettings withHoldability(int value) {
        return new JdbcSettings(readOnly, isolation, schema, value, networkTimeout, applicationName);
    }

    public JdbcSettings withNetworkTimeout(int value) {
        return new JdbcSettings(readOnly, isolation, schema, holdability, value, applicationName);
    }

    public JdbcSettings withApplicationName(String value) {
        return new JdbcSettings(readOnly, isolation, schema, holdability, networkTimeout, value);
    }
}
