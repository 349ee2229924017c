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
    /** Longer names are cut by the server. */
    private static final int LONGEST_NAME = 63;

    private final char[] text;
    private final Literals literals;
    private final JdbcEscapes escapes;

    private int position;
    private int start;
    private int end;
    private Token token = Token.END;
    private int markers;
    private int parentheses;
    private boolean rejected;
    private boolean doubtful;

    /**
     * Starts at the beginning of a text.
     *
     * @param backslashEscapes whether to read {@code '…'} as the server does with {@code standard_conforming_strings}
     *     off
     */
    SqlScanner(char[] text, boolean backslashEscapes) {
        this.text = text;
        this.literals = new Literals(text, backslashEscapes);
        this.escapes = new JdbcEscapes(text);
    }

    /** Moves to the next token; {@link Token#END} for ever after the last one. */
    Token next() {
        token = scan();
        end = position;
        return token;
    }

    /** Where the token begins; for a quoted name, after its quote. */
    int start() {
        return token == Token.QUOTED_NAME ? start + 1 : start;
    }

    /** Where the token ends; for a quoted name, before its quote. */
    int end() {
        return token == Token.QUOTED_NAME ? end - 1 : end;
    }

    /** What is known of the unquoted name that is the current token; null if nothing is. */
    @Nullable Word word() {
        return token == Token.WORD ? Word.find(text, start, end) : null;
    }

    /** What is known of the quoted name, of this place without the quotes; null if nothing is. */
    @Nullable Word quotedWord(int from, int to) {
        return Word.findQuoted(text, from, to);
    }

    /** What is known of the unquoted name at this place; null if nothing is. */
    @Nullable Word unquotedWord(int from, int to) {
        return Word.find(text, from, to);
    }

    /** Whether the name that is the current token may lead to a temporary object. */
    boolean isTemporaryName() {
        char first = text[start()];
        return (first == 'p' || first == 'P') && (nameStartsWith("pg_temp") || nameStartsWith("pg_toast_temp"));
    }

    /** Whether the current token is this name by PostgreSQL's rules of folding; given in lower case. */
    boolean nameIs(String name) {
        return end() - start() == name.length() && nameStartsWith(name);
    }

    /** Whether the name that is the current token, folded by PostgreSQL's rules, begins so; given in lower case. */
    boolean nameStartsWith(String prefix) {
        int from = start();
        if (end() - from < prefix.length()) {
            return false;
        }
        for (int i = 0; i < prefix.length(); i++) {
            char c = text[from + i];
            if ((token == Token.WORD ? Characters.fold(c) : c) != prefix.charAt(i)) {
                return false;
            }
        }
        return true;
    }

    /**
     * The name at this place as the server stores it; null if that can't be told from the text alone.
     *
     * <p>The server folds other letters than ASCII, and cuts long names, as its encoding and locale say.
     *
     * @param quoted whether it stands in quotes, which don't belong to the place
     */
    @Nullable String storedName(int from, int to, boolean quoted) {
        if (to - from > LONGEST_NAME) {
            return null;
        }
        StringBuilder name = new StringBuilder(to - from);
        for (int i = from; i < to; i++) {
            char c = text[i];
            if (c >= 128) {
                return null;
            }
            name.append(quoted ? c : Characters.fold(c));
            i += quoted && c == '"' ? 1 : 0;
        }
        return name.toString();
    }

    /** The value of the current token if it is a literal in quotes or dollar quotes, without a backslash; else null. */
    @Nullable String literal() {
        if (token != Token.LITERAL || text[start] != '\'' && text[start] != '$') {
            return null;
        }
        boolean dollar = text[start] == '$';
        int quote = dollar ? literals.dollarTagEnd(start) - start : 1;
        int length = end - start - 2 * quote;
        if (length < 0) {
            return null;
        }
        String value = new String(text, start + quote, length);
        if (dollar) {
            return value;
        }
        return value.indexOf('\\') < 0 ? value.replace("''", "'") : null;
    }

    /** Whether the current token is the name in <code>{fn name(…)}</code>. */
    boolean isEscapedFunction() {
        return token == Token.WORD && escapes.functionAt() == start;
    }

    /** The JDBC markers met so far. */
    int markers() {
        return markers;
    }

    /** Whether the server can only answer what was met so far with a syntax error. */
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

    private Token scan() {
        while (position < text.length) {
            char c = text[position];
            start = position;
            if (Characters.startsName(c)) {
                return word(c);
            }
            if (Characters.isSpace(c)) {
                position++;
            } else if (c == '-' && charAt(position + 1) == '-') {
                skipLine();
            } else if (c == '/' && charAt(position + 1) == '*') {
                skipComment();
            } else if (c == '{' || c == '}') {
                Token escape = escape(c);
                if (escape != null) {
                    return escape;
                }
            } else {
                return symbol(c);
            }
        }
        start = position;
        doubtful |= escapes.open();
        return Token.END;
    }

    private Token symbol(char c) {
        return switch (c) {
            case ',' -> single(Token.COMMA);
            case '.' -> Characters.isDigit(charAt(position + 1)) ? number() : single(Token.DOT);
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
            case '\'' -> literal(literals.plain(position, token == Token.LITERAL));
            default -> rareSymbol(c);
        };
    }

    private Token rareSymbol(char c) {
        if (Characters.isOperator(c)) {
            return single(Token.OPERATOR);
        }
        if (Characters.isDigit(c)) {
            return number();
        }
        return switch (c) {
            case ';' -> single(Token.SEMICOLON);
            case '[', ']' -> single(Token.OTHER);
            case ':' -> colon();
            case '"' -> quotedName();
            case '$' -> dollar();
            default -> {
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

    private Token word(char first) {
        int at = position + 1;
        while (at < text.length && Characters.isNamePart(text[at])) {
            // pgjdbc takes the dollar for the start of a quote unless Java has the character before it in names too.
            if (text[at] == '$') {
                doubtful |= text[at - 1] >= 128;
            }
            at++;
        }
        if (at - position == 1 && at < text.length && (text[at] == '\'' || text[at] == '&')) {
            Token prefixed = prefixed(Characters.fold(first), at);
            if (prefixed != null) {
                return prefixed;
            }
        }
        position = at;
        return Token.WORD;
    }

    /** A string or name with a prefix of one letter; null if the letter is a name. */
    private @Nullable Token prefixed(char prefix, int next) {
        if (text[next] == '&') {
            char quote = charAt(next + 1);
            if (prefix != 'u' || quote != '\'' && quote != '"') {
                return null;
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
            default -> null;
        };
    }

    private Token quotedName() {
        start = position;
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

    private void skipLine() {
        while (position < text.length && text[position] != '\n' && text[position] != '\r') {
            position++;
        }
    }

    private void skipComment() {
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
    }

    /** The token that a brace begins; null if pgjdbc drops it, or puts a keyword there that changes nothing. */
    private @Nullable Token escape(char brace) {
        Token kind = brace == '{' ? escapes.begin(position, parentheses) : escapes.finish(position);
        position = escapes.position();
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
