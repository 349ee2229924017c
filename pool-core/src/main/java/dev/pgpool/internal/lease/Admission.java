package dev.pgpool.internal.lease;

import dev.pgpool.internal.metrics.LeaseCounts;
import dev.pgpool.internal.metrics.Waits;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Deque;
import java.util.HashSet;
import java.util.Iterator;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.locks.LockSupport;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.BooleanSupplier;
import java.util.function.Function;
import java.util.function.Predicate;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Who may use a physical connection: one permit for each of {@code maxSize}, first come, first served.
 *
 * <p>A permit that comes back is handed to the first waiter, together with the physical connection that it was for;
 * nobody who comes later can overtake. Connections that come back while nobody waits stay here for a moment, ready for
 * the next. Safe for use by many threads.
 *
 * @param <C> the physical connections; which they are makes no difference here
 */
final class Admission<C> {
    /** The outcome of a wait. */
    enum Outcome {
        ADMITTED,
        TIMED_OUT,
        INTERRUPTED,
        ENDED,
        QUEUE_FULL,
        WOULD_NEVER_END,
        CLOSED
    }

    /**
     * One caller's way through the queue, and then his permit; waited with once. Its fields are written under the lock,
     * before {@code outcome}.
     */
    static final class Ticket<C> {
        private final Patience patience;
        private long deadlineNanos;
        private @Nullable C physical;
        /** Whether it is a permit that wasn't given back yet. Written by its holder too. */
        private boolean permit;

        private volatile @Nullable Outcome outcome;

        /** For the thread whose patience it is. */
        Ticket(Patience patience) {
            this.patience = patience;
        }

        /** How long its thread is ready to wait. */
        Patience patience() {
            return patience;
        }

        /** The connection that goes with the permit; null if there is none yet. */
        @Nullable C physical() {
            return physical;
        }

        /** For the holder: the connection that goes with the permit from now on; null if there is none. */
        void physical(@Nullable C obtained) {
            physical = obtained;
        }

        private void settle(Outcome how, @Nullable C with) {
            physical = with;
            outcome = how;
        }

        private void wakeIfNear(long now) {
            if (deadlineNanos - now <= NEAR.toNanos()) {
                wake();
            }
        }

        private void wake() {
            LockSupport.unpark(patience.thread());
        }
    }

    /** From here on a waiter watches the clock; more than the time between two calls of wakeNearDeadline. */
    private static final Duration NEAR = Duration.ofSeconds(3);

    private final ReentrantLock lock = new ReentrantLock();
    private final int maxWaiters;
    private final Function<C, Duration> idleFor;
    private final Set<Ticket<C>> waiters = new LinkedHashSet<>();
    /** Those who have a permit and can't open a connection at the moment: any that comes back will do. */
    private final Set<Ticket<C>> refused = new LinkedHashSet<>();
    /** Idle connections, the last used one first: it is the warmest, and the others can grow old enough to be closed. */
    private final Deque<C> ready = new ArrayDeque<>();

    private int free;
    private boolean closed;
    private long admitted;
    private long handedOver;
    private final Waits waits = new Waits();
    /** While there is one, no permit is given: whoever comes waits, and keeps his place. */
    private volatile @Nullable Pause pause;

    /** {@code idleFor} says how long a connection has been idle. */
    Admission(int permits, int maxWaiters, Function<C, Duration> idleFor) {
        this.free = permits;
        this.maxWaiters = maxWaiters;
        this.idleFor = idleFor;
    }

    /**
     * Gets a permit, perhaps with a connection.
     *
     * @param ticket a fresh one, of this thread
     * @param fits which connection to prefer among those that are ready
     * @param keepers asked before a wait: the threads that keep all permits between calls; empty if not all are kept
     */
    Outcome enter(
            Ticket<C> ticket, Predicate<? super C> fits, long deadlineNanos, Supplier<Collection<Thread>> keepers) {
        lock.lock();
        try {
            if (closed) {
                return Outcome.CLOSED;
            }
            if (free > 0 && waiters.isEmpty() && pause == null) {
                C first = takeReady(fits);
                // No call from here on: an Error near the end of a stack must not come between these.
                ticket.physical = first;
                ticket.permit = true;
                free--;
                admitted++;
                return Outcome.ADMITTED;
            }
            if (waiters.size() >= maxWaiters) {
                return Outcome.QUEUE_FULL;
            }
            if (allWaitHere(keepers.get())) {
                return Outcome.WOULD_NEVER_END;
            }
            ticket.deadlineNanos = deadlineNanos;
            waiters.add(ticket);
        } finally {
            lock.unlock();
        }
        long startedAt = System.nanoTime();
        try {
            return await(ticket, waiters);
        } finally {
            waits.add(System.nanoTime() - startedAt);
        }
    }

