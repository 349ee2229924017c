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
     * What begins with each of the {@link Octets}: the ordinal of the token that it is by itself, or one of the numbers
     * below. Those of what goes on with a plain name, and of nothing else, are negative.
     */
    private static final byte[] BEGINNINGS = new byte[256];

    private static final byte LETTER = -2;
    private static final byte DIGIT = -1;
    private static final byte SPACE = (byte) Token.values().length;
    private static final byte MARKER = (byte) (SPACE + 1);
    /** A dollar, or a character outside ASCII. */
    private static final byte RARE_PART = (byte) (SPACE + 2);

    private static final byte QUOTE = (byte) (SPACE + 3);
    private static final byte OTHER = (byte) (SPACE + 4);

    private static final byte OPEN = (byte) Token.OPEN.ordinal();
    private static final byte CLOSE = (byte) Token.CLOSE.ordinal();
    private static final byte DOT = (byte) Token.DOT.ordinal();

    /** How the names of schemas for temporary objects begin. */
    private static final int TEMPORARY = (int) Octets.beginning(Octets.of("pg_t"), 0, Integer.BYTES);

    static {
        for (char c = 0; c < BEGINNINGS.length; c++) {
            BEGINNINGS[c] = beginning(c);
        }
    }

    private final char[] text;
    private final byte[] octets;
    private final Literals literals;
    private final JdbcEscapes escapes;
    private final Tokens tokens;

    private int position;
    private int markers;
    private boolean rejected;
    private boolean doubtful;

    /**
     * Reads a text to its end.
     *
     * @param backslashEscapes whether to read {@code '…'} as the server does with {@code standard_conforming_strings}
     *     off
     */
    SqlScanner(String sql, boolean backslashEscapes) {
        this.text = sql.toCharArray();
        this.octets = Octets.of(sql);
        this.literals = new Literals(text, backslashEscapes);
        this.escapes = new JdbcEscapes(text);
        this.tokens = new Tokens(text, octets);
        read();
        doubtful |= escapes.open();
    }

    private static byte beginning(char c) {
        return switch (c) {
            case '(' -> OPEN;
            case ')' -> CLOSE;
            case '.' -> DOT;
            case ',' -> (byte) Token.COMMA.ordinal();
            case '?' -> MARKER;
            case '\'' -> QUOTE;
            case '-', '/' -> OTHER;
            default -> {
                if (Characters.isNamePart(c)) {
                    yield Characters.isAsciiLetter(c) ? LETTER : Characters.isDigit(c) ? DIGIT : RARE_PART;
                }
                if (Characters.isOperator(c)) {
                    yield (byte) Token.OPERATOR.ordinal();
                }
                yield Characters.isSpace(c) ? SPACE : OTHER;
            }
        };
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

    private void read() {
        int at = 0;
        while (at < text.length) {
            tokens.makeRoom();
            at = readPlain(at);
            if (at < text.length && tokens.hasRoom()) {
                position = at;
                readOther(text[at]);
                at = position;
            }
        }
        tokens.add(Token.END, at, at);
    }

    /**
     * Reads what most texts mostly are: plain names, numbers and literals, commas, dots, operators, parentheses and the space
     * between them. Answers where something else begins, or where there is no more room for tokens.
     *
     * <p>It calls nothing that isn't inlined, so that the compiler keeps its few variables in registers.
     */
    private int readPlain(int from) {
        int at = from;
        boolean qualified = tokens.last() == Token.DOT;
        boolean escaped = escapes.open();
        while (tokens.hasRoom()) {
            int start = at;
            byte beginning = beginningAt(at++);
            if (beginning == SPACE) {
                at += Octets.spaces(octets, at);
            } else if (beginning == LETTER) {
                byte next = beginningAt(at);
                while (next < 0) {
                    next = beginningAt(++at);
                }
                long name = Octets.beginning(octets, start, at);
                if (next == RARE_PART || (int) name == TEMPORARY || at == start + 1 && isPrefix(at)) {
                    return start;
                }
                tokens.addWord(start, at, qualified ? Word.NONE : Word.find(name, text, start, at));
                qualified = false;
            } else if (beginning >= 0 && beginning < SPACE) {
                boolean parenthesis = beginning == OPEN || beginning == CLOSE;
                if (parenthesis && escaped || beginning == DOT && beginningAt(at) == DIGIT) {
                    return start;
                }
                tokens.add(beginning, start, at);
                if (parenthesis) {
                    tokens.stopAtLast();
                }
                qualified = beginning == DOT;
            } else if (beginning == DIGIT) {
                byte next = beginningAt(at);
                while (next == DIGIT) {
                    next = beginningAt(++at);
                }
                if (next < 0 || next == RARE_PART || next == DOT) {
                    return start;
                }
                tokens.add(Token.NUMBER.ordinal(), start, at);
                qualified = false;
            } else if (beginning == QUOTE) {
                while (octets[at] != '\'' && octets[at] != 0) {
                    at++;
                }
                // Without a quote or backslash before its end it reads alike in any setting and behind any token.
                if (octets[at] == 0 || octets[at - 1] == '\\' || octets[at + 1] == '\'') {
                    return start;
                }
                at++;
                tokens.add(Token.LITERAL.ordinal(), start, at);
                qualified = false;
            } else if (beginning == MARKER && start > 0 && isApart(start - 1) && isApart(at)) {
                markers++;
                tokens.add(Token.PARAMETER.ordinal(), start, at);
                qualified = false;
            } else {
                return start;
            }
        }
        return at;
    }

    private byte beginningAt(int at) {
        return BEGINNINGS[octets[at] & 0xff];
    }

    /** Whether what stands here can't join a parameter next to it. */
    private boolean isApart(int at) {
        byte beginning = beginningAt(at);
        return beginning >= 0 && beginning <= SPACE && beginning != DOT;
    }

    /** Whether a single letter before this place may be the prefix of a quote. */
    private boolean isPrefix(int next) {
        return octets[next] == '\'' || octets[next] == '&';
    }

    /** Reads what isn't told by one character; it may be no token at all. */
    private void readOther(char c) {
        int start = position;
        Token kind = other(c);
        if (kind == Token.WORD) {
            tokens.addWord(start, position, word(start));
        } else if (kind == Token.QUOTED_NAME) {
            int quote = c == '"' ? start : start + 2;
            tokens.add(kind, quote + 1, position - 1);
        } else if (kind != null) {
            tokens.add(kind, start, position);
        }
    }

    /** The number of the word that begins here and ends at the position. */
    private int word(int start) {
        if (tokens.isTemporary(start, position, false)) {
            return Word.TEMPORARY;
        }
        boolean qualified = tokens.last() == Token.DOT;
        return qualified ? Word.NONE : Word.find(Octets.beginning(octets, start, position), text, start, position);
    }

    private @Nullable Token other(char c) {
        return switch (c) {
            case '(' -> parenthesis(Token.OPEN);
            case ')' -> parenthesis(Token.CLOSE);
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
                    yield isPrefix(position + 1) ? prefixed(Characters.fold(c), position + 1) : name();
                }
                rejected = true;
                yield single(Token.OTHER);
            }
        };
    }

    /** Takes a parenthesis while an escape is open. */
    private Token parenthesis(Token kind) {
        if (kind == Token.OPEN) {
            escapes.opened();
        } else {
            escapes.closed(position);
        }
        return single(kind);
    }

    private Token single(Token kind) {
        position++;
        return kind;
    }

    private Token name() {
        int at = position;
        while (at < text.length && Characters.isNamePart(text[at])) {
            // pgjdbc takes the dollar for the start of a quote unless Java has the character before it in names too.
            doubtful |= text[at] == '$' && text[at - 1] >= 128;
            at++;
        }
        position = at;
        return Token.WORD;
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
        position = Octets.lineEnd(octets, position);
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
        Token kind = brace == '{' ? escapes.begin(position) : escapes.finish(position);
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
