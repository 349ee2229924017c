package dev.pgpool.internal.physical;

import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;

/**
 * A stream that fails where pgjdbc would go on for ever, or out of step.
 *
 * <p>pgjdbc skips the rest of a value for which there is no memory. Where the stream ends first, it would try that again
 * and again; where the memory runs out while it reads the value, it would skip more than the rest.
 */
abstract class EndingInput extends InputStream {
    private static final int SKIPPED_AT_ONCE = 8 * 1024;

    /** As {@link #read(byte[], int, int)}. */
    abstract int receive(byte[] into, int offset, int length) throws IOException;

    @Override
    public final int read() throws IOException {
        byte[] one = new byte[1];
        return read(one, 0, 1) < 0 ? -1 : one[0] & 0xFF;
    }

    @Override
    public final int read(byte[] into, int offset, int length) throws IOException {
        try {
            return receive(into, offset, length);
        } catch (OutOfMemoryError e) {
            throw new IOException("the memory ran out while an answer was read", e);
        }
    }

    @Override
    public final long skip(long count) throws IOException {
        if (count <= 0) {
            return 0;
        }
        int read = read(new byte[(int) Math.min(count, SKIPPED_AT_ONCE)]);
        if (read < 0) {
            throw new EOFException("the server closed the connection in the middle of a message");
        }
        return read;
    }
}
