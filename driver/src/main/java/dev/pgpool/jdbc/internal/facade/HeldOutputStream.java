package dev.pgpool.jdbc.internal.facade;

import dev.pgpool.internal.lease.Hold;
import java.io.IOException;
import java.io.OutputStream;

/** Writes a large object on the physical connection that its hold keeps. */
final class HeldOutputStream extends OutputStream {
    private final Hold hold;
    private final OutputStream physical;

    HeldOutputStream(Hold hold, OutputStream physical) {
        this.hold = hold;
        this.physical = physical;
    }

    @Override
    public void write(int b) throws IOException {
        HeldIo.call(hold, () -> {
            physical.write(b);
            return Boolean.TRUE;
        });
    }

    @Override
    public void write(byte[] bytes, int offset, int length) throws IOException {
        HeldIo.call(hold, () -> {
            physical.write(bytes, offset, length);
            return Boolean.TRUE;
        });
    }

    @Override
    public void flush() throws IOException {
        HeldIo.call(hold, () -> {
            physical.flush();
            return Boolean.TRUE;
        });
    }

    @Override
    public void close() throws IOException {
        HeldIo.call(hold, () -> {
            physical.close();
            return Boolean.TRUE;
        });
    }
}
