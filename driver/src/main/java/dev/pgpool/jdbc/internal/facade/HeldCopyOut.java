package dev.pgpool.jdbc.internal.facade;

import dev.pgpool.internal.lease.Conversation;
import dev.pgpool.internal.sql.Effect;
import java.sql.SQLException;
import org.jspecify.annotations.Nullable;
import org.postgresql.copy.CopyOut;

/** A COPY from the server, read piece by piece. */
final class HeldCopyOut extends HeldCopy<CopyOut> implements CopyOut {
    HeldCopyOut(Conversation conversation, CopyOut copy, String sql) {
        super(conversation, copy, sql);
    }

    @Override
    public byte @Nullable [] readFromCopy() throws SQLException {
        return call(Effect.READS, copy::readFromCopy);
    }

    @Override
    public byte @Nullable [] readFromCopy(boolean block) throws SQLException {
        return call(Effect.READS, () -> copy.readFromCopy(block));
    }

    @Override
    public void cancelCopy() throws SQLException {
        call(Effect.READS, () -> {
            copy.cancelCopy();
            return true;
        });
    }
}
