package dev.pgpool.jdbc.internal.facade;

import dev.pgpool.internal.lease.Conversation;
import dev.pgpool.internal.lease.Hold;
import java.io.InputStream;
import java.io.OutputStream;
import java.sql.SQLException;
import org.postgresql.jdbc.PgConnection;
import org.postgresql.largeobject.LargeObject;
import org.postgresql.util.ByteStreamWriter;
import org.postgresql.util.GT;
import org.postgresql.util.PSQLException;
import org.postgresql.util.PSQLState;

/**
 * A large object's descriptor on a physical connection, and the hold that keeps its lease until it is closed or the
 * transaction ends. The superclass' streams do all through the methods overridden here.
 */
@SuppressWarnings("deprecation") // The superclass speaks by the Fastpath API.
final class HeldLargeObject extends LargeObject {
    private final Conversation conversation;
    private final PgConnection physical;
    private final int mode;
    private final boolean commitOnClose;
    private final Hold hold;
    private boolean closed;

    /** Opens it; within the work that leased {@code physical}. */
    HeldLargeObject(Conversation conversation, PgConnection physical, long oid, int mode, boolean commitOnClose)
            throws SQLException {
        super(physical.getFastpathAPI(), oid, mode);
        this.conversation = conversation;
        this.physical = physical;
        this.mode = mode;
        this.commitOnClose = commitOnClose;
        this.hold = conversation.hold(true);
    }

    /** One step without a result. */
    @FunctionalInterface
    private interface Step {
        void run() throws SQLException;
    }

    private <T> T call(Hold.Call<T> call) throws SQLException {
        if (closed) {
            throw new PSQLException(GT.tr("This large object has been closed."), PSQLState.OBJECT_NOT_IN_STATE);
        }
        return hold.call(call);
    }

    private void run(Step step) throws SQLException {
        call(() -> {
            step.run();
            return true;
        });
    }

    @Override
    public LargeObject copy() throws SQLException {
        return call(() -> new HeldLargeObject(conversation, physical, getLongOID(), mode, false));
    }

    @Override
    public void close() throws SQLException {
        if (closed) {
            return;
        }
        try {
            run(super::close);
        } finally {
            closed = true;
            hold.end();
        }
        if (commitOnClose) {
            conversation.commit();
        }
    }

    @Override
    public byte[] read(int length) throws SQLException {
        return call(() -> super.read(length));
    }

    @Override
    public int read(byte[] buffer, int offset, int length) throws SQLException {
        return call(() -> super.read(buffer, offset, length));
    }

    @Override
    public void write(byte[] bytes) throws SQLException {
        run(() -> super.write(bytes));
    }

    @Override
    public void write(byte[] bytes, int offset, int length) throws SQLException {
        run(() -> super.write(bytes, offset, length));
    }

    @Override
    public void write(ByteStreamWriter writer) throws SQLException {
        run(() -> super.write(writer));
    }

    @Override
    public void seek(int position, int from) throws SQLException {
        run(() -> super.seek(position, from));
    }

    @Override
    public void seek64(long position, int from) throws SQLException {
        run(() -> super.seek64(position, from));
    }

    @Override
    public void seek(int position) throws SQLException {
        run(() -> super.seek(position));
    }

    @Override
    public int tell() throws SQLException {
        return call(super::tell);
    }

    @Override
    public long tell64() throws SQLException {
        return call(super::tell64);
    }

    @Override
    public int size() throws SQLException {
        return call(super::size);
    }

    @Override
    public long size64() throws SQLException {
        return call(super::size64);
    }

    @Override
    public void truncate(int length) throws SQLException {
        run(() -> super.truncate(length));
    }

    @Override
    public void truncate64(long length) throws SQLException {
        run(() -> super.truncate64(length));
    }

    @Override
    public InputStream getInputStream() throws SQLException {
        return call(super::getInputStream);
    }

    @Override
    public InputStream getInputStream(long limit) throws SQLException {
        return call(() -> super.getInputStream(limit));
    }

    @Override
    public InputStream getInputStream(int bufferSize, long limit) throws SQLException {
        return call(() -> super.getInputStream(bufferSize, limit));
    }

    @Override
    public OutputStream getOutputStream() throws SQLException {
        return call(super::getOutputStream);
    }
}
