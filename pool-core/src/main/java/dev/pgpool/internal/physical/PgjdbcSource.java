package dev.pgpool.internal.physical;

import java.sql.DriverManager;
import java.sql.SQLException;
import java.time.Duration;
import java.util.Objects;
import java.util.Properties;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
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

    /** What pgjdbc makes of any other unchecked exception while it connects. */
    private static final String UNEXPECTED = "99999";

    private final String url;
    private final Properties properties;
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

    /** How long each server may take to open a session; zero for ever. */
    static Duration loginTimeout(Properties properties) {
        return Objects.requireNonNullElse(limit(properties), LOGIN_TIMEOUT);
    }

    /**
     * How long all servers together may take, as pgjdbc reads it, which allows fractions of a second; else that of all
     * drivers. Zero for ever; null if nobody says anything.
     */
    private static @Nullable Duration limit(Properties properties) {
        String seconds = PGProperty.LOGIN_TIMEOUT.getOrNull(properties);
        if (seconds != null) {
            try {
                return Duration.ofMillis((long) (Float.parseFloat(seconds) * 1_000));
            } catch (NumberFormatException e) {
                // As if it weren't there, like pgjdbc.
            }
        }
        int forAllDrivers = DriverManager.getLoginTimeout();
        return forAllDrivers > 0 ? Duration.ofSeconds(forAllDrivers) : null;
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
            // Where the limit has passed, a thread is left behind that waits on.
            opening.abort();
        }
    }

    private PhysicalConnection open(Opening opening) throws SQLException {
        long startedAt = System.nanoTime();
        ProbedConnection connection = ProbingSocketFactory.open(properties, opening, this::connect);
        SharedPgConnection pgjdbc = (SharedPgConnection) connection.pgjdbc();
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

    private SharedPgConnection connect(Properties all) throws SQLException {
        Properties parsed = Driver.parseURL(url, all);
        if (parsed == null) {
            throw new SQLException("pgjdbc does not accept the URL " + withoutQuery(url), "08001");
        }
        Duration limit = limit(properties);
        try {
            return limit == null || limit.isZero()
                    ? SharedPgConnection.open(url, parsed)
                    : new LimitedOpening<>(() -> SharedPgConnection.open(url, parsed)).within(limit);
        } catch (RuntimeException | AssertionError e) {
            if (Misunderstandings.is(e)) {
                throw Misunderstandings.of(e, "the opening of a session");
            }
            // Of a class that the application named, of sockets or for authentication.
            throw new SQLException("a session could not be opened: " + e, UNEXPECTED, e);
        }
    }

    private static String withoutQuery(String url) {
        int query = url.indexOf('?');
        return query < 0 ? url : url.substring(0, query);
    }
}
