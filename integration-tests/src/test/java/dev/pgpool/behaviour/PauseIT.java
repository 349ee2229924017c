package dev.pgpool.behaviour;

import static dev.pgpool.behaviour.SessionOfItsOwn.rows;
import static dev.pgpool.behaviour.SessionOfItsOwn.run;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.zaxxer.hikari.HikariConfig;
import com.zaxxer.hikari.HikariDataSource;
import dev.pgpool.jdbc.PgPoolDataSource;
import dev.pgpool.jdbc.PgPoolDriver;
import dev.pgpool.pool.PinReason;
import dev.pgpool.pool.PoolControl;
import dev.pgpool.pool.PoolSnapshot;
import dev.pgpool.pool.RetireReason;
import dev.pgpool.testserver.PostgresTest;
import dev.pgpool.testserver.TestDatabase;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.SQLTransientConnectionException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Maintenance of a pool while the application runs. */
@PostgresTest
@Timeout(60)
class PauseIT {
    private static final Duration LONG = Duration.ofSeconds(20);

    private final ExecutorService threads = Executors.newCachedThreadPool();
    private final PgPoolDataSource dataSource = new PgPoolDataSource();
    private TestDatabase database;

    @BeforeEach
    void address(TestDatabase database) {
        this.database = database;
        dataSource.setUrl(database.poolUrl());
        dataSource.setName("orders");
    }

    @AfterEach
    void close() {
        threads.shutdownNow();
        dataSource.close();
    }

    private PoolControl pool() throws SQLException {
        return dataSource.pool().orElseThrow();
    }

    private void awaitWaiting(int count) throws Exception {
        while (pool().snapshot().waiting() != count) {
            Thread.sleep(1);
        }
    }

    private static String backend(Connection connection) throws SQLException {
        return rows(connection, "select pg_backend_pid()");
    }

    @Test
    void under_load_a_pause_fails_nobody_and_leaves_no_session_on_the_server() throws Exception {
        dataSource.setMaxSize(8);
        AtomicBoolean enough = new AtomicBoolean();
        AtomicLong done = new AtomicLong();
        List<Future<?>> work = new ArrayList<>();
        for (int i = 0; i < 50; i++) {
            boolean transactions = i % 2 == 0;
            work.add(threads.submit((Callable<?>) () -> {
                try (Connection connection = dataSource.getConnection()) {
                    connection.setAutoCommit(!transactions);
                    while (!enough.get()) {
                        backend(connection);
                        if (transactions) {
                            backend(connection);
                            connection.commit();
                        }
                        done.incrementAndGet();
                    }
                }
                return null;
            }));
        }
        awaitProgress(done, 200);
        for (int round = 0; round < 3; round++) {
            assertTrue(pool().pause("round " + round));
            PoolSnapshot drained = pool().drain(LONG);
            assertEquals(0, drained.open());
            assertEquals(0, drained.leased());
            awaitWaiting(50);
            long before = done.get();
            Backends.await(database, 0);
            assertEquals(before, done.get());
            assertTrue(pool().resume());
            awaitProgress(done, 200);
        }
        enough.set(true);
        for (Future<?> each : work) {
            each.get();
        }
        assertEquals(0, pool().snapshot().leased());
        assertNull(pool().snapshot().pause());
    }

    private static void awaitProgress(AtomicLong done, int more) throws InterruptedException {
        long enough = done.get() + more;
        while (done.get() < enough) {
            Thread.sleep(1);
        }
    }

