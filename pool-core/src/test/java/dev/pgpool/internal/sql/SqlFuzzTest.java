package dev.pgpool.internal.sql;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.postgresql.core.NativeQuery;
import org.postgresql.core.Parser;

/** Properties that hold for any text; a failure prints the seed that repeats it. */
class SqlFuzzTest {
    private static final String[] PIECES = {
        "select",
        "insert into",
        "update",
        "delete from",
        "with",
        "as",
        "set",
        "local",
        "temp",
        "create",
        "table",
        "from",
        "begin",
        "atomic",
        "end",
        "case",
        "distinct on",
        "operator",
        "over",
        "join",
        "values",
        "set_config",
        "foo",
        "lower",
        "pg_catalog",
        "a",
        "é",
        "E",
        "U&",
        "N",
        "B",
        "'",
        "''",
        "\"",
        "\"\"",
        "\\",
        "\\'",
        "$$",
        "$a$",
        "$",
        "$1",
        "?",
        "??",
        "?|",
        "(",
        ")",
        ",",
        ";",
        ".",
        "::",
        ":",
        "[",
        "]",
        "{",
        "}",
        "{fn ",
        "{d '",
        "{ts '1'}",
        "{oj ",
        "{call ",
        "{? = call ",
        "{escape '\\'}",
        "-",
        "--",
        "/",
        "*",
        "/*",
        "*/",
        "/*/",
        "+",
        "=",
        "<",
        "1",
        "1.5",
        ".5",
        "1e",
        "0x1",
        "_",
        " ",
        "  ",
        "\n",
        "\r",
        "\t",
        "\f",
        "\u000b",
        "\u00a0",
        "\u0001",
        "\0",
        "\ud800",
        "\ud83d\ude00".repeat(9),
        "true",
        "false"
    };

    @Test
    void any_text_is_classified() {
        rounds(random -> assertNotNull(SqlClassifier.traits(soup(random, 40))));
    }

    @Test
    void markers_are_counted_as_the_driver_counts_them() {
        rounds(random -> {
            String sql = soup(random, 12);
            SqlScanner scanner = end(sql);
            if (!scanner.doubtful() && !scanner.rejected() && !sql.contains("{")) {
                assertEquals(markersOfDriver(sql), scanner.markers(), sql);
            }
        });
    }

    @Test
    void the_driver_cuts_statements_where_the_scanner_finds_a_semicolon() {
        rounds(random -> {
            String sql = soup(random, 12);
            SqlScanner scanner = end(sql);
            if (!scanner.doubtful()
                    && !scanner.rejected()
                    && sql.indexOf('{') < 0
                    && sql.indexOf('(') < 0
                    && sql.indexOf(')') < 0) {
                long statements = statements(sql);
                assertEquals(statements, driverQueries(sql).size(), sql);
            }
        });
    }

    @Test
    void what_the_driver_makes_of_a_harmless_text_is_harmless() throws IOException {
        List<String> texts = SqlTexts.harmless();
        AtomicInteger checked = new AtomicInteger();
        rounds(random -> {
            String sql = mutated(random, texts.get(random.nextInt(texts.size())));
            if (SqlTexts.leavesNothing(SqlClassifier.traits(sql)) && !sql.contains("call")) {
                checked.incrementAndGet();
                for (boolean standardStrings : new boolean[] {true, false}) {
                    for (String query : sentToServer(sql, standardStrings)) {
                        SqlTraits traits = SqlClassifier.traits(query);
                        assertTrue(
                                SqlTexts.leavesNothing(traits) || isRefused(query),
                                () -> SqlTexts.effect(traits) + ": " + sql + " became " + query);
                    }
                }
            }
        });
        assertTrue(checked.get() > Fuzz.ROUNDS / 20, () -> checked + " harmless texts");
    }

    @Test
    void space_comments_and_case_change_nothing() throws IOException {
        List<String> texts = texts();
        rounds(random -> {
            String sql = texts.get(random.nextInt(texts.size()));
            if (sql.indexOf('{') < 0 && !end(sql).doubtful() && !end(sql).rejected() && !end(sql).readingsDiffer()) {
                assertEquals(SqlClassifier.traits(sql), SqlClassifier.traits(disguised(random, sql)), sql);
            }
        });
    }

