package dev.pgpool.internal.metrics;

import dev.pgpool.pool.PoolEvent;
import java.util.logging.ErrorManager;

/**
 * Tells another listener, and comes back whatever that throws: events are told in the middle of taking and giving back,
 * where an exception, of an appender of the application for example, would cost a physical connection.
 *
 * <p>What was thrown first goes to {@link System#err}, as with a handler of {@code java.util.logging} that fails.
 */
public final class UnfailingListener implements PoolEvent.Listener {
    private final PoolEvent.Listener listener;
    private final ErrorManager failures = new ErrorManager();

    public UnfailingListener(PoolEvent.Listener listener) {
        this.listener = listener;
    }

    @Override
    public void on(PoolEvent event) {
        try {
            listener.on(event);
        } catch (RuntimeException | Error e) {
            Exception failure = e instanceof Exception exception ? exception : new IllegalStateException(e);
            failures.error("pgpool: the log can't be written", failure, ErrorManager.WRITE_FAILURE);
        }
    }
}
