package dev.pgpool.internal.physical;

import java.nio.ByteBuffer;

/**
 * Judges what a server sent to a session that had asked nothing, in plain text.
 *
 * <p>Allowed are news: notices, notifications and parameter statuses. An error of severity FATAL or PANIC announces the
 * end of the session, and so does a notice whose SQLState is 57P01 to 57P05: that is how a server that stops at once, or
 * whose neighbour crashed, says goodbye.
 */
final class UnaskedMessages {
    /** A message's type and its length, which counts itself but not the type. */
    private static final int HEADER = 5;

    private UnaskedMessages() {}

    /** The verdict on the bytes between position and limit, which begin at a message's border. Moves neither. */
    static Liveness judge(ByteBuffer bytes) {
        int at = bytes.position();
        while (at < bytes.limit()) {
            if (bytes.limit() - at < HEADER) {
                return Liveness.SUSPECT;
            }
            int length = bytes.getInt(at + 1);
            if (length < HEADER - 1 || length > bytes.limit() - at - 1) {
                return Liveness.SUSPECT;
            }
            int end = at + 1 + length;
            Liveness verdict = judge(bytes, bytes.get(at), at + HEADER, end);
            if (verdict != Liveness.ALIVE) {
                return verdict;
            }
            at = end;
        }
        return Liveness.ALIVE;
    }

    private static Liveness judge(ByteBuffer bytes, byte type, int from, int end) {
        return switch (type) {
            case 'A', 'S' -> Liveness.ALIVE;
            case 'N' -> hasField(bytes, from, end, 'C', "57P0") ? Liveness.DEAD : Liveness.ALIVE;
            case 'E' ->
                hasField(bytes, from, end, 'V', "FATAL") || hasField(bytes, from, end, 'V', "PANIC")
                        ? Liveness.DEAD
                        : Liveness.SUSPECT;
            default -> Liveness.SUSPECT;
        };
    }

    /** Whether an error or notice has this field, and its value begins so. */
    private static boolean hasField(ByteBuffer bytes, int from, int end, char field, String beginning) {
        int at = from;
        while (at < end && bytes.get(at) != 0) {
            if (bytes.get(at) == field && startsWith(bytes, at + 1, end, beginning)) {
                return true;
            }
            while (at < end && bytes.get(at) != 0) {
                at++;
            }
            at++;
        }
        return false;
    }

    private static boolean startsWith(ByteBuffer bytes, int from, int end, String beginning) {
        if (end - from < beginning.length()) {
            return false;
        }
        for (int i = 0; i < beginning.length(); i++) {
            if (bytes.get(from + i) != beginning.charAt(i)) {
                return false;
            }
        }
        return true;
    }
}
