package dev.pgpool.wire;

import java.io.DataInputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/**
 * A message of the server.
 *
 * @see <a href="https://www.postgresql.org/docs/current/protocol-message-formats.html">Message formats</a>
 */
record Message(char type, byte[] body) {
    static final char READY_FOR_QUERY = 'Z';
    static final char COMMAND_COMPLETE = 'C';
    static final char DATA_ROW = 'D';

    static Message read(DataInputStream from) throws IOException {
        char type = (char) from.readUnsignedByte();
        byte[] body = new byte[from.readInt() - 4];
        from.readFully(body);
        return new Message(type, body);
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
        String fields = "SFATAL\0VFATAL\0C" + sqlState + "\0M" + text + "\0Fpostgres.c\0L1\0RProcessInterrupts\0\0";
        return new Message('E', fields.getBytes(StandardCharsets.UTF_8)).bytes();
    }

    static byte[] terminated() {
        return fatal("57P01", "terminating connection due to administrator command");
    }
}
