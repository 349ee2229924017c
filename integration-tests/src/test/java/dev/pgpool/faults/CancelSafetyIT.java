package dev.pgpool.faults;

import static org.junit.jupiter.api.Assertions.assertDoesNotThrow;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.pgpool.harness.InvariantsExtension;
import dev.pgpool.jdbc.PgPoolDataSource;
import dev.pgpool.testserver.PostgresTest;
import dev.pgpool.testserver.TestDatabase;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.atomic.AtomicReferenceArray;
import java.util.concurrent.locks.LockSupport;
import java.util.logging.Handler;
import java.util.logging.Level;
import java.util.logging.LogRecord;
import java.util.logging.Logger;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/**
 * Many sessions on few physical connections, whose short statements are cancelled, time out and are aborted all the
 * time: none fails but those that were meant.
 */
@PostgresTest
@Timeout(3_600)
class CancelSafetyIT {
    private static final int PHYSICAL = 4;
    private static final int SESSIONS = 200;
    private static final int WORKERS = 7;
    private static final int CANCELLERS = 8;
    private static final String CANCELLED = "57014";

    /** How many cancel requests to send, unless the time is over before. */
    private static final int REQUESTS = Integer.getInteger("pgpool.cancels", 20_000);

    /** Of those that a canceller picks, one in so many is aborted instead. */
    private static final int ABORT_EVERY = 200;

    private static final int OPENINGS = Integer.getInteger("pgpool.cancelled-openings", 200);

    private static final Duration LONGEST = Duration.ofSeconds(Integer.getInteger("pgpool.cancel-seconds", 12));
    /** A cancel that finds nothing to do, or ends a wait, takes a fraction of that; one that asks the server takes more. */
    private static final long SENT_NANOS = 100_000;

    /** A logical connection of a worker. */
    private static final class Session {
        final Connection connection;
        volatile boolean aborted;

        Session(Connection connection) {
            this.connection = connection;
        }
    }

    /** The only execution of a statement. */
    private static final class Execution {
        final Session session;
        final PreparedStatement statement;
        volatile boolean targeted;

        Execution(Session session, PreparedStatement statement) {
            this.session = session;
            this.statement = statement;
        }
    }

    private final long seed = Long.getLong("pgpool.seed", System.nanoTime());
    private final AtomicReferenceArray<Execution> exposed = new AtomicReferenceArray<>(WORKERS);
    /** First in, first out: the next session of a worker is never its last one. */
    private final Queue<Session> idle = new ConcurrentLinkedQueue<>();

    private final Queue<String> faults = new ConcurrentLinkedQueue<>();
    private final AtomicInteger statements = new AtomicInteger();
    private final AtomicInteger chosen = new AtomicInteger();
    private final AtomicInteger requests = new AtomicInteger();
    private final AtomicInteger hits = new AtomicInteger();
    private final AtomicInteger timeouts = new AtomicInteger();
    private final AtomicInteger aborts = new AtomicInteger();
    private PgPoolDataSource pool;
    private long endNanos;

    @BeforeEach
    void openPool(TestDatabase database) {
        pool = new PgPoolDataSource();
        pool.setUrl(database.poolUrl());
        pool.setMaxSize(PHYSICAL);
        pool.setAcquireTimeout("60s");
    }

    @Test
    void only_the_statement_that_was_meant_is_cancelled() throws Exception {
        try (PgPoolDataSource all = pool) {
            for (int i = 0; i < SESSIONS; i++) {
                Session session = new Session(all.getConnection());
                session.connection.setAutoCommit(i % 2 == 0);
                idle.add(session);
            }
            endNanos = System.nanoTime() + LONGEST.toNanos();
            List<CompletableFuture<Void>> threads = new ArrayList<>();
            for (int i = 0; i < WORKERS; i++) {
                int number = i;
                Random random = new Random(seed + i);
                threads.add(Threads.start(() -> work(number, random)));
            }
            for (int i = 0; i < CANCELLERS; i++) {
                Random random = new Random(seed - 1 - i);
                threads.add(Threads.start(() -> cancel(random)));
            }
            for (CompletableFuture<Void> thread : threads) {
                thread.get(LONGEST.toSeconds() + 120, TimeUnit.SECONDS);
            }
            for (Session session : idle) {
                session.connection.close();
            }
            InvariantsExtension.assertHold();
        } finally {
            System.out.printf(
                    "cancels sent %d, statements %d, of them cancelled %d, timed out %d; connections aborted %d; seed %d%n",
                    requests.get(), statements.get(), hits.get(), timeouts.get(), aborts.get(), seed);
        }
        assertEquals(List.of(), List.copyOf(faults), "seed " + seed);
        assertTrue(requests.get() > 20 && hits.get() > 20 && aborts.get() > 0, "too little has happened");
    }

    @Test
    void a_cancel_at_any_moment_of_an_opening_is_told_as_one() throws Exception {
        Random random = new Random(seed);
        try (PgPoolDataSource all = pool;
                Connection connection = all.getConnection()) {
            for (int i = 0; i < OPENINGS; i++) {
                all.pool().orElseThrow().reconnect();
                try (Statement statement = connection.createStatement()) {
                    CompletableFuture<Void> execution = Threads.start(() -> expectCancelled(statement));
                    LockSupport.parkNanos(random.nextInt(5_000_000));
                    statement.cancel();
                    execution.get(60, TimeUnit.SECONDS);
                }
            }
        }
        assertEquals(List.of(), List.copyOf(faults), "seed " + seed);
    }

