package dev.pgpool.jdbc.internal.facade;

import dev.pgpool.internal.physical.PhysicalConnection;
import java.sql.SQLException;
import org.jspecify.annotations.Nullable;
import org.postgresql.copy.CopyOut;

/** pgjdbc's COPY from the server, to be used within work on its physical connection, that leaves nothing unread. */
final class CancellingCopyOut implements CopyOut {
    private final PhysicalConnection physical;
    private final CopyOut copy;

    CancellingCopyOut(PhysicalConnection physical, CopyOut copy) {
        this.physical = physical;
        this.copy = copy;
    }

    @Override
    public byte @Nullable [] readFromCopy() throws SQLException {
        return copy.readFromCopy();
    }

    @Override
    public byte @Nullable [] readFromCopy(boolean block) throws SQLException {
        return copy.readFromCopy(block);
    }

    @Override
    public void cancelCopy() throws SQLException {
        physical.copies().cancel(copy);
    }

    @Override
    public boolean isActive() {
        return copy.isActive();
    }

    @Override
    public int getFieldCount() {
        return copy.getFieldCount();
    }

    @Override
    public int getFormat() {
        return copy.getFormat();
    }

    @Override
    public int getFieldFormat(int field) {
        return copy.getFieldFormat(field);
    }

    @Override
    public long getHandledRowCount() {
        return copy.getHandledRowCount();
    }
}
