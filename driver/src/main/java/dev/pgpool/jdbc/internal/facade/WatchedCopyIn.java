package dev.pgpool.jdbc.internal.facade;

import dev.pgpool.internal.lease.Conversation;
import dev.pgpool.internal.physical.PhysicalConnection;
import java.sql.SQLException;
import org.postgresql.copy.CopyIn;
import org.postgresql.util.ByteStreamWriter;

/**
 * pgjdbc's COPY to the server, to be used within work on its physical connection: notes that the server commits nothing of
 * it before its end is sent.
 */
final class WatchedCopyIn extends ForwardingCopy<CopyIn> implements CopyIn {
    private final Conversation conversation;
    private final PhysicalConnection physical;
    private final String sql;

    WatchedCopyIn(Conversation conversation, PhysicalConnection physical, CopyIn copy, String sql) {
        super(copy);
        this.conversation = conversation;
        this.physical = physical;
        this.sql = sql;
    }

    private CopyIn unfinished() {
        conversation.unfinished(true);
        return copy;
    }

    @Override
    public void writeToCopy(byte[] buffer, int offset, int length) throws SQLException {
        unfinished().writeToCopy(buffer, offset, length);
    }

    @Override
    public void writeToCopy(ByteStreamWriter from) throws SQLException {
        unfinished().writeToCopy(from);
    }

    @Override
    public void flushCopy() throws SQLException {
        unfinished().flushCopy();
    }

    @Override
    public long endCopy() throws SQLException {
        physical.copies().requireAlive(unfinished());
        conversation.unfinished(false);
        return physical.copies().end(copy, sql);
    }

    @Override
    public void cancelCopy() throws SQLException {
        unfinished().cancelCopy();
    }
}
