package dev.pgpool.testserver;

import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.Locale;
import java.util.concurrent.ThreadLocalRandom;

/** A fresh, empty database on a {@link PostgresServer}, dropped when closed. */
public final class TestDatabase implements AutoCloseable {
    private static final int LONGEST_LABEL = 40;

    private final PostgresServer server;
    private final String name;

    private TestDatabase(PostgresServer server, String name) {
        this.server = server;
        this.name = name;
    }

    /**
     * Creates a database.
     *
     * @param label part of its name, to tell who made it
     */
    public static TestDatabase create(PostgresServer server, String label) throws SQLException {
        String tame = label.toLowerCase(Locale.ROOT).replaceAll("[^a-z0-9]", "_");
        String name = tame.substring(0, Math.min(tame.length(), LONGEST_LABEL)) + "_"
                + Long.toString(ThreadLocalRandom.current().nextLong(1L << 40), 36);
        try (Connection connection = server.connect();
                Statement statement = connection.createStatement()) {
            statement.execute("CREATE DATABASE \"" + name + "\"");
        }
        return new TestDatabase(server, name);
    }

    public String name() {
        return name;
    }

    /** The server that it lives on. */
    public PostgresServer server() {
        return server;
    }

    /** A {@code jdbc:postgresql:} URL with all that is needed to log in. */
    public String url() {
        return server.url(name);
    }

    /** The same, through the pool: {@code jdbc:pgpool:}. */
    public String poolUrl() {
        return server.poolUrl(name);
    }

    /** Opens a plain pgjdbc connection. */
    public Connection connect() throws SQLException {
        return server.connect(name);
    }

    /** Drops the database, whoever is connected to it. */
    @Override
    public void close() throws SQLException {
        try (Connection connection = server.connect();
                Statement statement = connection.createStatement()) {
            statement.execute("DROP DATABASE IF EXISTS \"" + name + "\" WITH (FORCE)");
        }
    }
}
