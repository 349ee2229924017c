package dev.pgpool.internal.physical;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTimeoutPreemptively;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.pgpool.testserver.PostgresServer;
import dev.pgpool.testserver.PostgresTest;
import dev.pgpool.testserver.StopMode;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Properties;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.postgresql.Driver;
import org.postgresql.PGConnection;
import org.postgresql.util.PSQLException;

@PostgresTest(ownServer = true, settings = "max_connections=300")
class ProbeIT {
    private static final int MANY = 200;

    private final PostgresServer server;
    private final List<ProbedConnection> opened = new ArrayList<>();

    ProbeIT(PostgresServer server) {
        this.server = server;
    }

    @BeforeAll
    static void turnOnTls(PostgresServer server, @TempDir Path folder) throws Exception {
        ServerTls.turnOn(server, folder);
    }

    @AfterEach
    void close() throws SQLException {
        for (ProbedConnection connection : opened) {
            connection.pgjdbc().close();
        }
        assertEquals(0, ProbingSocketFactory.openings());
    }

    enum Transport {
        PLAIN("disable"),
        TLS("require");

        private final String sslMode;

        Transport(String sslMode) {
            this.sslMode = sslMode;
        }
    }

    private ProbedConnection open(Transport transport, String... more) throws SQLException {
        Properties properties = new Properties();
        properties.setProperty("sslmode", transport.sslMode);
        for (int i = 0; i < more.length; i += 2) {
            properties.setProperty(more[i], more[i + 1]);
        }
        ProbedConnection connection = ProbingSocketFactory.open(
                properties,
                new Opening(Duration.ZERO),
                extended -> Objects.requireNonNull(new Driver().connect(server.url("postgres"), extended)));
        opened.add(connection);
        return connection;
    }

    private static int backend(ProbedConnection connection) throws SQLException {
        return connection.pgjdbc().unwrap(PGConnection.class).getBackendPID();
    }

    private static String ask(Connection connection, String query) throws SQLException {
        try (Statement statement = connection.createStatement();
                ResultSet rows = statement.executeQuery(query)) {
            rows.next();
            return rows.getString(1);
        }
    }

    /** Ends the backends and waits until the server has forgotten them. */
    private void terminate(List<Integer> backends) throws SQLException {
        try (Connection administrator = server.connect()) {
            for (int patience : new int[] {0, 10_000}) {
                try (PreparedStatement statement =
                        administrator.prepareStatement("SELECT pg_terminate_backend(pid, ?) FROM unnest(?) AS pid")) {
                    statement.setLong(1, patience);
                    statement.setArray(2, administrator.createArrayOf("int4", backends.toArray()));
                    statement.execute();
                }
            }
        }
    }

    private static void awaitVerdict(Liveness expected, ProbedConnection connection) {
        assertTimeoutPreemptively(Duration.ofSeconds(20), () -> {
            while (connection.probe() != expected) {
                Thread.yield();
            }
        });
    }

    @ParameterizedTest
    @CsvSource({"PLAIN, f", "TLS, t"})
    void a_session_between_two_statements_is_alive(Transport transport, String encrypted) throws SQLException {
        ProbedConnection connection = open(transport);
        assertTrue(connection.canBeProbed());
        assertEquals(Liveness.ALIVE, connection.probe());
        assertEquals(encrypted, ask(connection.pgjdbc(), "SELECT ssl FROM pg_stat_ssl WHERE pid = pg_backend_pid()"));
        assertEquals(Liveness.ALIVE, connection.probe());
        connection.pgjdbc().setAutoCommit(false);
        ask(connection.pgjdbc(), "SELECT repeat('x', 300000)");
        assertEquals(Liveness.ALIVE, connection.probe());
        assertThrows(SQLException.class, () -> ask(connection.pgjdbc(), "SELECT nothing"));
        assertEquals(Liveness.ALIVE, connection.probe());
        connection.pgjdbc().rollback();
        assertEquals(Liveness.ALIVE, connection.probe());
    }

    @Test
    void every_terminated_session_is_dead_at_the_first_look() throws SQLException {
        List<Integer> backends = new ArrayList<>();
        for (int i = 0; i < MANY; i++) {
            backends.add(backend(open(Transport.PLAIN)));
        }
        terminate(backends);
        Map<Liveness, Integer> verdicts = new HashMap<>();
        for (ProbedConnection connection : opened) {
            verdicts.merge(connection.probe(), 1, Integer::sum);
        }
        assertEquals(Map.of(Liveness.DEAD, MANY), verdicts);
    }

    @Test
    void every_terminated_encrypted_session_is_found_at_the_first_look_and_dead_once_it_has_ended()
            throws SQLException {
        List<Integer> backends = new ArrayList<>();
        for (int i = 0; i < MANY; i++) {
            backends.add(backend(open(Transport.TLS)));
        }
        terminate(backends);
        for (ProbedConnection connection : opened) {
            assertFalse(connection.probe() == Liveness.ALIVE);
        }
        for (ProbedConnection connection : opened) {
            awaitVerdict(Liveness.DEAD, connection);
        }
    }

    @ParameterizedTest
    @EnumSource(Transport.class)
    void the_reason_of_a_sessions_end_can_be_read_after_the_look(Transport transport) throws SQLException {
        ProbedConnection connection = open(transport);
        terminate(List.of(backend(connection)));
        awaitVerdict(Liveness.DEAD, connection);
        PSQLException failure = assertThrows(PSQLException.class, () -> ask(connection.pgjdbc(), "SELECT 1"));
        assertEquals("57P01", failure.getSQLState());
        assertEquals(
                "FATAL", Objects.requireNonNull(failure.getServerErrorMessage()).getSeverity());
    }

