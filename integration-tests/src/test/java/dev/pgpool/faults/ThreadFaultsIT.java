package dev.pgpool.faults;

import static dev.pgpool.faults.Victims.assertUsableOrClosed;
import static dev.pgpool.faults.Victims.run;
import static dev.pgpool.faults.Victims.value;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.pgpool.conformance.Await;
import dev.pgpool.testserver.PostgresTest;
import dev.pgpool.testserver.TestDatabase;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Threads that share a connection, are interrupted, or end, in the middle of something. */
@PostgresTest
@Timeout(120)
class ThreadFaultsIT {
    private Victims victims;

    @BeforeEach
    void open(TestDatabase database) throws SQLException {
        victims = new Victims(database);
    }

    @AfterEach
    void nobodySuffers() throws Exception {
        try (Victims all = victims) {
            all.assertUnharmed();
        }
    }

    private static void join(List<CompletableFuture<Void>> threads) throws Exception {
        CompletableFuture.allOf(threads.toArray(new CompletableFuture<?>[0])).get(60, TimeUnit.SECONDS);
    }

    @Test
    void threads_that_share_a_connection_get_their_own_answers() throws Exception {
        try (Connection shared = victims.connect()) {
            List<CompletableFuture<Void>> threads = new ArrayList<>();
            for (int t = 0; t < 4; t++) {
                int number = t;
                threads.add(Threads.start(() -> {
                    try (PreparedStatement mine = shared.prepareStatement("select ?::int")) {
                        for (int round = 0; round < 100; round++) {
                            mine.setInt(1, number * 1_000 + round);
                            try (ResultSet rows = mine.executeQuery()) {
                                assertTrue(rows.next());
                                assertEquals(number * 1_000 + round, rows.getInt(1));
                            }
                        }
                    }
                }));
            }
            join(threads);
        }
    }

    @Test
    void threads_that_share_a_statement_get_answers_or_errors_and_no_more() throws Exception {
        try (Connection shared = victims.connect();
                PreparedStatement statement = shared.prepareStatement("select ?::int")) {
            List<CompletableFuture<Void>> threads = new ArrayList<>();
            for (int t = 0; t < 4; t++) {
                int number = t;
                threads.add(Threads.start(() -> {
                    for (int round = 0; round < 100; round++) {
                        try {
                            statement.setInt(1, number);
                            try (ResultSet rows = statement.executeQuery()) {
                                assertTrue(rows.next());
                                assertTrue(rows.getInt(1) < 4);
                            }
                        } catch (SQLException e) {
                            // Another thread's execution has closed this one's result.
                            assertFalse(e.getSQLState().startsWith("08"), e.toString());
                        }
                    }
                }));
            }
            join(threads);
        }
    }

    @Test
    void threads_that_end_each_others_transactions_harm_nobody_else() throws Exception {
        Connection shared = victims.connect();
        shared.setAutoCommit(false);
        List<CompletableFuture<Void>> threads = new ArrayList<>();
        for (int t = 0; t < 4; t++) {
            int number = t;
            threads.add(Threads.start(() -> {
                for (int round = 0; round < 50; round++) {
                    switch ((number + round) % 4) {
                        case 0 -> shared.commit();
                        case 1 -> shared.rollback();
                        default -> assertEquals("5", value(shared, "select 5"));
                    }
                }
            }));
        }
        try (Connection other = victims.connect()) {
            for (int round = 0; round < 100; round++) {
                assertEquals("6", value(other, "select 6"));
            }
        }
        join(threads);
        assertUsableOrClosed(shared);
    }

    @Test
    void a_question_for_validity_is_answered_in_time_while_another_thread_is_at_work() throws Exception {
        try (Connection shared = victims.connect()) {
            CompletableFuture<Void> working =
                    Threads.start(() -> assertEquals("4", value(shared, "select 4 from pg_sleep(30) /* valid */")));
            victims.awaitRunning("/* valid */");
            CompletableFuture<Void> asking = Threads.start(() -> assertFalse(shared.isValid(1)));
            asking.get(15, TimeUnit.SECONDS);
            assertFalse(working.isDone());
            shared.abort(Runnable::run);
            assertThrows(ExecutionException.class, () -> working.get(30, TimeUnit.SECONDS));
        }
    }

    @Test
    void an_interrupt_during_a_statement_neither_ends_it_nor_gets_lost() throws Exception {
        try (Connection connection = victims.connect()) {
            AtomicReference<Boolean> interrupted = new AtomicReference<>();
            CompletableFuture<Void> done = new CompletableFuture<>();
            Thread reader = Threads.begin(
                    () -> {
                        assertEquals("9", value(connection, "select 9 from pg_sleep(0.5) /* interrupted */"));
                        interrupted.set(Thread.currentThread().isInterrupted());
                        // Still interrupted: what needs no wait goes on.
                        assertEquals("8", value(connection, "select 8"));
                    },
                    done);
            victims.awaitRunning("/* interrupted */");
            reader.interrupt();
            done.get(30, TimeUnit.SECONDS);
            assertTrue(interrupted.get());
        }
    }

    @Test
    void an_interrupt_ends_a_wait_for_a_physical_connection() throws Exception {
        List<Connection> busy = new ArrayList<>();
        for (int i = 0; i < Victims.SIZE; i++) {
            Connection connection = victims.connect();
            connection.setAutoCommit(false);
            run(connection, "select 1");
            busy.add(connection);
        }
        Connection waiting = victims.connect();
        CompletableFuture<Void> done = new CompletableFuture<>();
        Thread waiter = Threads.begin(() -> assertThrows(SQLException.class, () -> run(waiting, "select 1")), done);
        victims.awaitWaiting(1);
        waiter.interrupt();
        done.get(30, TimeUnit.SECONDS);
        for (Connection connection : busy) {
            connection.close();
        }
        assertUsableOrClosed(waiting);
    }

    @Test
    void what_a_thread_held_when_it_died_comes_back() throws Exception {
        for (int i = 0; i < Victims.SIZE; i++) {
            int id = 2_000 + i;
            Thread thread = new Thread(() -> beginAndDie(id));
            thread.setUncaughtExceptionHandler((dead, why) -> assertEquals("dies here", why.getMessage()));
            thread.start();
            thread.join();
        }
        assertEquals(Victims.SIZE, victims.snapshot().leased());
        Await.until(() -> {
            System.gc();
            return victims.snapshot().leased() == 0;
        });
        assertEquals("0", victims.stored("select count(*) from item where id >= 2000"));
    }

    private void beginAndDie(int id) {
        try {
            Connection connection = victims.connect();
            connection.setAutoCommit(false);
            run(connection, "insert into item values (" + id + ", 'never committed')");
        } catch (SQLException e) {
            throw new AssertionError(e);
        }
        throw new IllegalStateException("dies here");
    }

    @Test
    void connections_that_are_never_closed_hold_nothing_between_units_of_work() throws Exception {
        for (int i = 0; i < 200; i++) {
            assertEquals("3", value(victims.connect(), "select 3"));
        }
        assertEquals(0, victims.snapshot().leased());
    }
}
