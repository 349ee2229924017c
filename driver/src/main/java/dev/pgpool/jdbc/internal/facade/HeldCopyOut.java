package dev.pgpool.jdbc.internal.facade;

import java.sql.SQLException;
import org.jspecify.annotations.Nullable;
import org.postgresql.copy.CopyOut;

/** A COPY from the server, read piece by piece. */
final class HeldCopyOut implements CopyOut {
    private final HeldCopy<CopyOut> held;

    HeldCopyOut(HeldCopy<CopyOut> held) {
        this.held = held;
    }

    @Override
    public byte @Nullable [] readFromCopy() throws SQLException {
        return held.call(held.copy()::readFromCopy);
    }

    @Override
    public byte @Nullable [] readFromCopy(boolean block) throws SQLException {
        return held.call(() -> held.copy().readFromCopy(block));
    }

    @Override
    public void cancelCopy() throws SQLException {
        held.cancel();
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