    @Test
    void statements_one_after_the_other_have_the_traits_of_both() throws IOException {
        List<String> texts = texts();
        rounds(random -> {
            String first = texts.get(random.nextInt(texts.size()));
            String second = texts.get(random.nextInt(texts.size()));
            SqlScanner scanner = end(first);
            // A call in braces must stand alone.
            boolean alone = (first + second).contains("call");
            if (!scanner.rejected() && !scanner.doubtful() && !scanner.readingsDiffer() && !alone) {
                assertEquals(
                        ofBoth(first, second),
                        SqlClassifier.traits(first + "\n;" + second),
                        () -> first + "\n;" + second);
            }
        });
    }

    private static SqlTraits ofBoth(String first, String second) {
        SqlTraits one = SqlClassifier.traits(first);
        SqlTraits other = SqlClassifier.traits(second);
        SqlTraits both = one.and(other);
        // A BEGIN beside nothing is still alone.
        Effect effect =
                holdsNothing(first) ? other.ownEffect() : holdsNothing(second) ? one.ownEffect() : both.ownEffect();
        return new SqlTraits(
                both.leaves(),
                both.ends(),
                both.settings(),
                both.assigned(),
                both.functions(),
                both.parameters(),
                both.begins(),
                both.mayRunHiddenCode(),
                both.mayAdvanceSequence(),
                both.readsSequenceState(),
                both.deallocatesUnseen(),
                both.meaning(),
                both.changesCatalog(),
                effect);
    }

    private static boolean holdsNothing(String sql) {
        Tokens tokens = end(sql).tokens();
        return IntStream.range(0, tokens.size()).allMatch(tokens::isEnd);
    }

    @Test
    void a_begin_beside_nothing_is_alone() {
        assertEquals(SqlClassifier.traits("begin"), ofBoth(";", "begin"));
        assertEquals(SqlClassifier.traits("begin"), SqlClassifier.traits(";\n;begin; -- and nothing else"));
    }

    @Test
    void in_quotes_everything_is_harmless_and_behind_them_nothing_is() throws IOException {
        List<String> texts = texts().stream()
                .filter(sql -> !SqlTexts.leavesNothing(SqlClassifier.traits(sql)))
                .toList();
        rounds(random -> {
            String sql =
                    texts.get(random.nextInt(texts.size())).replace("$x$", "").replace("\\", "");
            String inside = inQuotes(random, sql);
            assertEquals("[]", SqlTexts.effect(SqlClassifier.traits("select " + inside)), inside);
            assertEquals(
                    "[functions foo]", SqlTexts.effect(SqlClassifier.traits("select " + inside + ", foo(1)")), inside);
        });
    }

    private static String inQuotes(Random random, String sql) {
        return switch (random.nextInt(7)) {
            case 0 -> "'" + sql.replace("'", "''") + "'";
            case 1 -> " E'" + sql.replace("'", "\\'") + "'";
            case 2 -> "$x$" + sql + "$x$";
            case 3 -> "\"" + sql.replace("\"", "\"\"") + "\"";
            case 4 -> "1 /* " + sql.replace("*/", "").replace("/*", "") + " */";
            case 5 -> "1 -- " + sql.replace("\n", "") + "\n";
            default -> "N'" + sql.replace("'", "''") + "'";
        };
    }

    private static void rounds(Consumer<Random> round) {
        long seed = Fuzz.seed();
        Random seeds = new Random(seed);
        for (int i = 0; i < Fuzz.ROUNDS; i++) {
            long roundSeed = seeds.nextLong();
            try {
                round.accept(new Random(roundSeed));
            } catch (Throwable e) {
                throw new AssertionError(
                        visible("seed " + roundSeed + "L, round " + i + " of " + seed + "L: " + e.getMessage()), e);
            }
        }
    }

    private static String mutated(Random random, String sql) {
        StringBuilder mutated = new StringBuilder(sql);
        for (int i = random.nextInt(3); i >= 0; i--) {
            int at = random.nextInt(mutated.length() + 1);
            if (random.nextInt(3) == 0) {
                mutated.delete(at, Math.min(mutated.length(), at + 1 + random.nextInt(3)));
            } else {
                mutated.insert(at, PIECES[random.nextInt(PIECES.length)]);
            }
        }
        return mutated.toString();
    }

