package dev.pgpool.behaviour;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.pgpool.jdbc.PgPoolDataSource;
import dev.pgpool.testserver.PostgresTest;
import dev.pgpool.testserver.TestDatabase;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.SQLTransientConnectionException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What happens to callers while all physical connections are leased. */
@Timeout(120)
@PostgresTest
class WaitingIT {
    private static PgPoolDataSource dataSource(TestDatabase database, int maxSize, String acquireTimeout) {
        PgPoolDataSource dataSource = new PgPoolDataSource();
        dataSource.setUrl(database.poolUrl());
        dataSource.setName("orders");
        dataSource.setMaxSize(maxSize);
        dataSource.setAcquireTimeout(acquireTimeout);
        return dataSource;
    }

    private static void work(Connection connection) throws SQLException {
        try (Statement statement = connection.createStatement()) {
            statement.execute("select 1");
        }
    }

    private static Connection busy(PgPoolDataSource dataSource) throws SQLException {
        Connection busy = dataSource.getConnection();
        busy.setAutoCommit(false);
        work(busy);
        return busy;
    }

    /** Waits until somebody waits for a physical connection. */
    private static void awaitWaiter(PgPoolDataSource dataSource) throws Exception {
        while (dataSource.snapshot().orElseThrow().waiting() == 0) {
            Thread.sleep(1);
        }
    }

    @Test
    void the_deadline_is_told_with_numbers_and_holders(TestDatabase database) throws Exception {
        try (PgPoolDataSource dataSource = dataSource(database, 1, "200ms");
                Connection connection = dataSource.getConnection()) {
            AtomicReference<Connection> busy = new AtomicReference<>();
            Thread holder = new Thread(() -> assertNoFailure(() -> busy.set(busy(dataSource))), "http-7");
            holder.start();
            holder.join();
            SQLException refusal = assertThrows(SQLException.class, () -> work(connection));
            assertInstanceOf(SQLTransientConnectionException.class, refusal);
            assertEquals("08001", refusal.getSQLState());
            assertTrue(
                    refusal.getMessage()
                            .matches("pool orders: no physical connection in 0\\.\\d s"
                                    + " \\(1 of 1 leased, 0 pinned, 0 waiting, longest lease \\d\\.\\d s by thread"
                                    + " http-7\\); raise pool\\.maxSize or end the long lease"),
                    refusal.getMessage());
            busy.get().rollback();
            work(connection);
            busy.get().close();
        }
    }

    private interface Action {
        void run() throws Exception;
    }

    private static void assertNoFailure(Action action) {
        try {
            action.run();
        } catch (Exception e) {
            throw new AssertionError(e);
        }
    }

    @Test
    void more_than_maxWaiters_are_sent_away_at_once(TestDatabase database) throws Exception {
        ExecutorService threads = Executors.newSingleThreadExecutor();
        try (PgPoolDataSource dataSource = dataSource(database, 1, "30s")) {
            dataSource.setMaxWaiters(1);
            Connection busy = busy(dataSource);
            Future<?> waiter = threads.submit(() -> {
                try (Connection connection = dataSource.getConnection()) {
                    work(connection);
                }
                return null;
            });
            awaitWaiter(dataSource);
            AtomicReference<SQLException> refusal = new AtomicReference<>();
            Thread second = new Thread(() -> {
                try (Connection connection = dataSource.getConnection()) {
                    work(connection);
                } catch (SQLException e) {
                    refusal.set(e);
                }
            });
            second.start();
            second.join();
            assertEquals("08001", refusal.get().getSQLState());
            assertTrue(
                    refusal.get().getMessage().contains("pool.maxWaiters=1"),
                    refusal.get().getMessage());
            busy.commit();
            waiter.get();
            busy.close();
        } finally {
            threads.shutdownNow();
        }
    }

    @Test
    void an_interrupted_waiter_leaves_the_queue_and_harms_nobody(TestDatabase database) throws Exception {
        try (PgPoolDataSource dataSource = dataSource(database, 1, "30s")) {
            Connection busy = busy(dataSource);
            AtomicReference<SQLException> refusal = new AtomicReference<>();
            AtomicReference<Boolean> interrupted = new AtomicReference<>();
            Thread waiter = new Thread(() -> {
                try (Connection connection = dataSource.getConnection()) {
                    try {
                        work(connection);
                    } catch (SQLException e) {
                        refusal.set(e);
                        interrupted.set(Thread.interrupted());
                    }
                    // The logical connection is as good as before.
                    assertTrue(!connection.isClosed());
                } catch (SQLException e) {
                    throw new AssertionError(e);
                }
            });
            waiter.start();
            awaitWaiter(dataSource);
            waiter.interrupt();
            waiter.join();
            assertEquals("08001", refusal.get().getSQLState());
            assertTrue(
                    refusal.get().getMessage().contains("interrupted after waiting"),
                    refusal.get().getMessage());
            assertTrue(interrupted.get());
            busy.commit();
            try (Connection next = dataSource.getConnection()) {
                work(next);
            }
            busy.close();
        }
    }

    @Test
    void closing_the_pool_under_load_hangs_nobody(TestDatabase database) throws Exception {
        ExecutorService threads = Executors.newFixedThreadPool(40);
        PgPoolDataSource dataSource = dataSource(database, 4, "30s");
        List<SQLException> refusals = Collections.synchronizedList(new ArrayList<>());
        try {
            List<Future<?>> workers = new ArrayList<>();
            for (int i = 0; i < 40; i++) {
                workers.add(threads.submit(() -> {
                    try {
                        while (true) {
                            try (Connection connection = dataSource.getConnection()) {
                                connection.setAutoCommit(false);
                                work(connection);
                                work(connection);
                                connection.commit();
                            }
                        }
                    } catch (SQLException e) {
                        refusals.add(e);
                    }
                    return null;
                }));
            }
            Backends.await(database, 4);
            dataSource.close();
            for (Future<?> worker : workers) {
                worker.get();
            }
        } catch (ExecutionException e) {
            throw new AssertionError("a worker met something else than a SQLException", e);
        } finally {
            threads.shutdownNow();
        }
        assertEquals(40, refusals.size());
        for (SQLException refusal : refusals) {
            assertTrue(refusal.getSQLState().startsWith("08"), refusal.getSQLState() + " " + refusal.getMessage());
        }
        Backends.await(database, 0);
    }

    @Test
    void an_unused_pool_is_closed_and_comes_back(TestDatabase database) throws Exception {
        try (PgPoolDataSource dataSource = dataSource(database, 2, "30s")) {
            dataSource.setIdlePoolTimeout("1s");
            try (Connection connection = dataSource.getConnection()) {
                work(connection);
                assertEquals(1, Backends.count(database));
            }
            Backends.await(database, 0);
            try (Connection connection = dataSource.getConnection()) {
                work(connection);
                assertEquals(1, Backends.count(database));
            }
        }
    }
}
