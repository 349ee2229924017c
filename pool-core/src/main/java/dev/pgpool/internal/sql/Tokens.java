package dev.pgpool.internal.sql;

import java.util.Arrays;
import java.util.BitSet;
import org.jspecify.annotations.Nullable;

/**
 * The tokens of a text, by their number; the last one is {@link Token#END}.
 *
 * <p>They are all found before the first is judged, because what a parenthesis means is told by the tokens before it, and
 * most tokens tell nothing.
 *
 * <p>Not safe for use by several threads.
 */
final class Tokens {
    /** Longer names are cut by the server. */
    private static final int LONGEST_NAME = 63;

    private static final Token[] KINDS = Token.values();

    private static final int KIND_BITS = 4;

    private final char[] text;
    private final byte[] octets;
    private int size;
    /** The ordinal of each token's kind in the lowest bits, and the number of its {@link Word} in the others. */
    private short[] kinds;

    /** Where each token begins in the text, in the upper half, and where it ends. */
    private long[] places;

    /** The numbers of the tokens that alone can change what the others mean. */
    private int[] stops;

    private int stopCount;

    /** The numbers of the names in <code>{fn name(…)}</code>; null if there are none. */
    private @Nullable BitSet escapedFunctions;

    private int latestEscape = -1;

    /** The tokens of this text, to be added. */
    Tokens(char[] text, byte[] octets) {
        this.text = text;
        this.octets = octets;
        int expected = Math.min(text.length, 4096) / 4 + 16;
        this.kinds = new short[expected];
        this.places = new long[expected];
        this.stops = new int[expected];
    }

    /**
     * Adds an unquoted name or keyword.
     *
     * @param word the number of the {@link Word} that it is
     */
    void addWord(int start, int end, int word) {
        boolean stops = word != Word.NONE || size == latestEscape;
        add(Token.WORD.ordinal() | word << KIND_BITS, start, end);
        if (stops) {
            stopAtLast();
        }
    }

    /** Adds any token but a word. */
    void add(Token kind, int start, int end) {
        int word = kind == Token.QUOTED_NAME && isTemporary(start, end, true) ? Word.TEMPORARY : Word.NONE;
        add(kind.ordinal() | word << KIND_BITS, start, end);
        if (word != Word.NONE || kind.isStop()) {
            stopAtLast();
        }
    }

    /** Adds a token that tells nothing by itself, by the ordinal of its kind. */
    void add(int kind, int start, int end) {
        makeRoom();
        int at = size;
        kinds[at] = (short) kind;
        places[at] = (long) start << Integer.SIZE | end;
        size = at + 1;
    }

    private void grow() {
        int length = kinds.length * 2;
        kinds = Arrays.copyOf(kinds, length);
        places = Arrays.copyOf(places, length);
        stops = Arrays.copyOf(stops, length);
    }

    boolean hasRoom() {
        return size < kinds.length;
    }

    /** Sees to it that one more token can be added at little cost. */
    void makeRoom() {
        if (!hasRoom()) {
            grow();
        }
    }

    /** Notes that the token added last is a stop. */
    void stopAtLast() {
        stops[stopCount++] = size - 1;
    }

    boolean isTemporary(int start, int end, boolean quoted) {
        return startsWith("pg_temp", start, end, quoted) || startsWith("pg_toast_temp", start, end, quoted);
    }

    /** Says that the next token, if it is a word and not behind a dot, is the name in <code>{fn name(…)}</code>. */
    void escapesNext() {
        if (last() == Token.DOT) {
            return;
        }
        BitSet functions = escapedFunctions == null ? new BitSet() : escapedFunctions;
        functions.set(size);
        escapedFunctions = functions;
        latestEscape = size;
    }

    int size() {
        return size;
    }

    /** The kind of the token added last; a semicolon before the first one. */
    Token last() {
        return size == 0 ? Token.SEMICOLON : kind(size - 1);
    }

    /** Where a token begins in the text; for a quoted name, behind its quote. */
    int start(int at) {
        return (int) (places[at] >>> Integer.SIZE);
    }

    /** Where a token ends in the text; for a quoted name, before its quote. */
    int end(int at) {
        return (int) places[at];
    }

    /** Which of the stops is the first one from this token on. */
    int stopFrom(int at) {
        int found = Arrays.binarySearch(stops, 0, stopCount, at);
        return found < 0 ? -found - 1 : found;
    }

