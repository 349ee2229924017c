package dev.pgpool.jdbc.internal.facade;

import dev.pgpool.internal.lease.Conversation;
import dev.pgpool.internal.lease.Hold;
import dev.pgpool.internal.sql.Effect;
import dev.pgpool.pool.PinReason;
import java.sql.SQLException;
import org.jspecify.annotations.Nullable;
import org.postgresql.copy.CopyOperation;

/**
 * A COPY under way, with the lease that it keeps until it ends.
 *
 * @param <T> its direction
 */
abstract class HeldCopy<T extends CopyOperation> implements CopyOperation {
    final T copy;
    final Hold hold;
    private final Conversation conversation;

    /** To be made within the work that began the COPY. */
    HeldCopy(Conversation conversation, T copy, String sql) {
        conversation.pin(PinReason.COPY, sql);
        this.conversation = conversation;
        this.hold = conversation.holdCopy();
        this.copy = copy;
    }

    /**
     * Runs a call that may end the COPY.
     *
     * @param effect what of it may last if the connection breaks
     */
    final <R extends @Nullable Object> R call(Effect effect, Hold.Call<R> call) throws SQLException {
        return hold.call(effect, () -> {
            try {
                return call.run();
            } finally {
                if (!copy.isActive()) {
                    conversation.unpin(PinReason.COPY);
                    hold.end();
                }
            }
        });
    }

    @Override
    public final boolean isActive() {
        return !hold.ended() && copy.isActive();
    }

    @Override
    public final int getFieldCount() {
        return copy.getFieldCount();
    }

    @Override
    public final int getFormat() {
        return copy.getFormat();
    }

    @Override
    public final int getFieldFormat(int field) {
        return copy.getFieldFormat(field);
    }

    @Override
    public final long getHandledRowCount() {
        return copy.getHandledRowCount();
    }
}
