package dev.pgpool.internal.metrics;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.pgpool.pool.PoolEvent;
import dev.pgpool.pool.RetireReason;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What an operator reads of an outage at the level INFO. */
final class PoolLogTest {
    private final PrintStream console = System.err;
    private final ByteArrayOutputStream log = new ByteArrayOutputStream();
    private final PoolLog pool = new PoolLog("orders");

    @BeforeEach
    void listen() {
        System.setErr(new PrintStream(log, true, StandardCharsets.UTF_8));
    }

    @AfterEach
    void listenNoMore() {
        System.setErr(console);
    }

    private List<String> lines() {
        List<String> lines = log.toString(StandardCharsets.UTF_8).lines().toList();
        log.reset();
        return lines;
    }

    private void refuse(Duration retryIn) {
        pool.on(new PoolEvent.OpenFailed(new SQLException("the database system is starting up", "57P03"), retryIn));
    }

    @Test
    void an_outage_is_told_when_it_begins_and_when_it_is_over() {
        for (int i = 0; i < 100; i++) {
            refuse(Duration.ofMillis(250));
        }
        List<String> begin = lines();
        assertEquals(1, begin.size(), begin::toString);
        assertTrue(
                begin.get(0)
                        .endsWith(
                                "WARN dev.pgpool.pool - orders could not open a physical connection; trying again until"
                                        + " it can, and telling it then: the database system is starting up"),
                begin::toString);
        pool.on(new PoolEvent.Opened(17, Duration.ofMillis(3)));
        pool.on(new PoolEvent.Opened(18, Duration.ofMillis(3)));
        List<String> end = lines();
        assertEquals(1, end.size(), end::toString);
        assertTrue(
                end.get(0)
                        .matches(
                                ".*INFO dev.pgpool.pool - orders opens physical connections again, after \\d+ s and 100"
                                        + " failures"),
                end::toString);
    }

    @Test
    void the_next_outage_is_told_again() {
        refuse(Duration.ZERO);
        pool.on(new PoolEvent.Opened(17, Duration.ZERO));
        lines();
        refuse(Duration.ZERO);
        assertEquals(1, lines().size());
    }

    @Test
    void a_refusal_that_went_to_a_caller_is_told_each_time() {
        refuse(null);
        refuse(null);
        assertEquals(2, lines().size());
    }

    @Test
    void an_end_in_use_is_told_with_its_backend_and_an_end_while_idle_is_not() {
        Duration age = Duration.ofSeconds(7);
        pool.on(new PoolEvent.Retired(17, RetireReason.DIED_IDLE, age, 3, null));
        pool.on(new PoolEvent.Retired(18, RetireReason.MAX_LIFETIME, age, 3, null));
        assertEquals(List.of(), lines());
        pool.on(new PoolEvent.Retired(19, RetireReason.BROKEN, age, 3, new SQLException("terminating connection")));
        List<String> told = lines();
        assertEquals(1, told.size(), told::toString);
        assertTrue(
                told.get(0)
                        .endsWith("WARN dev.pgpool.pool - orders/19 retired: it broke while in use: terminating"
                                + " connection (born 7 s ago, 3 leases)"),
                told::toString);
    }
}
