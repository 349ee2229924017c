package dev.pgpool.jdbc.internal.facade;

import java.sql.SQLException;
import org.postgresql.copy.CopyIn;
import org.postgresql.util.ByteStreamWriter;

/** A COPY to the server, written piece by piece. */
final class HeldCopyIn implements CopyIn {
    private final HeldCopy<CopyIn> held;

    HeldCopyIn(HeldCopy<CopyIn> held) {
        this.held = held;
    }

    private void run(Piece piece) throws SQLException {
        held.call(() -> {
            piece.of(held.copy());
            return true;
        });
    }

    /** One step. */
    @FunctionalInterface
    private interface Piece {
        void of(CopyIn copy) throws SQLException;
    }

    @Override
    public void writeToCopy(byte[] buffer, int offset, int length) throws SQLException {
        run(copy -> copy.writeToCopy(buffer, offset, length));
    }

    @Override
    public void writeToCopy(ByteStreamWriter from) throws SQLException {
        run(copy -> copy.writeToCopy(from));
    }

    @Override
    public void flushCopy() throws SQLException {
        run(CopyIn::flushCopy);
    }

    @Override
    public long endCopy() throws SQLException {
        return held.call(held.copy()::endCopy);
    }

    @Override
    public void cancelCopy() throws SQLException {
        run(CopyIn::cancelCopy);
    }

    @Override
    public int getFieldCount() {
        return held.copy().getFieldCount();
    }

    @Override
    public int getFormat() {
        return held.copy().getFormat();
    }

    @Override
    public int getFieldFormat(int field) {
        return held.copy().getFieldFormat(field);
    }

    @Override
    public boolean isActive() {
        return !held.hold().ended() && held.copy().isActive();
    }

    @Override
    public long getHandledRowCount() {
        return held.copy().getHandledRowCount();
    }
}
