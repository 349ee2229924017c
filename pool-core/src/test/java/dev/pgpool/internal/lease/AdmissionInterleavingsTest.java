package dev.pgpool.internal.lease;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.pgpool.internal.lease.Admission.Outcome;
import dev.pgpool.internal.lease.Admission.Ticket;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicInteger;
import org.jetbrains.lincheck.Lincheck;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/**
 * The queue under the schedules of its threads that a model checker chooses, switching at accesses to shared memory, at
 * locks and at parks.
 *
 * <p>Time stands still there: a deadline is over from the start, or never. A park may end at any moment, as it may in
 * Java; so that a waiter is woken is not shown here but by AdmissionTest.
 */
@Timeout(120)
class AdmissionInterleavingsTest {
    private static final int SCHEDULES = Integer.getInteger("pgpool.schedules", 50);
    private static final Duration EVER = Duration.ofHours(1);

    private static Admission<String> admission(int permits) {
        return new Admission<>(permits, 100, idle -> Duration.ZERO);
    }

    /** A queue of which all permits are taken. */
    private static Admission<String> allTaken(int permits) {
        Admission<String> admission = admission(permits);
        for (int i = 0; i < permits; i++) {
            assertEquals(Outcome.ADMITTED, enter(admission, ticket(), Duration.ZERO));
        }
        return admission;
    }

    private static Ticket<String> ticket() {
        return new Ticket<>(Patience.unlimited());
    }

    private static Outcome enter(Admission<String> admission, Ticket<String> ticket, Duration patience) {
        return admission.enter(ticket, any -> true, System.nanoTime() + patience.toNanos(), List::of);
    }

    private static Thread start(Runnable work) {
        Thread thread = new Thread(work);
        thread.start();
        return thread;
    }

    private static void join(Thread... threads) {
        for (Thread thread : threads) {
            try {
                thread.join();
            } catch (InterruptedException e) {
                throw new AssertionError(e);
            }
        }
    }

    /** Asserts that just these permits are free, with just these connections. */
    private static void assertFree(Admission<String> admission, int permits, List<String> connections) {
        assertEquals(0, admission.waiting());
        List<String> found = new ArrayList<>();
        for (int i = 0; i < permits; i++) {
            Ticket<String> ticket = ticket();
            assertEquals(Outcome.ADMITTED, enter(admission, ticket, Duration.ZERO), "a permit was lost");
            if (ticket.physical() != null) {
                found.add(ticket.physical());
            }
        }
        assertEquals(Outcome.TIMED_OUT, enter(admission, ticket(), Duration.ZERO), "a permit too many");
        found.sort(null);
        assertEquals(connections, found);
    }

    @Test
    void never_are_more_admitted_than_there_are_permits_and_none_is_lost() {
        Lincheck.runConcurrentTest(SCHEDULES, () -> {
            Admission<String> admission = admission(1);
            AtomicInteger users = new AtomicInteger();
            AtomicInteger opened = new AtomicInteger();
            Runnable unitOfWork = () -> {
                Ticket<String> ticket = ticket();
                assertEquals(Outcome.ADMITTED, enter(admission, ticket, EVER));
                String physical = ticket.physical();
                if (physical == null) {
                    physical = "opened " + opened.incrementAndGet();
                }
                assertEquals(1, users.incrementAndGet());
                users.decrementAndGet();
                admission.leave(physical);
            };
            join(start(unitOfWork), start(unitOfWork), start(unitOfWork));
            assertFree(admission, 1, List.of("opened 1"));
        });
    }

    @Test
    void a_permit_granted_in_the_instant_of_a_time_out_is_not_lost() {
        Lincheck.runConcurrentTest(SCHEDULES, () -> {
            Admission<String> admission = allTaken(1);
            Thread user = start(() -> admission.leave("a"));
            Ticket<String> ticket = ticket();
            if (enter(admission, ticket, Duration.ZERO) == Outcome.ADMITTED) {
                admission.leave(Objects.requireNonNull(ticket.physical()));
            }
            join(user);
            assertFree(admission, 1, List.of("a"));
        });
    }

    @Test
    void a_permit_granted_in_the_instant_of_an_interrupt_is_not_lost() {
        Lincheck.runConcurrentTest(SCHEDULES, () -> {
            Admission<String> admission = allTaken(1);
            Thread waiter = start(() -> {
                Ticket<String> ticket = ticket();
                if (enter(admission, ticket, EVER) == Outcome.ADMITTED) {
                    admission.leave(Objects.requireNonNull(ticket.physical()));
                }
            });
            Thread user = start(() -> admission.leave("a"));
            waiter.interrupt();
            join(waiter, user);
            assertFree(admission, 1, List.of("a"));
        });
    }

