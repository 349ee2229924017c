package dev.pgpool.internal.sql;

/**
 * PostgreSQL's classes of characters.
 *
 * <p>As in the server, every character outside ASCII may be part of a name, also those that look like a space, and only
 * ASCII letters are folded.
 */
final class Characters {
    private static final byte SPACE = 1;
    private static final byte LETTER = 2;
    private static final byte DIGIT = 4;
    private static final byte NAME_PART = 8;
    private static final byte OPERATOR = 16;
    /** What pgjdbc accepts between a name and the E of an escape string, beside white space. */
    private static final byte ENDS_NAME = 32;

    private static final byte[] CLASSES = new byte[128];
    private static final char[] FOLDED = new char[128];

    static {
        for (char c = 0; c < 128; c++) {
            boolean upper = c >= 'A' && c <= 'Z';
            boolean letter = upper || c >= 'a' && c <= 'z' || c == '_';
            boolean digit = c >= '0' && c <= '9';
            CLASSES[c] = (byte) ((" \t\n\r\f\u000b".indexOf(c) >= 0 ? SPACE : 0)
                    | (letter ? LETTER : 0)
                    | (digit ? DIGIT : 0)
                    | (letter || digit || c == '$' ? NAME_PART : 0)
                    | ("+-*/<>=~!@#%^&|`".indexOf(c) >= 0 ? OPERATOR : 0)
                    | (" \t\n\r\f\",()[].;:+-*/%^<>=~!@#&|`?".indexOf(c) >= 0 ? ENDS_NAME : 0));
            FOLDED[c] = upper ? (char) (c + 'a' - 'A') : c;
        }
    }

    private Characters() {}

    private static boolean is(char c, byte kind) {
        return c < 128 && (CLASSES[c] & kind) != 0;
    }

    static boolean isSpace(char c) {
        return is(c, SPACE);
    }

    static boolean isDigit(char c) {
        return is(c, DIGIT);
    }

    static boolean isOperator(char c) {
        return is(c, OPERATOR);
    }

    static boolean endsName(char c) {
        return is(c, ENDS_NAME);
    }

    static boolean startsName(char c) {
        return c >= 128 || is(c, LETTER);
    }

    static boolean isNamePart(char c) {
        return c >= 128 || is(c, NAME_PART);
    }

    /** Whether it is one of ASCII's letters, or an underscore. */
    static boolean isAsciiLetter(char c) {
        return is(c, LETTER);
    }

    static char fold(char c) {
        return c < 128 ? FOLDED[c] : c;
    }
}
