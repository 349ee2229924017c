package dev.pgpool.internal.sql;

import dev.pgpool.pool.PinReason;
import org.jspecify.annotations.Nullable;

/**
 * The statement being read: its tokens up to the semicolon, and what they give away.
 *
 * <p>The methods that say "the rest" read up to the end of the statement.
 */
final class Statement {
    private final Tokens tokens;
    private final Findings findings;
    /** The number of the current token; negative before the first statement. */
    private int at = -1;

    Statement(Tokens tokens, Findings findings) {
        this.tokens = tokens;
        this.findings = findings;
    }

    Findings findings() {
        return findings;
    }

    Token token() {
        return tokens.kind(at);
    }

    /** The current token as a keyword; null if it isn't one that a rule names. */
    @Nullable Keyword keyword() {
        return tokens.keyword(at);
    }

    /** Moves on, never beyond the end of the statement; names of temporary objects are noticed on the way. */
    Token next() {
        if (!atEnd()) {
            advance();
        }
        return token();
    }

    /** Begins the next statement; false at the end of the text. */
    boolean begin() {
        while (at < 0 || token() == Token.SEMICOLON) {
            advance();
        }
        if (token() == Token.END) {
            return false;
        }
        findings.statement();
        return true;
    }

    private void advance() {
        moveOn(at + 1);
    }

    private void moveOn(int next) {
        at = next;
        if (tokens.isTemporary(at)) {
            findings.leaves(PinReason.TEMPORARY_OBJECT);
        }
    }

    boolean atEnd() {
        return tokens.isEnd(at);
    }

    boolean isLiteral(String content) {
        return content.equalsIgnoreCase(literal());
    }

    /** The name that is the current token, as the server stores it; null if it is none or can't be told. */
    @Nullable String name() {
        return tokens.name(at);
    }

    /** The value of the current token as a literal; null if it is none or can't be told. */
    @Nullable String literal() {
        return tokens.literal(at);
    }

    boolean isWord(String name) {
        return token() == Token.WORD && tokens.isNamed(at, name);
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
        at = new CallWatch(tokens, at, findings, verb, index).rest();
    }

    /** Reads what stands in parentheses, from the opening one on, which may call functions. */
    void watchParentheses() {
        findings.mayRunHiddenCode();
        moveOn(new CallWatch(tokens, at, findings, null, false).parentheses());
    }

    /** Moves to the next one of these keywords that isn't in parentheses; false if the statement ends before. */
    boolean moveTo(Keyword one, Keyword other) {
        int depth = 0;
        while (!atEnd()) {
            if (depth <= 0 && (keyword() == one || keyword() == other)) {
                return true;
            }
            depth += tokens.nesting(at);
            advance();
        }
        return false;
    }
}
