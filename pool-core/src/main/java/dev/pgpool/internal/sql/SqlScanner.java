package dev.pgpool.internal.sql;

import org.jspecify.annotations.Nullable;

/**
 * Cuts a SQL text, as an application gives it to JDBC, into PostgreSQL's tokens.
 *
 * <p>Between the text and the server stands pgjdbc with a scanner of its own, which replaces markers and escapes and
 * cuts the text at semicolons. Where the two scanners could disagree, or where replacing could join two tokens to a new
 * one, the text is {@link #doubtful}: nothing can be concluded from its tokens. Where the server can only raise a syntax
 * error it is {@link #rejected}.
 *
 * <p>Not safe for use by several threads.
 */
final class SqlScanner {
    /**
     * What begins with each character of ASCII: the ordinal of the token that it is by itself, or one of the negative
     * numbers below.
     */
    private static final byte[] BEGINNINGS = new byte[128];

    private static final byte NAME = -1;
    private static final byte SPACE = -2;
    private static final byte OTHER = -3;

    static {
        for (char c = 0; c < 128; c++) {
            BEGINNINGS[c] = Characters.startsName(c) ? NAME : Characters.isSpace(c) ? SPACE : OTHER;
            if (Characters.isOperator(c) && c != '-' && c != '/') {
                BEGINNINGS[c] = (byte) Token.OPERATOR.ordinal();
            }
        }
        BEGINNINGS[','] = (byte) Token.COMMA.ordinal();
        BEGINNINGS['.'] = (byte) Token.DOT.ordinal();
    }

    private final char[] text;
    private final Literals literals;
    private final JdbcEscapes escapes;
    private final Tokens tokens;

    private int position;
    private int markers;
    private int parentheses;
    private boolean rejected;
    private boolean doubtful;

    /**
     * Reads a text to its end.
     *
     * @param backslashEscapes whether to read {@code '…'} as the server does with {@code standard_conforming_strings}
     *     off
     */
    SqlScanner(char[] text, boolean backslashEscapes) {
        this.text = text;
        this.literals = new Literals(text, backslashEscapes);
        this.escapes = new JdbcEscapes(text);
        this.tokens = new Tokens(text);
        read();
        doubtful |= escapes.open();
    }

    /** All tokens of the text. */
    Tokens tokens() {
        return tokens;
    }

    /** The number of JDBC markers. */
    int markers() {
        return markers;
    }

    /** Whether the server can only answer with a syntax error. */
    boolean rejected() {
        return rejected || literals.unterminated();
    }

    /** Whether the server may see other tokens than these. */
    boolean doubtful() {
        return doubtful || literals.doubtful() || escapes.doubtful();
    }

    /** Whether the text reads differently with the other setting of {@code standard_conforming_strings}. */
    boolean readingsDiffer() {
        return literals.readingsDiffer();
    }

    /** Goes from token to token; the way is short for those that most are: names, commas, dots and operators. */
    private void read() {
        int at = 0;
        boolean qualified = false;
        while (at < text.length) {
            char c = text[at];
            byte beginning = c < 128 ? BEGINNINGS[c] : NAME;
            if (beginning == SPACE) {
                at++;
                continue;
            }
            int start = at;
            if (beginning == NAME) {
                long code = 0;
                while (at < text.length && Characters.isAsciiLetter(text[at])) {
                    code = Word.code(code, text[at]);
                    at++;
                }
                if (at < text.length && Characters.isNamePart(text[at])) {
                    // No keyword has other characters than letters.
                    code = 0;
                    at = nameEnd(at);
                }
                if (at > start + 1 || !isPrefix(at)) {
                    tokens.addWord(start, at, qualified ? 0 : code);
                    qualified = false;
                    continue;
                }
            } else if (beginning != OTHER && (c != '.' || !Characters.isDigit(charAt(at + 1)))) {
                at++;
                tokens.add(beginning, start, at);
                qualified = c == '.';
                continue;
            }
            position = start;
            readOther(c);
            qualified = tokens.last() == Token.DOT;
            at = position;
        }
        tokens.add(Token.END, at, at);
    }

    /** The end of a name with other characters than letters from here on. */
    private int nameEnd(int from) {
        int at = from;
        while (at < text.length && Characters.isNamePart(text[at])) {
            // pgjdbc takes the dollar for the start of a quote unless Java has the character before it in names too.
            doubtful |= text[at] == '$' && text[at - 1] >= 128;
            at++;
        }
        return at;
    }

    /** Whether a single letter before this place may be the prefix of a quote. */
    private boolean isPrefix(int next) {
        return next < text.length && (text[next] == '\'' || text[next] == '&');
    }

    /** Reads what isn't told by one character; it may be no token at all. */
    private void readOther(char c) {
        int start = position;
        Token kind = other(c);
        if (kind == Token.WORD) {
            tokens.addWord(start, position, 0);
        } else if (kind == Token.QUOTED_NAME) {
            int quote = c == '"' ? start : start + 2;
            tokens.add(kind, quote + 1, position - 1);
        } else if (kind != null) {
            tokens.add(kind, start, position);
        }
    }

    private @Nullable Token other(char c) {
        return switch (c) {
            case '(' -> {
                parentheses++;
                yield single(Token.OPEN);
            }
            case ')' -> {
                parentheses--;
                escapes.closed(parentheses, position);
                yield single(Token.CLOSE);
            }
            case '?' -> marker();
            case '\'' -> literal(literals.plain(position, tokens.last() == Token.LITERAL));
            case '.', '0', '1', '2', '3', '4', '5', '6', '7', '8', '9' -> number();
            case '-' -> charAt(position + 1) == '-' ? skipLine() : single(Token.OPERATOR);
            case '/' -> charAt(position + 1) == '*' ? skipComment() : single(Token.OPERATOR);
            default -> rare(c);
        };
    }