    @Test
    void a_transaction_under_way_goes_on_and_keeps_the_pool_from_being_drained() throws Exception {
        try (Connection connection = dataSource.getConnection()) {
            connection.setAutoCommit(false);
            String backend = backend(connection);
            pool().pause("restart of db1");
            PoolSnapshot full = pool().drain(Duration.ZERO);
            assertEquals(1, full.open());
            assertEquals("restart of db1", full.pause().why());
            assertEquals(backend, String.valueOf(full.leases().get(0).backend()));
            assertEquals(Thread.currentThread().getName(), full.leases().get(0).thread());
            assertNull(full.leases().get(0).pin());
            assertEquals(backend, backend(connection));
            connection.commit();
            assertEquals(0, pool().drain(LONG).open());
            pool().resume();
            assertNotEquals(backend, backend(connection));
            connection.commit();
        }
        assertEquals(Map.of(RetireReason.PAUSED, 1L), pool().snapshot().counts().retired());
    }

    @Test
    void a_pinned_connection_is_told_by_its_reason_and_works_on() throws Exception {
        try (Connection connection = dataSource.getConnection()) {
            run(connection, "listen news");
            pool().pause("upgrade");
            PoolSnapshot full = pool().drain(Duration.ofMillis(50));
            assertEquals(PinReason.LISTEN, full.pins().get(0).reason());
            run(connection, "unlisten news");
            assertEquals(0, pool().drain(LONG).open());
            pool().resume();
        }
    }

    @Test
    void whoever_waits_in_vain_is_told_of_the_pause() throws Exception {
        dataSource.setAcquireTimeout("100ms");
        try (Connection connection = dataSource.getConnection()) {
            pool().pause("restart of db1");
            SQLException refusal = assertThrows(SQLTransientConnectionException.class, () -> backend(connection));
            assertEquals("08001", refusal.getSQLState());
            assertTrue(
                    refusal.getMessage()
                            .matches(
                                    "pool orders: no physical connection in 0\\.\\d s \\(paused for 0\\.\\d s: restart of"
                                            + " db1; 0 of 10 leased, 0 pinned, 0 waiting\\); resume the pool, or raise"
                                            + " pool\\.acquireTimeout"),
                    refusal.getMessage());
            pool().resume();
            backend(connection);
        }
    }

    @Test
    void more_than_maxWaiters_are_told_of_the_pause_at_once() throws Exception {
        dataSource.setMaxWaiters(1);
        try (Connection first = dataSource.getConnection();
                Connection second = dataSource.getConnection()) {
            pool().pause("restart of db1");
            Future<String> waiter = threads.submit(() -> backend(first));
            awaitWaiting(1);
            SQLException refusal = assertThrows(SQLTransientConnectionException.class, () -> backend(second));
            assertTrue(
                    refusal.getMessage()
                            .matches("pool orders: pool\\.maxWaiters=1 callers wait for a physical connection already"
                                    + " \\(paused for \\d\\.\\d s: restart of db1; .*1 waiting\\); resume the pool, or"
                                    + " raise pool\\.maxWaiters if they may wait longer"),
                    refusal.getMessage());
            assertEquals(1, pool().snapshot().counts().refusals());
            assertEquals(0, pool().snapshot().counts().timeouts());
            pool().resume();
            waiter.get();
        }
    }

    @Test
    void with_one_physical_connection_all_who_wait_are_served_in_their_order() throws Exception {
        dataSource.setMaxSize(1);
        List<Connection> connections = new ArrayList<>();
        for (int i = 0; i < 10; i++) {
            connections.add(dataSource.getConnection());
        }
        pool().pause("upgrade");
        List<Integer> order = Collections.synchronizedList(new ArrayList<>());
        List<Future<?>> waiters = new ArrayList<>();
        for (int i = 0; i < 10; i++) {
            int number = i;
            waiters.add(threads.submit((Callable<?>) () -> {
                Connection connection = connections.get(number);
                connection.setAutoCommit(false);
                backend(connection);
                order.add(number);
                connection.commit();
                return null;
            }));
            awaitWaiting(i + 1);
        }
        pool().resume();
        for (Future<?> waiter : waiters) {
            waiter.get();
        }
        assertEquals(List.of(0, 1, 2, 3, 4, 5, 6, 7, 8, 9), order);
    }

