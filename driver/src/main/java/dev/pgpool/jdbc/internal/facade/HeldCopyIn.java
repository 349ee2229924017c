package dev.pgpool.jdbc.internal.facade;

import dev.pgpool.internal.lease.Conversation;
import dev.pgpool.internal.sql.Effect;
import java.sql.SQLException;
import org.postgresql.copy.CopyIn;
import org.postgresql.util.ByteStreamWriter;

/** A COPY to the server, written piece by piece. */
final class HeldCopyIn extends HeldCopy<CopyIn> implements CopyIn {
    /** What it may do, with what it sets off. */
    private final Effect effect;

    HeldCopyIn(Conversation conversation, WatchedCopyIn copy, String sql) {
        super(conversation, copy, sql);
        effect = conversation.effect();
    }

    /** One step. */
    @FunctionalInterface
    private interface Piece {
        void of(CopyIn copy) throws SQLException;
    }

    private void run(Piece piece) throws SQLException {
        call(effect, () -> {
            piece.of(copy);
            return true;
        });
    }

    @Override
    public void writeToCopy(byte[] buffer, int offset, int length) throws SQLException {
        run(to -> to.writeToCopy(buffer, offset, length));
    }

    @Override
    public void writeToCopy(ByteStreamWriter from) throws SQLException {
        run(to -> to.writeToCopy(from));
    }

    @Override
    public void flushCopy() throws SQLException {
        run(CopyIn::flushCopy);
    }

    @Override
    public long endCopy() throws SQLException {
        return call(effect, copy::endCopy);
    }

    @Override
    public void cancelCopy() throws SQLException {
        run(CopyIn::cancelCopy);
    }
}