    @Test
    void a_cancel_when_the_server_has_opened_a_session_and_pgjdbc_has_not_is_told_as_one() throws Exception {
        AtomicReference<Statement> opening = new AtomicReference<>();
        Logger logger = Logger.getLogger("org.postgresql.jdbc.PgConnection");
        Level before = logger.getLevel();
        Handler canceller = new Handler() {
            @Override
            public void publish(LogRecord entry) {
                Statement statement = opening.get();
                if (statement != null && entry.getMessage().contains("integer date/time")) {
                    opening.set(null);
                    assertDoesNotThrow(statement::cancel);
                }
            }

            @Override
            public void flush() {}

            @Override
            public void close() {}
        };
        try (PgPoolDataSource all = pool;
                Connection connection = all.getConnection();
                Statement statement = connection.createStatement()) {
            all.pool().orElseThrow().reconnect();
            logger.addHandler(canceller);
            // pgjdbc's constructor has something to say when the handshake is over.
            logger.setLevel(Level.FINEST);
            opening.set(statement);
            SQLException told = assertThrows(SQLException.class, () -> statement.execute("select 1"));
            assertNull(opening.get(), "nothing was opened");
            assertEquals(CANCELLED, told.getSQLState(), told::toString);
            assertTrue(statement.execute("select 1"));
        } finally {
            logger.removeHandler(canceller);
            logger.setLevel(before);
        }
    }

    private void expectCancelled(Statement statement) {
        try {
            statement.execute("select 1");
        } catch (SQLException e) {
            if (!CANCELLED.equals(e.getSQLState())) {
                faults.add(e.getSQLState() + " " + e);
            }
        }
    }

    private boolean over() {
        return requests.get() >= REQUESTS || System.nanoTime() - endNanos > 0 || !faults.isEmpty();
    }

    private void cancel(Random random) throws SQLException {
        while (!over()) {
            Execution victim = exposed.get(random.nextInt(WORKERS));
            // Anywhere in its execution, and often about its end.
            LockSupport.parkNanos(random.nextInt(1_000_000));
            if (victim == null) {
                continue;
            }
            if (chosen.incrementAndGet() % ABORT_EVERY == 0) {
                victim.session.aborted = true;
                victim.session.connection.abort(Runnable::run);
                aborts.incrementAndGet();
                continue;
            }
            victim.targeted = true;
            long startedAt = System.nanoTime();
            try {
                victim.statement.cancel();
            } catch (SQLException e) {
                if (!victim.session.aborted) {
                    faults.add("a cancel failed: " + e);
                }
            }
            if (System.nanoTime() - startedAt > SENT_NANOS) {
                requests.incrementAndGet();
            }
        }
    }

    private void work(int number, Random random) throws Exception {
        while (!over()) {
            Session session = idle.remove();
            try {
                execute(number, session, random);
            } catch (SQLException e) {
                if (!session.aborted) {
                    faults.add("outside of a statement: " + e);
                }
            }
            if (session.aborted) {
                session.connection.close();
                session = new Session(pool.getConnection());
                session.connection.setAutoCommit(random.nextBoolean());
            }
            idle.add(session);
        }
    }

    private void execute(int number, Session session, Random random) throws SQLException {
        // One of them waits for about as long as the shortest time limit that JDBC knows.
        boolean limited = number == 0;
        boolean target = !limited && random.nextInt(4) > 0;
        double seconds = limited ? 0.998 + random.nextInt(5) / 1_000.0 : random.nextInt(20) / 10_000.0;
        int answer = random.nextInt();
        Execution execution =
                new Execution(session, session.connection.prepareStatement("select ?::int from pg_sleep(?)"));
        try (PreparedStatement statement = execution.statement) {
            statement.setInt(1, answer);
            statement.setDouble(2, seconds);
            if (limited) {
                statement.setQueryTimeout(1);
            }
            if (target) {
                exposed.set(number, execution);
            }
            try (ResultSet rows = statement.executeQuery()) {
                rows.next();
                if (rows.getInt(1) != answer) {
                    faults.add("got the answer of somebody else");
                }
            } finally {
                exposed.set(number, null);
                statements.incrementAndGet();
            }
            if (!session.connection.getAutoCommit()) {
                session.connection.commit();
            }
        } catch (SQLException e) {
            judge(execution, limited, e);
        }
    }

    private void judge(Execution execution, boolean limited, SQLException failure) throws SQLException {
        if (execution.session.aborted) {
            return;
        }
        if (CANCELLED.equals(failure.getSQLState()) && (execution.targeted || limited)) {
            (limited ? timeouts : hits).incrementAndGet();
            if (!execution.session.connection.getAutoCommit()) {
                execution.session.connection.rollback();
            }
        } else {
            failure.printStackTrace(System.out);
            faults.add((execution.targeted ? "a cancel made it fail so: " : "nobody meant this statement: ") + failure);
        }
    }
}
