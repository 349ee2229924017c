package dev.pgpool.conformance;

import static dev.pgpool.conformance.Jdbc.assertFails;
import static dev.pgpool.conformance.Jdbc.rows;
import static dev.pgpool.conformance.Jdbc.run;
import static dev.pgpool.conformance.Jdbc.value;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import org.junit.jupiter.api.Assertions;

/** Statements that are stopped: by a time limit, from another thread, or by the server. */
@Conformance(
        schema = "create table item (id int primary key, name text)",
        data = "truncate item; insert into item values (1, 'one')")
final class TimeoutsIT {
    /** Waits until a query with this marker runs on the server. */
    private static void awaitRunning(Subject subject, String marker) throws Exception {
        Connection plain = subject.openPlain();
        Await.until(() -> rows(
                                plain,
                                "select pid from pg_stat_activity where state = 'active' and wait_event = 'PgSleep'"
                                        + " and query like '%" + marker + "%' and pid <> pg_backend_pid()")
                        .size()
                == 1);
    }

    private static String failureOf(CompletableFuture<?> running) throws Exception {
        ExecutionException failure = Assertions.assertThrows(ExecutionException.class, running::get);
        Throwable cause = failure.getCause() instanceof java.util.concurrent.CompletionException wrapped
                ? wrapped.getCause()
                : failure.getCause();
        return Assertions.assertInstanceOf(SQLException.class, cause).getSQLState();
    }

    private static CompletableFuture<Void> inBackground(org.junit.jupiter.api.function.Executable work) {
        CompletableFuture<Void> done = new CompletableFuture<>();
        Thread thread = new Thread(() -> {
            try {
                work.execute();
                done.complete(null);
            } catch (Throwable e) {
                done.completeExceptionally(e);
            }
        });
        thread.setDaemon(true);
        thread.start();
        return done;
    }

    @Conforms
    void a_query_timeout_stops_the_query(Connection connection) throws SQLException {
        try (Statement statement = connection.createStatement()) {
            statement.setQueryTimeout(1);
            assertFails("57014", () -> statement.executeQuery("select pg_sleep(60)"));
            statement.setQueryTimeout(0);
            assertEquals(
                    1, rows(statement.executeQuery("select pg_sleep(0.01)")).size());
        }
    }

    @Conforms
    void a_query_timeout_that_is_not_reached_harms_nobody(Connection connection) throws SQLException {
        try (PreparedStatement statement = connection.prepareStatement("select ?::int")) {
            statement.setQueryTimeout(30);
            for (int i = 0; i < 10; i++) {
                statement.setInt(1, i);
                assertEquals(List.of(String.valueOf(i)), rows(statement.executeQuery()));
            }
        }
        assertEquals("1", value(connection, "select 1"));
    }

    @Conforms(transactions = true)
    void a_query_timeout_fails_the_transaction(Connection connection) throws SQLException {
        connection.setAutoCommit(false);
        run(connection, "update item set name = 'x'");
        try (Statement statement = connection.createStatement()) {
            statement.setQueryTimeout(1);
            assertFails("57014", () -> statement.executeQuery("select pg_sleep(60)"));
            assertFails("25P02", () -> run(connection, "select 1"));
        }
        connection.rollback();
        assertEquals("one", value(connection, "select name from item"));
        connection.commit();
    }

    @Conforms
    void a_query_timeout_stops_a_batch(Connection connection) throws SQLException {
        try (Statement statement = connection.createStatement()) {
            statement.setQueryTimeout(1);
            statement.addBatch("update item set name = 'x'");
            statement.addBatch("do $$ begin perform pg_sleep(60); end $$");
            assertFails("57014", statement::executeBatch);
        }
        assertEquals("one", value(connection, "select name from item"));
    }

    @Conforms
    void another_thread_cancels_a_query(Subject subject) throws Exception {
        Connection connection = subject.open();
        try (Statement statement = connection.createStatement()) {
            CompletableFuture<Void> running =
                    inBackground(() -> statement.executeQuery("select pg_sleep(60) /* cancelled */"));
            awaitRunning(subject, "/* cancelled */");
            statement.cancel();
            assertEquals("57014", failureOf(running));
        }
        assertEquals("1", value(connection, "select 1"));
    }

