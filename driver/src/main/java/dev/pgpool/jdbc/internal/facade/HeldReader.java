package dev.pgpool.jdbc.internal.facade;

import dev.pgpool.internal.lease.Hold;
import java.io.IOException;
import java.io.Reader;

/** Reads a large object's characters on the physical connection that its hold keeps. */
final class HeldReader extends Reader {
    private final Hold hold;
    private final Reader physical;

    HeldReader(Hold hold, Reader physical) {
        this.hold = hold;
        this.physical = physical;
    }

    @Override
    public int read(char[] characters, int offset, int length) throws IOException {
        return HeldIo.call(hold, () -> physical.read(characters, offset, length));
    }

    /** Closes the large object; the end of its transaction has done that already. */
    @Override
    public void close() throws IOException {
        if (!hold.ended()) {
            HeldIo.call(hold, () -> {
                physical.close();
                return Boolean.TRUE;
            });
        }
    }
}
