package dev.pgpool.internal.failure;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Duration;
import org.junit.jupiter.api.Test;

class PausesTest {
    @Test
    void the_second_attempt_follows_at_once() {
        assertEquals(Duration.ZERO, Pauses.after(1, 1));
    }

    @Test
    void pauses_grow_to_a_quarter_of_a_second_and_no_further() {
        assertEquals(Duration.ofMillis(10), Pauses.after(2, 1));
        assertEquals(Duration.ofMillis(20), Pauses.after(3, 1));
        assertEquals(Duration.ofMillis(160), Pauses.after(6, 1));
        assertEquals(Duration.ofMillis(250), Pauses.after(7, 1));
        assertEquals(Duration.ofMillis(250), Pauses.after(Integer.MAX_VALUE, 1));
    }

    @Test
    void no_two_callers_pause_alike() {
        for (int failures = 2; failures < 100; failures++) {
            Duration longest = Pauses.after(failures, 1);
            assertEquals(longest.dividedBy(2), Pauses.after(failures, 0));
            assertTrue(Pauses.after(failures, 0.5).compareTo(longest) < 0);
        }
    }
}
