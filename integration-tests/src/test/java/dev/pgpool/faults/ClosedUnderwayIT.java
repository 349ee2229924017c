package dev.pgpool.faults;

import static dev.pgpool.faults.Victims.assertUsableOrClosed;
import static dev.pgpool.faults.Victims.run;
import static dev.pgpool.faults.Victims.value;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.pgpool.conformance.Await;
import dev.pgpool.testserver.PostgresTest;
import dev.pgpool.testserver.TestDatabase;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Objects that are closed, or aborted, while somebody still uses them. */
@PostgresTest
@Timeout(120)
class ClosedUnderwayIT {
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

    private static SQLException failure(CompletableFuture<Void> running) {
        ExecutionException failed = assertThrows(ExecutionException.class, () -> running.get(30, TimeUnit.SECONDS));
        return assertInstanceOf(
                SQLException.class, failed.getCause(), () -> failed.getCause().toString());
    }

    private Connection inTransaction() throws SQLException {
        Connection connection = victims.connect();
        connection.setAutoCommit(false);
        run(connection, "update item set name = 'changed' where id = 1");
        return connection;
    }

    /** A cursor with most of its rows still on the server. */
    private static ResultSet cursor(Connection connection) throws SQLException {
        Statement statement = connection.createStatement();
        statement.setFetchSize(10);
        ResultSet rows = statement.executeQuery("select id from item order by id");
        for (int i = 1; i <= 15; i++) {
            assertTrue(rows.next());
            assertEquals(i, rows.getInt(1));
        }
        return rows;
    }

    @Test
    void a_statement_used_after_its_close_says_so() throws Exception {
        try (Connection connection = victims.connect()) {
            PreparedStatement statement = connection.prepareStatement("select ?::int");
            statement.setInt(1, 1);
            statement.executeQuery();
            statement.close();
            statement.close();
            assertEquals(
                    "55000",
                    assertThrows(SQLException.class, statement::executeQuery).getSQLState());
            assertThrows(SQLException.class, () -> statement.setInt(1, 2));
            assertEquals("2", value(connection, "select 2"));
        }
    }

    @Test
    void a_connection_used_after_its_close_says_so() throws Exception {
        Connection connection = inTransaction();
        Statement statement = connection.createStatement();
        ResultSet rows = cursor(connection);
        connection.close();
        connection.close();
        assertEquals(
                "08003",
                assertThrows(SQLException.class, () -> statement.execute("select 1"))
                        .getSQLState());
        assertThrows(SQLException.class, connection::commit);
        assertThrows(SQLException.class, () -> {
            while (rows.next()) {
                rows.getInt(1);
            }
        });
        rows.close();
        assertEquals("item 1", victims.stored("select name from item where id = 1"));
    }

    @Test
    void a_cursor_closed_in_the_middle_leaves_its_transaction_alone() throws Exception {
        Connection connection = inTransaction();
        cursor(connection).close();
        cursor(connection).getStatement().close();
        connection.commit();
        connection.close();
        assertEquals("changed", victims.stored("select name from item where id = 1"));
    }

    @Test
    void a_cursor_closed_by_another_thread_ends_the_fetch_with_an_error_at_most() throws Exception {
        for (int round = 0; round < 20; round++) {
            Connection connection = inTransaction();
            ResultSet rows = cursor(connection);
            CompletableFuture<Void> fetching = Threads.start(() -> {
                try {
                    while (rows.next()) {
                        rows.getInt(1);
                    }
                } catch (SQLException e) {
                    assertTrue(rows.isClosed(), e.toString());
                }
            });
            rows.close();
            fetching.get(30, TimeUnit.SECONDS);
            assertEquals("1000", value(connection, "select count(*) from item"));
            connection.close();
        }
    }

    @Test
    void a_connection_closed_by_another_thread_in_the_middle_of_a_fetch_rolls_back() throws Exception {
        for (int round = 0; round < 20; round++) {
            Connection connection = inTransaction();
            ResultSet rows = cursor(connection);
            CompletableFuture<Void> fetching = Threads.start(() -> {
                try {
                    while (rows.next()) {
                        rows.getInt(1);
                    }
                } catch (SQLException e) {
                    assertTrue(connection.isClosed(), e.toString());
                }
            });
            connection.close();
            fetching.get(30, TimeUnit.SECONDS);
        }
        assertEquals("item 1", victims.stored("select name from item where id = 1"));
    }

    @Test
    void a_connection_closed_by_another_thread_during_a_statement_waits_for_its_end() throws Exception {
        Connection connection = inTransaction();
        CompletableFuture<Void> running =
                Threads.start(() -> assertEquals("1", value(connection, "select 1 from pg_sleep(0.5) /* closed */")));
        victims.awaitRunning("/* closed */");
        connection.close();
        running.get(30, TimeUnit.SECONDS);
        assertTrue(connection.isClosed());
        assertEquals("item 1", victims.stored("select name from item where id = 1"));
    }

