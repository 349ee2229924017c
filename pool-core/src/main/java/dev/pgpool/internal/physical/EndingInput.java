package dev.pgpool.internal.physical;

import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;

/**
 * A stream whose {@link #skip} fails at its end: pgjdbc skips the rest of a message that is too big for the memory, and
 * where the stream ends first, it would try again for ever.
 */
abstract class EndingInput extends InputStream {
    private static final int SKIPPED_AT_ONCE = 8 * 1024;

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
