package dev.pgpool.internal.lease;

import java.time.Duration;
import java.util.concurrent.Future;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;

/** The one thread that looks after all pools of this class loader; it ends when there is no pool. */
final class Maintenance {
    private static final ScheduledThreadPoolExecutor THREAD = thread();

    private Maintenance() {}

    private static ScheduledThreadPoolExecutor thread() {
        ScheduledThreadPoolExecutor executor =
                new ScheduledThreadPoolExecutor(1, task -> daemon(task, "pgpool-maintenance"));
        executor.setRemoveOnCancelPolicy(true);
        executor.setKeepAliveTime(1, TimeUnit.SECONDS);
        executor.allowCoreThreadTimeOut(true);
        return executor;
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

    static Future<?> every(Duration period, Runnable task) {
        return THREAD.scheduleWithFixedDelay(task, period.toMillis(), period.toMillis(), TimeUnit.MILLISECONDS);
    }
}
