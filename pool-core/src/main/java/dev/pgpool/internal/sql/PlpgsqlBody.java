package dev.pgpool.internal.sql;

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

    private final BodyTokens tokens;
    private int at;
    private int dynamic;
    private SqlTraits found = SqlTraits.HARMLESS;

    /** Begins a body without JDBC's escapes and markers. */
    PlpgsqlBody(String body) {
        this.tokens = new BodyTokens(body);
    }

    /** What the pieces of the body do. */
    SqlTraits traits() {
        try {
            if (!tokens.clear()) {
                return RoutineBodies.UNKNOWN;
            }
            options();
            while (at < tokens.size()) {
                statement();
            }
            return tokens.count("execute") == dynamic ? found : RoutineBodies.UNKNOWN;
        } catch (NotRecognisedException e) {
            return RoutineBodies.UNKNOWN;
        }
    }

    /** {@code #option dump} and its like, before the first statement. */
    private void options() throws NotRecognisedException {
        while (at < tokens.size() && tokens.isSymbol(at, '#')) {
            if (at + 2 >= tokens.size() || !tokens.isName(at + 1) || !tokens.isName(at + 2)) {
                throw new NotRecognisedException();
            }
            at += 3;
        }
    }

    private void statement() throws NotRecognisedException {
        if (tokens.isEnd(at)) {
            at++;
        } else if (tokens.isSymbol(at, '<')) {
            label();
        } else if (isAssignment()) {
            expression(at, rest());
        } else if (tokens.token(at) != Token.WORD) {
            throw new NotRecognisedException();
        } else {
            verb(tokens.word(at));
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
            case "perform", "raise", "assert", "exit", "continue", "get" -> expression(at + 1, rest());
            case "fetch", "move" -> fetch();
            default -> embedded();
        }
    }

    /** {@code <<name>>}. */
    private void label() throws NotRecognisedException {
        boolean label = tokens.isSymbol(at + 1, '<')
                && at + 4 < tokens.size()
                && tokens.isName(at + 2)
                && tokens.isSymbol(at + 3, '>')
                && tokens.isSymbol(at + 4, '>');
        if (!label) {
            throw new NotRecognisedException();
        }
        at += 5;
    }

    /** Whether a target is followed by what only an assignment has; any keyword of PL/pgSQL may be its name then. */
    private boolean isAssignment() {
        return (tokens.isName(at) || tokens.token(at) == Token.PARAMETER)
                && at + 1 < tokens.size()
                && (tokens.isSymbol(at + 1, '=')
                        || tokens.isSymbol(at + 1, ':')
                        || tokens.isSymbol(at + 1, '[')
                        || tokens.token(at + 1) == Token.DOT);
    }

    private void declarations() throws NotRecognisedException {
        at++;
        while (!tokens.isWord(at, "begin")) {
            if (at >= tokens.size()) {
                throw new NotRecognisedException();
            }
            if (tokens.isWord(at, "declare")) {
                at++;
            } else if (tokens.isSymbol(at, '<')) {
                label();
            } else {
                declaration();
            }
        }
    }

    /** {@code name type := expression;} or {@code name CURSOR FOR query;}. */
    private void declaration() throws NotRecognisedException {
        if (!tokens.isName(at)) {
            throw new NotRecognisedException();
        }
        int first = at + 1;
        int end = rest();
        int cursor = tokens.find(first, end, "cursor");
        if (cursor >= 0 && cursor <= first + 2) {
            int query = tokens.find(cursor, end, "for", "is");
            if (query < 0) {
                throw new NotRecognisedException();
            }
            sql(query + 1, end);
            return;
        }
        int depth = 0;
        for (int i = first; i < end; i++) {
            depth += tokens.nesting(i);
            if (depth == 0 && (tokens.isWord(i, "default") || tokens.isSymbol(i, ':') || tokens.isSymbol(i, '='))) {
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
        if (tokens.isWord(from, "execute")) {
            dynamic(from, end);
        } else if (QUERIES.contains(tokens.word(from))) {
            sql(from, end);
        } else {
            // Numbers, a cursor, or a query in parentheses. All else returns no rows, and is refused before it is run.
            expression(from, end);
        }
    }

    private void foreachLoop() throws NotRecognisedException {
        int from = require(at + 1, "in") + 1;
        if (!tokens.isWord(from, "array")) {
            throw new NotRecognisedException();
        }
        int end = require(from, "loop");
        expression(from + 1, end);
        at = end + 1;
    }

    private void returns() throws NotRecognisedException {
        int from = at + 1;
        int end = rest();
        if (tokens.isWord(from, "query") && tokens.isWord(from + 1, "execute")) {
            dynamic(from + 1, end);
        } else if (tokens.isWord(from, "query")) {
            sql(from + 1, end);
        } else {
            expression(tokens.isWord(from, "next") ? from + 1 : from, end);
        }
    }

    /** {@code FETCH direction FROM cursor INTO target}: the direction may be an expression. */
    private void fetch() throws NotRecognisedException {
        int from = at + 1;
        int end = rest();
        tokens.blankTargets(from, end);
        expression(from, end);
    }

    private void open() throws NotRecognisedException {
        int from = at + 1;
        int end = rest();
        int query = tokens.find(from, end, "for");
        if (query < 0) {
            // The arguments of a declared cursor; its query was seen where it is declared.
            expression(from + 1, end);
        } else if (tokens.isWord(query + 1, "execute")) {
            dynamic(query + 1, end);
        } else {
            sql(query + 1, end);
        }
    }

    /** {@code EXECUTE expression INTO target USING values}: known if the expression shows the text. */
    private void dynamic(int from, int end) throws NotRecognisedException {
        int into = tokens.find(from + 1, end, "into", "using");
        int behind = into < 0 ? end : into;
        if (behind == from + 2 && tokens.token(from + 1) == Token.WORD) {
            List<TextVariables.Expression> given = new TextVariables(tokens).of(tokens.word(from + 1));
            if (given.isEmpty()) {
                throw new NotRecognisedException();
            }
            for (TextVariables.Expression expression : given) {
                text(expression.from(), expression.end());
            }
        } else {
            text(from + 1, behind);
        }
        dynamic++;
        if (behind > from + 2) {
            expression(from + 1, behind);
        }
        tokens.blankTargets(behind, end);
        expression(behind, end);
    }

    /** The text that an expression puts together, which is run. */
    private void text(int from, int end) throws NotRecognisedException {
        DynamicText text = DynamicText.of(tokens, from, end);
        SqlTraits traits = text == null ? null : DynamicSql.traits(text);
        if (traits == null) {
            throw new NotRecognisedException();
        }
        add(traits);
        if (end > from + 1) {
            add(RoutineBodies.COMPOSING);
        }
    }

    /** A statement of SQL as such. */
    private void embedded() throws NotRecognisedException {
        int from = at;
        int end = rest();
        for (int i = from; i < end; i++) {
            if (tokens.isWord(i, "atomic")) {
                throw new NotRecognisedException();
            }
        }
        tokens.blankTargets(from, end);
        sql(from, end);
    }

    private void expression(int from, int end) {
        if (from < end) {
            add(SqlClassifier.traits("SELECT " + tokens.text(from, end)));
        }
    }

    private void sql(int from, int end) throws NotRecognisedException {
        if (from >= end) {
            throw new NotRecognisedException();
        }
        add(SqlClassifier.traits(tokens.text(from, end)));
    }

    private void add(SqlTraits traits) {
        found = found.and(traits);
    }

    private void names(int from, int end) throws NotRecognisedException {
        for (int i = from; i < end; i++) {
            if (!tokens.isName(i) && tokens.token(i) != Token.DOT && tokens.token(i) != Token.COMMA) {
                throw new NotRecognisedException();
            }
        }
    }

    /** Moves behind the semicolon that ends this statement; answers where it stands. */
    private int rest() throws NotRecognisedException {
        int depth = 0;
        int i = at;
        while (i < tokens.size() && !tokens.isEnd(i)) {
            depth += tokens.nesting(i);
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
        for (int i = from; i < tokens.size() && !tokens.isEnd(i); i++) {
            if (depth == 0 && tokens.isWord(i, keyword)) {
                return i;
            }
            depth += tokens.nesting(i);
        }
        throw new NotRecognisedException();
    }
}
