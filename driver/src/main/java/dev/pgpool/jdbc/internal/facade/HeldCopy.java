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
abstract class HeldCopy<T extends CopyOperation> extends ForwardingCopy<T> {
    final Hold hold;
    private final Conversation conversation;

    /** To be made within the work that began the COPY. */
    HeldCopy(Conversation conversation, T copy, String sql) {
        super(copy);
        conversation.pin(PinReason.COPY, sql);
        this.conversation = conversation;
        this.hold = conversation.holdCopy();
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
}
