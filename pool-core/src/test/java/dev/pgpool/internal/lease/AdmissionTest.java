package dev.pgpool.internal.lease;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.pgpool.internal.lease.Admission.Outcome;
import dev.pgpool.internal.lease.Admission.Ticket;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class AdmissionTest {
    private static final Duration LONG = Duration.ofSeconds(30);

    private static Admission<String> admission(int permits) {
        return new Admission<>(permits, 100, idle -> Duration.ZERO);
    }

    private static Outcome enter(Admission<String> admission, Ticket<String> ticket, Duration patience) {
        return admission.enter(ticket, any -> true, System.nanoTime() + patience.toNanos(), List::of);
    }

    private static void awaitWaiting(Admission<String> admission, int count) {
        while (admission.waiting() != count) {
            Thread.onSpinWait();
        }
    }

    @Test
    void a_free_permit_comes_at_once_with_the_connection_used_last() {
        Admission<String> admission = admission(2);
        Ticket<String> first = new Ticket<>(Patience.unlimited());
        assertEquals(Outcome.ADMITTED, enter(admission, first, Duration.ZERO));
        assertNull(first.physical());
        admission.leave("a");
        enter(admission, new Ticket<>(Patience.unlimited()), Duration.ZERO);
        enter(admission, new Ticket<>(Patience.unlimited()), Duration.ZERO);
        admission.leave("a");
        admission.leave("b");
        Ticket<String> second = new Ticket<>(Patience.unlimited());
        enter(admission, second, Duration.ZERO);
        assertEquals("b", second.physical());
    }

    @Test
    void a_preferred_connection_is_taken_if_it_is_ready() {
        Admission<String> admission = admission(2);
        enter(admission, new Ticket<>(Patience.unlimited()), Duration.ZERO);
        enter(admission, new Ticket<>(Patience.unlimited()), Duration.ZERO);
        admission.leave("a");
        admission.leave("b");
        Ticket<String> ticket = new Ticket<>(Patience.unlimited());
        admission.enter(ticket, "a"::equals, System.nanoTime(), List::of);
        assertEquals("a", ticket.physical());
        assertEquals(List.of("b"), admission.takeReady(Duration.ZERO));
    }

    @Test
    void a_wait_ends_at_its_deadline_and_leaves_nothing_in_the_queue() {
        Admission<String> admission = admission(1);
        enter(admission, new Ticket<>(Patience.unlimited()), Duration.ZERO);
        assertEquals(Outcome.TIMED_OUT, enter(admission, new Ticket<>(Patience.unlimited()), Duration.ofMillis(20)));
        assertEquals(0, admission.waiting());
        admission.leave("a");
        Ticket<String> next = new Ticket<>(Patience.unlimited());
        assertEquals(Outcome.ADMITTED, enter(admission, next, Duration.ZERO));
        assertEquals("a", next.physical());
    }

    @Test
    void a_distant_deadline_is_kept_once_it_is_near() throws Exception {
        Admission<String> admission = admission(1);
        enter(admission, new Ticket<>(Patience.unlimited()), Duration.ZERO);
        AtomicReference<Outcome> outcome = new AtomicReference<>();
        Duration patience = Duration.ofMillis(3_500);
        long startedAt = System.nanoTime();
        Thread waiter = new Thread(() -> outcome.set(enter(admission, new Ticket<>(Patience.unlimited()), patience)));
        waiter.start();
        while (waiter.isAlive()) {
            admission.wakeNearDeadline();
            waiter.join(100);
        }
        assertEquals(Outcome.TIMED_OUT, outcome.get());
        assertTrue(System.nanoTime() - startedAt >= patience.toNanos());
        assertEquals(0, admission.waiting());
    }

    @Test
    void an_interrupt_ends_a_wait_and_stays_set() throws Exception {
        Admission<String> admission = admission(1);
        enter(admission, new Ticket<>(Patience.unlimited()), Duration.ZERO);
        AtomicReference<Outcome> outcome = new AtomicReference<>();
        AtomicReference<Boolean> interrupted = new AtomicReference<>();
        Thread waiter = new Thread(() -> {
            outcome.set(enter(admission, new Ticket<>(Patience.unlimited()), LONG));
            interrupted.set(Thread.currentThread().isInterrupted());
        });
        waiter.start();
        awaitWaiting(admission, 1);
        waiter.interrupt();
        waiter.join();
        assertEquals(Outcome.INTERRUPTED, outcome.get());
        assertTrue(interrupted.get());
        assertEquals(0, admission.waiting());
    }

    @Test
    void waiters_are_served_first_come_first_served() throws Exception {
        Admission<String> admission = admission(1);
        enter(admission, new Ticket<>(Patience.unlimited()), Duration.ZERO);
        List<Integer> order = Collections.synchronizedList(new ArrayList<>());
        List<Thread> threads = new ArrayList<>();
        for (int i = 0; i < 20; i++) {
            int number = i;
            Thread thread = new Thread(() -> {
                enter(admission, new Ticket<>(Patience.unlimited()), LONG);
                order.add(number);
                admission.leave("a");
            });
            thread.start();
            threads.add(thread);
            awaitWaiting(admission, i + 1);
        }
        admission.leave("a");
        for (Thread thread : threads) {
            thread.join();
        }
        assertEquals(order.stream().sorted().toList(), order);
        assertEquals(20, order.size());
    }

    @Test
    void more_waiters_than_allowed_are_sent_away() throws Exception {
        Admission<String> admission = new Admission<>(1, 1, idle -> Duration.ZERO);
        enter(admission, new Ticket<>(Patience.unlimited()), Duration.ZERO);
        Thread waiter = new Thread(() -> enter(admission, new Ticket<>(Patience.unlimited()), LONG));
        waiter.start();
        awaitWaiting(admission, 1);
        assertEquals(Outcome.QUEUE_FULL, enter(admission, new Ticket<>(Patience.unlimited()), LONG));
        admission.leave(null);
        waiter.join();
    }

    @Test
    void a_wait_that_could_never_end_is_refused() throws Exception {
        Admission<String> admission = admission(2);
        Thread me = Thread.currentThread();
        enter(admission, new Ticket<>(Patience.unlimited()), Duration.ZERO);
        enter(admission, new Ticket<>(Patience.unlimited()), Duration.ZERO);
        CountDownLatch other = new CountDownLatch(1);
        Thread waiter = new Thread(() -> {
            enter(admission, new Ticket<>(Patience.unlimited()), LONG);
            other.countDown();
        });
        waiter.start();
        awaitWaiting(admission, 1);
        assertEquals(
                Outcome.WOULD_NEVER_END,
                admission.enter(
                        new Ticket<>(Patience.unlimited()),
                        null,
                        System.nanoTime() + LONG.toNanos(),
                        () -> List.of(me, waiter)));
        Thread busy = new Thread(() -> {});
        assertEquals(
                Outcome.TIMED_OUT,
                admission.enter(
                        new Ticket<>(Patience.unlimited()),
                        null,
                        System.nanoTime() + 1_000_000,
                        () -> List.of(me, busy)));
        admission.leave(null);
        assertTrue(other.await(10, TimeUnit.SECONDS));
        waiter.join();
    }

    @Test
    void one_who_was_refused_a_new_connection_gets_the_first_that_comes_back() throws Exception {
        Admission<String> admission = admission(2);
        Ticket<String> opener = new Ticket<>(Patience.unlimited());
        enter(admission, opener, Duration.ZERO);
        enter(admission, new Ticket<>(Patience.unlimited()), Duration.ZERO);
        AtomicReference<Outcome> outcome = new AtomicReference<>();
        AtomicReference<String> given = new AtomicReference<>();
        Thread waiter = new Thread(() -> {
            Ticket<String> again = new Ticket<>(Patience.unlimited());
            outcome.set(admission.awaitReturned(again, System.nanoTime() + LONG.toNanos(), () -> false));
            given.set(again.physical());
        });
        waiter.start();
        while (waiter.getState() != Thread.State.WAITING) {
            Thread.onSpinWait();
        }
        admission.leave("a");
        waiter.join();
        assertEquals(Outcome.ADMITTED, outcome.get());
        assertEquals("a", given.get());
        // The permit that "a" came with is free again.
        assertEquals(Outcome.ADMITTED, enter(admission, new Ticket<>(Patience.unlimited()), Duration.ZERO));
        assertEquals(Outcome.TIMED_OUT, enter(admission, new Ticket<>(Patience.unlimited()), Duration.ZERO));
    }

    @Test
    void those_who_may_try_to_open_again_are_woken_in_their_order() throws Exception {
        Admission<String> admission = admission(3);
        List<Integer> woken = Collections.synchronizedList(new ArrayList<>());
        List<Thread> waiters = new ArrayList<>();
        for (int i = 0; i < 3; i++) {
            int number = i;
            enter(admission, new Ticket<>(Patience.unlimited()), Duration.ZERO);
            Thread waiter = new Thread(() -> {
                Ticket<String> again = new Ticket<>(Patience.unlimited());
                long deadline = System.nanoTime() + LONG.toNanos();
                if (admission.awaitReturned(again, deadline, () -> false) == Outcome.ADMITTED
                        && again.physical() == null) {
                    woken.add(number);
                }
            });
            waiter.start();
            waiters.add(waiter);
            while (waiter.getState() != Thread.State.WAITING) {
                Thread.onSpinWait();
            }
        }
        admission.retry(2);
        waiters.get(0).join();
        waiters.get(1).join();
        assertEquals(Set.of(0, 1), Set.copyOf(woken));
        assertEquals(Thread.State.WAITING, waiters.get(2).getState());
        admission.retry(4);
        waiters.get(2).join();
        assertEquals(2, woken.get(2));
    }

    @Test
    void nobody_waits_who_may_open_a_connection_already() {
        Admission<String> admission = admission(1);
        Ticket<String> ticket = new Ticket<>(Patience.unlimited());
        assertEquals(Outcome.ADMITTED, admission.awaitReturned(ticket, System.nanoTime() + LONG.toNanos(), () -> true));
        assertNull(ticket.physical());
    }

    @Test
    void while_paused_nobody_is_let_in_and_a_permit_that_comes_back_stays() {
        Admission<String> admission = admission(2);
        enter(admission, new Ticket<>(Patience.unlimited()), Duration.ZERO);
        assertTrue(admission.pause(Pause.now("upgrade")));
        admission.leave("a");
        assertEquals(Outcome.TIMED_OUT, enter(admission, new Ticket<>(Patience.unlimited()), Duration.ofMillis(5)));
        assertFalse(admission.pause(Pause.now("again")));
        assertEquals("upgrade", admission.pause().why());
        assertEquals("upgrade", admission.resume().why());
        assertNull(admission.resume());
        Ticket<String> ticket = new Ticket<>(Patience.unlimited());
        assertEquals(Outcome.ADMITTED, enter(admission, ticket, Duration.ZERO));
        assertEquals("a", ticket.physical());
        assertEquals(Outcome.ADMITTED, enter(admission, new Ticket<>(Patience.unlimited()), Duration.ZERO));
        assertEquals(Outcome.TIMED_OUT, enter(admission, new Ticket<>(Patience.unlimited()), Duration.ZERO));
    }

    @Test
    void those_who_wait_for_the_end_of_a_pause_are_let_in_in_their_order() throws Exception {
        Admission<String> admission = admission(1);
        admission.pause(Pause.now("upgrade"));
        List<Integer> order = Collections.synchronizedList(new ArrayList<>());
        List<Thread> threads = new ArrayList<>();
        for (int i = 0; i < 20; i++) {
            int number = i;
            Thread thread = new Thread(() -> {
                enter(admission, new Ticket<>(Patience.unlimited()), LONG);
                order.add(number);
                admission.leave("a");
            });
            thread.start();
            threads.add(thread);
            awaitWaiting(admission, i + 1);
        }
        admission.resume();
        for (Thread thread : threads) {
            thread.join();
        }
        assertEquals(order.stream().sorted().toList(), order);
        assertEquals(20, order.size());
    }

    @Test
    void the_end_of_a_pause_lets_in_as_many_as_there_are_permits() throws Exception {
        Admission<String> admission = admission(2);
        admission.pause(Pause.now("upgrade"));
        AtomicInteger admitted = new AtomicInteger();
        List<Thread> threads = new ArrayList<>();
        for (int i = 0; i < 5; i++) {
            Thread thread = new Thread(() -> {
                if (enter(admission, new Ticket<>(Patience.unlimited()), LONG) == Outcome.ADMITTED) {
                    admitted.incrementAndGet();
                }
            });
            thread.start();
            threads.add(thread);
            awaitWaiting(admission, i + 1);
        }
        admission.resume();
        assertEquals(3, admission.waiting());
        admission.close();
        for (Thread thread : threads) {
            thread.join();
        }
        assertEquals(2, admitted.get());
    }

    @Test
    void close_ends_the_waits_of_a_pause() throws Exception {
        Admission<String> admission = admission(1);
        admission.pause(Pause.now("upgrade"));
        AtomicReference<Outcome> outcome = new AtomicReference<>();
        Thread waiter = new Thread(() -> outcome.set(enter(admission, new Ticket<>(Patience.unlimited()), LONG)));
        waiter.start();
        awaitWaiting(admission, 1);
        admission.close();
        waiter.join();
        assertEquals(Outcome.CLOSED, outcome.get());
    }

    @Test
    void close_sends_everybody_away() throws Exception {
        Admission<String> admission = admission(1);
        enter(admission, new Ticket<>(Patience.unlimited()), Duration.ZERO);
        AtomicReference<Outcome> outcome = new AtomicReference<>();
        Thread waiter = new Thread(() -> outcome.set(enter(admission, new Ticket<>(Patience.unlimited()), LONG)));
        waiter.start();
        awaitWaiting(admission, 1);
        admission.close();
        waiter.join();
        assertEquals(Outcome.CLOSED, outcome.get());
        assertEquals(Outcome.CLOSED, enter(admission, new Ticket<>(Patience.unlimited()), LONG));
    }

    @Test
    void under_churn_no_connection_has_two_users_and_no_permit_is_lost() throws Exception {
        int permits = 3;
        Admission<String> admission = admission(permits);
        AtomicInteger opened = new AtomicInteger();
        Set<String> inUse = ConcurrentHashMap.newKeySet();
        AtomicInteger users = new AtomicInteger();
        List<String> faults = Collections.synchronizedList(new ArrayList<>());
        long seed = System.nanoTime();
        List<Thread> threads = new ArrayList<>();
        for (int t = 0; t < 16; t++) {
            Random random = new Random(seed + t);
            Thread thread = new Thread(() -> {
                for (int i = 0; i < 3_000; i++) {
                    Ticket<String> ticket = new Ticket<>(Patience.unlimited());
                    Duration patience = random.nextInt(10) == 0 ? Duration.ofNanos(random.nextInt(20_000)) : LONG;
                    if (random.nextInt(50) == 0) {
                        Thread.currentThread().interrupt();
                    }
                    Outcome outcome = enter(admission, ticket, patience);
                    Thread.interrupted();
                    if (outcome != Outcome.ADMITTED) {
                        continue;
                    }
                    String physical = ticket.physical() != null ? ticket.physical() : "c" + opened.incrementAndGet();
                    if (!inUse.add(physical)) {
                        faults.add(physical + " has two users");
                    }
                    if (users.incrementAndGet() > permits) {
                        faults.add("more users than permits");
                    }
                    users.decrementAndGet();
                    inUse.remove(physical);
                    admission.leave(random.nextInt(20) == 0 ? null : physical);
                }
            });
            thread.start();
            threads.add(thread);
        }
        for (Thread thread : threads) {
            thread.join();
        }
        assertEquals(List.of(), faults, "seed " + seed);
        assertEquals(0, admission.waiting());
        for (int i = 0; i < permits; i++) {
            assertEquals(
                    Outcome.ADMITTED,
                    enter(admission, new Ticket<>(Patience.unlimited()), Duration.ZERO),
                    "seed " + seed);
        }
        assertEquals(
                Outcome.TIMED_OUT, enter(admission, new Ticket<>(Patience.unlimited()), Duration.ZERO), "seed " + seed);
        assertFalse(Thread.currentThread().isInterrupted());
    }
}
