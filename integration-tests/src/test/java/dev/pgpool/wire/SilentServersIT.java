package dev.pgpool.wire;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.pgpool.conformance.Await;
import dev.pgpool.testserver.PostgresTest;
import dev.pgpool.testserver.TestDatabase;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Servers that refuse, or say nothing, and networks that have died without a word. */
@PostgresTest
@Timeout(value = 60, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class SilentServersIT {
    private TestDatabase database;

    @BeforeEach
    void table(TestDatabase shared) throws SQLException {
        database = shared;
        try (Connection owner = database.connect();
                Statement statement = owner.createStatement()) {
            statement.execute("drop table if exists item; create table item (name text)");
        }
    }

    private static Duration since(long startedAt) {
        return Duration.ofNanos(System.nanoTime() - startedAt);
    }

    private static void assertSoonerThan(Duration limit, long startedAt) {
        Duration took = since(startedAt);
        assertTrue(took.compareTo(limit) < 0, "took " + took + ", not less than " + limit);
    }

    @ParameterizedTest
    @ValueSource(strings = {"53300", "57P03"})
    void a_passing_refusal_is_waited_out(String sqlState) throws Exception {
        try (WiredPool wired = new WiredPool(database, 2, "")) {
            wired.wire.set(Fault.refusing(sqlState, "not now"));
            CompletableFuture<String> waiting = wired.askApart("select 'done'");
            Await.until(() -> wired.wire.opened() >= 3);
            assertFalse(waiting.isDone());
            wired.wire.set(Fault.NONE);
            assertEquals("done", waiting.get(10, TimeUnit.SECONDS));
            wired.assertWhole();
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"53300", "57P03"})
    void a_refusal_that_doesnt_pass_is_told_at_the_deadline(String sqlState) throws Exception {
        try (WiredPool wired = new WiredPool(database, 2, "&pool.acquireTimeout=300ms")) {
            wired.wire.set(Fault.refusing(sqlState, "not now"));
            SQLException failure = assertThrows(SQLException.class, wired::connect);
            assertEquals("08001", failure.getSQLState());
            assertEquals(sqlState, ((SQLException) failure.getCause()).getSQLState());
            wired.assertWhole();
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"28P01", "28000", "3D000"})
    void a_final_refusal_is_told_at_once_in_the_servers_words(String sqlState) throws Exception {
        try (WiredPool wired = new WiredPool(database, 2, "")) {
            wired.wire.set(Fault.refusing(sqlState, "never"));
            SQLException failure = assertThrows(SQLException.class, wired::connect);
            assertEquals(sqlState, failure.getSQLState());
            assertTrue(failure.getMessage().contains("never"), failure.getMessage());
            assertEquals(1, wired.wire.opened());
            wired.assertWhole();
        }
    }

    @Test
    void a_server_that_says_nothing_is_given_up_after_the_login_timeout() throws Exception {
        try (WiredPool wired = new WiredPool(database, 2, "&loginTimeout=1&pool.acquireTimeout=500ms")) {
            wired.wire.set(Fault.mute());
            long startedAt = System.nanoTime();
            SQLException failure = assertThrows(SQLException.class, wired::connect);
            assertEquals("08001", failure.getSQLState(), failure.toString());
            assertSoonerThan(Duration.ofSeconds(5), startedAt);
            Await.until(() -> wired.wire.open() == 0);
            wired.assertWhole();
        }
    }

    @ParameterizedTest
    @CsvSource({"false", "true"})
    void a_pool_closes_at_once_while_a_connection_is_being_opened(boolean connectedBefore) throws Exception {
        try (WiredPool wired = new WiredPool(database, 2, "&pool.name=mute")) {
            if (connectedBefore) {
                wired.fill();
            }
            wired.wire.set(Fault.mute());
            wired.wire.reset();
            int before = wired.wire.opened();
            CompletableFuture<String> waiting = wired.askApart("select 1");
            Await.until(() -> wired.wire.opened() > before);
            long startedAt = System.nanoTime();
            wired.pool.close();
            assertSoonerThan(Duration.ofSeconds(3), startedAt);
            ExecutionException failure = assertThrows(ExecutionException.class, () -> waiting.get(3, TimeUnit.SECONDS));
            assertEquals("08003", ((SQLException) failure.getCause()).getSQLState(), failure.toString());
            Await.until(() -> wired.wire.open() == 0);
            Await.until(() -> Thread.getAllStackTraces().keySet().stream()
                    .noneMatch(thread -> thread.getName().startsWith("mute")));
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"abort", "close", "cancel", "interrupt", "query timeout"})
    void the_wait_for_a_connection_that_is_being_opened_ends_at_once(String how) throws Exception {
        try (WiredPool wired = new WiredPool(database, 1, "")) {
            wired.fill();
            Connection connection = wired.connect();
            Statement statement = connection.createStatement();
            wired.wire.set(Fault.mute());
            wired.wire.reset();
            int before = wired.wire.opened();
            if (how.equals("query timeout")) {
                statement.setQueryTimeout(1);
            }
            CompletableFuture<Thread> caller = new CompletableFuture<>();
            CompletableFuture<String> waiting = CompletableFuture.supplyAsync(() -> {
                caller.complete(Thread.currentThread());
                try {
                    return String.valueOf(statement.execute("select 1"));
                } catch (SQLException e) {
                    return e.getSQLState();
                }
            });
            Await.until(() -> wired.wire.opened() > before);
            long startedAt = System.nanoTime();
            switch (how) {
                case "abort" -> connection.abort(Runnable::run);
                case "close" -> connection.close();
                case "cancel" -> statement.cancel();
                case "interrupt" -> caller.get().interrupt();
                default -> assertEquals(1, statement.getQueryTimeout());
            }
            String expected = switch (how) {
                case "cancel", "query timeout" -> "57014";
                case "interrupt" -> "08001";
                default -> "08003";
            };
            // Well before the ten seconds that opening a session may take.
            assertEquals(expected, waiting.get(5, TimeUnit.SECONDS));
            assertSoonerThan(Duration.ofSeconds(5), startedAt);
            wired.wire.set(Fault.NONE);
            connection.close();
            wired.assertWhole();
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "&loginTimeout=30"})
    void an_interrupt_that_ends_the_opening_of_a_connection_is_told_as_any_other(String more) throws Exception {
        try (WiredPool wired = new WiredPool(database, 1, more)) {
            wired.fill();
            wired.wire.set(Fault.mute());
            wired.wire.reset();
            int before = wired.wire.opened();
            CompletableFuture<SQLException> told = new CompletableFuture<>();
            Thread caller = new Thread(() -> {
                try {
                    told.complete(assertThrows(SQLException.class, () -> wired.ask("select 1")));
                    assertTrue(Thread.currentThread().isInterrupted());
                } catch (Throwable e) {
                    told.completeExceptionally(e);
                }
            });
            caller.start();
            Await.until(() -> wired.wire.opened() > before);
            caller.interrupt();
            SQLException failure = told.get(5, TimeUnit.SECONDS);
            assertEquals("08001", failure.getSQLState(), failure.toString());
            assertTrue(failure.getMessage().contains("interrupted after waiting"), failure.getMessage());
            wired.assertWhole();
        }
    }

    @Test
    void idle_connections_over_a_dead_network_are_replaced_after_one_wait() throws Exception {
        try (WiredPool wired = new WiredPool(database, 4, "&pool.validateAfterIdle=0")) {
            wired.fill();
            wired.wire.silence();
            long startedAt = System.nanoTime();
            assertEquals("here", wired.ask("select 'here'"));
            // A validation takes at most five seconds, and there is one for all four.
            assertSoonerThan(Duration.ofSeconds(9), startedAt);
            wired.assertWhole();
        }
    }

    @Test
    void a_read_in_flight_over_a_dead_network_ends_at_the_socket_timeout() throws Exception {
        try (WiredPool wired = new WiredPool(database, 2, "&socketTimeout=1")) {
            wired.fill();
            wired.wire.set(Fault.at("in flight", (line, message) -> line.silence()));
            long startedAt = System.nanoTime();
            SQLException failure = assertThrows(SQLException.class, () -> wired.ask("select 'in flight'"));
            assertEquals("08006", failure.getSQLState(), failure.toString());
            assertSoonerThan(Duration.ofSeconds(5), startedAt);
            wired.assertWhole();
        }
    }

    @Test
    void a_write_in_flight_over_a_dead_network_may_have_run() throws Exception {
        try (WiredPool wired = new WiredPool(database, 2, "&socketTimeout=1")) {
            wired.fill();
            wired.wire.set(Fault.at("in flight", (line, message) -> line.silence()));
            SQLException failure = assertThrows(
                    SQLException.class, () -> wired.ask("insert into item values ('in flight') returning name"));
            assertEquals("08007", failure.getSQLState(), failure.toString());
            wired.assertWhole();
            assertEquals("1", wired.ask("select count(*) from item"));
        }
    }

    @Test
    void a_query_timeout_ends_a_wait_for_a_dead_network_too() throws Exception {
        try (WiredPool wired = new WiredPool(database, 2, "&cancelSignalTimeout=1")) {
            wired.fill();
            wired.wire.set(Fault.at("in flight", (line, message) -> line.silence()));
            long startedAt = System.nanoTime();
            CompletableFuture<String> write = CompletableFuture.supplyAsync(
                    () -> stateAfterTimeout(wired, "insert into item values ('in flight') returning name"));
            assertEquals("57014", stateAfterTimeout(wired, "select 'in flight'"));
            assertEquals("08007", write.get(20, TimeUnit.SECONDS));
            assertSoonerThan(Duration.ofSeconds(20), startedAt);
            wired.assertWhole();
        }
    }

    private static String stateAfterTimeout(WiredPool wired, String sql) {
        try (Connection connection = wired.connect();
                Statement statement = connection.createStatement()) {
            statement.setQueryTimeout(1);
            statement.executeQuery(sql);
            return "answered";
        } catch (SQLException e) {
            return e.getSQLState();
        }
    }
}
