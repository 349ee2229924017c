package dev.pgpool.internal.physical;

import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.time.Duration;
import java.util.Properties;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Consumer;
import org.postgresql.Driver;
import org.postgresql.PGProperty;
import org.postgresql.jdbc.PgConnection;
import org.postgresql.util.PSQLException;

/**
 * Where physical connections come from: a URL and properties for pgjdbc.
 *
 * <p>Equal only to itself. Never prints the properties: they hold the password. Safe for use by many threads.
 */
public final class PgjdbcSource {
    /** How long a server that accepted the TCP connection may take to open a session, unless somebody says otherwise. */
    private static final Duration LOGIN_TIMEOUT = Duration.ofSeconds(10);

    /** What pgjdbc makes of an unchecked exception of its own while it connects. */
    private static final String UNEXPECTED = "99999";

    private final String url;
    private final Properties properties;
    // Not from DriverManager: there, another driver might answer, or another version of pgjdbc.
    private final Driver driver = new Driver();
    private final Duration toCancel;
    private final Set<Opening> openings = ConcurrentHashMap.newKeySet();
    private volatile boolean closed;

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
        if (TlsFactory.isWantedFor(url, properties)) {
            this.properties.setProperty(PGProperty.SSL_FACTORY.getName(), TlsFactory.class.getName());
        }
        this.toCancel = toCancel(properties);
    }

    private static Duration toCancel(Properties properties) {
        try {
            return Duration.ofSeconds(PGProperty.CANCEL_SIGNAL_TIMEOUT.getInt(properties));
        } catch (PSQLException e) {
            // pgjdbc will say so when it connects.
            return Duration.ZERO;
        }
    }

    /** As pgjdbc reads it, which allows fractions of a second; else that of all drivers, else our own. */
    static Duration loginTimeout(Properties properties) {
        String seconds = PGProperty.LOGIN_TIMEOUT.getOrNull(properties);
        if (seconds != null) {
            try {
                return Duration.ofMillis((long) (Float.parseFloat(seconds) * 1_000));
            } catch (NumberFormatException e) {
                // pgjdbc warns of it, and takes what is set for all drivers.
            }
        }
        int forAllDrivers = DriverManager.getLoginTimeout();
        return forAllDrivers > 0 ? Duration.ofSeconds(forAllDrivers) : LOGIN_TIMEOUT;
    }

    /**
     * Opens a session that provably carries nothing of anybody else.
     *
     * @param wayOut is given what ends the attempt, from any thread
     */
    PhysicalConnection open(Consumer<Runnable> wayOut) throws SQLException {
        Opening opening = new Opening(loginTimeout(properties));
        openings.add(opening);
        try {
            wayOut.accept(opening::abort);
            if (closed) {
                throw new SQLException("the pool was closed", "08003");
            }
            return open(opening);
        } finally {
            openings.remove(opening);
            // Where pgjdbc's own loginTimeout has passed, it leaves a thread behind that waits on.
            opening.abort();
        }
    }

    private PhysicalConnection open(Opening opening) throws SQLException {
        long startedAt = System.nanoTime();
        ProbedConnection connection = ProbingSocketFactory.open(properties, opening, this::connect);
        PgConnection pgjdbc = (PgConnection) connection.pgjdbc();
        try {
            // As many as pgjdbc would keep.
            IdleStatements statements =
                    new IdleStatements(PGProperty.PREPARED_STATEMENT_CACHE_QUERIES.getInt(properties));
            PhysicalConnection physical = new PhysicalConnection(pgjdbc, connection, statements, startedAt, toCancel);
            opening.finish();
            return physical;
        } catch (RuntimeException | AssertionError e) {
            closeAfter(e, pgjdbc);
            throw Misunderstandings.of(e, "the cleaning of a new session");
        } catch (SQLException | Error e) {
            closeAfter(e, pgjdbc);
            throw e;
        }
    }

    private static void closeAfter(Throwable failure, PgConnection pgjdbc) {
        try {
            pgjdbc.close();
        } catch (SQLException closing) {
            failure.addSuppressed(closing);
        }
    }

    /** Ends all openings that are under way, each with an exception to whoever waits for it; there will be no more. */
    void close() {
        closed = true;
        openings.forEach(Opening::abort);
    }

    private Connection connect(Properties all) throws SQLException {
        Connection connection;
        try {
            connection = driver.connect(url, all);
        } catch (SQLException e) {
            if (e.getCause() instanceof RuntimeException
                    && Thread.currentThread().isInterrupted()) {
                // With a loginTimeout pgjdbc waits for a thread of its own, and calls an interrupt of that unusual.
                throw new SQLException("interrupted while a session was being opened", "08001", e);
            }
            if (UNEXPECTED.equals(e.getSQLState()) && e.getCause() != null && Misunderstandings.is(e.getCause())) {
                throw Misunderstandings.of(e.getCause(), "the opening of a session");
            }
            throw e;
        }
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
