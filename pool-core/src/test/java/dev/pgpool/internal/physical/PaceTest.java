package dev.pgpool.internal.physical;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.pgpool.internal.physical.Pace.Attempt;
import java.sql.SQLException;
import java.time.Duration;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class PaceTest {
    private static final SQLException AWAY = new SQLException("connection refused", "08001");
    private static final SQLException WRONG_PASSWORD = new SQLException("wrong password", "28P01");

    private long now = Long.MAX_VALUE - 1_000;
    private final Pace pace = new Pace(() -> now);

    private void pass(Duration time) {
        now += time.toNanos();
    }

    private Attempt begun() {
        return Objects.requireNonNull(pace.begin(), "no attempt may begin");
    }

    private void failOnce() {
        pass(Pace.LONGEST_PAUSE);
        pace.failed(begun(), AWAY);
    }

    @Test
    void a_few_connections_are_opened_at_once() {
        Attempt first = begun();
        for (int i = 1; i < Pace.AT_ONCE; i++) {
            begun();
        }
        assertNull(pace.begin());
        pace.succeeded(first);
        assertEquals(1, pace.room());
        begun();
        assertNull(pace.begin());
    }

    @Test
    void after_a_failure_one_tries_at_a_time_and_only_after_a_pause() {
        pace.failed(begun(), AWAY);
        assertSame(AWAY, pace.refusal());
        assertNull(pace.begin());
        pass(pace.pause());
        begun();
        assertNull(pace.begin());
    }

    @Test
    void pauses_grow_and_stay_below_a_quarter_of_a_second() {
        failOnce();
        Duration first = pace.pause();
        for (int i = 0; i < 100; i++) {
            failOnce();
            assertTrue(pace.pause().compareTo(Duration.ofMillis(250)) <= 0, pace.pause()::toString);
        }
        assertTrue(pace.pause().compareTo(first) > 0, first + " and then " + pace.pause());
        assertTrue(pace.pause().compareTo(Duration.ofMillis(125)) >= 0, pace.pause()::toString);
    }

    @Test
    void the_first_success_lets_a_few_open_again() {
        failOnce();
        failOnce();
        pass(pace.pause());
        pace.succeeded(begun());
        assertEquals(Pace.AT_ONCE, pace.room());
        assertNull(pace.refusal());
        // The growth of the pauses begins anew.
        pace.failed(begun(), AWAY);
        assertTrue(pace.pause().compareTo(Duration.ofMillis(20)) <= 0, pace.pause()::toString);
    }

    @Test
    void an_attempt_that_hangs_does_not_keep_others_from_trying() {
        failOnce();
        pass(pace.pause());
        Attempt hanging = begun();
        pass(Pace.HANGING.minusNanos(1));
        assertNull(pace.begin());
        pass(Duration.ofNanos(1));
        assertNotNull(pace.begin());
        assertNull(pace.begin());
        // However late it ends, it counts.
        pace.succeeded(hanging);
        assertEquals(Pace.AT_ONCE - 1, pace.room());
    }

    @Test
    void a_server_that_says_no_is_there() {
        failOnce();
        pass(pace.pause());
        pace.failed(begun(), WRONG_PASSWORD);
        assertEquals(Pace.AT_ONCE, pace.room());
        assertSame(WRONG_PASSWORD, pace.refusal());
    }

    @Test
    void an_attempt_that_ended_by_a_bug_leaves_no_trace() {
        pace.gaveUp(begun());
        assertEquals(Pace.AT_ONCE, pace.room());
    }

    @ParameterizedTest
    @ValueSource(strings = {"08001", "08006", "57P01", "57P02", "57P03", "53300"})
    void these_refusals_pass(String state) {
        assertTrue(Pace.passes(new SQLException("", state)));
    }

    @ParameterizedTest
    @ValueSource(strings = {"28P01", "28000", "3D000", "08004", "22023"})
    void these_do_not(String state) {
        assertFalse(Pace.passes(new SQLException("", state)));
        assertFalse(Pace.passes(new SQLException("")));
    }
}
