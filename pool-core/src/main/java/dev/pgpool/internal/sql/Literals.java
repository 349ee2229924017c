package dev.pgpool.internal.sql;

/**
 * Finds the ends of string literals.
 *
 * <p>Whether a backslash escapes in {@code '…'} is a setting of the session, which isn't known here. Where that changes
 * the end of a literal, the text has two readings.
 */
final class Literals {
    private final char[] text;
    private final boolean backslashEscapes;
    private boolean unterminated;
    private boolean doubtful;
    private boolean readingsDiffer;

    Literals(char[] text, boolean backslashEscapes) {
        this.text = text;
        this.backslashEscapes = backslashEscapes;
    }

    boolean unterminated() {
        return unterminated;
    }

    boolean doubtful() {
        return doubtful;
    }

    boolean readingsDiffer() {
        return readingsDiffer;
    }

    /**
     * The end of the literal {@code '…'} whose quote stands at this index.
     *
     * @param afterLiteral whether the token before is a literal too, so that this is its continuation, with its escapes
     */
    int plain(int quote, boolean afterLiteral) {
        boolean differ = endsInBackslash(quote);
        readingsDiffer |= differ;
        doubtful |= differ && afterLiteral;
        return backslashEscapes ? skipEscaped(quote) : skipRaw(quote);
    }

    /** The end of a literal whose backslashes are no escapes in any setting, as in {@code B'…'}. */
    int raw(int quote) {
        // pgjdbc reads it as a plain one.
        boolean differ = endsInBackslash(quote);
        readingsDiffer |= differ;
        doubtful |= differ && backslashEscapes;
        return skipRaw(quote);
    }

    /** The end of {@code E'…'}. */
    int escaped(int quote) {
        int afterFirst = firstQuote(quote + 1, true) + 1;
        // pgjdbc takes what follows a doubled quote for a plain literal.
        if (afterFirst < text.length && text[afterFirst] == '\'' && endsInBackslash(afterFirst)) {
            doubtful = true;
        }
        return skipEscaped(quote);
    }

    /** The index behind the opening tag of a dollar quote that begins here; negative if there is none. */
    int dollarTagEnd(int dollar) {
        int at = dollar + 1;
        while (at < text.length && text[at] != '$' && Characters.isNamePart(text[at])) {
            // pgjdbc and the server differ in what else than ASCII may stand in a tag.
            doubtful |= text[at] >= 128;
            at++;
        }
        return at < text.length && text[at] == '$' ? at + 1 : -1;
    }

    /** The end of a dollar quote whose opening tag is known. */
    int dollarQuoted(int dollar, int tagEnd) {
        doubtful |= dollar > 0 && !startsDollarQuoteBehind(text[dollar - 1]);
        int length = tagEnd - dollar;
        for (int at = tagEnd; at + length <= text.length; at++) {
            if (text[at] == '$' && matches(dollar, at, length)) {
                return at + length;
            }
        }
        unterminated = true;
        return text.length;
    }

    private static boolean startsDollarQuoteBehind(char c) {
        return c >= ' ' && c < 127 && !Characters.isNamePart(c) || Characters.isSpace(c);
    }

    private boolean matches(int a, int b, int length) {
        for (int i = 1; i < length; i++) {
            if (text[a + i] != text[b + i]) {
                return false;
            }
        }
        return true;
    }

    /** Whether a quote within the literal that begins here stands behind an odd number of backslashes. */
    private boolean endsInBackslash(int quote) {
        int at = quote + 1;
        while (at < text.length) {
            int next = firstQuote(at, false);
            int backslash = next;
            while (backslash > at && text[backslash - 1] == '\\') {
                backslash--;
            }
            if ((next - backslash) % 2 == 1) {
                return true;
            }
            if (next + 1 >= text.length || text[next + 1] != '\'') {
                return false;
            }
            at = next + 2;
        }
        return false;
    }

    private int skipRaw(int quote) {
        return skip(quote, false);
    }

    private int skipEscaped(int quote) {
        return skip(quote, true);
    }

    private int skip(int quote, boolean escapes) {
        int at = firstQuote(quote + 1, escapes);
        while (at + 1 < text.length && text[at + 1] == '\'') {
            at = firstQuote(at + 2, escapes);
        }
        if (at >= text.length) {
            unterminated = true;
            return text.length;
        }
        return at + 1;
    }

    private int firstQuote(int from, boolean escapes) {
        int at = from;
        while (at < text.length && text[at] != '\'') {
            at += escapes && text[at] == '\\' ? 2 : 1;
        }
        return Math.min(at, text.length);
    }
}
