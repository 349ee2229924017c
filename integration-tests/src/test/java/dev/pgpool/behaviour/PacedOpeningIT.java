package dev.pgpool.behaviour;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.pgpool.jdbc.PgPoolDataSource;
import dev.pgpool.testserver.PostgresServer;
import dev.pgpool.testserver.PostgresTest;
import dev.pgpool.testserver.TestDatabase;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** A server that goes away under many waiting threads, and comes back. */
@PostgresTest
@Timeout(120)
class PacedOpeningIT {
    private static final int MAX_SIZE = 20;
    private static final int THREADS = 50;
    private static final Duration AWAY = Duration.ofSeconds(2);

    private final ExecutorService threads = Executors.newFixedThreadPool(THREADS);
    private final PgPoolDataSource pool = new PgPoolDataSource();
    private Door door;

    @BeforeEach
    void open(TestDatabase database) throws Exception {
        PostgresServer server = database.server();
        door = new Door(server.host(), server.port());
        pool.setUrl(database.poolUrl());
        pool.setUrl(pool.getUrl().replace(":" + server.port() + "/", ":" + door.port() + "/"));
        pool.setMaxSize(MAX_SIZE);
        // One attempt is one TCP connection.
        pool.setProperty("sslmode", "disable");
        pool.setProperty("gssEncMode", "disable");
    }

    @AfterEach
    void close() throws Exception {
        threads.shutdownNow();
        pool.close();
        door.close();
    }

    private static void ask(Connection connection) throws SQLException {
        try (Statement statement = connection.createStatement()) {
            statement.execute("select 1");
        }
    }

    @Test
    void a_server_that_is_away_sees_no_storm_and_the_pool_is_at_full_strength_within_a_second() throws Exception {
        List<Connection> connections = new ArrayList<>();
        for (int i = 0; i < THREADS; i++) {
            Connection connection = pool.getConnection();
            connection.setAutoCommit(false);
            connections.add(connection);
        }
        door.shut();
        AtomicLong fullAt = new AtomicLong();
        // So many transactions are open at once: nobody commits before.
        CyclicBarrier full = new CyclicBarrier(MAX_SIZE, () -> fullAt.compareAndSet(0, System.nanoTime()));
        List<Future<?>> work = new ArrayList<>();
        for (int i = 0; i < THREADS / MAX_SIZE * MAX_SIZE; i++) {
            Connection connection = connections.get(i);
            work.add(threads.submit(() -> {
                ask(connection);
                full.await(60, TimeUnit.SECONDS);
                connection.commit();
                return null;
            }));
        }
        while (pool.snapshot().orElseThrow().waiting() < work.size() - 1) {
            Thread.sleep(10);
        }
        int before = door.knocks();
        Thread.sleep(AWAY.toMillis()); // Not for a condition: to count attempts in this time.
        int attempts = door.knocks() - before;
        assertTrue(attempts >= 4 && attempts <= 20, attempts + " attempts in " + AWAY);

        long back = System.nanoTime();
        door.open();
        for (Future<?> each : work) {
            each.get(60, TimeUnit.SECONDS);
        }
        Duration weak = Duration.ofNanos(fullAt.get() - back);
        assertTrue(weak.compareTo(Duration.ofSeconds(1)) < 0, "at full strength after " + weak);
        assertEquals(MAX_SIZE, pool.snapshot().orElseThrow().open());
    }
}