    /** The token that is this stop; the last one is the end of the text. */
    int stop(int number) {
        return stops[number];
    }

    Token kind(int at) {
        return KINDS[kinds[at] & KINDS.length - 1];
    }

    boolean isName(int at) {
        return kind(at).isName();
    }

    /** Whether the statement ends before this token. */
    boolean isEnd(int at) {
        Token kind = kind(at);
        return kind == Token.SEMICOLON || kind == Token.END;
    }

    /** 1 for an opening parenthesis, -1 for a closing one. */
    int nesting(int at) {
        Token kind = kind(at);
        return kind == Token.OPEN ? 1 : kind == Token.CLOSE ? -1 : 0;
    }

    /** What the spelling of a name tells; null if nothing, and for all other tokens. */
    @Nullable Word word(int at) {
        return Word.of(kinds[at] >> KIND_BITS);
    }

    /** The unquoted and unqualified name as a keyword; null if it isn't one that a rule names. */
    @Nullable Keyword keyword(int at) {
        Word word = word(at);
        return word == null ? null : word.keyword();
    }

    /** Whether the token is a name that may lead to a temporary object. */
    boolean isTemporary(int at) {
        return kinds[at] >> KIND_BITS == Word.TEMPORARY;
    }

    /** Whether the token is the name in <code>{fn name(…)}</code>. */
    boolean isEscapedFunction(int at) {
        return escapedFunctions != null && kind(at) == Token.WORD && escapedFunctions.get(at);
    }

    /** Whether the token is the name in <code>{fn name(…)}</code>, which pgjdbc replaces by something harmless. */
    boolean isReplacedFunction(int at) {
        String name = isEscapedFunction(at) ? name(at) : null;
        return name != null && JdbcEscapes.replaces(name);
    }

    /** Whether the token is this name by PostgreSQL's rules of folding; given in lower case. */
    boolean isNamed(int at, String name) {
        return end(at) - start(at) == name.length()
                && isName(at)
                && startsWith(name, start(at), end(at), kind(at) == Token.QUOTED_NAME);
    }

    private boolean startsWith(String prefix, int start, int end, boolean quoted) {
        if (end - start < prefix.length()) {
            return false;
        }
        for (int i = 0; i < prefix.length(); i++) {
            char c = text[start + i];
            if ((quoted ? c : Characters.fold(c)) != prefix.charAt(i)) {
                return false;
            }
        }
        return true;
    }

    /** What the function with the name at this token does, if it is one of {@code pg_catalog}; null if that isn't known. */
    @Nullable FunctionEffect functionEffect(int at) {
        return FunctionEffect.of(octets, start(at), end(at), kind(at) == Token.QUOTED_NAME);
    }

    /**
     * A name as the server stores it; null if the token is none, or if that can't be told from the text alone.
     *
     * <p>The server folds other letters than ASCII, and cuts long names, as its encoding and locale say.
     */
    @Nullable String name(int at) {
        int length = end(at) - start(at);
        if (!isName(at) || length > LONGEST_NAME) {
            return null;
        }
        boolean quoted = kind(at) == Token.QUOTED_NAME;
        int end = end(at);
        StringBuilder name = new StringBuilder(length);
        for (int i = start(at); i < end; i++) {
            char c = text[i];
            if (c >= 128) {
                return null;
            }
            name.append(quoted ? c : Characters.fold(c));
            i += quoted && c == '"' ? 1 : 0;
        }
        return name.toString();
    }

    /** The value of a literal in quotes or dollar quotes, without a backslash; null for all other tokens. */
    @Nullable String literal(int at) {
        int start = start(at);
        if (kind(at) != Token.LITERAL || text[start] != '\'' && text[start] != '$') {
            return null;
        }
        boolean dollar = text[start] == '$';
        int quote = dollar ? tagLength(start) : 1;
        int length = end(at) - start - 2 * quote;
        if (length < 0) {
            return null;
        }
        String value = new String(text, start + quote, length);
        if (dollar) {
            return value;
        }
        return value.indexOf('\\') < 0 ? value.replace("''", "'") : null;
    }

    private int tagLength(int dollar) {
        int at = dollar + 1;
        while (text[at] != '$') {
            at++;
        }
        return at + 1 - dollar;
    }
}
