package dev.pgpool.jdbc.internal.facade;

import dev.pgpool.jdbc.internal.forward.RememberingPreparedStatement.Parameter;
import java.io.IOException;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import org.postgresql.util.ByteStreamWriter;

/** A parameter that the application writes itself; nothing says that it can do that twice. */
final class OnceWritten implements Parameter, ByteStreamWriter {
    private final ByteStreamWriter writer;
    private volatile boolean written;

    OnceWritten(ByteStreamWriter writer) {
        this.writer = writer;
    }

    @Override
    public void set(PreparedStatement physical, int index) throws SQLException {
        physical.setObject(index, this);
    }

    @Override
    public boolean isUsedUp() {
        return written;
    }

    @Override
    public int getLength() {
        return writer.getLength();
    }

    @Override
    public void writeTo(ByteStreamTarget target) throws IOException {
        written = true;
        writer.writeTo(target);
    }
}
