package dev.pgpool.internal.sql;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The tokens of a body in PL/pgSQL, by their number, and the text between them.
 *
 * <p>Not safe for use by several threads.
 */
final class BodyTokens {
    private final char[] text;
    private final List<Piece> pieces = new ArrayList<>();
    private final boolean clear;

    /**
     * A token.
     *
     * @param word an unquoted name or keyword in lower case; empty for all others
     */
    private record Piece(Token token, int start, int end, String word) {}

    /** Reads a body without JDBC's escapes and markers. */
    BodyTokens(String body) {
        this.text = body.toCharArray();
        SqlScanner scanner = new SqlScanner(body, false);
        Tokens tokens = scanner.tokens();
        for (int i = 0; i < tokens.size() - 1; i++) {
            Token token = tokens.kind(i);
            boolean quoted = token == Token.QUOTED_NAME;
            int start = quoted ? tokens.start(i) - 1 : tokens.start(i);
            int end = quoted ? tokens.end(i) + 1 : tokens.end(i);
            pieces.add(new Piece(separated(token, start), start, end, token == Token.WORD ? folded(start, end) : ""));
        }
        this.clear = !scanner.rejected() && !scanner.doubtful() && !scanner.readingsDiffer();
    }

    private String folded(int start, int end) {
        StringBuilder word = new StringBuilder(end - start);
        for (int i = start; i < end; i++) {
            word.append(Characters.fold(text[i]));
        }
        return word.toString();
    }

    /** Puts operators in place of the two dots between the bounds of a loop, which aren't those of a qualified name. */
    private Token separated(Token token, int start) {
        Piece before = pieces.isEmpty() ? null : pieces.get(pieces.size() - 1);
        if (before == null || before.end != start || text[start] != '.') {
            return token;
        }
        if (before.token == Token.DOT) {
            text[before.start] = '+';
            pieces.set(pieces.size() - 1, new Piece(Token.OPERATOR, before.start, before.end, ""));
        }
        boolean second = before.token == Token.DOT || before.token == Token.NUMBER && text[start - 1] == '.';
        if (token != Token.DOT || !second) {
            return token;
        }
        text[start] = '+';
        return Token.OPERATOR;
    }

    /** Whether the server sees these tokens and no others. */
    boolean clear() {
        return clear;
    }

    int size() {
        return pieces.size();
    }

    Token token(int index) {
        return pieces.get(index).token;
    }

    /** Where a token begins in the text. */
    int start(int index) {
        return pieces.get(index).start;
    }

    /** Where a token ends in the text. */
    int end(int index) {
        return pieces.get(index).end;
    }

    /** The character at a place of the text; a null character outside of it. */
    char charAt(int place) {
        return place >= 0 && place < text.length ? text[place] : '\0';
    }

    boolean isName(int index) {
        return token(index).isName();
    }

    boolean isEnd(int index) {
        return token(index) == Token.SEMICOLON;
    }

    /** An unquoted name or keyword in lower case; empty for all others, and behind the end. */
    String word(int index) {
        return index < pieces.size() ? pieces.get(index).word : "";
    }

    boolean isWord(int index, String word) {
        return word(index).equals(word);
    }

    /** Whether a token is this character, as an operator or bracket; false behind the end. */
    boolean isSymbol(int index, char symbol) {
        if (index >= pieces.size()) {
            return false;
        }
        Token token = token(index);
        return (token == Token.OPERATOR || token == Token.OTHER) && text[pieces.get(index).start] == symbol;
    }

    /** How many of the tokens are this keyword. */
    long count(String keyword) {
        return pieces.stream().filter(piece -> piece.word.equals(keyword)).count();
    }

    /** 1 for what opens a parenthesis or bracket, -1 for what closes one. */
    int nesting(int index) {
        Token token = token(index);
        if (token == Token.OPEN || isSymbol(index, '[')) {
            return 1;
        }
        return token == Token.CLOSE || isSymbol(index, ']') ? -1 : 0;
    }

    /** The first place of one of these keywords outside parentheses; negative if there is none. */
    int find(int from, int end, String... keywords) {
        List<String> searched = Arrays.asList(keywords);
        int depth = 0;
        for (int i = from; i < end; i++) {
            if (depth == 0 && searched.contains(word(i))) {
                return i;
            }
            depth += nesting(i);
        }
        return -1;
    }

    /** The text from one token up to another. */
    String text(int from, int end) {
        int start = pieces.get(from).start;
        return new String(text, start, pieces.get(end - 1).end - start);
    }

    /** The content of a literal that has no escapes; null for another one. */
    @Nullable String literal(int index) {
        String written = text(index, index + 1);
        if (written.startsWith("'") && written.indexOf('\\') < 0) {
            return written.substring(1, written.length() - 1).replace("''", "'");
        }
        if (written.startsWith("$")) {
            int tag = written.indexOf('$', 1) + 1;
            return written.substring(tag, written.length() - tag);
        }
        return null;
    }

    /** Takes out {@code INTO target}, as PL/pgSQL does before it gives the rest to SQL. */
    void blankTargets(int from, int end) {
        for (int i = from; i < end; i++) {
            if (isWord(i, "into") && (i == 0 || !isWord(i - 1, "insert") && !isWord(i - 1, "merge"))) {
                int last = isWord(i + 1, "strict") ? i + 2 : i + 1;
                while (last + 2 < end && (token(last + 1) == Token.DOT || token(last + 1) == Token.COMMA)) {
                    last += 2;
                }
                last = Math.min(last, end - 1);
                Arrays.fill(text, pieces.get(i).start, pieces.get(last).end, ' ');
                i = last;
            }
        }
    }
}
