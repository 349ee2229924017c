package dev.pgpool.jdbc.internal.facade;

import dev.pgpool.internal.physical.PhysicalConnection;
import java.sql.SQLException;
import org.jspecify.annotations.Nullable;
import org.postgresql.copy.CopyOut;

/** pgjdbc's COPY from the server, to be used within work on its physical connection, that leaves nothing unread. */
final class CancellingCopyOut extends ForwardingCopy<CopyOut> implements CopyOut {
    private final PhysicalConnection physical;

    CancellingCopyOut(PhysicalConnection physical, CopyOut copy) {
        super(copy);
        this.physical = physical;
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
}