    /** The last used one of those that fit, else the last used one; null if none is ready. */
    private @Nullable C takeReady(Predicate<? super C> fits) {
        C warmest = ready.peekFirst();
        if (warmest == null || ready.size() == 1 || fits.test(warmest)) {
            return ready.pollFirst();
        }
        for (Iterator<C> each = ready.iterator(); each.hasNext(); ) {
            C candidate = each.next();
            if (fits.test(candidate)) {
                each.remove();
                return candidate;
            }
        }
        return ready.pollFirst();
    }

    /**
     * Waits, with a permit in hand, for a connection that somebody gives back, or for {@link #retry}.
     *
     * @param unless asked before the wait: whether there is no need to wait for {@code retry}
     */
    Outcome awaitReturned(Ticket<C> ticket, long deadlineNanos, BooleanSupplier unless) {
        ticket.outcome = null;
        lock.lock();
        try {
            if (closed) {
                return Outcome.CLOSED;
            }
            ticket.physical = ready.pollFirst();
            if (ticket.physical != null || unless.getAsBoolean()) {
                return Outcome.ADMITTED;
            }
            ticket.deadlineNanos = deadlineNanos;
            refused.add(ticket);
        } finally {
            lock.unlock();
        }
        return await(ticket, refused);
    }

    /** Lets this many of those who wait for a connection that comes back try again to open one. */
    void retry(int count) {
        List<Ticket<C>> chosen = new ArrayList<>(0);
        lock.lock();
        try {
            while (chosen.size() < count && !refused.isEmpty()) {
                Ticket<C> next = Objects.requireNonNull(poll(refused));
                next.settle(Outcome.ADMITTED, null);
                chosen.add(next);
            }
        } finally {
            lock.unlock();
        }
        chosen.forEach(Ticket::wake);
    }

    private Outcome await(Ticket<C> ticket, Set<Ticket<C>> queue) {
        for (; ; ) {
            Outcome outcome = ticket.outcome;
            if (outcome != null) {
                return outcome;
            }
            if (ticket.patience.ended()) {
                return withdraw(ticket, queue, Outcome.ENDED);
            }
            long left = ticket.deadlineNanos - System.nanoTime();
            if (left <= 0) {
                return withdraw(ticket, queue, Outcome.TIMED_OUT);
            }
            if (left > NEAR.toNanos()) {
                // A timed park of a virtual thread costs a timer; nearly all are served before they need one.
                LockSupport.park(this);
            } else {
                LockSupport.parkNanos(this, left);
            }
            if (Thread.interrupted()) {
                Outcome how = withdraw(ticket, queue, Outcome.INTERRUPTED);
                Thread.currentThread().interrupt();
                return how;
            }
        }
    }

    /** Leaves the queue; what was granted in the last moment stays granted. */
    private Outcome withdraw(Ticket<C> ticket, Set<Ticket<C>> queue, Outcome why) {
        lock.lock();
        try {
            Outcome outcome = ticket.outcome;
            if (outcome != null) {
                return outcome;
            }
            queue.remove(ticket);
            return why;
        } finally {
            lock.unlock();
        }
    }

    /** As {@link #leave(Object)}, unless this permit was given back before; for its holder. */
    void leave(Ticket<C> permit, @Nullable C physical) {
        if (permit.permit) {
            permit.permit = false;
            permit.physical = null;
            leave(physical);
        }
    }

    /** Gives a permit back; the connection, if any, must be idle and clean. */
    void leave(@Nullable C physical) {
        Ticket<C> first = null;
        Ticket<C> next;
        lock.lock();
        try {
            C left = physical;
            if (left != null) {
                first = poll(refused);
                if (first != null) {
                    first.settle(Outcome.ADMITTED, left);
                    left = null;
                }
            }
            next = pause == null ? poll(waiters) : null;
            if (next == null && left != null) {
                ready.addFirst(left);
            }
            // No call from here on: an Error near the end of a stack must not come between these.
            if (next == null) {
                free++;
            } else {
                admitted++;
                handedOver++;
                next.permit = true;
                next.physical = left;
                next.outcome = Outcome.ADMITTED;
            }
        } finally {
            lock.unlock();
        }
        // Waking a thread takes longer than all the rest: not under the lock, for which others may wait.
        if (next != null) {
            next.wake();
        }
        if (first != null) {
            first.wake();
        }
    }

