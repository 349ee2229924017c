package dev.pgpool.wire;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.pgpool.testserver.PostgresTest;
import dev.pgpool.testserver.TestDatabase;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Networks that have died without a word. */
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
