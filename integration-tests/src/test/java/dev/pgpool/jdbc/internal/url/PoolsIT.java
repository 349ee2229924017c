package dev.pgpool.jdbc.internal.url;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.zaxxer.hikari.HikariConfig;
import com.zaxxer.hikari.HikariDataSource;
import dev.pgpool.jdbc.PgPoolDataSource;
import dev.pgpool.pool.PinReason;
import dev.pgpool.pool.PoolCounts;
import dev.pgpool.pool.PoolSnapshot;
import dev.pgpool.testserver.PostgresServer;
import dev.pgpool.testserver.PostgresTest;
import dev.pgpool.testserver.TestDatabase;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

@PostgresTest
class PoolsIT {
    private static final int THREADS = 16;

    private final PgPoolDataSource one = new PgPoolDataSource();
    private final PgPoolDataSource other = new PgPoolDataSource();
    private TestDatabase database;
    private int poolsBefore;

    @BeforeEach
    void address(TestDatabase database) {
        this.database = database;
        one.setUrl(database.poolUrl());
        other.setUrl(database.poolUrl());
        poolsBefore = Pools.SHARED.size();
    }

    @AfterEach
    void nothingIsLeft() {
        one.close();
        other.close();
        assertEquals(poolsBefore, Pools.SHARED.size());
    }

    @Test
    void concurrent_first_connections_make_one_pool() throws Exception {
        ExecutorService threads = Executors.newFixedThreadPool(THREADS);
        try {
            CyclicBarrier start = new CyclicBarrier(THREADS);
            List<Future<Connection>> opened = new ArrayList<>();
            for (int i = 0; i < THREADS; i++) {
                PgPoolDataSource dataSource = i % 2 == 0 ? one : other;
                opened.add(threads.submit((Callable<Connection>) () -> {
                    start.await(30, TimeUnit.SECONDS);
                    return dataSource.getConnection();
                }));
            }
            for (Future<Connection> future : opened) {
                try (Connection connection = future.get(30, TimeUnit.SECONDS)) {
                    assertTrue(connection.isValid(5));
                }
            }
            assertEquals(poolsBefore + 1, Pools.SHARED.size());
        } finally {
            threads.shutdownNow();
        }
    }

    @Test
    void a_first_connection_that_fails_leaves_nothing_behind() {
        one.setUrl(database.server().poolUrl("there_is_no_such_database"));
        assertEquals(
                "3D000", assertThrows(SQLException.class, one::getConnection).getSQLState());
        assertEquals(poolsBefore, Pools.SHARED.size());
    }

    @Test
    void closing_a_data_source_closes_its_pool_and_what_is_open_in_it() throws SQLException {
        Connection connection = one.getConnection();
        backend(connection);
        one.close();
        assertEquals(poolsBefore, Pools.SHARED.size());
        assertThrows(SQLException.class, () -> backend(connection));
        assertEquals(
                "08003", assertThrows(SQLException.class, one::getConnection).getSQLState());
    }

    @Test
    void a_pool_stays_while_another_open_data_source_uses_it() throws SQLException {
        try (Connection connection = other.getConnection()) {
            int backend = backend(connection);
            one.getConnection().close();
            one.close();
            assertEquals(backend, backend(connection));
        }
        other.close();
        assertEquals(poolsBefore, Pools.SHARED.size());
    }

    @Test
    void a_data_source_opens_a_new_pool_after_another_one_closed_the_old() throws SQLException {
        one.getConnection().close();
        one.close();
        try (Connection connection = other.getConnection()) {
            assertTrue(connection.isValid(5));
        }
    }

    @Test
    void data_sources_with_other_settings_have_other_pools() throws SQLException {
        other.setProperty("connectTimeout", "5");
        one.getConnection().close();
        other.getConnection().close();
        assertEquals(poolsBefore + 2, Pools.SHARED.size());
    }

    @Test
    void a_connection_for_another_user_is_that_users() throws SQLException {
        try (Connection connection = database.connect();
                Statement statement = connection.createStatement()) {
            statement.execute("CREATE ROLE clerk LOGIN");
        }
        try (Connection connection = one.getConnection("clerk", "none needed");
                Statement statement = connection.createStatement();
                ResultSet user = statement.executeQuery("SELECT current_user")) {
            user.next();
            assertEquals("clerk", user.getString(1));
        }
        one.close();
        try (Connection connection = database.connect();
                Statement statement = connection.createStatement()) {
            statement.execute("DROP ROLE clerk");
        }
    }

    @Test
    void a_wrong_password_never_meets_a_pooled_connection() throws SQLException {
        try (PostgresServer server = PostgresServer.builder().password("right").start()) {
            one.setUrl("jdbc:pgpool://" + server.host() + ":" + server.port() + "/postgres");
            one.getConnection(server.user(), "right").close();
            for (String password : new String[] {"wrong", null}) {
                SQLException refused =
                        assertThrows(SQLException.class, () -> one.getConnection(server.user(), password));
                assertTrue(List.of("28P01", "08004").contains(refused.getSQLState()), refused::toString);
                assertFalse(refused.getMessage().contains("wrong"), refused::getMessage);
            }
            one.getConnection(server.user(), "right").close();
            assertEquals(poolsBefore + 1, Pools.SHARED.size());
            one.close();
        }
    }