    @Test
    void an_abort_ends_a_statement_at_once() throws Exception {
        Connection connection = victims.connect();
        CompletableFuture<Void> running = Threads.start(() -> run(connection, "select pg_sleep(60) /* aborted */"));
        victims.awaitRunning("/* aborted */");
        connection.abort(Runnable::run);
        assertTrue(failure(running).getSQLState().startsWith("08"));
        assertTrue(connection.isClosed());
        connection.close();
    }

    @Test
    void an_abort_ends_a_commit_at_once() throws Exception {
        try (Connection owner = victims.connect()) {
            run(owner, "create table if not exists late (id int)");
            run(
                    owner,
                    "create or replace function wait_at_commit() returns trigger language plpgsql as"
                            + " $$ begin perform pg_sleep(60) /* committing */; return null; end $$");
            run(
                    owner,
                    "create constraint trigger slow after insert on late deferrable initially deferred"
                            + " for each row execute function wait_at_commit()");
        }
        Connection connection = victims.connect();
        connection.setAutoCommit(false);
        run(connection, "insert into late values (1)");
        CompletableFuture<Void> committing = Threads.start(connection::commit);
        victims.awaitRunning("COMMIT");
        connection.abort(Runnable::run);
        assertTrue(failure(committing).getSQLState().startsWith("08"));
        assertTrue(connection.isClosed());
        try (Connection owner = victims.connect()) {
            run(
                    owner,
                    "select pg_terminate_backend(pid) from pg_stat_activity"
                            + " where query = 'COMMIT' and state = 'active' and datname = current_database()");
            run(owner, "drop table late");
        }
    }

    @Test
    void an_abort_ends_a_wait_for_a_physical_connection() throws Exception {
        List<Connection> busy = new ArrayList<>();
        for (int i = 0; i < Victims.SIZE; i++) {
            busy.add(inTransactionOn(i + 1));
        }
        Connection waiting = victims.connect();
        CompletableFuture<Void> running = Threads.start(() -> run(waiting, "select 1"));
        victims.awaitWaiting(1);
        waiting.abort(Runnable::run);
        SQLException failure = failure(running);
        assertTrue(failure.getSQLState().startsWith("08"), failure.toString());
        assertTrue(waiting.isClosed());
        for (Connection connection : busy) {
            connection.close();
        }
    }

    private Connection inTransactionOn(int id) throws SQLException {
        Connection connection = victims.connect();
        connection.setAutoCommit(false);
        run(connection, "update item set name = 'changed' where id = " + id);
        return connection;
    }

    @Test
    void an_abort_of_an_idle_transaction_rolls_back() throws Exception {
        Connection connection = inTransaction();
        connection.abort(Runnable::run);
        assertThrows(SQLException.class, connection::commit);
        assertEquals(0, victims.snapshot().leased());
        assertEquals("item 1", victims.stored("select name from item where id = 1"));
    }

    @Test
    void aborts_under_load_harm_only_the_aborted() throws Exception {
        AtomicInteger aborted = new AtomicInteger();
        List<CompletableFuture<Void>> threads = new ArrayList<>();
        for (int t = 0; t < 8; t++) {
            int number = t;
            threads.add(Threads.start(() -> {
                for (int round = 0; round < 25; round++) {
                    Connection connection = victims.connect();
                    if ((number + round) % 4 == 0) {
                        CompletableFuture<Void> aborting = Threads.start(() -> connection.abort(Runnable::run));
                        try {
                            value(connection, "select 1 from pg_sleep(0.002)");
                        } catch (SQLException e) {
                            assertTrue(e.getSQLState().startsWith("08"), e.toString());
                            aborted.incrementAndGet();
                        }
                        aborting.get(30, TimeUnit.SECONDS);
                    } else {
                        assertEquals("1", value(connection, "select 1 from pg_sleep(0.002)"));
                    }
                    connection.close();
                }
            }));
        }
        for (CompletableFuture<Void> thread : threads) {
            thread.get(60, TimeUnit.SECONDS);
        }
        assertTrue(aborted.get() > 0, "no abort came in time");
    }

    @Test
    void a_pool_closed_under_load_ends_every_call_and_every_session() throws Exception {
        AtomicInteger done = new AtomicInteger();
        List<CompletableFuture<Void>> threads = new ArrayList<>();
        for (int t = 0; t < 16; t++) {
            boolean transactions = t % 2 == 0;
            threads.add(Threads.start(() -> {
                Connection connection = victims.connect();
                connection.setAutoCommit(!transactions);
                SQLException end = null;
                while (end == null) {
                    try {
                        assertEquals("4", value(connection, "select 4"));
                        if (transactions) {
                            connection.commit();
                        }
                        done.incrementAndGet();
                    } catch (SQLException e) {
                        end = e;
                    }
                }
                SQLException refused = assertThrows(SQLException.class, () -> value(connection, "select 4"));
                assertEquals("08003", refused.getSQLState(), () -> refused.toString());
                connection.close();
            }));
        }
        Await.until(() -> done.get() > 200);
        victims.pool().close();
        for (CompletableFuture<Void> thread : threads) {
            thread.get(30, TimeUnit.SECONDS);
        }
        victims.awaitNoSession();
        victims.reopen();
        assertUsableOrClosed(victims.connect());
    }
}
