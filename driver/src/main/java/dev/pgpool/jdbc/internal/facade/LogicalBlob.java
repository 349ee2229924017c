package dev.pgpool.jdbc.internal.facade;

import dev.pgpool.internal.lease.Conversation;
import java.io.InputStream;
import java.io.OutputStream;
import java.sql.Blob;
import java.sql.SQLException;
import org.postgresql.jdbc.PgBlob;

/** A large object seen as bytes. */
final class LogicalBlob extends LargeObjectValue<Blob> implements Blob {
    private LogicalBlob(Conversation conversation, long oid) throws SQLException {
        super(conversation, oid, PgBlob::new);
    }

    /** The large object with this number, for as long as the transaction that is open now. */
    static LogicalBlob open(Conversation conversation, long oid) throws SQLException {
        return new LogicalBlob(conversation, oid);
    }

    @Override
    public long length() throws SQLException {
        return ask(Blob::length);
    }

    @Override
    public byte[] getBytes(long pos, int length) throws SQLException {
        return ask(blob -> blob.getBytes(pos, length));
    }

    @Override
    public InputStream getBinaryStream() throws SQLException {
        return read(Blob::getBinaryStream);
    }

    @Override
    public InputStream getBinaryStream(long pos, long length) throws SQLException {
        return read(blob -> blob.getBinaryStream(pos, length));
    }

    @Override
    public long position(byte[] pattern, long start) throws SQLException {
        return ask(blob -> blob.position(pattern, start));
    }

    @Override
    public long position(Blob pattern, long start) throws SQLException {
        return ask(blob -> blob.position(pattern, start));
    }

    @Override
    public int setBytes(long pos, byte[] bytes) throws SQLException {
        return ask(blob -> blob.setBytes(pos, bytes));
    }

    @Override
    public int setBytes(long pos, byte[] bytes, int offset, int len) throws SQLException {
        return ask(blob -> blob.setBytes(pos, bytes, offset, len));
    }

    @Override
    public OutputStream setBinaryStream(long pos) throws SQLException {
        return write(blob -> blob.setBinaryStream(pos));
    }

    @Override
    public void truncate(long len) throws SQLException {
        ask(blob -> {
            blob.truncate(len);
            return Boolean.TRUE;
        });
    }

    @Override
    public void free() throws SQLException {
        free(blob -> {
            blob.free();
            return Boolean.TRUE;
        });
    }
}
