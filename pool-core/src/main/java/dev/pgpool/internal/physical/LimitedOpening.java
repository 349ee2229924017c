package dev.pgpool.internal.physical;

import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;

/**
 * The making of one connection in a thread of its own, as pgjdbc's driver does it where there is a limit: then even a name
 * server that is silent ends in time.
 *
 * @param <C> what is made
 */
final class LimitedOpening<C extends Connection> {
    private final FutureTask<C> attempt;
    private boolean abandoned;
    private @Nullable C made;

    LimitedOpening(Callable<C> opening) {
        this.attempt = new FutureTask<>(() -> ours(opening.call()));
    }

    /** For one use. */
    C within(Duration limit) throws SQLException {
        Thread thread = new Thread(attempt, "pgpool opening");
        thread.setDaemon(true);
        thread.start();
        try {
            return attempt.get(limit.toNanos(), TimeUnit.NANOSECONDS);
        } catch (TimeoutException e) {
            abandon();
            throw new SQLException("Connection attempt timed out.", "08001", e);
        } catch (InterruptedException e) {
            abandon();
            Thread.currentThread().interrupt();
            throw new SQLException("interrupted while a session was being opened", "08001", e);
        } catch (ExecutionException e) {
            if (e.getCause() instanceof SQLException failure) {
                throw failure;
            }
            if (e.getCause() instanceof RuntimeException unchecked) {
                throw unchecked;
            }
            if (e.getCause() instanceof Error error) {
                throw error;
            }
            throw new IllegalStateException(e.getCause());
        }
    }

    private synchronized void abandon() throws SQLException {
        abandoned = true;
        attempt.cancel(true);
        if (made != null) {
            made.close();
        }
    }

    /** The connection; closed if nobody waits for it any more. */
    private synchronized C ours(C connection) throws SQLException {
        made = connection;
        if (abandoned) {
            connection.close();
        }
        return connection;
    }
}
