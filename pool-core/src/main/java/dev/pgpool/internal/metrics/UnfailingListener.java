package dev.pgpool.internal.metrics;

import dev.pgpool.pool.PoolEvent;
import java.util.concurrent.atomic.AtomicBoolean;

/**
 * Tells another listener, and comes back whatever that throws: events are told in the middle of taking and giving back,
 * where an exception, of an appender of the application for example, would cost a physical connection.
 *
 * <p>What was thrown first goes to the thread's handler of uncaught exceptions; the log is no place for it.
 */
public final class UnfailingListener implements PoolEvent.Listener {
    private final PoolEvent.Listener listener;
    private final AtomicBoolean failed = new AtomicBoolean();

    public UnfailingListener(PoolEvent.Listener listener) {
        this.listener = listener;
    }

    @Override
    public void on(PoolEvent event) {
        try {
            listener.on(event);
        } catch (RuntimeException | Error e) {
            if (failed.compareAndSet(false, true)) {
                tellHandler(e);
            }
        }
    }

    private static void tellHandler(Throwable thrown) {
        Thread thread = Thread.currentThread();
        try {
            thread.getUncaughtExceptionHandler().uncaughtException(thread, thrown);
        } catch (RuntimeException | Error e) {
            // What such a handler throws is ignored, as the JVM does.
        }
    }
}
