package dev.pgpool.internal.lease;

import java.time.Duration;
import java.util.concurrent.Future;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

/** The one thread that looks after all pools of this class loader; it ends when there is no pool. */
final class Maintenance {
    private static final Duration RETRY = Duration.ofMillis(100);
    private static final ScheduledThreadPoolExecutor THREAD = thread();

    private Maintenance() {}

    private static ScheduledThreadPoolExecutor thread() {
        ScheduledThreadPoolExecutor executor = new ScheduledThreadPoolExecutor(
                1, loop -> daemon(() -> run(loop, () -> THREAD.prestartCoreThread()), "pgpool-maintenance"));
        executor.setRemoveOnCancelPolicy(true);
        executor.setKeepAliveTime(1, TimeUnit.SECONDS);
        executor.allowCoreThreadTimeOut(true);
        return executor;
    }

    /** Runs the loop of the executor. An Error that strikes between two tasks ends it; then there must be another one. */
    static void run(Runnable loop, Runnable beginAnother) {
        try {
            loop.run();
        } catch (RuntimeException | Error e) {
            while (!succeeds(beginAnother)) {
                // Without it, nobody's wait would end in time any more.
            }
        }
    }

    private static boolean succeeds(Runnable beginAnother) {
        try {
            LockSupport.parkNanos(RETRY.toNanos());
            beginAnother.run();
            return true;
        } catch (RuntimeException | Error e) {
            // There is no memory yet, or no thread.
            return false;
        }
    }

    private static Thread daemon(Runnable task, String name) {
        Thread thread = new Thread(task, name);
        thread.setDaemon(true);
        thread.setContextClassLoader(null);
        return thread;
    }

    /** Runs what may have to wait for the network, in a thread of its own. */
    static void apart(Runnable task) {
        daemon(task, "pgpool-maintenance-apart").start();
    }

    /** Runs something short once. */
    static Future<?> after(Duration delay, Runnable task) {
        return THREAD.schedule(task, delay.toNanos(), TimeUnit.NANOSECONDS);
    }

    /** Runs something short again and again, whatever it throws: it tells of that itself. */
    static Future<?> every(Duration period, Runnable task) {
        return THREAD.scheduleWithFixedDelay(
                () -> unfailing(task), period.toMillis(), period.toMillis(), TimeUnit.MILLISECONDS);
    }

    private static void unfailing(Runnable task) {
        try {
            task.run();
        } catch (RuntimeException | Error e) {
            // Where there is no memory to tell of it either. Thrown on, it would end the schedule for good.
        }
    }
}
