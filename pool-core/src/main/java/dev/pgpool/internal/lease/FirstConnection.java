package dev.pgpool.internal.lease;

import java.sql.SQLException;
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

    /** Opens, or waits for whoever opens already. After a failure the next caller tries again. */
    void once(Opening opening) throws SQLException {
        CompletableFuture<Boolean> mine = new CompletableFuture<>();
        CompletableFuture<Boolean> theirs = attempt.compareAndExchange(null, mine);
        if (theirs != null) {
            await(theirs);
            return;
        }
        try {
            opening.run();
            mine.complete(true);
        } catch (SQLException | RuntimeException | Error e) {
            attempt.set(null);
            mine.completeExceptionally(e);
            throw e;
        }
    }

    private static void await(CompletableFuture<Boolean> attempt) throws SQLException {
        try {
            attempt.get();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new SQLException(
                    "interrupted while the pool's first physical connection was being opened", "57014", e);
        } catch (ExecutionException e) {
            if (e.getCause() instanceof SQLException refused) {
                // The exception of another thread, with that thread's stack: a copy with this one's.
                throw new SQLException(refused.getMessage(), refused.getSQLState(), refused.getErrorCode(), refused);
            }
            throw new SQLException("the pool's first physical connection could not be opened", "08001", e.getCause());
        }
    }
}
