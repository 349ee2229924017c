package dev.pgpool.internal.lease;

import dev.pgpool.internal.sql.Effect;
import dev.pgpool.internal.sql.SqlTraits;
import java.sql.SQLException;
import org.jspecify.annotations.Nullable;

/**
 * Keeps a lease open for an object that still needs the server: a cursor, an updatable result, a large object, a
 * COPY under way.
 *
 * <p>Safe for use by many threads.
 */
public final class Hold {
    /** A call on an object that lives on the held physical connection. */
    @FunctionalInterface
    public interface Call<T extends @Nullable Object> {
        T run() throws SQLException;
    }

    private final Conversation conversation;
    private final Lease lease;
    private final boolean endsWithTransaction;
    private final boolean copies;
    private volatile boolean ended;

    Hold(Conversation conversation, Lease lease, boolean endsWithTransaction, boolean copies) {
        this.conversation = conversation;
        this.lease = lease;
        this.endsWithTransaction = endsWithTransaction;
        this.copies = copies;
    }

    /**
     * Runs a call on the held physical connection.
     *
     * @throws SQLException (SQLState 34000) if the hold has ended, because its transaction did or its connection broke
     */
    public <T extends @Nullable Object> T call(Call<T> call) throws SQLException {
        // Rows of updatable results are changed in the same way as they are read.
        return call(Effect.CHANGES, call);
    }

    /** As {@link #call(Call)}, where it is known what the call may do. */
    public <T extends @Nullable Object> T call(Effect effect, Call<T> call) throws SQLException {
        return conversation.onHeld(this, effect, call);
    }

    /** As {@link #call}, for a call that runs a statement of its own. */
    public <T extends @Nullable Object> T call(SqlTraits traits, String detail, Call<T> call) throws SQLException {
        return call(
                traits.effect(), () -> conversation.work(traits, detail, Patience.unlimited(), physical -> call.run()));
    }

    /** Gives the lease up as far as this hold is concerned. Idempotent. */
    public void end() {
        conversation.end(this);
    }

    /** Whether the hold has ended, by {@link #end()}, with its transaction, or with its physical connection. */
    public boolean ended() {
        return ended;
    }

    /** Whether it is that of a COPY. */
    boolean copies() {
        return copies;
    }

    Lease lease() {
        return lease;
    }

    /** Whether the end of the transaction ended this hold. */
    boolean transactionEnded() {
        ended |= endsWithTransaction;
        return endsWithTransaction;
    }

    void leaseEnded() {
        ended = true;
    }
}