    /**
     * Gives up what an Error has left of a wait, or of the permit that it led to; for whoever waited.
     *
     * @return the connection that went with the permit, which is in no known state; null if there is none
     */
    @Nullable C giveUp(Ticket<C> ticket) {
        C left;
        lock.lock();
        try {
            waiters.remove(ticket);
            left = ticket.permit ? ticket.physical : null;
        } finally {
            lock.unlock();
        }
        leave(ticket, null);
        return left;
    }

    private @Nullable Ticket<C> poll(Set<Ticket<C>> queue) {
        Iterator<Ticket<C>> first = queue.iterator();
        if (!first.hasNext()) {
            return null;
        }
        Ticket<C> ticket = first.next();
        first.remove();
        return ticket;
    }

    /** Gives no more permits; false if it was paused already, for the reason told then. */
    boolean pause(Pause begun) {
        lock.lock();
        try {
            if (pause != null) {
                return false;
            }
            pause = begun;
            return true;
        } finally {
            lock.unlock();
        }
    }

    /** Lets in those who wait, first come, first served; the pause that this ended, or null if there was none. */
    @Nullable Pause resume() {
        List<Ticket<C>> letIn = new ArrayList<>();
        Pause ended;
        lock.lock();
        try {
            ended = pause;
            pause = null;
            while (free > 0 && !waiters.isEmpty()) {
                Ticket<C> next = Objects.requireNonNull(poll(waiters));
                free--;
                admitted++;
                next.permit = true;
                next.settle(Outcome.ADMITTED, ready.pollFirst());
                letIn.add(next);
            }
        } finally {
            lock.unlock();
        }
        letIn.forEach(Ticket::wake);
        return ended;
    }

    /** Why nobody is let in; null if that isn't so. */
    @Nullable Pause pause() {
        return pause;
    }

    /** Takes out those that have been ready for at least this long: nobody needs them now. */
    List<C> takeReady(Duration atLeast) {
        lock.lock();
        try {
            List<C> stale = new ArrayList<>();
            while (!ready.isEmpty() && idleFor.apply(ready.peekLast()).compareTo(atLeast) >= 0) {
                stale.add(ready.removeLast());
            }
            return stale;
        } finally {
            lock.unlock();
        }
    }

    /** Wakes those whose deadline is near, so that they watch the clock; to be called at least every second. */
    void wakeNearDeadline() {
        lock.lock();
        try {
            long now = System.nanoTime();
            waiters.forEach(ticket -> ticket.wakeIfNear(now));
            refused.forEach(ticket -> ticket.wakeIfNear(now));
        } finally {
            lock.unlock();
        }
    }

    /** How many permits were given, how many of them from hand to hand, and the waits for them. */
    LeaseCounts numbers() {
        lock.lock();
        try {
            return new LeaseCounts(admitted, handedOver, waits.sum());
        } finally {
            lock.unlock();
        }
    }

    /** How many wait, with a permit or for one. */
    int waiting() {
        lock.lock();
        try {
            return waiters.size() + refused.size();
        } finally {
            lock.unlock();
        }
    }

    /** Sends all waiters away, and all who come later. */
    void close() {
        lock.lock();
        try {
            closed = true;
            for (Ticket<C> ticket = poll(waiters); ticket != null; ticket = poll(waiters)) {
                ticket.settle(Outcome.CLOSED, null);
                ticket.wake();
            }
            for (Ticket<C> ticket = poll(refused); ticket != null; ticket = poll(refused)) {
                ticket.settle(Outcome.CLOSED, null);
                ticket.wake();
            }
            ready.clear();
        } finally {
            lock.unlock();
        }
    }

    // With the current thread, they are all here: nobody is left who could give a permit back.
    private boolean allWaitHere(Collection<Thread> keepers) {
        if (!keepers.contains(Thread.currentThread())) {
            return false;
        }
        Set<Thread> here = new HashSet<>();
        here.add(Thread.currentThread());
        waiters.forEach(ticket -> here.add(ticket.patience.thread()));
        return here.containsAll(keepers);
    }
}