    /** The statements that the driver sends for a text; none if it refuses the text itself. */
    private static List<String> sentToServer(String sql, boolean standardStrings) {
        try {
            String replaced = Parser.replaceProcessing(sql, true, standardStrings);
            return Parser.parseJdbcSql(replaced, standardStrings, true, true, false, false).stream()
                    // What is left of question marks are operators, or stands in quotes.
                    .map(query -> query.nativeSql.replace('?', '+'))
                    .toList();
        } catch (SQLException e) {
            return List.of();
        }
    }

    /** Whether the server can't even read the text, whatever its setting for backslashes. */
    private static boolean isRefused(String sql) {
        SqlScanner scanner = end(sql);
        return scanner.rejected() && !scanner.doubtful();
    }

    private static String visible(String text) {
        return text.codePoints()
                .mapToObj(c -> c >= ' ' && c < 127 ? Character.toString(c) : String.format("\\u%04x", c))
                .collect(Collectors.joining());
    }

    private static String soup(Random random, int most) {
        StringBuilder sql = new StringBuilder();
        for (int i = random.nextInt(most); i >= 0; i--) {
            sql.append(PIECES[random.nextInt(PIECES.length)]);
            if (random.nextBoolean()) {
                sql.append(' ');
            }
        }
        return sql.toString();
    }

    /** The same tokens with other case, spaces and comments. */
    private static String disguised(Random random, String sql) {
        Tokens tokens = end(sql).tokens();
        StringBuilder disguised = new StringBuilder();
        int behind = 0;
        for (int i = 0; tokens.kind(i) != Token.END; i++) {
            Token token = tokens.kind(i);
            boolean quoted = token == Token.QUOTED_NAME;
            int start = quoted ? tokens.start(i) - 1 : tokens.start(i);
            int end = quoted ? tokens.end(i) + 1 : tokens.end(i);
            // The parts of an operator belong together.
            if (start > behind || token != Token.OPERATOR) {
                disguised.append(gap(random, start == behind));
            }
            String text = sql.substring(start, end);
            disguised.append(token == Token.WORD ? anyCase(random, text) : text);
            behind = end;
        }
        return disguised.toString();
    }

    private static String gap(Random random, boolean mayBeNone) {
        return switch (random.nextInt(mayBeNone ? 6 : 5)) {
            case 0 -> " ";
            case 1 -> "\n\t ";
            case 2 -> " /* ' /* \" */ ; */ ";
            case 3 -> " -- $$ '(\n";
            case 4 -> "/**/ ";
            default -> "";
        };
    }

    private static String anyCase(Random random, String word) {
        StringBuilder result = new StringBuilder();
        for (char c : word.toCharArray()) {
            boolean letter = c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z';
            result.append(letter && random.nextBoolean() ? (char) (c ^ 32) : c);
        }
        return result.toString();
    }

    private static List<String> texts() throws IOException {
        return Stream.concat(
                        SqlTexts.harmless().stream(),
                        SqlTexts.effects().stream()
                                .map(arguments -> (String) arguments.get()[1]))
                .toList();
    }

    private static SqlScanner end(String sql) {
        return new SqlScanner(sql, false);
    }

    /** The number of parts between semicolons that have a token or a comment. */
    private static long statements(String sql) {
        Tokens tokens = end(sql).tokens();
        List<Integer> cuts = new ArrayList<>(List.of(-1));
        for (int i = 0; i < tokens.size(); i++) {
            if (tokens.kind(i) == Token.SEMICOLON) {
                cuts.add(tokens.start(i));
            }
        }
        cuts.add(sql.length());
        long statements = 0;
        for (int i = 1; i < cuts.size(); i++) {
            String part = sql.substring(cuts.get(i - 1) + 1, cuts.get(i));
            statements += part.chars().allMatch(Character::isWhitespace) ? 0 : 1;
        }
        return statements;
    }

    private static int markersOfDriver(String sql) {
        return driverQueries(sql).stream()
                .mapToInt(query -> query.bindPositions.length)
                .sum();
    }

    private static List<NativeQuery> driverQueries(String sql) {
        try {
            return Parser.parseJdbcSql(sql, true, true, true, false, false);
        } catch (SQLException e) {
            throw new AssertionError(sql, e);
        }
    }
}
