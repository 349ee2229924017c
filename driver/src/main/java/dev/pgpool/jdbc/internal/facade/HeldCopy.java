package dev.pgpool.jdbc.internal.facade;

import dev.pgpool.internal.lease.Conversation;
import dev.pgpool.internal.lease.Hold;
import dev.pgpool.pool.PinReason;
import java.sql.SQLException;
import org.jspecify.annotations.Nullable;
import org.postgresql.copy.CopyOperation;

/**
 * A COPY under way, with the lease that it keeps until it ends.
 *
 * @param <T> its direction: one of pgjdbc's interfaces, all of which extend {@link CopyOperation}
 */
record HeldCopy<T>(Conversation conversation, Hold hold, T copy) {
    /** Runs a call that may end the COPY. */
    <R extends @Nullable Object> R call(Hold.Call<R> call) throws SQLException {
        return hold.call(() -> {
            try {
                return call.run();
            } finally {
                end(operation().isActive());
            }
        });
    }

    /**
     * Cancels. The physical connection stays pinned, and isn't used by anybody else: pgjdbc may leave the rest of what was
     * copied for the next statement to stumble over.
     */
    void cancel() throws SQLException {
        hold.call(() -> {
            operation().cancelCopy();
            hold.end();
            return true;
        });
    }

    private void end(boolean active) {
        if (!active) {
            conversation.unpin(PinReason.COPY);
            hold.end();
        }
    }

    CopyOperation operation() {
        return (CopyOperation) copy;
    }
}
