package dev.pgpool.internal.lease;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.pgpool.internal.lease.Admission.Outcome;
import dev.pgpool.internal.lease.Admission.Ticket;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** How a wait ends that isn't over. */
@Timeout(20)
class PatienceTest {
    private static final Duration LONG = Duration.ofHours(1);

    @Test
    void a_pause_lasts_as_long_as_it_should() {
        Patience patience = Patience.unlimited();
        assertTrue(patience.pause(Duration.ofMillis(20)));
        assertTrue(patience.elapsed().toMillis() >= 20);
    }

    @Test
    void another_thread_ends_a_pause() throws InterruptedException {
        Patience patience = Patience.unlimited();
        Thread other = endWhenWaiting(patience);
        assertFalse(patience.pause(LONG));
        other.join();
    }

    @Test
    void a_pause_that_was_ended_before_it_began_is_over_at_once() {
        Patience patience = Patience.unlimited();
        patience.end();
        assertFalse(patience.pause(LONG));
    }

    @Test
    void an_interrupt_ends_a_pause_and_is_kept() {
        Thread.currentThread().interrupt();
        boolean passed = Patience.unlimited().pause(LONG);
        assertTrue(Thread.interrupted());
        assertFalse(passed);
    }

    @Test
    void no_wait_is_longer_than_what_is_left_of_the_call() {
        Patience patience = Patience.of(Duration.ofMillis(30));
        assertTrue(patience.pause(LONG));
        assertTrue(patience.expired());
    }

    @Test
    void another_thread_ends_the_wait_in_the_queue() throws InterruptedException {
        Admission<String> admission = new Admission<>(1, 10, physical -> Duration.ZERO);
        assertEquals(Outcome.ADMITTED, enter(admission, Patience.unlimited()));
        Patience patience = Patience.unlimited();
        Thread other = endWhenWaiting(patience);

        assertEquals(Outcome.ENDED, enter(admission, patience));

        other.join();
        assertEquals(0, admission.waiting());
        admission.leave(null);
        assertEquals(Outcome.ADMITTED, enter(admission, Patience.unlimited()));
    }

    private static Outcome enter(Admission<String> admission, Patience patience) {
        return admission.enter(new Ticket<>(patience), physical -> true, patience.deadline(LONG), List::of);
    }

    private static Thread endWhenWaiting(Patience patience) {
        Thread waiter = Thread.currentThread();
        Thread other = new Thread(() -> {
            while (waiter.getState() != Thread.State.TIMED_WAITING && waiter.getState() != Thread.State.WAITING) {
                Thread.onSpinWait();
            }
            patience.end();
        });
        other.start();
        return other;
    }
}
