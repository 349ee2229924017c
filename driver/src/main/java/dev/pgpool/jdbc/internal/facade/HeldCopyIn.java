package dev.pgpool.jdbc.internal.facade;

import dev.pgpool.internal.lease.Conversation;
import dev.pgpool.internal.sql.Effect;
import java.sql.SQLException;
import org.postgresql.copy.CopyIn;
import org.postgresql.util.ByteStreamWriter;

/** A COPY to the server, written piece by piece. */
final class HeldCopyIn extends HeldCopy<CopyIn> implements CopyIn {
    HeldCopyIn(Conversation conversation, CopyIn copy, String sql) {
        super(conversation, copy, sql);
    }

    /** One step. */
    @FunctionalInterface
    private interface Piece {
        void of(CopyIn copy) throws SQLException;
    }

    private void run(Piece piece) throws SQLException {
        call(Effect.READS, () -> {
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
        // With the simple query protocol, which this uses, the commit comes before the answer.
        return call(Effect.OUTSIDE, copy::endCopy);
    }

    @Override
    public void cancelCopy() throws SQLException {
        run(CopyIn::cancelCopy);
    }
}
