package dev.pgpool.internal.sql;

import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The escapes in braces that JDBC defines and pgjdbc replaces: calls, functions, dates, outer joins.
 *
 * <p>pgjdbc replaces them with little regard to quotes. So only plain forms, where nothing else than the obvious can come
 * out, are taken; every other brace makes the text doubtful.
 */
final class JdbcEscapes {
    private static final int DEEPEST = 16;
    private static final String[] LITERALS = {"d", "t", "ts", "escape"};

    /** The functions that pgjdbc knows in <code>{fn …}</code> and replaces by harmless ones. */
    private static final Set<String> REPLACED = Set.of(
            "char",
            "concat",
            "curdate",
            "curtime",
            "database",
            "dayname",
            "dayofmonth",
            "dayofweek",
            "dayofyear",
            "hour",
            "ifnull",
            "insert",
            "lcase",
            "locate",
            "log10",
            "minute",
            "month",
            "monthname",
            "power",
            "quarter",
            "second",
            "space",
            "substring",
            "timestampadd",
            "timestampdiff",
            "truncate",
            "ucase",
            "user",
            "week",
            "year");

    private final char[] text;
    private final int[] closers = new int[DEEPEST];
    private final int[] depths = new int[DEEPEST];
    private int open;
    /** How many parentheses were opened, and not closed, while an escape was open. */
    private int parentheses;

    private int position;
    private int behindLiteral;
    private int function = -1;
    private boolean doubtful;

    JdbcEscapes(char[] text) {
        this.text = text;
    }

    /** Whether <code>{fn name(…)}</code> is replaced by something harmless; given in lower case. */
    static boolean replaces(String name) {
        return REPLACED.contains(name);
    }

    /** Where the text goes on after the brace just read; for a literal, at its quote. */
    int position() {
        return position;
    }

    /** Where the text goes on after the brace that closes the literal just found. */
    int behindLiteral() {
        return behindLiteral;
    }

    /** Where the name of the function in the latest <code>{fn name(…)}</code> begins; negative if there was none. */
    int functionAt() {
        return function;
    }

    boolean doubtful() {
        return doubtful;
    }

    /** Whether an escape isn't closed yet. */
    boolean open() {
        return open > 0;
    }

    /** Reads an opening brace; null if only what follows it is a token. */
    @Nullable Token begin(int brace) {
        position = brace + 1;
        int keyword = skipSpaces(brace + 1);
        if (isCall(brace, keyword)) {
            return call(keyword);
        }
        char before = brace == 0 ? ' ' : text[brace - 1];
        if (open == 0 && (Characters.isSpace(before) || "(,=<>".indexOf(before) >= 0)) {
            if (literal(brace + 1)) {
                return Token.LITERAL;
            }
            if (startsWith(brace + 1, "oj ")) {
                return outerJoin(brace);
            }
        }
        if (startsWith(brace + 1, "fn ") && (Characters.isSpace(before) || "(,=<>+-*/|".indexOf(before) >= 0)) {
            return function(brace);
        }
        doubtful = true;
        return Token.OTHER;
    }

    /** Reads a closing brace; null if it is dropped. */
    @Nullable Token finish(int brace) {
        position = brace + 1;
        if (open > 0 && closers[open - 1] == brace && endsWell(brace + 1)) {
            open--;
            return null;
        }
        doubtful = true;
        return Token.OTHER;
    }

    /** Hears of an opening parenthesis while an escape is open. */
    void opened() {
        parentheses++;
    }

    /**
     * Hears of a closing parenthesis while an escape is open: the one of an escaped function must be followed by its
     * brace.
     */
    void closed(int at) {
        parentheses--;
        if (closers[open - 1] < 0 && depths[open - 1] == parentheses) {
            int brace = skipSpaces(at + 1);
            doubtful |= brace >= text.length || text[brace] != '}';
            closers[open - 1] = brace;
        }
    }

    private boolean isCall(int brace, int at) {
        for (int i = 0; i < brace; i++) {
            if (!Characters.isSpace(text[i])) {
                return false;
            }
        }
        return charAt(at) == '?' || startsWith(at, "call");
    }

    private @Nullable Token call(int from) {
        boolean result = charAt(from) == '?';
        int at = from;
        if (result) {
            at = skipSpaces(from + 1);
            doubtful |= charAt(at) != '=';
            at = skipSpaces(at + 1);
        }
        doubtful |= !startsWith(at, "call") || !Characters.isSpace(charAt(at + 4));
        push(lastBrace(), 0);
        position = Math.min(at + 4, text.length);
        return result ? Token.RESULT_CALL_ESCAPE : Token.CALL_ESCAPE;
    }

    /** The brace that ends the text, since nothing may follow a call. */
    private int lastBrace() {
        int at = text.length - 1;
        while (at >= 0 && Characters.isSpace(text[at])) {
            at--;
        }
        return at;
    }

    /** Finds the literal of <code>{d '…'}</code> and its like: only one without a quote or brace in it. */
    private boolean literal(int from) {
        for (String keyword : LITERALS) {
            int quote = skipBlanks(from + keyword.length());
            if (startsWith(from, keyword) && charAt(quote) == '\'') {
                int at = quote + 1;
                while (at < text.length && text[at] != '\'' && text[at] != '}') {
                    at++;
                }
                int brace = skipBlanks(at + 1);
                position = quote;
                behindLiteral = brace + 1;
                return charAt(at) == '\'' && charAt(brace) == '}' && endsWell(brace + 1);
            }
        }
        return false;
    }

    private @Nullable Token outerJoin(int brace) {
        int closer = brace;
        while (closer < text.length && text[closer] != '}') {
            closer++;
        }
        push(closer, 0);
        position = brace + 3;
        return null;
    }

    private @Nullable Token function(int brace) {
        int name = skipBlanks(brace + 3);
        int at = name;
        while (at < text.length && Characters.isAsciiLetter(text[at]) || Characters.isDigit(charAt(at))) {
            at++;
        }
        doubtful |= at == name || charAt(skipBlanks(at)) != '(';
        push(-1, parentheses);
        function = name;
        position = name;
        return null;
    }

    private void push(int closer, int depth) {
        if (open == DEEPEST) {
            doubtful = true;
            return;
        }
        closers[open] = closer;
        depths[open] = depth;
        open++;
    }

    /** Whether what follows a dropped brace can't join what stands before it. */
    private boolean endsWell(int at) {
        return at >= text.length || Characters.isSpace(text[at]) || "),;}".indexOf(text[at]) >= 0;
    }

    private boolean startsWith(int at, String word) {
        if (at + word.length() > text.length) {
            return false;
        }
        for (int i = 0; i < word.length(); i++) {
            if (Characters.fold(text[at + i]) != word.charAt(i)) {
                return false;
            }
        }
        return true;
    }

    private int skipBlanks(int from) {
        int at = from;
        while (charAt(at) == ' ') {
            at++;
        }
        return at;
    }

    private int skipSpaces(int from) {
        int at = from;
        while (Characters.isSpace(charAt(at))) {
            at++;
        }
        return at;
    }

    private char charAt(int index) {
        return index < text.length ? text[index] : '\0';
    }
}