    @Test
    void a_second_pause_changes_nothing_and_one_resume_ends_it() throws Exception {
        try (Connection connection = dataSource.getConnection()) {
            assertFalse(pool().resume());
            assertThrows(IllegalStateException.class, () -> pool().drain(Duration.ZERO));
            assertTrue(pool().pause("first"));
            assertFalse(pool().pause("second"));
            assertEquals("first", pool().snapshot().pause().why());
            assertTrue(pool().resume());
            assertFalse(pool().resume());
            backend(connection);
        }
    }

    @Test
    void a_paused_pool_can_be_closed_and_its_waiters_hear_it() throws Exception {
        try (Connection connection = dataSource.getConnection()) {
            PoolControl pool = pool();
            pool.pause("upgrade");
            Future<SQLException> waiter =
                    threads.submit(() -> assertThrows(SQLException.class, () -> backend(connection)));
            awaitWaiting(1);
            dataSource.close();
            assertEquals("08003", waiter.get().getSQLState());
            assertThrows(IllegalStateException.class, pool::resume);
        }
    }

    @Test
    void while_paused_no_idle_connection_is_opened_and_afterwards_they_are_again() throws Exception {
        dataSource.setMaxSize(3);
        dataSource.setMinIdle(3);
        try (Connection connection = dataSource.getConnection()) {
            backend(connection);
            Backends.await(database, 3);
            pool().pause("upgrade");
            assertEquals(0, pool().drain(LONG).open());
            Backends.await(database, 0);
            // HikariCP notices at once that it has too few, and looks again every quarter of a second.
            Thread.sleep(600); // Not for a condition: to see that nothing happens.
            assertEquals(0, Backends.count(database));
            pool().resume();
            Backends.await(database, 3);
            backend(connection);
        }
    }

    @Test
    void a_paused_pool_without_connections_is_not_closed_as_unused() throws Exception {
        dataSource.setIdlePoolTimeout("1ms");
        PoolControl pool;
        try (Connection connection = dataSource.getConnection()) {
            backend(connection);
            pool = pool();
            pool.pause("upgrade");
        }
        // The pool is looked after every second.
        Thread.sleep(2_200); // Not for a condition: to see that nothing happens.
        assertSame(pool, pool());
        pool.resume();
        while (dataSource.pool().isPresent()) {
            Thread.sleep(10);
        }
    }

    @Test
    void a_reconnect_replaces_all_connections_and_cuts_none() throws Exception {
        dataSource.setMaxSize(3);
        try (Connection busy = dataSource.getConnection();
                Connection other = dataSource.getConnection()) {
            busy.setAutoCommit(false);
            String busyBackend = backend(busy);
            String otherBackend = backend(other);
            assertEquals(1, pool().reconnect());
            assertNotEquals(otherBackend, backend(other));
            String fresh = backend(other);
            assertEquals(busyBackend, backend(busy));
            busy.commit();
            Backends.await(database, 1);
            assertEquals(fresh, backend(other));
            assertEquals(0, pool().reconnect());
            assertNotEquals(fresh, backend(other));
        }
        assertEquals(
                Map.of(RetireReason.RECONNECT, 3L), pool().snapshot().counts().retired());
    }

    @Test
    void a_program_with_nothing_but_a_url_finds_its_pool() throws Exception {
        String url = database.poolUrl() + "&pool.name=mail&pool.idlePoolTimeout=1ms";
        try (Connection connection = DriverManager.getConnection(url)) {
            assertTrue(connection.isWrapperFor(PoolControl.class));
            PoolControl pool = connection.unwrap(PoolControl.class);
            assertEquals("mail", pool.name());
            assertTrue(PgPoolDriver.pools().contains(pool));
            assertEquals(0, pool.snapshot().leased());
        }
        Backends.await(database, 0);
        HikariConfig config = new HikariConfig();
        config.setDataSource(dataSource);
        try (HikariDataSource front = new HikariDataSource(config);
                Connection connection = front.getConnection()) {
            assertSame(pool(), connection.unwrap(PoolControl.class));
        }
    }
}
