package dev.pgpool.pool;

import java.time.Duration;

/**
 * An open pool, for those who look after it: its numbers, and what they may do with it while the application runs.
 *
 * <p>A logical connection gives that of its pool by {@code unwrap(PoolControl.class)}, through other pools in front too.
 * Safe for use by many threads; nothing here waits, but for
 * {@link #drain}. Once the pool was closed, all but the questions fail with {@link IllegalStateException}: a new pool may
 * have taken its place.
 */
public interface PoolControl {
    /** The pool's name. */
    String name();

    /** The pool's numbers at this moment. */
    PoolSnapshot snapshot();

    /**
     * Begins no unit of work from now on, as PgBouncer's {@code PAUSE} does: those who want to begin one wait, in their
     * order, and no longer than {@code pool.acquireTimeout}. Units of work under way go on to their end. Physical
     * connections are closed as they become free, and none is opened. Does not wait; {@link #drain} does.
     *
     * <p>The pause lasts until {@link #resume}, however often it was asked for, and whoever asked.
     *
     * @param why what those are told who wait in vain, and the log: {@code "restart of db1"}
     * @return false if the pool was paused already; that pause goes on with its own reason
     */
    boolean pause(String why);

    /**
     * Waits until a paused pool has no physical connection any more: until all units of work that were under way have
     * ended, and so have all pins. The pool stays paused, whatever the outcome.
     *
     * @param longest longest wait; zero only looks
     * @return the numbers at the end: {@link PoolSnapshot#open} is 0 if the pool is drained, else
     *     {@link PoolSnapshot#leases} tells who still has a physical connection
     * @throws IllegalStateException if the pool isn't paused
     */
    PoolSnapshot drain(Duration longest) throws InterruptedException;

    /**
     * Ends a pause, as PgBouncer's {@code RESUME} does; those who wait are let in first come, first served.
     *
     * @return false if the pool was not paused
     */
    boolean resume();

    /**
     * Replaces every physical connection that is open now, as PgBouncer's {@code RECONNECT} does: a free one is closed at
     * once, a leased one when its lease ends. New ones are opened when they are needed. No unit of work is cut.
     *
     * @return how many are leased at the moment, and so are replaced later
     */
    int reconnect();
}
