package dev.pgpool.wire;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.pgpool.conformance.Await;
import dev.pgpool.pool.RetireReason;
import dev.pgpool.testserver.PostgresServer;
import dev.pgpool.testserver.PostgresTest;
import dev.pgpool.testserver.TestDatabase;
import java.lang.management.ManagementFactory;
import java.lang.management.ThreadInfo;
import java.lang.management.ThreadMXBean;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Connections that end at the worst moment. */
@PostgresTest(ownServer = true)
@Timeout(value = 60, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class EndedConnectionsIT {
    private static final ThreadMXBean THREADS = ManagementFactory.getThreadMXBean();

    private TestDatabase database;

    @BeforeEach
    void table(TestDatabase shared) throws SQLException {
        database = shared;
        try (Connection owner = database.connect();
                Statement statement = owner.createStatement()) {
            statement.execute("drop table if exists item; create table item (id int)");
        }
    }

    /** The CPU time of all threads but those of the wires and of whoever asks. */
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
        try (WiredPool wired = new WiredPool(database, 4, "")) {
            wired.fill();
            wired.wire.set(Fault.endingAfter(Message.READY_FOR_QUERY, Message.terminated()));
            wired.wire.reset();
            int before = wired.wire.opened();
            List<CompletableFuture<String>> waiting = new ArrayList<>();
            for (int i = 0; i < 20; i++) {
                waiting.add(wired.askApart("select " + i));
            }
            Await.until(() -> wired.wire.opened() > before + 5);
            Duration cpu = cpuTime();
            long startedAt = System.nanoTime();
            int attempts = wired.wire.opened();
            Await.until(
                    () -> wired.wire.opened() > attempts + 2 && since(startedAt).toMillis() > 500);
            Duration burnt = cpuTime().minus(cpu);
            assertTrue(burnt.compareTo(since(startedAt).dividedBy(2)) < 0, "burnt " + burnt);
            assertTrue(waiting.stream().noneMatch(CompletableFuture::isDone));

            wired.wire.set(Fault.NONE);
            for (int i = 0; i < waiting.size(); i++) {
                assertEquals(Integer.toString(i), waiting.get(i).get(20, TimeUnit.SECONDS));
            }
            wired.assertWhole();
        }
    }

    @Test
    void a_pool_whose_sessions_all_end_right_after_their_start_closes_at_once() throws Exception {
        try (WiredPool wired = new WiredPool(database, 4, "&pool.name=doomed")) {
            wired.fill();
            wired.wire.set(Fault.endingAfter(Message.READY_FOR_QUERY, Message.terminated()));
            wired.wire.reset();
            int before = wired.wire.opened();
            CompletableFuture<String> waiting = wired.askApart("select 1");
            Await.until(() -> wired.wire.opened() > before + 2);
            long startedAt = System.nanoTime();
            long cpu = THREADS.getCurrentThreadCpuTime();
            wired.pool.close();
            long burnt = THREADS.getCurrentThreadCpuTime() - cpu;
            assertTrue(since(startedAt).toMillis() < 3_000, "took " + since(startedAt));
            assertTrue(burnt < 200_000_000, "burnt " + burnt + " ns");
            ExecutionException failure = assertThrows(ExecutionException.class, () -> waiting.get(5, TimeUnit.SECONDS));
            assertEquals("08003", ((SQLException) failure.getCause()).getSQLState());
            Await.until(() -> wired.wire.open() == 0);
            Await.until(() -> Thread.getAllStackTraces().keySet().stream()
                    .noneMatch(thread -> thread.getName().startsWith("doomed")));
        }
    }

    @Test
    void an_end_in_the_segment_of_the_last_answer_is_seen_before_the_next_statement() throws Exception {
        try (WiredPool wired = new WiredPool(database, 1, "");
                Connection connection = wired.connect();
                Statement statement = connection.createStatement()) {
            for (int i = 1; i <= 20; i++) {
                wired.wire.set(Fault.endingAfter(Message.READY_FOR_QUERY, Message.terminated()));
                assertEquals(1, statement.executeUpdate("insert into item values (1)"));
                wired.wire.set(Fault.NONE);
                // An insert would not be repeated if it had met the end of its session in an unclear state.
                assertEquals(1, statement.executeUpdate("insert into item values (2)"));
                assertEquals(Integer.toString(2 * i), WiredPool.ask(connection, "select count(*) from item"));
            }
            wired.assertWhole();
        }
    }

    private static void insert(Connection connection, int count) throws SQLException {
        try (PreparedStatement statement = connection.prepareStatement("insert into item values (?)")) {
            for (int i = 0; i < count; i++) {
                statement.setInt(1, i);
                statement.addBatch();
            }
            statement.executeBatch();
            statement.close();
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2})
    void a_batch_in_a_fresh_transaction_survives_an_end_in_its_middle(int fatals) throws Exception {
        try (WiredPool wired = new WiredPool(database, 2, "");
                Connection connection = wired.connect()) {
            connection.setAutoCommit(false);
            insert(connection, 1);
            connection.rollback();
            wired.wire.set(Fault.endingAfterCommands(50, repeated(fatals)));
            insert(connection, 100);
            connection.commit();
            assertEquals("100", wired.ask("select count(*) from item"));
            wired.assertWhole();
        }
    }

    private static byte[][] repeated(int fatals) {
        byte[][] all = new byte[fatals][];
        Arrays.fill(all, Message.terminated());
        return all;
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2})
    void a_batch_behind_other_work_fails_once_and_cleanly_at_an_end_in_its_middle(int fatals) throws Exception {
        try (WiredPool wired = new WiredPool(database, 2, "");
                Connection connection = wired.connect()) {
            connection.setAutoCommit(false);
            assertEquals("0", WiredPool.ask(connection, "select count(*) from item"));
            wired.wire.set(Fault.endingAfterCommands(50, repeated(fatals)));
            SQLException failure = assertThrows(SQLException.class, () -> insert(connection, 100));
            assertTrue(failure.getSQLState().startsWith("40"), failure.toString());
            connection.rollback();
            insert(connection, 3);
            connection.commit();
            assertFalse(connection.isClosed());
            assertEquals("3", wired.ask("select count(*) from item"));
            wired.assertWhole();
        }
    }

    @Test
    void idle_connections_that_were_reset_are_replaced_unnoticed() throws Exception {
        try (WiredPool wired = new WiredPool(database, 4, "")) {
            wired.fill();
            wired.wire.reset();
            assertEquals("1", wired.ask("select 1"));
            wired.assertWhole();
        }
    }

    @Test
    void a_thousand_idle_sessions_that_the_server_ended_are_found_without_a_byte_sent_to_them(PostgresServer server)
            throws Exception {
        int size = 50;
        int rounds = 20;
        try (WiredPool wired = new WiredPool(database, size, "")) {
            wired.fill();
            for (int round = 0; round < rounds; round++) {
                server.terminateBackends();
                Await.until(() -> wired.wire.ended() == wired.wire.opened());
                wired.fill();
            }
            assertEquals(size * (rounds + 1), wired.wire.opened());
            assertEquals(0, wired.wire.sentToTheDead());
            assertEquals(
                    size * rounds,
                    wired.snapshot()
                            .counts()
                            .retired()
                            .get(RetireReason.DIED_IDLE)
                            .intValue());
        }
    }
}
