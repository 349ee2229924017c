package dev.pgpool.internal.physical;

import java.sql.Connection;
import java.sql.SQLException;
import java.util.Properties;
import org.postgresql.Driver;
import org.postgresql.PGProperty;
import org.postgresql.jdbc.PgConnection;

/**
 * Where physical connections come from: a URL and properties for pgjdbc.
 *
 * <p>Equal only to itself. Never prints the properties: they hold the password. Safe for use by many threads.
 */
public final class PgjdbcSource {
    private final String url;
    private final Properties properties;
    // Not from DriverManager: there, another driver might answer, or another version of pgjdbc.
    private final Driver driver = new Driver();

    /**
     * @param url a {@code jdbc:postgresql:} URL that pgjdbc accepts
     * @param properties pgjdbc's properties, the user name and password included; copied
     */
    public PgjdbcSource(String url, Properties properties) {
        this.url = url;
        this.properties = new Properties();
        properties
                .stringPropertyNames()
                .forEach(name -> this.properties.setProperty(name, properties.getProperty(name)));
    }

    /** Opens a session that provably carries nothing of anybody else. */
    PhysicalConnection open() throws SQLException {
        long startedAt = System.nanoTime();
        ProbedConnection connection = ProbingSocketFactory.open(properties, this::connect);
        PgConnection pgjdbc = (PgConnection) connection.pgjdbc();
        try {
            // As many as pgjdbc would keep.
            IdleStatements statements =
                    new IdleStatements(PGProperty.PREPARED_STATEMENT_CACHE_QUERIES.getInt(properties));
            return new PhysicalConnection(pgjdbc, connection, statements, startedAt);
        } catch (SQLException | RuntimeException | Error e) {
            try {
                pgjdbc.close();
            } catch (SQLException closing) {
                e.addSuppressed(closing);
            }
            throw e;
        }
    }

    private Connection connect(Properties all) throws SQLException {
        Connection connection = driver.connect(url, all);
        if (connection == null) {
            throw new SQLException("pgjdbc does not accept the URL " + withoutQuery(url), "08001");
        }
        return connection;
    }

    private static String withoutQuery(String url) {
        int query = url.indexOf('?');
        return query < 0 ? url : url.substring(0, query);
    }
}