    @Test
    void the_application_name_survives_a_reset_of_the_session() throws SQLException {
        one.setProperty("ApplicationName", "orders-service");
        one.setMaxSize(1);
        try (Connection connection = one.getConnection();
                Statement statement = connection.createStatement()) {
            statement.execute("SET application_name = 'somebody'");
        }
        try (Connection connection = one.getConnection()) {
            assertEquals("orders-service", ask(connection, "SELECT current_setting('application_name')"));
        }
    }

    @Test
    void a_time_with_time_zone_is_printed_in_the_zone_of_its_own_session() throws SQLException {
        one.setMaxSize(1);
        // Binary transfer from the first execution on, where it is allowed.
        one.setProperty("prepareThreshold", "-1");
        try (Connection east = one.getConnection();
                Connection west = one.getConnection();
                PreparedStatement statement =
                        east.prepareStatement("SELECT '2026-01-01 00:00:00+00'::timestamptz, '12:00:00+03'::timetz");
                Statement set = west.createStatement()) {
            String expected = ask(east, "SELECT '2026-01-01 00:00:00+00'::timestamptz::text");
            try (ResultSet times = statement.executeQuery()) {
                times.next();
                west.setAutoCommit(false);
                set.execute("SET LOCAL TimeZone = 'Asia/Tokyo'");
                assertEquals(expected, times.getString(1));
                assertEquals("12:00:00+03", times.getString(2));
            }
            west.rollback();
        }
    }

    @Test
    void parameters_that_name_the_server_beat_the_address_as_in_pgjdbc() throws SQLException {
        PostgresServer server = database.server();
        one.setUrl("jdbc:pgpool://" + server.host() + ":1/nowhere?PGPORT=" + server.port() + "&PGDBNAME="
                + database.name() + "&user=" + server.user()
                + (server.password() == null ? "" : "&password=" + server.password()));
        try (Connection connection = one.getConnection()) {
            assertEquals(database.name(), connection.getCatalog());
        }
    }

    @Test
    void a_data_source_shows_the_numbers_of_its_pool() throws SQLException {
        one.setName("numbers");
        one.setMaxSize(3);
        assertEquals(Optional.empty(), one.snapshot());
        try (Connection idle = one.getConnection();
                Connection pinned = one.getConnection();
                Statement statement = pinned.createStatement()) {
            assertTrue(idle.isValid(5));
            statement.execute("listen news");
            PoolSnapshot now = one.snapshot().orElseThrow();
            assertEquals(new PoolSnapshot("numbers", 3, 1, now.leases(), 0, 2, null, now.counts()), now);
            assertEquals(1, now.leased());
            assertEquals(Map.of(PinReason.LISTEN, 1L), now.counts().pins());
            assertEquals(1, now.counts().opened());
            assertEquals(0, now.counts().resets());
            assertEquals(1, now.pinned());
            assertEquals(PinReason.LISTEN, now.pins().get(0).reason());
            assertEquals("listen news", now.pins().get(0).detail());
        }
        PoolCounts counts = one.snapshot().orElseThrow().counts();
        assertEquals(Optional.of(new PoolSnapshot("numbers", 3, 1, List.of(), 0, 0, null, counts)), one.snapshot());
        assertEquals(1, counts.resets());
        assertEquals(PoolCounts.Waits.NONE, counts.waits());
        // One for the first connection, one for each of the two statements.
        assertEquals(3, counts.leases());
    }

    @Test
    void the_driver_manager_opens_connections_of_the_same_pool() throws SQLException {
        int backend;
        try (Connection connection = one.getConnection()) {
            backend = backend(connection);
        }
        try (Connection connection = DriverManager.getConnection(database.poolUrl())) {
            assertEquals(backend, backend(connection));
            assertEquals(
                    database.url().replaceAll("[?&]password=[^&]*", ""),
                    connection.getMetaData().getURL());
        }
    }

    @Test
    void hikari_takes_the_data_source_by_its_class_name() throws SQLException {
        HikariConfig config = new HikariConfig();
        config.setDataSourceClassName(PgPoolDataSource.class.getName());
        config.addDataSourceProperty("url", database.poolUrl());
        config.addDataSourceProperty("maxSize", "1");
        config.addDataSourceProperty("acquireTimeout", "5s");
        try (HikariDataSource front = new HikariDataSource(config)) {
            try (Connection connection = front.getConnection();
                    Connection second = front.getConnection()) {
                assertEquals(backend(connection), backend(second));
            }
            front.unwrap(PgPoolDataSource.class).close();
        }
    }

    private static int backend(Connection connection) throws SQLException {
        return Integer.parseInt(ask(connection, "SELECT pg_backend_pid()"));
    }

    private static String ask(Connection connection, String sql) throws SQLException {
        try (Statement statement = connection.createStatement();
                ResultSet answer = statement.executeQuery(sql)) {
            answer.next();
            return answer.getString(1);
        }
    }
}
