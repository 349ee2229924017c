package dev.pgpool.testserver;

import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.Objects;
import java.util.Properties;
import org.jspecify.annotations.Nullable;
import org.postgresql.Driver;
import org.postgresql.PGProperty;

/** A server that somebody else runs; tests may use it, but not stop it. */
final class ExternalServer implements PostgresServer {
    private static final String PREFIX = "jdbc:postgresql://";

    private final Properties parsed;
    private final String authority;
    private final String query;

    /** @throws IllegalArgumentException if this is no URL of the form {@code jdbc:postgresql://host/database} */
    ExternalServer(String url) {
        Properties properties = Driver.parseURL(url, new Properties());
        int slash = url.indexOf('/', PREFIX.length());
        if (properties == null || !url.startsWith(PREFIX) || slash < 0) {
            throw new IllegalArgumentException(Postgres.URL_VARIABLE + " is not of the form " + PREFIX
                    + "host:port/database?user=name&password=secret");
        }
        int question = url.indexOf('?', slash);
        parsed = properties;
        authority = url.substring(0, slash);
        query = question < 0 ? "" : url.substring(question);
    }

    @Override
    public String host() {
        return Objects.requireNonNull(PGProperty.PG_HOST.getOrDefault(parsed));
    }

    @Override
    public int port() {
        return Integer.parseInt(Objects.requireNonNull(PGProperty.PG_PORT.getOrDefault(parsed)));
    }

    @Override
    public String user() {
        String user = PGProperty.USER.getOrDefault(parsed);
        return user == null ? System.getProperty("user.name") : user;
    }

    @Override
    public @Nullable String password() {
        return PGProperty.PASSWORD.getOrDefault(parsed);
    }

    @Override
    public String url(String database) {
        return authority + "/" + URLEncoder.encode(database, StandardCharsets.UTF_8) + query;
    }

    @Override
    public void start() {
        throw refusal("started");
    }

    @Override
    public void stop(StopMode mode) {
        throw refusal("stopped");
    }

    @Override
    public void kill() {
        throw refusal("killed");
    }

    /** Does nothing: the server belongs to somebody else. */
    @Override
    public void close() {}

    private static UnsupportedOperationException refusal(String what) {
        return new UnsupportedOperationException("the server that " + Postgres.URL_VARIABLE + " names cannot be " + what
                + " by a test; use @PostgresTest(ownServer = true)");
    }
}
