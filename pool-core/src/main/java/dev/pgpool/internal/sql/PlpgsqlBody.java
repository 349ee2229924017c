package dev.pgpool.internal.sql;

import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/**
 * A body in PL/pgSQL, cut into the pieces of SQL that it runs.
 *
 * <p>PL/pgSQL itself does nothing to the session: it takes expressions and statements out of the body, up to the first
 * keyword or semicolon outside parentheses that its grammar calls for, and gives them to SQL. So does this class; it
 * reads no deeper than to find these pieces, and gives up where it doesn't recognise a statement.
 *
 * <p>Not safe for use by several threads.
 */
final class PlpgsqlBody {
    /** Says that a body isn't understood. */
    private static final class NotRecognisedException extends Exception {
        private static final long serialVersionUID = 1L;

        NotRecognisedException() {
            super(null, null, false, false);
        }
    }

    /** With what a loop over a query begins; other loops are over numbers or cursors. */
    private static final Set<String> QUERIES =
            Set.of("select", "with", "values", "table", "insert", "update", "delete", "merge", "explain", "show");

    private final char[] text;
    private final List<Piece> pieces = new ArrayList<>();
    private int at;
    private int dynamic;
    private SqlTraits found = SqlTraits.HARMLESS;

    /**
     * A token of the body.
     *
     * @param word an unquoted name or keyword in lower case; empty for all others
     */
    private record Piece(Token token, int start, int end, String word) {
        boolean isName() {
            return token.isName();
        }
    }

    /** Begins a body without JDBC's escapes and markers. */
    PlpgsqlBody(String body) {
        this.text = body.toCharArray();
    }

    /** What the pieces of the body do. */
    SqlTraits traits() {
        try {
            scan();
            options();
            while (at < pieces.size()) {
                statement();
            }
            long executes = pieces.stream()
                    .filter(piece -> piece.word.equals("execute"))
                    .count();
            return executes == dynamic ? found : RoutineBodies.UNKNOWN;
        } catch (NotRecognisedException e) {
            return RoutineBodies.UNKNOWN;
        }
    }

