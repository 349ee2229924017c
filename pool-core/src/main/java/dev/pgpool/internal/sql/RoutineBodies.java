package dev.pgpool.internal.sql;

import dev.pgpool.pool.PinReason;
import java.util.Collection;
import java.util.Set;
import java.util.stream.Stream;

/**
 * Tells from the body of a function, procedure or DO block what running it may leave behind in the session.
 *
 * <p>It errs on one side only, as {@link SqlClassifier} does. What isn't recognised, and SQL that is put together while
 * the body runs from anything but literals and quoted names and values, leaves {@link PinReason#FUNCTION}.
 *
 * <p>Safe for use by many threads.
 */
public final class RoutineBodies {
    /** Of a body about which nothing is known. */
    public static final SqlTraits UNKNOWN = new SqlTraits(
            Set.of(PinReason.FUNCTION),
            Set.of(),
            Set.of(),
            Set.of(),
            Set.of(),
            0,
            false,
            true,
            true,
            false,
            false,
            Meaning.MAY_MOVE,
            false,
            Effect.OUTSIDE);

    /**
     * Stands among the called functions for those of PostgreSQL that put together the text of dynamic SQL: whoever has
     * functions of his own with {@link #COMPOSERS their names} could get another text.
     */
    public static final String COMPOSITION = "pg_catalog.format";

    /** The names of the functions that put together the text of dynamic SQL. */
    public static final Set<String> COMPOSERS = Set.of("format", "quote_ident", "quote_literal", "quote_nullable");

    /** Of what puts together the text of dynamic SQL. */
    static final SqlTraits COMPOSING = new SqlTraits(
            Set.of(),
            Set.of(),
            Set.of(),
            Set.of(),
            Set.of(COMPOSITION),
            0,
            false,
            true,
            false,
            false,
            false,
            Meaning.STAYS,
            false,
            Effect.READS);

    /** What {@link #neutral} puts into a text; in a name it may stand for another character. */
    private static final String REPLACEMENTS = "[]~";

    private RoutineBodies() {}

    /**
     * What running a body does; what the functions that it calls do isn't followed.
     *
     * @param language as in {@code pg_language}
     * @param body as in {@code pg_proc.prosrc}, or as {@code pg_get_function_sqlbody} shows a parsed one
     */
    public static SqlTraits traits(String language, String body) {
        return switch (language) {
            case "sql" -> sqlBody(body);
            case "plpgsql" -> sure(new PlpgsqlBody(neutral(body)).traits());
            default -> UNKNOWN;
        };
    }

    /** What evaluating expressions, separated by commas, does. */
    public static SqlTraits expressions(String text) {
        return statements("SELECT " + text);
    }

    /** A list of statements; {@code BEGIN ATOMIC … END} and {@code RETURN expression} are how a parsed body is shown. */
    private static SqlTraits sqlBody(String body) {
        if (body.startsWith("RETURN")) {
            return expressions(body.substring("RETURN".length()));
        }
        return statements(body.startsWith("BEGIN ATOMIC") ? body.substring("BEGIN ATOMIC".length()) : body);
    }

    private static SqlTraits statements(String text) {
        return sure(SqlClassifier.traits(neutral(text)));
    }

    /**
     * A text that reads for a driver as the original does for the server: no markers, and no escapes of JDBC.
     *
     * <p>Braces outside of literals are errors for the server, and the operators that begin with a question mark call
     * what others call too.
     */
    static String neutral(String text) {
        return text.replace('{', '[').replace('}', ']').replace('?', '~');
    }

    /** The traits of a neutral text, as those of the original. */
    private static SqlTraits sure(SqlTraits found) {
        boolean altered = Stream.of(found.functions(), found.settings())
                .flatMap(Collection::stream)
                .flatMapToInt(String::chars)
                .anyMatch(c -> REPLACEMENTS.indexOf(c) >= 0);
        SqlTraits known = new SqlTraits(
                found.leaves(),
                found.ends(),
                found.settings(),
                // Which of its statements are run, and which last, isn't known.
                Set.of(),
                found.functions(),
                0,
                false,
                found.mayRunHiddenCode(),
                found.mayAdvanceSequence(),
                found.readsSequenceState(),
                // The driver is told that the text was run, and not what the body did.
                found.deallocatesUnseen() || found.ends().contains(PinReason.PREPARED_STATEMENT),
                found.meaning(),
                found.changesCatalog(),
                ofBody(found.ownEffect()));
        return altered ? known.and(UNKNOWN) : known;
    }

    /** A body that ends transactions commits by itself, but never begins or ends that of the application. */
    private static Effect ofBody(Effect found) {
        return found == Effect.ENDS_TRANSACTION || found == Effect.BEGINS_OR_ROLLS_BACK ? Effect.OUTSIDE : found;
    }
}