    @ParameterizedTest
    @EnumSource(Transport.class)
    void the_reason_of_a_sessions_end_can_be_read_by_a_long_request_too(Transport transport) throws SQLException {
        ProbedConnection connection = open(transport);
        terminate(List.of(backend(connection)));
        PSQLException failure = assertThrows(
                PSQLException.class, () -> ask(connection.pgjdbc(), "SELECT '" + "x".repeat(8_000_000) + "'"));
        assertEquals("57P01", failure.getSQLState());
    }

    @ParameterizedTest
    @CsvSource({"PLAIN, FAST", "TLS, FAST", "PLAIN, IMMEDIATE", "TLS, IMMEDIATE"})
    void a_restart_of_the_server_is_death(Transport transport, StopMode mode) throws SQLException {
        ProbedConnection connection = open(transport);
        server.restart(mode);
        assertEquals(Liveness.DEAD, connection.probe());
        assertEquals(Liveness.ALIVE, open(transport).probe());
    }

    @Test
    void a_crash_of_the_server_is_death() throws SQLException {
        ProbedConnection connection = open(Transport.PLAIN);
        server.kill();
        awaitVerdict(Liveness.DEAD, connection);
        server.start();
    }

    @ParameterizedTest
    @CsvSource({"PLAIN, ALIVE", "TLS, SUSPECT"})
    void a_notification_is_no_death_and_is_not_lost(Transport transport, Liveness expected) throws Exception {
        ProbedConnection connection = open(transport);
        try (Statement statement = connection.pgjdbc().createStatement();
                Connection other = server.connect();
                Statement notifying = other.createStatement()) {
            statement.execute("LISTEN news");
            assertEquals(Liveness.ALIVE, connection.probe());
            notifying.execute("NOTIFY news, 'first'");
            awaitArrival(connection);
            assertEquals(expected, connection.probe());
            assertEquals("1", ask(connection.pgjdbc(), "SELECT 1"));
            assertEquals(Liveness.ALIVE, connection.probe());
            var notifications = connection.pgjdbc().unwrap(PGConnection.class).getNotifications();
            assertEquals(1, notifications.length);
            assertEquals("first", notifications[0].getParameter());
        }
    }

    private static void awaitArrival(ProbedConnection connection) {
        assertTimeoutPreemptively(Duration.ofSeconds(20), () -> {
            while (Objects.requireNonNull(connection.socket()).getInputStream().available() == 0) {
                Thread.yield();
            }
        });
    }

    @ParameterizedTest
    @EnumSource(Transport.class)
    void a_changed_configuration_of_the_server_is_no_death(Transport transport) throws SQLException {
        ProbedConnection connection = open(transport);
        try (Connection administrator = server.connect();
                Statement statement = administrator.createStatement()) {
            statement.execute("ALTER SYSTEM SET intervalstyle = 'iso_8601'");
            statement.execute("SELECT pg_reload_conf()");
            assertTimeoutPreemptively(Duration.ofSeconds(20), () -> {
                String style;
                do {
                    assertEquals(Liveness.ALIVE, connection.probe());
                    style = ask(connection.pgjdbc(), "SHOW intervalstyle");
                } while (!style.equals("iso_8601"));
            });
            assertEquals(Liveness.ALIVE, connection.probe());
            assertEquals(
                    "iso_8601", connection.pgjdbc().unwrap(PGConnection.class).getParameterStatus("IntervalStyle"));
        } finally {
            try (Connection administrator = server.connect();
                    Statement statement = administrator.createStatement()) {
                statement.execute("ALTER SYSTEM RESET intervalstyle");
                statement.execute("SELECT pg_reload_conf()");
            }
        }
    }

    @ParameterizedTest
    @EnumSource(Transport.class)
    void a_cancelled_statement_leaves_its_session_alive(Transport transport) throws SQLException {
        ProbedConnection connection = open(transport);
        try (Statement statement = connection.pgjdbc().createStatement()) {
            statement.setQueryTimeout(1);
            SQLException failure = assertThrows(SQLException.class, () -> statement.execute("SELECT pg_sleep(60)"));
            assertEquals("57014", failure.getSQLState());
        }
        assertEquals(Liveness.ALIVE, connection.probe());
        assertEquals("1", ask(connection.pgjdbc(), "SELECT 1"));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"sslmode=prefer", "sslmode=allow", "loginTimeout=20", "connectTimeout=20", "socketTimeout=20"})
    void the_socket_is_found_however_pgjdbc_connects(String setting) throws SQLException {
        String[] parts = setting.split("=");
        ProbedConnection connection = open(Transport.PLAIN, parts[0], parts[1]);
        assertTrue(connection.canBeProbed());
        assertEquals(Liveness.ALIVE, connection.probe());
        terminate(List.of(backend(connection)));
        awaitVerdict(Liveness.DEAD, connection);
    }

    @Test
    void a_connection_through_a_users_socket_factory_cannot_be_probed() throws SQLException {
        ProbedConnection connection = open(Transport.PLAIN, "socketFactory", ProbingSocketFactory.class.getName());
        assertFalse(connection.canBeProbed());
        assertEquals(Liveness.SUSPECT, connection.probe());
    }

    @Test
    void a_refused_login_leaves_nothing_behind() {
        PSQLException failure =
                assertThrows(PSQLException.class, () -> open(Transport.PLAIN, "options", "-c no_such=1"));
        assertEquals("42704", failure.getSQLState());
    }
}