    private @Nullable Token rare(char c) {
        return switch (c) {
            case ';' -> {
                doubtful |= escapes.open();
                yield single(Token.SEMICOLON);
            }
            case '[', ']' -> single(Token.OTHER);
            case ':' -> colon();
            case '"' -> quotedName();
            case '$' -> dollar();
            case '{', '}' -> escape(c);
            default -> {
                if (Characters.startsName(c)) {
                    yield prefixed(Characters.fold(c), position + 1);
                }
                rejected = true;
                yield single(Token.OTHER);
            }
        };
    }

    private Token single(Token kind) {
        position++;
        return kind;
    }

    private Token literal(int newPosition) {
        position = newPosition;
        return Token.LITERAL;
    }

    private Token colon() {
        if (charAt(position + 1) == ':') {
            position += 2;
            return Token.CAST;
        }
        return single(Token.OPERATOR);
    }

    /** A string or name with a prefix of one letter, or the letter as a name. */
    private Token prefixed(char prefix, int next) {
        if (text[next] == '&') {
            char quote = charAt(next + 1);
            if (prefix != 'u' || quote != '\'' && quote != '"') {
                return single(Token.WORD);
            }
            if (quote == '"') {
                // Its characters may be spelled as numbers: it could be any name.
                doubtful = true;
                position = next + 1;
                return quotedName();
            }
            return literal(literals.raw(next + 1));
        }
        return switch (prefix) {
            case 'e' -> {
                // pgjdbc takes the E for a part of a name where it doesn't know the character before it.
                doubtful |= position == 0 || !Characters.endsName(text[position - 1]);
                yield literal(literals.escaped(next));
            }
            case 'b', 'x' -> literal(literals.raw(next));
            case 'n' -> literal(literals.plain(next, false));
            default -> single(Token.WORD);
        };
    }

    private Token quotedName() {
        for (int at = position + 1; at < text.length; at++) {
            if (text[at] == '"') {
                if (charAt(at + 1) != '"') {
                    position = at + 1;
                    return Token.QUOTED_NAME;
                }
                at++;
            }
        }
        rejected = true;
        position = text.length;
        return Token.OTHER;
    }

    private Token number() {
        int at = skipDigits(position);
        if (charAt(at) == '.') {
            at = skipDigits(at + 1);
        }
        if (Characters.fold(charAt(at)) == 'e') {
            int exponent = charAt(at + 1) == '+' || charAt(at + 1) == '-' ? at + 2 : at + 1;
            at = Characters.isDigit(charAt(exponent)) ? skipDigits(exponent) : at;
        }
        position = at;
        // A name right behind a number is an error in newer servers, the next token in older ones.
        doubtful |= at < text.length && Characters.isNamePart(text[at]);
        return Token.NUMBER;
    }

    private int skipDigits(int from) {
        int at = from;
        while (Characters.isDigit(charAt(at)) || charAt(at) == '_' && Characters.isDigit(charAt(at + 1))) {
            at++;
        }
        return at;
    }

    private Token marker() {
        if (charAt(position + 1) == '?') {
            position += 2;
            return Token.OPERATOR;
        }
        // The marker becomes $1: next to a part of a name or number it would become a part of it, or make it longer.
        doubtful |= position > 0 && (Characters.isNamePart(text[position - 1]) || text[position - 1] == '.')
                || position + 1 < text.length && Characters.isNamePart(text[position + 1]);
        markers++;
        return single(Token.PARAMETER);
    }

    private Token dollar() {
        if (Characters.isDigit(charAt(position + 1))) {
            position = skipDigits(position + 1);
            doubtful |= position < text.length && Characters.isNamePart(text[position]);
            return Token.PARAMETER;
        }
        int tagEnd = literals.dollarTagEnd(position);
        if (tagEnd < 0) {
            rejected = true;
            return single(Token.OTHER);
        }
        return literal(literals.dollarQuoted(position, tagEnd));
    }

    private @Nullable Token skipLine() {
        while (position < text.length && text[position] != '\n' && text[position] != '\r') {
            position++;
        }
        return null;
    }

    private @Nullable Token skipComment() {
        // pgjdbc takes /*/ for a whole comment.
        doubtful |= charAt(position + 2) == '/';
        int depth = 1;
        int at = position + 2;
        while (depth > 0 && at + 1 < text.length) {
            if (text[at] == '*' && text[at + 1] == '/') {
                depth--;
                at += 2;
            } else if (text[at] == '/' && text[at + 1] == '*') {
                depth++;
                at += 2;
            } else {
                at++;
            }
        }
        rejected |= depth > 0;
        position = depth > 0 ? text.length : at;
        return null;
    }

    /** The token that a brace begins; null if pgjdbc drops it, or puts a keyword there that changes nothing. */
    private @Nullable Token escape(char brace) {
        Token kind = brace == '{' ? escapes.begin(position, parentheses) : escapes.finish(position);
        position = escapes.position();
        if (position == escapes.functionAt() && Characters.startsName(charAt(position))) {
            tokens.escapesNext();
        }
        if (kind == Token.RESULT_CALL_ESCAPE) {
            markers++;
        } else if (kind == Token.LITERAL) {
            int end = literals.plain(position, false);
            // With backslash escapes the literal may go on behind the brace.
            position = end < escapes.behindLiteral() ? escapes.behindLiteral() : end;
        }
        return kind;
    }

    private char charAt(int index) {
        return index < text.length ? text[index] : '\0';
    }
}
