package dev.pgpool.internal.sql;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The SQL that an expression of PL/pgSQL puts together, as far as it stands there: literals, and between them holes for
 * names and values that are quoted when it runs.
 *
 * <p>Understood are {@code 'literal'}, {@code format('literal', …)} with {@code %I}, {@code %L} and {@code %%},
 * {@code quote_ident(…)}, {@code quote_literal(…)}, {@code quote_nullable(…)}, and {@code ||} between these. All else could
 * be any text.
 *
 * <p>Not safe for use by several threads.
 */
final class DynamicText {
    /**
     * What is filled in at run time.
     *
     * @param name whether it is a name, quoted where that is needed, so that it may also read as a keyword that isn't
     *     reserved; else a value: a literal, with or without escapes, or NULL
     */
    record Hole(int start, int end, boolean name) {}

    /** Longer than any name of the server, so that it is never taken for a known one. */
    private static final String NAME = '"' + "name ".repeat(13) + '"';

    /** Nothing that could be the name of a setting. */
    private static final String VALUE = "'any value'";

    private final BodyTokens tokens;
    private final StringBuilder text = new StringBuilder();
    private final List<Hole> holes = new ArrayList<>();

    private DynamicText(BodyTokens tokens) {
        this.tokens = tokens;
    }

    /** Reads the expression from one token up to another; null if it could be any text. */
    static @Nullable DynamicText of(BodyTokens tokens, int from, int end) {
        DynamicText read = new DynamicText(tokens);
        return read.expression(from, end) ? read : null;
    }

    /** The text, with something in each hole. */
    String text() {
        return text.toString();
    }

    /** In the order of the text. */
    List<Hole> holes() {
        return holes;
    }

    private boolean expression(int from, int end) {
        int at = term(from, end);
        while (at >= 0 && at < end) {
            boolean concatenated = tokens.isSymbol(at, '|') && tokens.isSymbol(at + 1, '|');
            at = concatenated ? term(at + 2, end) : -1;
        }
        return at == end;
    }

    /** Takes one operand; answers where it ends, or a negative number. */
    private int term(int from, int end) {
        if (from >= end) {
            return -1;
        }
        if (tokens.token(from) == Token.LITERAL) {
            String literal = tokens.literal(from);
            text.append(literal);
            return literal == null ? -1 : from + 1;
        }
        if (tokens.token(from) == Token.OPEN) {
            int close = close(from, end);
            return close >= 0 && expression(from + 1, close) ? close + 1 : -1;
        }
        boolean qualified = tokens.isWord(from, "pg_catalog") && from + 1 < end && tokens.token(from + 1) == Token.DOT;
        return call(qualified ? from + 2 : from, end);
    }

    private int call(int name, int end) {
        if (name + 1 >= end || tokens.token(name + 1) != Token.OPEN) {
            return -1;
        }
        int close = close(name + 1, end);
        boolean understood = switch (tokens.word(name)) {
            case "quote_ident" -> hole(true);
            case "quote_literal", "quote_nullable" -> hole(false);
            case "format" -> close >= 0 && format(name + 2, close);
            default -> false;
        };
        return understood && close >= 0 ? close + 1 : -1;
    }

    private boolean hole(boolean name) {
        int start = text.length();
        text.append(name ? NAME : VALUE);
        holes.add(new Hole(start, text.length(), name));
        return true;
    }

    /** The arguments of {@code format}, of which the first is a literal. */
    private boolean format(int from, int close) {
        boolean literal = from < close
                && tokens.token(from) == Token.LITERAL
                && (from + 1 == close || tokens.token(from + 1) == Token.COMMA);
        String pattern = literal ? tokens.literal(from) : null;
        return pattern != null && pattern(pattern);
    }

    private boolean pattern(String pattern) {
        int at = 0;
        while (at < pattern.length()) {
            char c = pattern.charAt(at);
            if (c != '%') {
                text.append(c);
                at++;
                continue;
            }
            at = argument(pattern, at + 1);
            char kind = at < pattern.length() ? pattern.charAt(at) : '\0';
            at++;
            switch (kind) {
                case '%' -> text.append('%');
                case 'I' -> hole(true);
                case 'L' -> hole(false);
                default -> {
                    return false;
                }
            }
        }
        return true;
    }

    /** Skips the number of an argument, as in {@code %2$I}. */
    private static int argument(String pattern, int from) {
        int at = from;
        while (at < pattern.length() && Characters.isDigit(pattern.charAt(at))) {
            at++;
        }
        return at > from && at < pattern.length() && pattern.charAt(at) == '$' ? at + 1 : from;
    }

    /** The token that closes the parenthesis that this one opens; negative if none does. */
    private int close(int open, int end) {
        int depth = 0;
        for (int i = open; i < end; i++) {
            depth += tokens.nesting(i);
            if (depth == 0) {
                return i;
            }
        }
        return -1;
    }
}