    @Test
    void a_permit_granted_in_the_instant_in_which_the_wait_is_ended_is_not_lost() {
        Lincheck.runConcurrentTest(SCHEDULES, () -> {
            Admission<String> admission = allTaken(1);
            Patience patience = Patience.unlimited();
            Thread ender = start(patience::end);
            Thread user = start(() -> admission.leave("a"));
            Ticket<String> ticket = new Ticket<>(patience);
            Outcome outcome = enter(admission, ticket, EVER);
            if (outcome == Outcome.ADMITTED) {
                admission.leave(Objects.requireNonNull(ticket.physical()));
            } else {
                assertEquals(Outcome.ENDED, outcome);
            }
            join(ender, user);
            assertFree(admission, 1, List.of("a"));
        });
    }

    @Test
    void a_waiter_that_gives_up_does_not_stop_the_next_one() {
        Lincheck.runConcurrentTest(SCHEDULES, () -> {
            Admission<String> admission = allTaken(1);
            Thread hasty = start(() -> {
                Ticket<String> ticket = ticket();
                if (enter(admission, ticket, Duration.ZERO) == Outcome.ADMITTED) {
                    admission.leave(Objects.requireNonNull(ticket.physical()));
                }
            });
            Thread user = start(() -> admission.leave("a"));
            Ticket<String> ticket = ticket();
            assertEquals(Outcome.ADMITTED, enter(admission, ticket, EVER));
            assertEquals("a", ticket.physical());
            admission.leave("a");
            join(hasty, user);
            assertFree(admission, 1, List.of("a"));
        });
    }

    @Test
    void whoever_queued_first_is_served_first() {
        Lincheck.runConcurrentTest(SCHEDULES, () -> {
            Admission<String> admission = allTaken(2);
            List<Ticket<String>> queued = new ArrayList<>();
            Runnable caller = () -> {
                Ticket<String> ticket = ticket();
                // The question is asked under the queue's lock, right before the caller queues.
                Outcome outcome = admission.enter(ticket, any -> true, System.nanoTime() + EVER.toNanos(), () -> {
                    queued.add(ticket);
                    return List.of();
                });
                assertEquals(Outcome.ADMITTED, outcome);
            };
            Thread one = start(caller);
            Thread two = start(caller);
            admission.leave("a");
            admission.leave("b");
            join(one, two);
            if (queued.size() == 2) {
                assertEquals("a", queued.get(0).physical());
                assertEquals("b", queued.get(1).physical());
            }
            admission.leave("a");
            admission.leave("b");
            assertFree(admission, 2, List.of("a", "b"));
        });
    }

    @Test
    void one_who_was_refused_a_new_connection_gets_one_that_comes_back_or_keeps_its_permit() {
        for (Duration patience : List.of(Duration.ZERO, EVER)) {
            Lincheck.runConcurrentTest(SCHEDULES, () -> {
                Admission<String> admission = allTaken(2);
                Thread user = start(() -> admission.leave("a"));
                Ticket<String> ticket = ticket();
                Outcome outcome = admission.awaitReturned(ticket, System.nanoTime() + patience.toNanos(), () -> false);
                assertTrue(outcome == Outcome.ADMITTED || patience.isZero());
                admission.leave(outcome == Outcome.ADMITTED ? Objects.requireNonNull(ticket.physical()) : null);
                join(user);
                assertFree(admission, 2, List.of("a"));
            });
        }
    }

    @Test
    void one_who_may_try_again_to_open_loses_nothing_that_comes_back_in_this_instant() {
        Lincheck.runConcurrentTest(SCHEDULES, () -> {
            Admission<String> admission = allTaken(2);
            Thread user = start(() -> admission.leave("a"));
            Thread opener = start(() -> admission.retry(1));
            Ticket<String> ticket = ticket();
            Outcome outcome = admission.awaitReturned(ticket, System.nanoTime() + EVER.toNanos(), () -> false);
            assertEquals(Outcome.ADMITTED, outcome);
            admission.leave(ticket.physical());
            join(user, opener);
            assertFree(admission, 2, List.of("a"));
        });
    }

    @Test
    void a_pause_and_its_end_lose_no_permit_and_nobody_who_waits() {
        Lincheck.runConcurrentTest(SCHEDULES, () -> {
            Admission<String> admission = allTaken(1);
            Thread operator = start(() -> {
                admission.pause(Pause.now("upgrade"));
                admission.resume();
            });
            Thread user = start(() -> admission.leave("a"));
            Ticket<String> ticket = ticket();
            assertEquals(Outcome.ADMITTED, enter(admission, ticket, EVER));
            assertEquals("a", ticket.physical());
            admission.leave("a");
            join(operator, user);
            assertFree(admission, 1, List.of("a"));
        });
    }

    @Test
    void the_end_sends_all_away_and_leaves_nobody_waiting() {
        Lincheck.runConcurrentTest(SCHEDULES, () -> {
            Admission<String> admission = allTaken(1);
            Runnable caller = () -> {
                Outcome outcome = enter(admission, ticket(), EVER);
                assertTrue(outcome == Outcome.CLOSED || outcome == Outcome.ADMITTED);
            };
            Thread one = start(caller);
            Thread two = start(caller);
            Thread user = start(() -> admission.leave("a"));
            admission.close();
            join(one, two, user);
            assertEquals(Outcome.CLOSED, enter(admission, ticket(), EVER));
            assertEquals(0, admission.waiting());
        });
    }
}
