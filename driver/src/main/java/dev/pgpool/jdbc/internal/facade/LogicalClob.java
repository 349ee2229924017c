package dev.pgpool.jdbc.internal.facade;

import dev.pgpool.internal.lease.Conversation;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.Reader;
import java.io.Writer;
import java.sql.Clob;
import java.sql.SQLException;
import org.postgresql.jdbc.PgClob;

/** A large object seen as characters. */
final class LogicalClob extends LargeObjectValue<Clob> implements Clob {
    private LogicalClob(Conversation conversation, long oid) throws SQLException {
        super(conversation, oid, PgClob::new);
    }

    /** The large object with this number, for as long as the transaction that is open now. */
    static LogicalClob open(Conversation conversation, long oid) throws SQLException {
        return new LogicalClob(conversation, oid);
    }

    @Override
    public long length() throws SQLException {
        return ask(Clob::length);
    }

    @Override
    public String getSubString(long pos, int length) throws SQLException {
        return ask(clob -> clob.getSubString(pos, length));
    }

    @Override
    public Reader getCharacterStream() throws SQLException {
        return new HeldReader(hold(), ask(Clob::getCharacterStream));
    }

    @Override
    public Reader getCharacterStream(long pos, long length) throws SQLException {
        return ask(clob -> clob.getCharacterStream(pos, length));
    }

    @Override
    public InputStream getAsciiStream() throws SQLException {
        return read(Clob::getAsciiStream);
    }

    @Override
    public long position(String searchstr, long start) throws SQLException {
        return ask(clob -> clob.position(searchstr, start));
    }

    @Override
    public long position(Clob searchstr, long start) throws SQLException {
        return ask(clob -> clob.position(searchstr, start));
    }

    @Override
    public int setString(long pos, String str) throws SQLException {
        return ask(clob -> clob.setString(pos, str));
    }

    @Override
    public int setString(long pos, String str, int offset, int len) throws SQLException {
        return ask(clob -> clob.setString(pos, str, offset, len));
    }

    @Override
    public OutputStream setAsciiStream(long pos) throws SQLException {
        return write(clob -> clob.setAsciiStream(pos));
    }

    @Override
    public Writer setCharacterStream(long pos) throws SQLException {
        return ask(clob -> clob.setCharacterStream(pos));
    }

    @Override
    public void truncate(long len) throws SQLException {
        ask(clob -> {
            clob.truncate(len);
            return Boolean.TRUE;
        });
    }

    @Override
    public void free() throws SQLException {
        free(clob -> {
            clob.free();
            return Boolean.TRUE;
        });
    }
}
