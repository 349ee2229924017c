package dev.pgpool.internal.lease;

import java.time.Duration;
import java.util.concurrent.Future;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/**
 * How long the thread that made it is ready to wait within one call, and whether somebody has ended that.
 *
 * <p>{@link #end} is safe for use by many threads; the rest is for the one that waits.
 */
public final class Patience {
    private final Thread thread = Thread.currentThread();
    private final long startedAtNanos = System.nanoTime();
    private final long limitNanos;
    private volatile boolean ended;
    private volatile @Nullable Runnable wayOut;
    /** For the waiting thread only. */
    private @Nullable Future<?> alarm;

    private Patience(long limitNanos) {
        this.limitNanos = limitNanos;
    }

    /** Patience without a limit of its own. */
    public static Patience unlimited() {
        return new Patience(Long.MAX_VALUE);
    }

    /** Patience for a whole call; zero for no limit. */
    public static Patience of(Duration limit) {
        return limit.isZero() ? unlimited() : new Patience(limit.toNanos());
    }

    /** Ends every wait of this call, that of the moment and later ones. */
    public void end() {
        ended = true;
        Runnable out = wayOut;
        if (out != null) {
            out.run();
        }
        LockSupport.unpark(thread);
    }

    /** Says how to end what the thread is about to wait for in a place of its own; null when it no longer does. */
    void occupied(@Nullable Runnable out) {
        wayOut = out;
        if (alarm != null) {
            alarm.cancel(false);
            alarm = null;
        }
        if (out != null && ended) {
            out.run();
        } else if (out != null && limitNanos != Long.MAX_VALUE) {
            alarm = Maintenance.after(left(), out);
        }
    }

    boolean ended() {
        return ended;
    }

    /** Whether the call has taken as long as it may. */
    boolean expired() {
        return elapsed().toNanos() >= limitNanos;
    }

    /** The time since the call began. */
    Duration elapsed() {
        return Duration.ofNanos(System.nanoTime() - startedAtNanos);
    }

    /** What is left of a limited call; zero if nothing. */
    public Duration left() {
        return Duration.ofNanos(Math.max(0, limitNanos - elapsed().toNanos()));
    }

    /** When a wait that begins now and may take this long is over, as {@link System#nanoTime} will tell it. */
    long deadline(Duration wait) {
        long now = System.nanoTime();
        return now + Math.min(wait.toNanos(), Math.max(0, limitNanos - (now - startedAtNanos)));
    }

    Thread thread() {
        return thread;
    }

    /** Lets time go by; returns early, and false, if this was ended or the thread is interrupted. Keeps the interrupt. */
    boolean pause(Duration time) {
        long deadline = deadline(time);
        for (long left = deadline - System.nanoTime(); left > 0; left = deadline - System.nanoTime()) {
            if (ended || thread.isInterrupted()) {
                return false;
            }
            LockSupport.parkNanos(this, left);
        }
        return !ended && !thread.isInterrupted();
    }
}
