package dev.pgpool.jdbc.internal.facade;

import dev.pgpool.internal.lease.Conversation;
import dev.pgpool.internal.physical.PhysicalConnection;
import java.sql.SQLException;
import org.postgresql.copy.CopyManager;
import org.postgresql.copy.CopyOut;

/** pgjdbc's API for COPY on one physical connection, within work on it, that tells how far a COPY has got. */
final class BorrowedCopyManager extends CopyManager {
    private final Conversation conversation;
    private final PhysicalConnection physical;
    private boolean begun;

    BorrowedCopyManager(Conversation conversation, PhysicalConnection physical) throws SQLException {
        super(physical.pgjdbc());
        this.conversation = conversation;
        this.physical = physical;
    }

    /** Whether the server has begun with it, so that the application's data may have been touched. */
    boolean begun() {
        return begun;
    }

    @Override
    public WatchedCopyIn copyIn(String sql) throws SQLException {
        conversation.unfinished(true);
        WatchedCopyIn copy =
                new WatchedCopyIn(conversation, physical, physical.copies().in(sql), sql);
        begun = true;
        return copy;
    }

    @Override
    public CopyOut copyOut(String sql) throws SQLException {
        CopyOut copy = new CancellingCopyOut(physical, physical.copies().out(sql));
        begun = true;
        return copy;
    }
}
