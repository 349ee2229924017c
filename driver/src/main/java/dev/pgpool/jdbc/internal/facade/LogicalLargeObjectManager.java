package dev.pgpool.jdbc.internal.facade;

import dev.pgpool.internal.lease.Conversation;
import dev.pgpool.internal.lease.Patience;
import java.sql.SQLException;
import org.postgresql.core.BaseConnection;
import org.postgresql.largeobject.LargeObject;
import org.postgresql.largeobject.LargeObjectManager;

/**
 * pgjdbc's API for large objects, over whatever physical connection is leased for the transaction.
 *
 * <p>The superclass' other methods are short forms of those overridden here.
 */
final class LogicalLargeObjectManager extends LargeObjectManager {
    private final Conversation conversation;

    /** {@code any} is what the superclass wants; it is never used. */
    LogicalLargeObjectManager(Conversation conversation, BaseConnection any) throws SQLException {
        super(any);
        this.conversation = conversation;
    }

    @Override
    public LargeObject open(long oid, int mode, boolean commitOnClose) throws SQLException {
        if (conversation.autoCommit()) {
            throw Errors.largeObjectInAutoCommit();
        }
        String sql = "select lo_open(" + oid + ", " + mode + ")";
        return conversation.work(conversation.traits(sql), sql, Patience.unlimited(), on -> {
            // Looks up, once for each physical connection, what the descriptor needs.
            on.pgjdbc().getLargeObjectAPI();
            return new HeldLargeObject(conversation, on.pgjdbc(), oid, mode, commitOnClose);
        });
    }

    @Override
    public long createLO(int mode) throws SQLException {
        if (conversation.autoCommit()) {
            throw Errors.largeObjectInAutoCommit();
        }
        String sql = "select lo_creat(" + mode + ")";
        return conversation.work(
                conversation.traits(sql),
                sql,
                Patience.unlimited(),
                on -> on.pgjdbc().getLargeObjectAPI().createLO(mode));
    }

    @Override
    public void delete(long oid) throws SQLException {
        String sql = "select lo_unlink(" + oid + ")";
        conversation.work(conversation.traits(sql), sql, Patience.unlimited(), on -> {
            on.pgjdbc().getLargeObjectAPI().delete(oid);
            return true;
        });
    }
}
