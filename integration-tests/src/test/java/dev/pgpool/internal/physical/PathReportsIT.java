package dev.pgpool.internal.physical;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.pgpool.jdbc.PgPoolDataSource;
import dev.pgpool.testserver.PostgresServer;
import dev.pgpool.testserver.PostgresTest;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What pgjdbc has prepared stays, or not, when the driver changes the search path; over every kind of socket. */
@PostgresTest(ownServer = true)
@Tag("every-version")
@Timeout(60)
class PathReportsIT {
    private static final int OFTEN = 10;

    @BeforeAll
    static void prepareServer(PostgresServer server, @TempDir Path folder) throws Exception {
        ServerTls.turnOn(server, folder);
        try (Connection owner = server.connect();
                Statement statement = owner.createStatement()) {
            statement.execute("create schema a; create table a.item as select 'of a' as name");
            statement.execute("create schema b; create table b.item as select 2 as id, 'of b' as name");
        }
    }

    /** Whether what is prepared stays. */
    enum Stays {
        ALWAYS,
        /** On servers that say nothing of the search path: before PostgreSQL 18. */
        IF_UNREPORTED,
        NEVER;

        boolean on(Connection connection) throws SQLException {
            return this == ALWAYS
                    || this == IF_UNREPORTED && connection.getMetaData().getDatabaseMajorVersion() < 18;
        }
    }

    @ParameterizedTest
    @CsvSource({
        "sslmode=disable, ALWAYS",
        "sslmode=require, ALWAYS",
        // What comes in is deciphered out of our sight.
        "sslmode=require&sslfactory=org.postgresql.ssl.NonValidatingFactory, IF_UNREPORTED",
        // Plain statements are kept too, by their text alone.
        "preferQueryMode=extendedCacheEverything, NEVER"
    })
    void results_are_right_whether_pgjdbc_hears_of_the_path_or_not(String options, Stays stays, PostgresServer server)
            throws SQLException {
        try (PgPoolDataSource pool = new PgPoolDataSource()) {
            pool.setUrl(server.url("postgres").replace("jdbc:postgresql:", "jdbc:pgpool:") + "&" + options);
            pool.setMaxSize(1);
            try (Connection a = pool.getConnection();
                    Connection b = pool.getConnection()) {
                a.setSchema("a");
                b.setSchema("b");
                for (int i = 0; i < OFTEN; i++) {
                    assertEquals("of a", read(a));
                    assertEquals("2", read(b));
                }
                String prepared = prepared(a);
                assertEquals("of a", read(a));
                assertEquals("2", read(b));
                if (stays.on(a)) {
                    assertEquals(prepared, prepared(a));
                } else {
                    assertNotEquals(prepared, prepared(a));
                }
            }
        }
    }

    private static String read(Connection connection) throws SQLException {
        connection.setAutoCommit(false);
        try (PreparedStatement statement = connection.prepareStatement("select * from item");
                ResultSet row = statement.executeQuery()) {
            assertTrue(row.next());
            return row.getString(1);
        } finally {
            connection.commit();
        }
    }

    /** The names of those statements that the server has prepared. */
    private static String prepared(Connection connection) throws SQLException {
        connection.setAutoCommit(true);
        try (Statement statement = connection.createStatement();
                ResultSet row = statement.executeQuery("select string_agg(name, ', ' order by name)"
                        + " from pg_prepared_statements where statement like 'select * from item%'")) {
            assertTrue(row.next());
            return row.getString(1);
        }
    }
}
