package dev.pgpool.wire;

import java.io.DataInputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/**
 * A message with a type: of the server, or of a client once it has started.
 *
 * @see <a href="https://www.postgresql.org/docs/current/protocol-message-formats.html">Message formats</a>
 */
record Message(char type, byte[] body) {
    static final char AUTHENTICATION = 'R';
    static final char PARAMETER_STATUS = 'S';
    static final char READY_FOR_QUERY = 'Z';
    static final char COMMAND_COMPLETE = 'C';
    static final char DATA_ROW = 'D';

    static Message read(DataInputStream from) throws IOException {
        char type = (char) from.readUnsignedByte();
        byte[] body = new byte[from.readInt() - 4];
        from.readFully(body);
        return new Message(type, body);
    }

    /** The next text of a body. */
    static String text(ByteBuffer body) {
        int from = body.position();
        while (body.get() != 0) {
            // Its end is a zero.
        }
        return new String(body.array(), from, body.position() - 1 - from, StandardCharsets.UTF_8);
    }

    /** All that was put into the buffer. */
    static Message of(char type, ByteBuffer body) {
        return new Message(type, Arrays.copyOf(body.array(), body.position()));
    }

    private static Message ofText(char type, String body) {
        return new Message(type, body.getBytes(StandardCharsets.UTF_8));
    }

    /** In clear. */
    static Message passwordRequest() {
        return new Message(AUTHENTICATION, new byte[] {0, 0, 0, 3});
    }

    static Message authenticationOk() {
        return new Message(AUTHENTICATION, new byte[4]);
    }

    boolean isAuthenticationOk() {
        return type == AUTHENTICATION && Arrays.equals(body, new byte[4]);
    }

    static Message parameterStatus(String name, String value) {
        return ofText(PARAMETER_STATUS, name + '\0' + value + '\0');
    }

    static Message commandComplete(String tag) {
        return ofText(COMMAND_COMPLETE, tag + '\0');
    }

    static Message error(String severity, String sqlState, String text) {
        return ofText(
                'E',
                "S" + severity + "\0V" + severity + "\0C" + sqlState + "\0M" + text
                        + "\0Fpostgres.c\0L1\0RProcessInterrupts\0\0");
    }

    static Message notice(String text) {
        return ofText('N', "SNOTICE\0VNOTICE\0C00000\0M" + text + "\0\0");
    }

    boolean contains(byte[] part) {
        for (int at = 0; at + part.length <= body.length; at++) {
            if (Arrays.equals(body, at, at + part.length, part, 0, part.length)) {
                return true;
            }
        }
        return false;
    }

    byte[] bytes() {
        return withLength(type, body.length + 4, body);
    }

    /** With a length that may be a lie. */
    static byte[] withLength(char type, int length, byte... body) {
        return ByteBuffer.allocate(5 + body.length)
                .put((byte) type)
                .putInt(length)
                .put(body)
                .array();
    }

    /** As a server ends a session, or refuses one. */
    static byte[] fatal(String sqlState, String text) {
        return error("FATAL", sqlState, text).bytes();
    }

    static byte[] terminated() {
        return fatal("57P01", "terminating connection due to administrator command");
    }
}
