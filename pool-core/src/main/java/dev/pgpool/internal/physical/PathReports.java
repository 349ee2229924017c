package dev.pgpool.internal.physical;

import java.nio.charset.StandardCharsets;

/**
 * Lets pgjdbc take the server's report of a new search path for one of something else.
 *
 * <p>Told of a new path, pgjdbc forgets all that it has prepared. It compares the name of what is reported letter by letter,
 * but keeps the values without regard to upper and lower case. So with one letter of the name in upper case it learns the
 * new value, and forgets nothing.
 *
 * <p>For one thread at a time: whoever asks the server, and reads its answer.
 */
final class PathReports {
    /** ParameterStatus. */
    private static final byte REPORT = 'S';

    /** A message's type and its length, which counts itself but not the type. */
    private static final int HEADER = 5;

    private static final byte[] NAME = "search_path".getBytes(StandardCharsets.US_ASCII);

    private boolean hidden;
    /** How much of the message at hand has passed. */
    private int passed;

    private int length;
    /** Whether it is a report, and so far one of the search path. */
    private boolean report;

    /** To be called between two exchanges with the server. */
    void hide(boolean hide) {
        hidden = hide;
        passed = 0;
    }

    /** Must see all bytes that come while reports are hidden. */
    void pass(byte[] bytes, int offset, int count) {
        if (!hidden) {
            return;
        }
        for (int i = offset; i < offset + count; i++) {
            pass(bytes, i);
        }
    }

    private void pass(byte[] bytes, int index) {
        byte next = bytes[index];
        if (passed == 0) {
            report = next == REPORT;
            length = 0;
        } else if (passed < HEADER) {
            length = length << Byte.SIZE | next & 0xFF;
        } else if (report) {
            int place = passed - HEADER;
            report = next == NAME[place];
            if (report && place == NAME.length - 1) {
                bytes[index] = (byte) Character.toUpperCase(next);
                report = false;
            }
        }
        passed++;
        if (passed >= HEADER && passed == length + 1) {
            passed = 0;
        }
    }
}
