package dev.pgpool.internal.sql;

import dev.pgpool.pool.PinReason;
import org.jspecify.annotations.Nullable;

/**
 * The statement being read: its tokens up to the semicolon, and what they give away.
 *
 * <p>The methods that say "the rest" read up to the end of the statement.
 */
final class Statement {
    private final SqlScanner scanner;
    private final Findings findings;
    private Token token = Token.SEMICOLON;
    private @Nullable Word word;
    /** Whether the name of what is updated may follow. */
    private boolean updates;

    Statement(SqlScanner scanner, Findings findings) {
        this.scanner = scanner;
        this.findings = findings;
    }

    Findings findings() {
        return findings;
    }

    Token token() {
        return token;
    }

    /** The current token as a keyword; null if it isn't one that a rule names. */
    @Nullable Keyword keyword() {
        return word == null ? null : word.keyword();
    }

    /** Moves on, never beyond the end of the statement; names of temporary objects are noticed on the way. */
    Token next() {
        if (atEnd()) {
            return token;
        }
        return advance();
    }

    /** Begins the next statement; false at the end of the text. */
    boolean begin() {
        while (token == Token.SEMICOLON) {
            advance();
        }
        return token != Token.END;
    }

    private Token advance() {
        boolean qualified = token == Token.DOT;
        Token next = scanner.next();
        // Behind a dot every keyword is a plain name.
        Word meaning = next == Token.WORD && !qualified ? scanner.word() : null;
        if (next.isName() && scanner.isTemporaryName()) {
            findings.leaves(PinReason.TEMPORARY_OBJECT);
        }
        token = next;
        if (word != meaning) {
            word = meaning;
        }
        return next;
    }

    boolean atEnd() {
        return token == Token.SEMICOLON || token == Token.END;
    }

    boolean isLiteral(String content) {
        return content.equalsIgnoreCase(scanner.literal());
    }

    /** The name that is the current token, as the server stores it; null if it is none or can't be told. */
    @Nullable String name() {
        return token.isName() ? scanner.storedName(scanner.start(), scanner.end(), token == Token.QUOTED_NAME) : null;
    }

    /** The value of the current token as a literal; null if it is none or can't be told. */
    @Nullable String literal() {
        return scanner.literal();
    }

    boolean isWord(String name) {
        return token == Token.WORD && scanner.nameIs(name);
    }

    /** Reads the rest, which runs nothing. */
    void skip() {
        while (!atEnd()) {
            advance();
        }
    }

    /** Notes what stays in the session, whatever the rest says. */
    void leaves(PinReason reason) {
        findings.leaves(reason);
        skip();
    }

    /** Reads the rest, from the current token on, which may call functions. */
    void watch(@Nullable Keyword verb, boolean index) {
        findings.mayRunHiddenCode();
        CallWatch calls = new CallWatch(scanner, findings, verb, index);
        while (!atEnd()) {
            calls.token(token, word);
            watchUpdate();
            advance();
        }
        calls.end();
    }

    /** {@code UPDATE pg_settings}, at any depth: a rule of the view calls {@code set_config}. */
    private void watchUpdate() {
        Keyword keyword = keyword();
        if (keyword == Keyword.UPDATE) {
            updates = true;
        } else if (updates) {
            if (token.isName() && scanner.nameIs("pg_settings")) {
                findings.leaves(PinReason.SETTING);
            }
            updates = keyword == Keyword.ONLY
                    || token == Token.OPEN
                    || token == Token.DOT
                    || token.isName() && scanner.nameIs("pg_catalog");
        }
    }

    /** Reads what stands in parentheses, from the opening one on, which may call functions. */
    void watchParentheses() {
        findings.mayRunHiddenCode();
        CallWatch calls = new CallWatch(scanner, findings, null, false);
        int depth = 0;
        do {
            depth += token == Token.OPEN ? 1 : token == Token.CLOSE ? -1 : 0;
            calls.token(token, word);
            advance();
        } while (depth > 0 && !atEnd());
        calls.end();
    }

    /** Moves to the next one of these keywords that isn't in parentheses; false if the statement ends before. */
    boolean moveTo(Keyword one, Keyword other) {
        int depth = 0;
        while (!atEnd()) {
            if (depth <= 0 && word != null && (word.keyword() == one || word.keyword() == other)) {
                return true;
            }
            depth += token == Token.OPEN ? 1 : token == Token.CLOSE ? -1 : 0;
            advance();
        }
        return false;
    }
}
