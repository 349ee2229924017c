package dev.pgpool.internal.lease;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.pgpool.conformance.Await;
import dev.pgpool.internal.physical.PgjdbcSource;
import dev.pgpool.internal.session.Parameters;
import dev.pgpool.pool.PoolEvent;
import dev.pgpool.pool.PoolSettings;
import dev.pgpool.testserver.PostgresTest;
import dev.pgpool.testserver.TestDatabase;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.lang.reflect.Field;
import java.nio.charset.StandardCharsets;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.Map;
import java.util.Properties;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** A pool in a JVM where nothing can be relied on: not the log, and not that there can be another thread. */
@PostgresTest
@Timeout(60)
class DisturbedPoolIT {
    private static Pool pool(TestDatabase database, PoolEvent.Listener log) {
        Map<String, String> settings = Map.of("pool.maxSize", "2", "pool.acquireTimeout", "5s");
        return new Pool(
                PoolSettings.parse(settings, "disturbed"),
                new PgjdbcSource(database.url(), new Properties()),
                log,
                () -> {});
    }

    private static void run(Conversation conversation, String sql) throws SQLException {
        conversation.work(conversation.traits(sql), sql, Patience.unlimited(), physical -> {
            try (Statement statement = physical.pgjdbc().createStatement()) {
                return statement.execute(sql);
            }
        });
    }

    @Test
    void a_log_that_cannot_be_written_costs_no_connection(TestDatabase database) throws Exception {
        PrintStream console = System.err;
        ByteArrayOutputStream told = new ByteArrayOutputStream();
        System.setErr(new PrintStream(told, true, StandardCharsets.UTF_8));
        Pool pool = pool(database, event -> {
            throw new IllegalStateException("disk full, at " + event.getClass().getSimpleName());
        });
        try {
            for (int i = 0; i < 3; i++) {
                Conversation dirty = pool.open(Parameters.NONE);
                run(dirty, "create temporary table scratch (id int)");
                dirty.close();
                Conversation lost = pool.open(Parameters.NONE);
                assertThrows(SQLException.class, () -> run(lost, "select pg_terminate_backend(pg_backend_pid())"));
                lost.close();
            }
            abandon(pool);
            Await.until(() -> {
                System.gc();
                return pool.snapshot().logical() == 0;
            });
            PoolInvariants.assertHold(pool);
            assertEquals(1, pool.snapshot().counts().abandoned());
        } finally {
            pool.close();
            System.setErr(console);
        }
        assertTrue(told.toString(StandardCharsets.UTF_8).contains("disk full, at Started"), told::toString);
    }

    private static void abandon(Pool pool) throws Exception {
        Conversation abandoned = pool.open(Parameters.NONE);
        abandoned.watch(new Object());
        abandoned.setAutoCommit(false);
        run(abandoned, "select 1");
    }

    /** Lets the thread that looks after all pools start no other thread; afterwards it can again. */
    private static final class NoMoreThreads extends InheritableThreadLocal<String> implements AutoCloseable {
        private final AtomicInteger refused = new AtomicInteger();

        NoMoreThreads() throws Exception {
            Maintenance.after(Duration.ZERO, () -> set("poison")).get(10, TimeUnit.SECONDS);
        }

        @Override
        protected String childValue(String parent) {
            refused.incrementAndGet();
            throw new OutOfMemoryError("unable to create native thread");
        }

        void awaitRefusals(int count) throws Exception {
            Await.until(() -> refused.get() >= count);
        }

        @Override
        public void close() throws Exception {
            Maintenance.after(Duration.ZERO, this::remove).get(10, TimeUnit.SECONDS);
        }
    }

    /** As if half a minute had passed. */
    private static void letCodeBeAskedFor(Pool pool) throws ReflectiveOperationException {
        Field askedAt = Judge.class.getDeclaredField("codeAskedAtNanos");
        askedAt.setAccessible(true);
        askedAt.setLong(pool.judge(), System.nanoTime() - TimeUnit.HOURS.toNanos(1));
    }

    @Test
    void where_no_thread_can_be_started_no_permit_is_lost_and_time_goes_on(TestDatabase database) throws Exception {
        Pool pool = pool(database, event -> {});
        try {
            Conversation one = pool.open(Parameters.NONE);
            try (NoMoreThreads poison = new NoMoreThreads()) {
                letCodeBeAskedFor(pool);
                run(one, "select 1");
                poison.awaitRefusals(3);
                one.setAutoCommit(false);
                run(one, "select 1");
                Conversation two = pool.open(Parameters.NONE);
                two.setAutoCommit(false);
                run(two, "select 1");
                Conversation late = pool.open(Parameters.NONE);
                assertEquals(
                        "08001",
                        assertThrows(SQLException.class, () -> run(late, "select 1"))
                                .getSQLState());
                late.close();
                two.close();
            }
            one.close();
            PoolInvariants.assertHold(pool);
        } finally {
            pool.close();
        }
    }
}
