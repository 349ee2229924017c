package dev.pgpool.behaviour;

import static dev.pgpool.behaviour.SessionOfItsOwn.rows;
import static dev.pgpool.behaviour.SessionOfItsOwn.run;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.pgpool.jdbc.PgPoolDataSource;
import dev.pgpool.pool.PoolControl;
import dev.pgpool.pool.PoolCounts;
import dev.pgpool.testserver.PostgresServer;
import dev.pgpool.testserver.PostgresTest;
import dev.pgpool.testserver.StopMode;
import dev.pgpool.testserver.TestDatabase;
import java.sql.Connection;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** The steps that docs/operations.md gives for a restart of the server. */
@PostgresTest(ownServer = true)
@Timeout(60)
class PlannedRestartIT {
    private static final int THREADS = 20;

    private final ExecutorService threads = Executors.newFixedThreadPool(THREADS);
    private final PgPoolDataSource dataSource = new PgPoolDataSource();
    private final AtomicLong done = new AtomicLong();

    @AfterEach
    void close() {
        threads.shutdownNow();
        dataSource.close();
    }

    private void awaitProgress() throws InterruptedException {
        long enough = done.get() + 100;
        while (done.get() < enough) {
            Thread.sleep(1);
        }
    }

    @Test
    void paused_and_drained_not_even_a_commit_is_hit_by_it(PostgresServer server, TestDatabase database)
            throws Exception {
        dataSource.setUrl(database.poolUrl());
        dataSource.setMaxSize(5);
        // Nothing may need it.
        dataSource.setRetryTimeout("0");
        try (Connection owner = database.connect()) {
            run(owner, "create table entry (id serial)");
        }
        AtomicBoolean enough = new AtomicBoolean();
        List<Future<?>> work = new ArrayList<>();
        for (int i = 0; i < THREADS; i++) {
            work.add(threads.submit((Callable<?>) () -> {
                try (Connection connection = dataSource.getConnection()) {
                    connection.setAutoCommit(false);
                    while (!enough.get()) {
                        run(connection, "insert into entry default values");
                        connection.commit();
                        done.incrementAndGet();
                    }
                }
                return null;
            }));
        }
        awaitProgress();
        PoolControl pool = dataSource.pool().orElseThrow();
        for (int round = 0; round < 2; round++) {
            pool.pause("restart of the server");
            assertEquals(0, pool.drain(Duration.ofSeconds(20)).open());
            // The smart stop would wait for any session that is left.
            server.restart(round == 0 ? StopMode.SMART : StopMode.IMMEDIATE);
            assertTrue(pool.resume());
            awaitProgress();
        }
        enough.set(true);
        for (Future<?> each : work) {
            each.get();
        }
        try (Connection owner = database.connect()) {
            assertEquals(String.valueOf(done.get()), rows(owner, "select count(*) from entry"));
        }
        PoolCounts counts = pool.snapshot().counts();
        assertEquals(Map.of(), counts.failures());
        assertEquals(Map.of(), counts.reported());
        assertTrue(counts.waits().count() > 0, counts::toString);
    }
}