    @Conforms
    void another_thread_cancels_a_prepared_query(Subject subject) throws Exception {
        Connection connection = subject.open();
        try (PreparedStatement statement = connection.prepareStatement("select pg_sleep(?) /* prepared */")) {
            statement.setDouble(1, 60);
            CompletableFuture<Void> running = inBackground(statement::executeQuery);
            awaitRunning(subject, "/* prepared */");
            statement.cancel();
            assertEquals("57014", failureOf(running));
            statement.setDouble(1, 0);
            assertEquals(1, rows(statement.executeQuery()).size());
        }
    }

    @Conforms
    void a_late_cancel_hits_nobody(Connection connection) throws SQLException {
        try (Statement statement = connection.createStatement()) {
            statement.executeQuery("select 1");
            for (int i = 0; i < 20; i++) {
                statement.cancel();
                assertEquals("2", value(connection, "select 2"));
            }
        }
    }

    @Conforms
    void another_thread_aborts_a_connection(Subject subject) throws Exception {
        String marker = "aborted in " + subject.target(); // the server runs on when the client has gone
        Connection connection = subject.open();
        CompletableFuture<Void> running =
                inBackground(() -> run(connection, "select pg_sleep(60) /* " + marker + " */"));
        awaitRunning(subject, marker);
        connection.abort(Runnable::run);
        assertTrue(failureOf(running).startsWith("08"));
        assertTrue(connection.isClosed());
    }

    @Conforms
    void a_statement_timeout_of_the_server(Connection connection) throws SQLException {
        run(connection, "set statement_timeout = '50ms'");
        assertFails("57014", () -> value(connection, "select pg_sleep(60)"));
        assertEquals("1", value(connection, "select 1"));
    }

    @Conforms(transactions = true)
    void a_lock_timeout_of_the_server(Subject subject) throws SQLException {
        Connection plain = subject.openPlain();
        plain.setAutoCommit(false);
        rows(plain, "select * from item for update");
        Connection connection = subject.open();
        connection.setAutoCommit(false);
        run(connection, "set local lock_timeout = '50ms'");
        assertFails("55P03", () -> rows(connection, "select * from item for update"));
        connection.rollback();
        plain.rollback();
    }

    @Conforms(transactions = true)
    void a_deadlock_is_reported(Subject subject) throws Exception {
        run(subject.openPlain(), "insert into item values (2, 'two')");
        Connection one = subject.open();
        Connection two = subject.open();
        one.setAutoCommit(false);
        two.setAutoCommit(false);
        run(one, "set local deadlock_timeout = '50ms'");
        run(two, "set local deadlock_timeout = '60s'");
        run(one, "update item set name = 'a' where id = 1");
        run(two, "update item set name = 'b' where id = 2");
        CompletableFuture<Void> waiting = inBackground(() -> run(two, "update item set name = 'b' where id = 1"));
        Connection plain = subject.openPlain();
        Await.until(() -> !rows(
                        plain,
                        "select 1 from pg_stat_activity where wait_event_type = 'Lock'"
                                + " and datname = current_database()")
                .isEmpty());
        assertFails("40P01", () -> run(one, "update item set name = 'a' where id = 2"));
        one.rollback();
        waiting.get();
        two.commit();
        assertEquals("2", value(plain, "select count(*) from item where name = 'b'"));
    }

    @Conforms
    void calls_of_several_threads_run_one_after_the_other(Subject subject) throws Exception {
        Connection connection = subject.open();
        List<CompletableFuture<Void>> running = new java.util.ArrayList<>();
        for (int i = 0; i < 8; i++) {
            String number = String.valueOf(i);
            running.add(inBackground(() -> {
                for (int round = 0; round < 25; round++) {
                    assertEquals(number, value(connection, "select " + number));
                }
            }));
        }
        for (CompletableFuture<Void> one : running) {
            one.get();
        }
    }
}
