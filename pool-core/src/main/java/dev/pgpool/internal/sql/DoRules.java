package dev.pgpool.internal.sql;

import dev.pgpool.pool.PinReason;
import java.util.regex.Pattern;

/** DO: what its body does, if that stands there as a literal. */
final class DoRules {
    /** In a body, so that no text is read deeper and deeper. */
    private static final Pattern ANOTHER_DO =
            Pattern.compile("\\bdo\\b(?!\\s+(?:nothing|update)\\b)", Pattern.CASE_INSENSITIVE);

    private DoRules() {}

    /** {@code DO [LANGUAGE name] 'body' [LANGUAGE name]}. */
    static void apply(Statement statement) {
        String language = "plpgsql";
        String body = null;
        boolean known = true;
        while (statement.next() != Token.SEMICOLON && statement.token() != Token.END) {
            if (statement.keyword() == Keyword.LANGUAGE) {
                statement.next();
                String name = statement.token() == Token.LITERAL ? statement.literal() : statement.name();
                language = name == null ? "" : name;
            } else {
                known &= body == null && statement.token() == Token.LITERAL;
                body = statement.literal();
            }
        }
        SqlTraits traits = known && body != null ? traits(language, body) : RoutineBodies.UNKNOWN;
        if (traits.leaves().contains(PinReason.FUNCTION)) {
            statement.findings().leaves(PinReason.PROCEDURE);
        } else {
            statement.findings().include(traits);
        }
    }

    private static SqlTraits traits(String language, String body) {
        return ANOTHER_DO.matcher(body).find() ? RoutineBodies.UNKNOWN : RoutineBodies.traits(language, body);
    }
}
