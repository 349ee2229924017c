package dev.pgpool.wire;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.pgpool.conformance.Await;
import dev.pgpool.pool.Verdict;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.lang.management.ThreadInfo;
import java.lang.management.ThreadMXBean;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.sql.SQLTransientConnectionException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A server that ends its sessions at the worst moment: right after their start, in a batch, after the last answer. */
@Timeout(value = 60, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class EndedSessionsTest {
    private static final ThreadMXBean THREADS = ManagementFactory.getThreadMXBean();
    private static final String INSERT = "insert into item values (1)";
    private static final String INSERT_PREPARED = "insert into item values ($1)";

    /** In the segment of the last answer, so that it is read together with that. */
    private static final Fault ENDED_WHEN_READY = Fault.endingAfter(Message.READY_FOR_QUERY, Message.terminated());

    private FakeServer server;

    @BeforeEach
    void start() throws IOException {
        server = new FakeServer();
        server.answers(INSERT, Answer.done("INSERT 0 1"));
        server.answers(INSERT_PREPARED, Answer.done("INSERT 0 1"));
    }

    private WiredPool pool(int maxSize, String more) {
        return new WiredPool(server, maxSize, more);
    }

    /** The CPU time of all threads but those of the server and of whoever asks. */
    private static Duration cpuTime() {
        long nanos = 0;
        for (long id : THREADS.getAllThreadIds()) {
            ThreadInfo thread = THREADS.getThreadInfo(id);
            if (thread != null
                    && !thread.getThreadName().startsWith("wire-")
                    && id != Thread.currentThread().getId()) {
                nanos += Math.max(0, THREADS.getThreadCpuTime(id));
            }
        }
        return Duration.ofNanos(nanos);
    }

    private static Duration since(long startedAt) {
        return Duration.ofNanos(System.nanoTime() - startedAt);
    }

    @Test
    void units_of_work_wait_while_every_session_ends_right_after_its_start_and_then_succeed() throws Exception {
        try (WiredPool wired = pool(4, "")) {
            wired.fill();
            server.set(ENDED_WHEN_READY);
            server.reset();
            int before = server.opened();
            List<CompletableFuture<String>> waiting = new ArrayList<>();
            for (int i = 0; i < 20; i++) {
                waiting.add(wired.askApart("select " + i));
            }
            Await.until(() -> server.opened() > before + 5);
            Duration cpu = cpuTime();
            long startedAt = System.nanoTime();
            int attempts = server.opened();
            Await.until(() -> server.opened() > attempts + 2 && since(startedAt).toMillis() > 500);
            Duration burnt = cpuTime().minus(cpu);
            assertTrue(burnt.compareTo(since(startedAt).dividedBy(2)) < 0, "burnt " + burnt);
            assertTrue(waiting.stream().noneMatch(CompletableFuture::isDone));

            server.set(Fault.NONE);
            for (int i = 0; i < waiting.size(); i++) {
                assertEquals(Integer.toString(i), waiting.get(i).get(20, TimeUnit.SECONDS));
                assertEquals(1, server.executed("select " + i) - (i == 1 ? 4 : 0));
            }
            assertTrue(wired.snapshot().counts().failures().get("57P01") > 5, "the server's reason is counted");
            wired.assertWhole();
        }
    }

    @Test
    void a_pool_whose_first_session_ends_right_after_its_start_is_opened_once_the_server_is_healthy() throws Exception {
        try (WiredPool wired = pool(2, "")) {
            server.set(ENDED_WHEN_READY);
            CompletableFuture<String> waiting = wired.askApart("select 'done'");
            Await.until(() -> server.opened() > 3);
            assertFalse(waiting.isDone());
            server.set(Fault.NONE);
            assertEquals("done", waiting.get(10, TimeUnit.SECONDS));
            assertEquals(Map.of(), wired.snapshot().counts().pins());
            wired.assertWhole();
        }
    }

    @Test
    void what_ends_every_session_is_told_at_the_deadline() throws Exception {
        try (WiredPool wired = pool(2, "&pool.acquireTimeout=300ms")) {
            server.set(ENDED_WHEN_READY);
            SQLException failure = assertThrows(SQLTransientConnectionException.class, wired::connect);
            assertEquals("08001", failure.getSQLState());
            SQLException cause = (SQLException) failure.getCause();
            assertEquals("57P01", cause.getSQLState());
            assertTrue(cause.getMessage().contains("terminating connection"), cause.getMessage());
            wired.assertWhole();
        }
    }

    @Test
    void a_pool_that_keeps_idle_connections_has_them_again_without_being_asked() throws Exception {
        try (WiredPool wired = pool(4, "&pool.minIdle=3")) {
            assertEquals("1", wired.ask("select 1"));
            Await.until(() -> server.clients() == 3);
            server.set(ENDED_WHEN_READY);
            server.reset();
            // Finds out what has happened to the three.
            CompletableFuture<String> first = wired.askApart("select 2");
            int before = server.opened();
            Await.until(() -> server.opened() > before + 3);
            server.set(Fault.NONE);
            assertEquals("2", first.get(10, TimeUnit.SECONDS));
            Await.until(() -> server.clients() == 3 && wired.snapshot().open() == 3);
            wired.assertWhole();
        }
    }

    @Test
    void a_pool_whose_sessions_all_end_right_after_their_start_closes_at_once_and_for_good() throws Exception {
        try (WiredPool wired = pool(4, "&pool.name=doomed&pool.minIdle=2")) {
            wired.fill();
            server.set(ENDED_WHEN_READY);
            server.reset();
            int before = server.opened();
            CompletableFuture<String> waiting = wired.askApart("select 'never'");
            Await.until(() -> server.opened() > before + 2);
            long startedAt = System.nanoTime();
            long cpu = THREADS.getCurrentThreadCpuTime();
            wired.pool.close();
            long burnt = THREADS.getCurrentThreadCpuTime() - cpu;
            assertTrue(since(startedAt).toMillis() < 3_000, "took " + since(startedAt));
            assertTrue(burnt < 200_000_000, "burnt " + burnt + " ns");
            ExecutionException failure = assertThrows(ExecutionException.class, () -> waiting.get(5, TimeUnit.SECONDS));
            assertEquals("08003", ((SQLException) failure.getCause()).getSQLState());
            Await.until(() -> server.clients() == 0);
            // Whoever could burn CPU time or open connections later is gone.
            Await.until(() -> Thread.getAllStackTraces().keySet().stream()
                    .noneMatch(thread -> thread.getName().startsWith("doomed")));
            assertEquals(0, server.executed("select 'never'"));
        }
    }

    @Test
    void an_end_in_the_segment_of_the_last_answer_is_seen_before_the_next_statement() throws Exception {
        try (WiredPool wired = pool(1, "");
                Connection connection = wired.connect();
                Statement statement = connection.createStatement()) {
            for (int i = 1; i <= 20; i++) {
                server.set(Fault.endingBehind("INSERT 0 1", Message.terminated()));
                assertEquals(1, statement.executeUpdate(INSERT));
                // An insert would not be repeated if it had met the end of its session in an unclear state.
                assertEquals(1, statement.executeUpdate(INSERT));
                assertEquals(2 * i, server.executed(INSERT));
                assertEquals(i, server.ended());
            }
            assertEquals(Map.of(), wired.snapshot().counts().repeated());
            wired.assertWhole();
        }
    }

    @Test
    void an_end_right_after_an_answer_within_a_transaction_is_one_error_that_allows_to_repeat_it() throws Exception {
        try (WiredPool wired = pool(1, "");
                Connection connection = wired.connect();
                Statement statement = connection.createStatement()) {
            connection.setAutoCommit(false);
            server.set(Fault.endingBehind("INSERT 0 1", Message.terminated()));
            assertEquals(1, statement.executeUpdate(INSERT));
            SQLException failure = assertThrows(SQLException.class, () -> statement.executeUpdate(INSERT));
            assertEquals("40001", failure.getSQLState(), failure.toString());
            assertTrue(failure.getMessage().contains("safe to repeat"), failure.getMessage());
            assertEquals(1, server.executed(INSERT));
            connection.rollback();
            assertEquals(1, statement.executeUpdate(INSERT));
            connection.commit();
            assertEquals(1, server.executed("COMMIT"));
            connection.close();
            wired.assertWhole();
        }
    }

    @Test
    void an_end_right_after_the_answer_to_a_commit_is_not_noticed() throws Exception {
        try (WiredPool wired = pool(1, "");
                Connection connection = wired.connect();
                Statement statement = connection.createStatement()) {
            connection.setAutoCommit(false);
            for (int i = 1; i <= 5; i++) {
                assertEquals(1, statement.executeUpdate(INSERT));
                server.set(Fault.endingBehind("COMMIT", Message.terminated()));
                connection.commit();
                assertEquals(i, server.ended());
            }
            assertEquals(5, server.executed(INSERT));
            assertEquals(5, server.executed("COMMIT"));
            connection.close();
            wired.assertWhole();
        }
    }

    /** Closes the statement twice, as some do. */
    private static void insert(Connection connection, int count) throws SQLException {
        try (PreparedStatement statement = connection.prepareStatement("insert into item values (?)")) {
            for (int i = 0; i < count; i++) {
                statement.setInt(1, i);
                statement.addBatch();
            }
            try {
                int[] counts = statement.executeBatch();
                assertTrue(Arrays.stream(counts).allMatch(each -> each == 1), Arrays.toString(counts));
            } finally {
                statement.close();
            }
        }
    }

    private static byte[][] repeated(int fatals) {
        byte[][] all = new byte[fatals][];
        Arrays.fill(all, Message.terminated());
        return all;
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2})
    void a_batch_in_a_fresh_transaction_survives_an_end_in_its_middle(int fatals) throws Exception {
        try (WiredPool wired = pool(2, "");
                Connection connection = wired.connect()) {
            connection.setAutoCommit(false);
            insert(connection, 1);
            connection.rollback();
            // The first is BEGIN.
            server.set(Fault.endingAfterCommands(51, repeated(fatals)));
            insert(connection, 100);
            connection.commit();
            assertEquals(1 + 50 + 100, server.executed(INSERT_PREPARED));
            assertEquals(1, server.executed("COMMIT"));
            assertEquals(
                    Map.of(Verdict.ROLLED_BACK, 1L), wired.snapshot().counts().repeated());
            connection.close();
            wired.assertWhole();
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2})
    void a_batch_behind_other_work_fails_once_and_cleanly_at_an_end_in_its_middle(int fatals) throws Exception {
        try (WiredPool wired = pool(2, "");
                Connection connection = wired.connect()) {
            connection.setAutoCommit(false);
            assertEquals("5", WiredPool.ask(connection, "select 5"));
            server.set(Fault.endingAfterCommands(50, repeated(fatals)));
            SQLException failure = assertThrows(SQLException.class, () -> insert(connection, 100));
            assertEquals("40001", failure.getSQLState(), failure.toString());
            assertTrue(failure.getMessage().contains("safe to repeat"), failure.getMessage());
            assertEquals(50, server.executed(INSERT_PREPARED));
            assertEquals(
                    Map.of(Verdict.ROLLED_BACK, 1L), wired.snapshot().counts().reported());
            connection.rollback();
            insert(connection, 3);
            connection.commit();
            assertEquals(53, server.executed(INSERT_PREPARED));
            assertFalse(connection.isClosed());
            connection.close();
            connection.close();
            wired.assertWhole();
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2})
    void a_batch_in_autocommit_survives_an_end_before_its_first_commit(int fatals) throws Exception {
        try (WiredPool wired = pool(2, "");
                Connection connection = wired.connect()) {
            insert(connection, 1);
            server.set(Fault.endingAfterCommands(50, repeated(fatals)));
            insert(connection, 100);
            assertEquals(1 + 50 + 100, server.executed(INSERT_PREPARED));
            connection.close();
            wired.assertWhole();
        }
    }
}
