package dev.pgpool.internal.physical;

import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import org.jspecify.annotations.Nullable;

/**
 * A stream that fails where pgjdbc would go on for ever, or out of step.
 *
 * <p>pgjdbc skips the rest of a value for which there is no memory. Where the stream ends first, it would try that again
 * and again; where the memory runs out while it reads the value, it would skip more than the rest; and where rows follow
 * without end, it would keep those that it has, and skip all others.
 */
abstract class EndingInput extends InputStream {
    private static final int SKIPPED_AT_ONCE = 8 * 1024;

    /** Where pgjdbc reads a row, and skips what it has no memory for; elsewhere it skips what it has no use for. */
    private static final String READS_ROW = "receiveTupleV3";

    /** Of values, over the life of a connection. For an answer that goes on, the memory would stay full, for everybody. */
    private static final int MOST_SKIPPED = 4;

    private final PathReports pathReports = new PathReports();

    private int skipped;
    /** What is left of what is being skipped. */
    private long rest;

    /** What struck while a message was read; from then on nobody knows where the next one begins. */
    private @Nullable OutOfMemoryError struck;

    /** As {@link #read(byte[], int, int)}. */
    abstract int receive(byte[] into, int offset, int length) throws IOException;

    /** What pgjdbc is told of the search path by what it reads here. */
    PathReports pathReports() {
        return pathReports;
    }

    @Override
    public final int read() throws IOException {
        byte[] one = new byte[1];
        return read(one, 0, 1) < 0 ? -1 : one[0] & 0xFF;
    }

    @Override
    public final int read(byte[] into, int offset, int length) throws IOException {
        if (struck == null) {
            try {
                int count = receive(into, offset, length);
                pathReports.pass(into, offset, count);
                return count;
            } catch (OutOfMemoryError e) {
                struck = e;
            }
        }
        throw outOfMemory();
    }

    @Override
    public final long skip(long count) throws IOException {
        if (count <= 0) {
            return 0;
        }
        if (struck == null) {
            try {
                return skipSome(count);
            } catch (OutOfMemoryError e) {
                struck = e;
            }
        }
        throw outOfMemory();
    }

    private long skipSome(long count) throws IOException {
        if (count != rest && readsRow() && ++skipped > MOST_SKIPPED) {
            throw new IOException("there was no memory for " + MOST_SKIPPED + " values, and more came");
        }
        byte[] some = new byte[(int) Math.min(count, SKIPPED_AT_ONCE)];
        int read = receive(some, 0, some.length);
        if (read < 0) {
            throw new EOFException("the server closed the connection in the middle of a message");
        }
        rest = count - read;
        return read;
    }

    private static boolean readsRow() {
        return StackWalker.getInstance()
                .walk(frames -> frames.anyMatch(frame -> frame.getMethodName().equals(READS_ROW)));
    }

    private IOException outOfMemory() {
        return new IOException("the memory ran out while an answer was read", struck);
    }
}
