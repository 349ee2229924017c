package dev.pgpool.internal.sql;

import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/**
 * The variables of a body in PL/pgSQL, as far as it is plain what they hold: declared as text at the top of the body, and
 * then only assigned to and executed.
 */
final class TextVariables {
    /** The types that keep every text as it is. */
    private static final Set<String> TYPES = Set.of("text", "varchar");

    /** Words that end right before a statement of PL/pgSQL. */
    private static final Set<String> BEFORE_STATEMENT = Set.of("begin", "then", "else", "loop");

    /** An expression, from one token up to another. */
    record Expression(int from, int end) {}

    private final BodyTokens tokens;

    TextVariables(BodyTokens tokens) {
        this.tokens = tokens;
    }

    /** All that a variable may be given; empty if it may hold anything. */
    List<Expression> of(String name) {
        List<Expression> given = new ArrayList<>();
        int begin = tokens.find(0, tokens.size(), "begin");
        boolean declared = false;
        for (int i = 0; i < tokens.size(); i++) {
            if (!isNamed(i, name)) {
                continue;
            }
            boolean first = i > 0 && beginsStatement(i, i < begin);
            if (i < begin && first && !declared && TYPES.contains(tokens.word(i + 1))) {
                declared = true;
                if (i + 2 < begin && !tokens.isEnd(i + 2)) {
                    given.add(assigned(tokens.isWord(i + 2, "default") ? i + 3 : behindSign(i + 2)));
                }
            } else if (i > begin && first && behindSign(i + 1) > 0) {
                given.add(assigned(behindSign(i + 1)));
            } else if (i == 0 || !tokens.isWord(i - 1, "execute")) {
                return List.of();
            }
        }
        return declared && given.stream().allMatch(expression -> expression.from > 0) ? given : List.of();
    }

    /** Whether a token is this name, in quotes or not, in any case. */
    private boolean isNamed(int at, String name) {
        return tokens.isWord(at, name)
                || tokens.token(at) == Token.QUOTED_NAME
                        && tokens.text(at, at + 1).equalsIgnoreCase('"' + name + '"');
    }

    private boolean beginsStatement(int at, boolean declaration) {
        return tokens.token(at) == Token.WORD
                && (tokens.isEnd(at - 1)
                        || (declaration
                                ? tokens.isWord(at - 1, "declare")
                                : BEFORE_STATEMENT.contains(tokens.word(at - 1))));
    }

    /** Where the expression begins behind {@code :=} or {@code =}; negative if neither is here. */
    private int behindSign(int at) {
        int equals = tokens.isSymbol(at, ':') ? at + 1 : at;
        return tokens.isSymbol(equals, '=') ? equals + 1 : -1;
    }

    private Expression assigned(int from) {
        int end = Math.max(from, 0);
        while (end < tokens.size() && !tokens.isEnd(end)) {
            end++;
        }
        return new Expression(from, end);
    }
}
