package dev.pgpool.jdbc.internal.facade;

import dev.pgpool.internal.lease.Hold;
import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;

/** Reads a large object on the physical connection that its hold keeps. */
final class HeldInputStream extends FilterInputStream {
    private final Hold hold;

    HeldInputStream(Hold hold, InputStream physical) {
        super(physical);
        this.hold = hold;
    }

    @Override
    public int read() throws IOException {
        return HeldIo.call(hold, in::read);
    }

    @Override
    public int read(byte[] bytes, int offset, int length) throws IOException {
        return HeldIo.call(hold, () -> in.read(bytes, offset, length));
    }

    @Override
    public long skip(long count) throws IOException {
        return HeldIo.call(hold, () -> in.skip(count));
    }

    @Override
    public int available() throws IOException {
        return HeldIo.call(hold, in::available);
    }

    @Override
    public synchronized void reset() throws IOException {
        HeldIo.call(hold, () -> {
            in.reset();
            return Boolean.TRUE;
        });
    }

    /** Closes the large object; the end of its transaction has done that already. */
    @Override
    public void close() throws IOException {
        if (!hold.ended()) {
            HeldIo.call(hold, () -> {
                in.close();
                return Boolean.TRUE;
            });
        }
    }
}
