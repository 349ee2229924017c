package dev.pgpool.faults;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.pgpool.conformance.Await;
import dev.pgpool.faults.Cut.Place;
import dev.pgpool.faults.Cut.Way;
import dev.pgpool.jdbc.PgPoolDataSource;
import dev.pgpool.testserver.PostgresServer;
import dev.pgpool.testserver.PostgresTest;
import dev.pgpool.testserver.TestDatabase;
import java.io.IOException;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Connections that break after the answer, when the driver still has questions of its own to the server. */
@PostgresTest
@Timeout(60)
class LateQuestionsIT {
    private TestDatabase database;
    private CuttingProxy proxy;
    private PgPoolDataSource pool;

    @BeforeEach
    void pool(TestDatabase shared, PostgresServer server) throws Exception {
        database = shared;
        try (Connection owner = database.connect();
                Statement statement = owner.createStatement()) {
            statement.execute("drop table if exists paint; drop type if exists colour");
            statement.execute("create type colour as enum ('red', 'blue')");
            statement.execute("create table paint (id serial, colour colour)");
        }
        proxy = new CuttingProxy(server);
        pool = new PgPoolDataSource();
        pool.setUrl(database.poolUrl().replace(":" + server.port() + "/", ":" + proxy.port() + "/"));
        pool.setMaxSize(1);
    }

    @AfterEach
    void close() throws IOException {
        pool.close();
        proxy.close();
    }

    private String count() throws SQLException {
        try (Connection owner = database.connect();
                Statement statement = owner.createStatement();
                ResultSet rows = statement.executeQuery("select count(*) from paint")) {
            rows.next();
            return rows.getString(1);
        }
    }

    @Test
    void a_change_that_was_answered_is_not_done_again_and_keeps_its_rows() throws Exception {
        try (Connection connection = pool.getConnection();
                PreparedStatement insert =
                        connection.prepareStatement("insert into paint (colour) values ('red') returning id, colour")) {
            proxy.cutNext(new Cut(Place.AFTER_ANSWER, Way.FIN));
            try (ResultSet rows = insert.executeQuery()) {
                assertTrue(rows.next());
                assertEquals(1, rows.getInt(1));
                assertEquals("red", rows.getString(2));
                // What nobody could look up any more.
                assertThrows(SQLException.class, () -> rows.getObject(2));
            }
            Await.until(() -> proxy.cuts() == 1);
            assertEquals("1", count());
            try (ResultSet rows = insert.executeQuery()) {
                assertTrue(rows.next());
                assertEquals("red", rows.getObject(2));
            }
            assertEquals("2", count());
        }
    }

    @Test
    void a_read_is_done_again() throws Exception {
        try (Connection connection = pool.getConnection();
                Statement statement = connection.createStatement()) {
            statement.execute("insert into paint (colour) values ('blue')");
            proxy.cutNext(new Cut(Place.AFTER_ANSWER, Way.FIN));
            try (ResultSet rows = statement.executeQuery("select colour from paint")) {
                assertTrue(rows.next());
                assertEquals("blue", rows.getObject(1));
            }
            Await.until(() -> proxy.cuts() == 1);
        }
    }

    @ParameterizedTest
    @EnumSource(
            value = Way.class,
            names = {"FIN", "FATAL"})
    void a_commit_that_was_answered_is_not_said_to_be_undone(Way way) throws Exception {
        try (Connection connection = pool.getConnection();
                Statement statement = connection.createStatement()) {
            connection.setAutoCommit(false);
            statement.execute("set myapp.tenant = '7'");
            statement.execute("insert into paint (colour) values ('red')");
            // Behind the commit the server is asked what the setting is.
            proxy.cutNext(new Cut(Place.AFTER_ANSWER, way));
            connection.commit();
            Await.until(() -> proxy.cuts() == 1);
            assertEquals("1", count());
            assertTrue(connection.isClosed(), "what its session held is not known");
        }
    }

    @Test
    void a_rollback_that_was_answered_is_one() throws Exception {
        try (Connection connection = pool.getConnection();
                Statement statement = connection.createStatement()) {
            connection.setAutoCommit(false);
            statement.execute("set myapp.tenant = '7'");
            proxy.cutNext(new Cut(Place.AFTER_ANSWER, Way.FATAL));
            connection.rollback();
            Await.until(() -> proxy.cuts() == 1);
        }
    }

    @Test
    void a_setting_in_auto_commit_is_made_again() throws Exception {
        try (Connection connection = pool.getConnection();
                Statement statement = connection.createStatement()) {
            proxy.cutNext(new Cut(Place.AFTER_ANSWER, Way.FATAL));
            statement.execute("set myapp.tenant = '7'");
            Await.until(() -> proxy.cuts() == 1);
            try (ResultSet rows = statement.executeQuery("show myapp.tenant")) {
                assertTrue(rows.next());
                assertEquals("7", rows.getString(1));
            }
        }
    }
}