    private void scan() throws NotRecognisedException {
        SqlScanner scanner = new SqlScanner(text.clone(), false);
        for (Token token = scanner.next(); token != Token.END; token = scanner.next()) {
            boolean quoted = token == Token.QUOTED_NAME;
            int start = quoted ? scanner.start() - 1 : scanner.start();
            int end = quoted ? scanner.end() + 1 : scanner.end();
            pieces.add(new Piece(separated(token, start), start, end, token == Token.WORD ? folded(start, end) : ""));
        }
        if (scanner.rejected() || scanner.doubtful() || scanner.readingsDiffer()) {
            throw new NotRecognisedException();
        }
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

    /** {@code #option dump} and its like, before the first statement. */
    private void options() throws NotRecognisedException {
        while (at < pieces.size() && isSymbol(at, '#')) {
            if (at + 2 >= pieces.size()
                    || !pieces.get(at + 1).isName()
                    || !pieces.get(at + 2).isName()) {
                throw new NotRecognisedException();
            }
            at += 3;
        }
    }

    private void statement() throws NotRecognisedException {
        if (isEnd(at)) {
            at++;
        } else if (isSymbol(at, '<')) {
            label();
        } else if (isAssignment()) {
            expression(at, rest());
        } else if (pieces.get(at).token != Token.WORD) {
            throw new NotRecognisedException();
        } else {
            verb(pieces.get(at).word);
        }
    }

    private void verb(String word) throws NotRecognisedException {
        switch (word) {
            case "declare" -> declarations();
            case "begin", "else", "exception", "loop" -> at++;
            case "end", "close", "null" -> names(at + 1, rest());
            case "if", "elsif", "elseif", "when" -> expressionTo("then", true);
            case "while" -> expressionTo("loop", true);
            case "case" -> expressionTo("when", false);
            case "for" -> forLoop();
            case "foreach" -> foreachLoop();
            case "execute" -> dynamic(at, rest());
            case "return" -> returns();
            case "open" -> open();
            case "perform", "raise", "assert", "exit", "continue", "get", "fetch", "move" -> expression(at + 1, rest());
            default -> embedded();
        }
    }

    /** {@code <<name>>}. */
    private void label() throws NotRecognisedException {
        boolean label = isSymbol(at + 1, '<')
                && at + 4 < pieces.size()
                && pieces.get(at + 2).isName()
                && isSymbol(at + 3, '>')
                && isSymbol(at + 4, '>');
        if (!label) {
            throw new NotRecognisedException();
        }
        at += 5;
    }

    /** Whether a target is followed by what only an assignment has; any keyword of PL/pgSQL may be its name then. */
    private boolean isAssignment() {
        Piece target = pieces.get(at);
        return (target.isName() || target.token == Token.PARAMETER)
                && at + 1 < pieces.size()
                && (isSymbol(at + 1, '=')
                        || isSymbol(at + 1, ':')
                        || isSymbol(at + 1, '[')
                        || pieces.get(at + 1).token == Token.DOT);
    }

    private void declarations() throws NotRecognisedException {
        at++;
        while (!isWord(at, "begin")) {
            if (at >= pieces.size()) {
                throw new NotRecognisedException();
            }
            if (isWord(at, "declare")) {
                at++;
            } else if (isSymbol(at, '<')) {
                label();
            } else {
                declaration();
            }
        }
    }

    /** {@code name type := expression;} or {@code name CURSOR FOR query;}. */
    private void declaration() throws NotRecognisedException {
        if (!pieces.get(at).isName()) {
            throw new NotRecognisedException();
        }
        int first = at + 1;
        int end = rest();
        int cursor = find(first, end, "cursor");
        if (cursor >= 0 && cursor <= first + 2) {
            int query = find(cursor, end, "for", "is");
            if (query < 0) {
                throw new NotRecognisedException();
            }
            sql(query + 1, end);
            return;
        }
        int depth = 0;
        for (int i = first; i < end; i++) {
            depth += nesting(i);
            if (depth == 0 && (isWord(i, "default") || isSymbol(i, ':') || isSymbol(i, '='))) {
                expression(i + 1, end);
                return;
            }
        }
    }

    private void expressionTo(String keyword, boolean consumed) throws NotRecognisedException {
        int end = require(at + 1, keyword);
        expression(at + 1, end);
        at = consumed ? end + 1 : end;
    }

    private void forLoop() throws NotRecognisedException {
        int from = require(at + 1, "in") + 1;
        int end = require(from, "loop");
        names(at + 1, from - 1);
        at = end + 1;
        if (isWord(from, "execute")) {
            dynamic(from, end);
        } else if (QUERIES.contains(word(from))) {
            sql(from, end);
        } else {
            // Numbers, a cursor, or a query in parentheses. All else returns no rows, and is refused before it is run.
            expression(from, end);
        }
    }

    private void foreachLoop() throws NotRecognisedException {
        int from = require(at + 1, "in") + 1;
        if (!isWord(from, "array")) {
            throw new NotRecognisedException();
        }
        int end = require(from, "loop");
        expression(from + 1, end);
        at = end + 1;
    }

    private void returns() throws NotRecognisedException {
        int from = at + 1;
        int end = rest();
        if (isWord(from, "query") && isWord(from + 1, "execute")) {
            dynamic(from + 1, end);
        } else if (isWord(from, "query")) {
            sql(from + 1, end);
        } else {
            expression(isWord(from, "next") ? from + 1 : from, end);
        }
    }

    private void open() throws NotRecognisedException {
        int from = at + 1;
        int end = rest();
        int query = find(from, end, "for");
        if (query < 0) {
            // The arguments of a declared cursor; its query was seen where it is declared.
            expression(from + 1, end);
        } else if (isWord(query + 1, "execute")) {
            dynamic(query + 1, end);
        } else {
            sql(query + 1, end);
        }
    }

    /** {@code EXECUTE 'text' INTO target USING values}: known if the text stands there. */
    private void dynamic(int from, int end) throws NotRecognisedException {
        int behind = from + 2;
        boolean plain = behind <= end
                && pieces.get(from + 1).token == Token.LITERAL
                && (behind == end || isWord(behind, "into") || isWord(behind, "using"));
        if (!plain) {
            throw new NotRecognisedException();
        }
        dynamic++;
        add(SqlClassifier.traits(literal(pieces.get(from + 1))));
        blankTargets(behind, end);
        expression(behind, end);
    }

    private String literal(Piece piece) throws NotRecognisedException {
        String written = new String(text, piece.start, piece.end - piece.start);
        if (written.startsWith("'") && written.indexOf('\\') < 0) {
            return written.substring(1, written.length() - 1).replace("''", "'");
        }
        if (written.startsWith("$")) {
            int tag = written.indexOf('$', 1) + 1;
            return written.substring(tag, written.length() - tag);
        }
        throw new NotRecognisedException();
    }

    /** A statement of SQL as such. */
    private void embedded() throws NotRecognisedException {
        int from = at;
        int end = rest();
        for (int i = from; i < end; i++) {
            if (isWord(i, "atomic")) {
                throw new NotRecognisedException();
            }
        }
        blankTargets(from, end);
        sql(from, end);
    }

    /** Takes out {@code INTO target}, as PL/pgSQL does before it gives the rest to SQL. */
    private void blankTargets(int from, int end) {
        for (int i = from; i < end; i++) {
            boolean into = isWord(i, "into") && (i == 0 || !isWord(i - 1, "insert") && !isWord(i - 1, "merge"));
            if (!into) {
                continue;
            }
            int last = isWord(i + 1, "strict") ? i + 2 : i + 1;
            while (last + 2 < end
                    && (pieces.get(last + 1).token == Token.DOT || pieces.get(last + 1).token == Token.COMMA)) {
                last += 2;
            }
            for (int blank = pieces.get(i).start; blank < pieces.get(Math.min(last, end - 1)).end; blank++) {
                text[blank] = ' ';
            }
            i = last;
        }
    }

    private void expression(int from, int end) {
        if (from < end) {
            add(SqlClassifier.traits("SELECT " + text(from, end)));
        }
    }

    private void sql(int from, int end) throws NotRecognisedException {
        if (from >= end) {
            throw new NotRecognisedException();
        }
        add(SqlClassifier.traits(text(from, end)));
    }

    private void add(SqlTraits traits) {
        found = found.and(traits);
    }

    private String text(int from, int end) {
        int start = pieces.get(from).start;
        return new String(text, start, pieces.get(end - 1).end - start);
    }

    private void names(int from, int end) throws NotRecognisedException {
        for (int i = from; i < end; i++) {
            Piece piece = pieces.get(i);
            if (!piece.isName() && piece.token != Token.DOT && piece.token != Token.COMMA) {
                throw new NotRecognisedException();
            }
        }
    }

    /** Moves behind the semicolon that ends this statement; answers where it stands. */
    private int rest() throws NotRecognisedException {
        int depth = 0;
        int i = at;
        while (i < pieces.size() && !isEnd(i)) {
            depth += nesting(i);
            i++;
        }
        if (depth != 0) {
            throw new NotRecognisedException();
        }
        at = i + 1;
        return i;
    }

    private int require(int from, String keyword) throws NotRecognisedException {
        int depth = 0;
        for (int i = from; i < pieces.size() && !isEnd(i); i++) {
            if (depth == 0 && isWord(i, keyword)) {
                return i;
            }
            depth += nesting(i);
        }
        throw new NotRecognisedException();
    }

    /** The first place of one of these keywords outside parentheses; negative if there is none. */
    private int find(int from, int end, String... keywords) {
        int depth = 0;
        for (int i = from; i < end; i++) {
            if (depth == 0 && List.of(keywords).contains(word(i))) {
                return i;
            }
            depth += nesting(i);
        }
        return -1;
    }

    private int nesting(int index) {
        Token token = pieces.get(index).token;
        if (token == Token.OPEN || isSymbol(index, '[')) {
            return 1;
        }
        return token == Token.CLOSE || isSymbol(index, ']') ? -1 : 0;
    }

    private boolean isEnd(int index) {
        return pieces.get(index).token == Token.SEMICOLON;
    }

    private String word(int index) {
        return index < pieces.size() ? pieces.get(index).word : "";
    }

    private boolean isWord(int index, String word) {
        return word(index).equals(word);
    }

    /** Whether a token is this character, as an operator or bracket. */
    private boolean isSymbol(int index, char symbol) {
        if (index >= pieces.size()) {
            return false;
        }
        Token token = pieces.get(index).token;
        return (token == Token.OPERATOR || token == Token.OTHER) && text[pieces.get(index).start] == symbol;
    }
}
