package dev.pgpool.internal.sql;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/**
 * A text with a byte for each character, of which eight can be compared at once; negative for all outside ASCII.
 */
final class Octets {
    /** Eight bytes as a number; the first of them in its lowest bits. */
    private static final VarHandle EIGHT = MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);

    /** This number times a byte is that byte eight times. */
    private static final long EACH = 0x0101010101010101L;

    private static final long HIGHEST_BITS = 0x8080808080808080L;

    private Octets() {}

    /** The bytes of a text, and eight zeros behind, so that no reader need look out for the end. */
    static byte[] of(String text) {
        byte[] bytes = text.getBytes(StandardCharsets.ISO_8859_1);
        byte[] octets = Arrays.copyOf(bytes, text.length() + Long.BYTES);
        if (!text.equals(new String(bytes, StandardCharsets.ISO_8859_1))) {
            // What isn't of that character set became a question mark, two surrogates together only one.
            for (int i = 0; i < text.length(); i++) {
                octets[i] = (byte) (text.charAt(i) < 128 ? text.charAt(i) : -1);
            }
        }
        return octets;
    }

    /** The first eight characters of a name, or all and zeros behind; the same for both cases of a letter. */
    static long beginning(byte[] octets, int start, int end) {
        long eight = (long) EIGHT.get(octets, start) | EACH * ('a' - 'A');
        return eight & -1L >>> Math.max(Long.SIZE - (end - start) * Byte.SIZE, 0);
    }

    /** How many spaces there are from this place on, as far as eight. */
    static int spaces(byte[] octets, int place) {
        return Long.numberOfTrailingZeros((long) EIGHT.get(octets, place) ^ EACH * ' ') >> 3;
    }

    /** The first place from this one on where a line ends, or the text. */
    static int lineEnd(byte[] octets, int place) {
        int at = place;
        int end = octets.length - Long.BYTES;
        while (at < end && !endsLine((long) EIGHT.get(octets, at))) {
            at += Long.BYTES;
        }
        while (at < end && octets[at] != '\n' && octets[at] != '\r') {
            at++;
        }
        return Math.min(at, end);
    }

    private static boolean endsLine(long eight) {
        return hasZero(eight ^ EACH * '\n') || hasZero(eight ^ EACH * '\r');
    }

    /** Whether one of eight bytes is zero: only then does taking one from each borrow where no highest bit was. */
    private static boolean hasZero(long eight) {
        return (eight - EACH & ~eight & HIGHEST_BITS) != 0;
    }
}
