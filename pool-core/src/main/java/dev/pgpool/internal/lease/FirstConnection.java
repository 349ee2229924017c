package dev.pgpool.internal.lease;

import java.sql.SQLException;
import java.sql.SQLTransientConnectionException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/** The first connection of a pool: opened by one of those who come at once; the others share its outcome. */
final class FirstConnection {
    /** Opens the connection. */
    @FunctionalInterface
    interface Opening {
        void run() throws SQLException;
    }

    private final AtomicReference<@Nullable CompletableFuture<Boolean>> attempt = new AtomicReference<>();
    private volatile @Nullable Thread opener;

    /** Opens, or waits for whoever opens already. After a failure the next caller tries again. */
    void once(Opening opening) throws SQLException {
        if (opener == Thread.currentThread()) {
            // From within, such as by an appender of the log: it would wait for itself.
            opening.run();
            return;
        }
        CompletableFuture<Boolean> mine = new CompletableFuture<>();
        CompletableFuture<Boolean> theirs;
        do {
            theirs = attempt.compareAndExchange(null, mine);
        } while (theirs != null && !await(theirs));
        if (theirs == null) {
            open(opening, mine);
        }
    }

    private void open(Opening opening, CompletableFuture<Boolean> mine) throws SQLException {
        try {
            run(opening);
            mine.complete(true);
        } catch (SQLException | RuntimeException | Error e) {
            attempt.set(null);
            if (Thread.currentThread().isInterrupted()) {
                // Which says nothing of the server, and is none of the others' business.
                mine.complete(false);
            } else {
                mine.completeExceptionally(e);
            }
            throw e;
        }
    }

    private void run(Opening opening) throws SQLException {
        opener = Thread.currentThread();
        try {
            opening.run();
        } finally {
            opener = null;
        }
    }

    /** Whether there is a connection now; if not, whoever was to open it gave up. */
    private static boolean await(CompletableFuture<Boolean> attempt) throws SQLException {
        long startedAt = System.nanoTime();
        try {
            return attempt.get();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            String message = "interrupted after waiting " + Refusals.seconds(startedAt)
                    + " while another thread opens the pool's first physical connection";
            throw new SQLTransientConnectionException(message, "08001", e);
        } catch (ExecutionException e) {
            if (e.getCause() instanceof SQLException refused) {
                // The exception of another thread, with that thread's stack: a copy with this one's.
                throw new SQLException(refused.getMessage(), refused.getSQLState(), refused.getErrorCode(), refused);
            }
            throw new SQLException("the pool's first physical connection could not be opened", "08001", e.getCause());
        }
    }
}
