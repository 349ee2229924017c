package dev.pgpool.internal.lease;

import dev.pgpool.internal.physical.PhysicalConnection;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Deque;
import java.util.HashSet;
import java.util.Iterator;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.locks.LockSupport;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Who may use a physical connection: one permit for each of {@code maxSize}, first come, first served.
 *
 * <p>A permit that comes back is handed to the first waiter, together with the physical connection that it was for;
 * nobody who comes later can overtake. Connections that come back while nobody waits stay here for a moment, ready for
 * the next. Safe for use by many threads.
 */
final class Admission {
    /** The outcome of a wait. */
    enum Outcome {
        ADMITTED,
        TIMED_OUT,
        INTERRUPTED,
        QUEUE_FULL,
        WOULD_NEVER_END,
        CLOSED
    }

    /** One caller's way through the queue. Its fields are written under the lock, before {@code outcome}. */
    static final class Ticket {
        private final Thread thread = Thread.currentThread();
        private @Nullable PhysicalConnection physical;
        private volatile @Nullable Outcome outcome;

        /** The connection that came with the permit; null if there was none ready. */
        @Nullable PhysicalConnection physical() {
            return physical;
        }

        private void settle(Outcome how, @Nullable PhysicalConnection with) {
            physical = with;
            outcome = how;
            LockSupport.unpark(thread);
        }
    }

    private final ReentrantLock lock = new ReentrantLock();
    private final int maxWaiters;
    private final Set<Ticket> waiters = new LinkedHashSet<>();
    /** Those who have a permit and can't open a connection at the moment: any that comes back will do. */
    private final Set<Ticket> refused = new LinkedHashSet<>();
    /** Idle connections, the last used one first: it is the warmest, and the others can grow old enough to be closed. */
    private final Deque<PhysicalConnection> ready = new ArrayDeque<>();

    private int free;
    private boolean closed;

    Admission(int permits, int maxWaiters) {
        this.free = permits;
        this.maxWaiters = maxWaiters;
    }

    /**
     * Gets a permit, perhaps with a connection.
     *
     * @param ticket a fresh one, of this thread
     * @param preferred a connection to take if it is ready; null for any
     * @param keepers asked before a wait: the threads that keep all permits between calls; empty if not all are kept
     */
    Outcome enter(
            Ticket ticket,
            @Nullable PhysicalConnection preferred,
            long deadlineNanos,
            Supplier<Collection<Thread>> keepers) {
        lock.lock();
        try {
            if (closed) {
                return Outcome.CLOSED;
            }
            if (free > 0 && waiters.isEmpty()) {
                free--;
                ticket.physical = preferred != null && ready.remove(preferred) ? preferred : ready.pollFirst();
                return Outcome.ADMITTED;
            }
            if (waiters.size() >= maxWaiters) {
                return Outcome.QUEUE_FULL;
            }
            if (allWaitHere(keepers.get())) {
                return Outcome.WOULD_NEVER_END;
            }
            waiters.add(ticket);
        } finally {
            lock.unlock();
        }
        return await(ticket, waiters, deadlineNanos);
    }

    /** Waits, with a permit in hand, for a connection that somebody gives back. */
    Outcome awaitReturned(Ticket ticket, long deadlineNanos) {
        ticket.outcome = null;
        lock.lock();
        try {
            if (closed) {
                return Outcome.CLOSED;
            }
            ticket.physical = ready.pollFirst();
            if (ticket.physical != null) {
                return Outcome.ADMITTED;
            }
            refused.add(ticket);
        } finally {
            lock.unlock();
        }
        return await(ticket, refused, deadlineNanos);
    }

    private Outcome await(Ticket ticket, Set<Ticket> queue, long deadlineNanos) {
        for (; ; ) {
            Outcome outcome = ticket.outcome;
            if (outcome != null) {
                return outcome;
            }
            long left = deadlineNanos - System.nanoTime();
            if (left <= 0) {
                return withdraw(ticket, queue, Outcome.TIMED_OUT);
            }
            LockSupport.parkNanos(this, left);
            if (Thread.interrupted()) {
                Outcome how = withdraw(ticket, queue, Outcome.INTERRUPTED);
                Thread.currentThread().interrupt();
                return how;
            }
        }
    }

    /** Leaves the queue; what was granted in the last moment stays granted. */
    private Outcome withdraw(Ticket ticket, Set<Ticket> queue, Outcome why) {
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

    /** Gives a permit back; the connection, if any, must be idle and clean. */
    void leave(@Nullable PhysicalConnection physical) {
        lock.lock();
        try {
            PhysicalConnection left = physical;
            if (left != null) {
                Ticket first = poll(refused);
                if (first != null) {
                    first.settle(Outcome.ADMITTED, left);
                    left = null;
                }
            }
            Ticket next = poll(waiters);
            if (next != null) {
                next.settle(Outcome.ADMITTED, left);
                return;
            }
            free++;
            if (left != null) {
                ready.addFirst(left);
            }
        } finally {
            lock.unlock();
        }
    }

    private static @Nullable Ticket poll(Set<Ticket> queue) {
        Iterator<Ticket> first = queue.iterator();
        if (!first.hasNext()) {
            return null;
        }
        Ticket ticket = first.next();
        first.remove();
        return ticket;
    }

    /** Takes out those that have been ready for at least this long: nobody needs them now. */
    List<PhysicalConnection> takeReady(Duration atLeast) {
        lock.lock();
        try {
            List<PhysicalConnection> stale = new ArrayList<>();
            while (!ready.isEmpty() && ready.peekLast().idleFor().compareTo(atLeast) >= 0) {
                stale.add(ready.removeLast());
            }
            return stale;
        } finally {
            lock.unlock();
        }
    }

    int waiting() {
        lock.lock();
        try {
            return waiters.size();
        } finally {
            lock.unlock();
        }
    }

    /** Sends all waiters away, and all who come later. */
    void close() {
        lock.lock();
        try {
            closed = true;
            for (Ticket ticket = poll(waiters); ticket != null; ticket = poll(waiters)) {
                ticket.settle(Outcome.CLOSED, null);
            }
            for (Ticket ticket = poll(refused); ticket != null; ticket = poll(refused)) {
                ticket.settle(Outcome.CLOSED, null);
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
        waiters.forEach(ticket -> here.add(ticket.thread));
        return here.containsAll(keepers);
    }
}
