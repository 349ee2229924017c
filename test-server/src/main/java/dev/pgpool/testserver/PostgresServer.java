package dev.pgpool.testserver;

import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;
import java.util.Properties;
import org.jspecify.annotations.Nullable;
import org.postgresql.Driver;

/**
 * A running PostgreSQL that tests may talk to, stop, restart and crash.
 *
 * <p>A server keeps its port for life, through every stop and start. One that was not closed ends with the JVM. Safe
 * for use by many threads.
 */
public sealed interface PostgresServer extends AutoCloseable permits EmbeddedServer, ContainerServer, ExternalServer {

    /** Begins the description of a new server; nothing runs before {@link Builder#start()}. */
    static Builder builder() {
        return new Builder();
    }

    /** The address that clients connect to. */
    String host();

    /** The port that clients connect to. */
    int port();

    /** The superuser's name. */
    String user();

    /** The superuser's password, or null if the server trusts everybody. */
    @Nullable String password();

    /**
     * Starts a stopped or killed server on its old port, with its old data, and waits until it accepts connections.
     *
     * @throws IllegalStateException if it does not start; the message ends with the server's log
     */
    void start();

    /** Stops the server and waits until all its processes are gone. */
    void stop(StopMode mode);

    /** Stops the server and starts it again on the same port. */
    default void restart(StopMode mode) {
        stop(mode);
        start();
    }

    /** Ends the postmaster and all backends with SIGKILL at one moment: a crash of the machine. */
    void kill();

    /** Ends the server, whatever it is doing, and deletes its data. Closing twice does nothing more. */
    @Override
    void close();

    /** A {@code jdbc:postgresql:} URL of a database here, with all that is needed to log in. */
    default String url(String database) {
        String password = password();
        return "jdbc:postgresql://" + host() + ":" + port() + "/" + encoded(database) + "?user=" + encoded(user())
                + (password == null ? "" : "&password=" + encoded(password));
    }

    /** The same as {@link #url}, through the pool: {@code jdbc:pgpool:}. */
    default String poolUrl(String database) {
        return "jdbc:pgpool:" + url(database).substring("jdbc:postgresql:".length());
    }

    /** Opens a plain pgjdbc connection to the database {@code postgres}. */
    default Connection connect() throws SQLException {
        return connect("postgres");
    }

    /** Opens a plain pgjdbc connection to a database here. */
    default Connection connect(String database) throws SQLException {
        return Objects.requireNonNull(new Driver().connect(url(database), new Properties()));
    }

    /**
     * Ends every client's backend but the one that does this, as {@code pg_terminate_backend} does.
     *
     * @return how many there were
     */
    default int terminateBackends() throws SQLException {
        String sql = "SELECT count(*) FROM (SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
                + " WHERE backend_type = 'client backend' AND pid <> pg_backend_pid()) AS terminated";
        try (Connection connection = connect();
                PreparedStatement statement = connection.prepareStatement(sql);
                ResultSet rows = statement.executeQuery()) {
            rows.next();
            return rows.getInt(1);
        }
    }

    private static String encoded(String text) {
        return URLEncoder.encode(text, StandardCharsets.UTF_8);
    }

    /** The description of a server that does not run yet. */
    final class Builder {
        private static final String VERSION_PROPERTY = "pgpool.test.version";
        private static final String VERSION_VARIABLE = "PGPOOL_TEST_VERSION";

        private final Map<String, String> settings = new LinkedHashMap<>();
        private @Nullable String version;
        private @Nullable String password;

        private Builder() {}

        /**
         * Asks for a version or a beginning of one, such as {@code 17}. Unless told, it is the one that the system
         * property {@value #VERSION_PROPERTY} or the environment variable {@value #VERSION_VARIABLE} names; unless
         * these tell, the newest there is.
         */
        public Builder version(String version) {
            this.version = version;
            return this;
        }

        /** Adds a line to {@code postgresql.conf}; the last value of a name counts. */
        public Builder setting(String name, String value) {
            settings.put(name, value);
            return this;
        }

        /** Sets how many sessions the server allows; PostgreSQL's default is 100. */
        public Builder maxConnections(int count) {
            return setting("max_connections", Integer.toString(count));
        }

        /** Asks for a password from every client, checked by SCRAM-SHA-256; unless told, everybody is trusted. */
        public Builder password(String password) {
            this.password = password;
            return this;
        }

        /**
         * Starts the server from the binaries on the class path and waits until it accepts connections.
         *
         * @throws IllegalStateException if it does not start, or if there is no such version; says what to do
         */
        public PostgresServer start() {
            return EmbeddedServer.start(specification());
        }

        Specification specification() {
            return new Specification(version == null ? usualVersion() : version, settings, password);
        }

        private static @Nullable String usualVersion() {
            String named = System.getProperty(VERSION_PROPERTY, System.getenv(VERSION_VARIABLE));
            return named == null || named.isBlank() ? null : named;
        }
    }
}
