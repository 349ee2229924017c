package dev.pgpool.behaviour;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.pgpool.jdbc.PgPoolDataSource;
import dev.pgpool.testserver.PostgresServer;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.SQLTransientConnectionException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What an application hears when the server doesn't let it in. */
@Timeout(120)
class RefusedConnectionsIT {
    private static final int MAX_CONNECTIONS = 8;
    private static PostgresServer server;

    @BeforeAll
    static void start() {
        server = PostgresServer.builder()
                .password("right")
                .maxConnections(MAX_CONNECTIONS)
                .setting("superuser_reserved_connections", "0")
                .start();
    }

    @AfterAll
    static void stop() {
        server.close();
    }

    private static String url(String rest) {
        return "jdbc:pgpool://" + server.host() + ":" + server.port() + "/" + rest;
    }

    /** A pool that ends with the test, so that it takes no session from the next one. */
    private static PgPoolDataSource pool(int maxSize) {
        PgPoolDataSource dataSource = new PgPoolDataSource();
        dataSource.setUrl(url("postgres?user=postgres&password=right"));
        dataSource.setMaxSize(maxSize);
        return dataSource;
    }

    private static SQLException refused(String url) {
        long startedAt = System.nanoTime();
        SQLException refusal = assertThrows(SQLException.class, () -> DriverManager.getConnection(url));
        Duration took = Duration.ofNanos(System.nanoTime() - startedAt);
        assertTrue(took.compareTo(Duration.ofSeconds(10)) < 0, "took " + took);
        return refusal;
    }

    private static long threadsOfPools() {
        return Thread.getAllStackTraces().keySet().stream()
                .filter(thread -> thread.getName().contains("HikariPool")
                        || thread.getName().contains("refused")
                        || thread.getName().contains("connection adder"))
                .count();
    }

    @Test
    void a_wrong_password_fails_at_once_and_leaves_nothing_behind() throws Exception {
        long before = threadsOfPools();
        String wrong = url("postgres?user=postgres&password=wrong&pool.name=refused");
        assertEquals("28P01", refused(wrong).getSQLState());
        assertEquals("28P01", refused(wrong).getSQLState());
        assertEquals(before, threadsOfPools());
        try (PgPoolDataSource dataSource = pool(2);
                Connection right = dataSource.getConnection()) {
            assertTrue(right.isValid(5));
        }
    }

    @Test
    void many_who_come_at_once_with_a_wrong_password_all_hear_it() throws Exception {
        String wrong = url("postgres?user=postgres&password=wrong");
        ExecutorService threads = Executors.newFixedThreadPool(20);
        try {
            List<Callable<String>> attempts = new ArrayList<>();
            for (int i = 0; i < 20; i++) {
                attempts.add(() -> refused(wrong).getSQLState());
            }
            for (Future<String> attempt : threads.invokeAll(attempts)) {
                assertEquals("28P01", attempt.get());
            }
        } finally {
            threads.shutdownNow();
        }
    }

    @Test
    void an_unknown_database_fails_at_once() {
        assertEquals(
                "3D000", refused(url("nowhere?user=postgres&password=right")).getSQLState());
    }

    @Test
    void an_unreachable_port_fails_at_once() throws Exception {
        int port;
        try (ServerSocket closed = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            port = closed.getLocalPort();
        }
        SQLException refusal = refused("jdbc:pgpool://127.0.0.1:" + port + "/postgres?user=postgres");
        assertEquals("08001", refusal.getSQLState());
    }

    @Test
    void too_many_connections_on_the_server_wait_for_a_free_one() throws Exception {
        List<Connection> others = new ArrayList<>();
        ExecutorService threads = Executors.newSingleThreadExecutor();
        try (PgPoolDataSource dataSource = pool(2)) {
            fillUp(others);
            Future<Integer> waiting = threads.submit(() -> {
                try (Connection connection = dataSource.getConnection();
                        Statement statement = connection.createStatement();
                        ResultSet rows = statement.executeQuery("select 42")) {
                    rows.next();
                    return rows.getInt(1);
                }
            });
            Thread.sleep(300); // Not for a condition: to see that it still waits after several refusals.
            assertTrue(!waiting.isDone());
            others.remove(0).close();
            assertEquals(42, waiting.get());
        } finally {
            threads.shutdownNow();
            closeAll(others);
        }
    }

    @Test
    void one_who_waits_for_a_new_connection_gets_one_that_comes_back() throws Exception {
        List<Connection> others = new ArrayList<>();
        ExecutorService threads = Executors.newSingleThreadExecutor();
        try (PgPoolDataSource dataSource = pool(4);
                Connection first = dataSource.getConnection();
                Connection second = dataSource.getConnection()) {
            first.setAutoCommit(false);
            int backend = backend(first);
            fillUp(others);
            Future<Integer> waiting = threads.submit(() -> backend(second));
            Thread.sleep(300); // Not for a condition: to see that it still waits after several refusals.
            assertTrue(!waiting.isDone());
            first.commit();
            assertEquals(backend, waiting.get());
        } finally {
            threads.shutdownNow();
            closeAll(others);
        }
    }

    @Test
    void too_many_connections_on_the_server_are_told_at_the_deadline() throws Exception {
        List<Connection> others = new ArrayList<>();
        try {
            fillUp(others);
            SQLException refusal = refused(url("postgres?user=postgres&password=right&pool.acquireTimeout=400ms"));
            assertEquals(SQLTransientConnectionException.class, refusal.getClass());
            assertEquals("08001", refusal.getSQLState());
            SQLException cause = (SQLException) refusal.getCause();
            assertNotNull(cause, refusal.getMessage());
            assertEquals("53300", cause.getSQLState());
        } finally {
            closeAll(others);
        }
    }

    private static int backend(Connection connection) throws SQLException {
        try (Statement statement = connection.createStatement();
                ResultSet rows = statement.executeQuery("select pg_backend_pid()")) {
            rows.next();
            return rows.getInt(1);
        }
    }

    /** Takes all sessions that the server has left. */
    private static void fillUp(List<Connection> taken) throws SQLException {
        for (int i = 0; i <= MAX_CONNECTIONS * 2; i++) {
            try {
                taken.add(server.connect());
            } catch (SQLException e) {
                assertEquals("53300", e.getSQLState());
                return;
            }
        }
        throw new AssertionError("the server has more sessions than it should");
    }

    private static void closeAll(List<Connection> connections) throws Exception {
        int closed = connections.size();
        for (Connection connection : connections) {
            connection.close();
        }
        // A backend ends a moment after its connection: the next test needs the room.
        List<Connection> room = new ArrayList<>();
        while (room.size() < closed) {
            try {
                room.add(server.connect());
            } catch (SQLException e) {
                assertEquals("53300", e.getSQLState());
                Thread.sleep(10);
            }
        }
        for (Connection connection : room) {
            connection.close();
        }
    }
}
