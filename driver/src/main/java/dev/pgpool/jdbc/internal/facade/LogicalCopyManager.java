package dev.pgpool.jdbc.internal.facade;

import dev.pgpool.internal.lease.Conversation;
import dev.pgpool.internal.lease.Patience;
import dev.pgpool.internal.lease.Work;
import dev.pgpool.internal.physical.PhysicalConnection;
import dev.pgpool.internal.sql.Effect;
import dev.pgpool.internal.sql.SqlTraits;
import dev.pgpool.pool.PinReason;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.Reader;
import java.io.Writer;
import java.sql.SQLException;
import java.util.LinkedHashSet;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.postgresql.copy.CopyDual;
import org.postgresql.copy.CopyIn;
import org.postgresql.copy.CopyManager;
import org.postgresql.copy.CopyOut;
import org.postgresql.core.BaseConnection;
import org.postgresql.util.ByteStreamWriter;

/**
 * pgjdbc's API for COPY, over whatever physical connection is leased for it.
 *
 * <p>A COPY that is read or written piece by piece keeps its physical connection, pinned, until it ends. If its logical
 * connection is closed before, the session ends with it: nothing else can be said on it.
 */
final class LogicalCopyManager extends CopyManager {
    /** A whole COPY. */
    @FunctionalInterface
    private interface Copying {
        long with(CopyManager manager) throws SQLException, IOException;
    }

    /** What a COPY came to; the failure is that of the application's own stream. */
    private record Outcome(long rows, @Nullable IOException failure) {}

    private static final String READ_ONCE = "the data of a COPY can be read only once";

    private final Conversation conversation;

    /** {@code any} is what the superclass wants; as all of its methods are overridden, it is never used. */
    LogicalCopyManager(Conversation conversation, BaseConnection any) throws SQLException {
        super(any);
        this.conversation = conversation;
    }

    /** What the statement does, but for the COPY itself, which ends here. */
    private SqlTraits traits(String sql) {
        SqlTraits traits = conversation.traits(sql);
        if (!traits.leaves().contains(PinReason.COPY)) {
            return traits;
        }
        Set<PinReason> leaves = new LinkedHashSet<>(traits.leaves());
        leaves.remove(PinReason.COPY);
        return traits.withLeaves(leaves);
    }

    private long copy(SqlTraits traits, String sql, Copying copying) throws SQLException, IOException {
        Outcome outcome = conversation.work(traits, sql, Patience.unlimited(), new Work<>() {
            private boolean begun;

            @Override
            public Outcome on(PhysicalConnection physical) throws SQLException {
                BorrowedCopyManager manager = new BorrowedCopyManager(conversation, physical);
                try {
                    return new Outcome(copying.with(manager), null);
                } catch (IOException e) {
                    // pgjdbc has cancelled the COPY, so the connection is as good as before.
                    return new Outcome(0, e);
                } finally {
                    begun = manager.begun();
                }
            }

            @Override
            public @Nullable String whyOnlyOnce() {
                return begun ? READ_ONCE : null;
            }
        });
        if (outcome.failure() != null) {
            throw outcome.failure();
        }
        return outcome.rows();
    }

    private long copyIn(String sql, Copying copying) throws SQLException, IOException {
        return copy(traits(sql), sql, copying);
    }

    private long copyOut(String sql, Copying copying) throws SQLException, IOException {
        SqlTraits traits = traits(sql);
        // It may copy what INSERT … RETURNING returns; with the simple query protocol the commit comes before the
        // answer.
        return copy(traits.effect() == Effect.READS ? traits : traits.withEffect(Effect.OUTSIDE), sql, copying);
    }

    @Override
    public CopyIn copyIn(String sql) throws SQLException {
        return conversation.work(
                traits(sql),
                sql,
                Patience.unlimited(),
                on -> new HeldCopyIn(conversation, new BorrowedCopyManager(conversation, on).copyIn(sql), sql));
    }

    @Override
    public CopyOut copyOut(String sql) throws SQLException {
        return conversation.work(
                traits(sql),
                sql,
                Patience.unlimited(),
                on -> new HeldCopyOut(conversation, new BorrowedCopyManager(conversation, on).copyOut(sql), sql));
    }

    /** Refused: only a replication connection can do this, and that has {@code getReplicationAPI}. */
    @Override
    public CopyDual copyDual(String sql) throws SQLException {
        throw new SQLException(
                "copyDual is for replication connections, which have getReplicationAPI; use copyIn or copyOut",
                "0A000");
    }

    @Override
    public long copyOut(String sql, Writer to) throws SQLException, IOException {
        return copyOut(sql, manager -> manager.copyOut(sql, to));
    }

    @Override
    public long copyOut(String sql, OutputStream to) throws SQLException, IOException {
        return copyOut(sql, manager -> manager.copyOut(sql, to));
    }

    @Override
    public long copyIn(String sql, Reader from) throws SQLException, IOException {
        return copyIn(sql, manager -> manager.copyIn(sql, from));
    }

    @Override
    public long copyIn(String sql, Reader from, int bufferSize) throws SQLException, IOException {
        return copyIn(sql, manager -> manager.copyIn(sql, from, bufferSize));
    }

    @Override
    public long copyIn(String sql, InputStream from) throws SQLException, IOException {
        return copyIn(sql, manager -> manager.copyIn(sql, from));
    }

    @Override
    public long copyIn(String sql, InputStream from, int bufferSize) throws SQLException, IOException {
        return copyIn(sql, manager -> manager.copyIn(sql, from, bufferSize));
    }

    @Override
    public long copyIn(String sql, ByteStreamWriter from) throws SQLException, IOException {
        return copyIn(sql, manager -> manager.copyIn(sql, from));
    }
}
