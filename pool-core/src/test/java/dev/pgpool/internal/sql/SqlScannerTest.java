package dev.pgpool.internal.sql;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class SqlScannerTest {

    @ParameterizedTest
    @CsvSource(
            delimiter = '¦',
            quoteCharacter = '€',
            value = {
                "select 1 ¦ WORD:select NUMBER:1",
                "a.b ¦ WORD:a DOT:. WORD:b",
                "a$1_x ¦ WORD:a$1_x",
                "größe ¦ WORD:größe",
                "\"a\"\"b\".\"C\" ¦ QUOTED_NAME:a\"\"b DOT:. QUOTED_NAME:C",
                "'it''s' x ¦ LITERAL:'it''s' WORD:x",
                "'a' 'b' ¦ LITERAL:'a' LITERAL:'b'",
                "x E'a\\'b' x ¦ WORD:x LITERAL:E'a\\'b' WORD:x",
                "x e'a\\\\' x ¦ WORD:x LITERAL:e'a\\\\' WORD:x",
                "b'1' X'f' n'a' u&'b' ¦ LITERAL:b'1' LITERAL:X'f' LITERAL:n'a' LITERAL:u&'b'",
                "ee'a' ¦ WORD:ee LITERAL:'a'",
                "u & 'a' ¦ WORD:u OPERATOR:& LITERAL:'a'",
                "$$a$b$$ c ¦ LITERAL:$$a$b$$ WORD:c",
                "$x$ $$ $y$ $x$ c ¦ LITERAL:$x$ $$ $y$ $x$ WORD:c",
                "$x$ $xx$ $x$c ¦ LITERAL:$x$ $xx$ $x$ WORD:c",
                "$1 $23 ¦ PARAMETER:$1 PARAMETER:$23",
                "? ?? ?| ¦ PARAMETER:? OPERATOR:?? PARAMETER:? OPERATOR:|",
                "??? ¦ OPERATOR:?? PARAMETER:?",
                "1.5 .5 1e10 1.5E-3 1_000 ¦ NUMBER:1.5 NUMBER:.5 NUMBER:1e10 NUMBER:1.5E-3 NUMBER:1_000",
                "1-1 ¦ NUMBER:1 OPERATOR:- NUMBER:1",
                "a::int[] ¦ WORD:a CAST::: WORD:int OTHER:[ OTHER:]",
                "a[1:2] ¦ WORD:a OTHER:[ NUMBER:1 OPERATOR:: NUMBER:2 OTHER:]",
                "f(a, b); ¦ WORD:f OPEN:( WORD:a COMMA:, WORD:b CLOSE:) SEMICOLON:;",
                "a--b ¦ WORD:a",
                "a+--b ¦ WORD:a OPERATOR:+",
                "a - - b ¦ WORD:a OPERATOR:- OPERATOR:- WORD:b",
                "a/* b /* c */ d */e ¦ WORD:a WORD:e",
                "a*/**/b ¦ WORD:a OPERATOR:* WORD:b",
                "a/***/b/*-*/ ¦ WORD:a WORD:b",
                "{fn lower(a)} ¦ WORD:lower OPEN:( WORD:a CLOSE:)",
                "{d '2020-01-01'} ¦ LITERAL:{d '2020-01-01'}",
                "{oj a} ¦ WORD:a",
                "{call f(?)} ¦ CALL_ESCAPE:{call WORD:f OPEN:( PARAMETER:? CLOSE:)",
                "{ ? = call f} ¦ RESULT_CALL_ESCAPE:{ ? = call WORD:f",
            })
    void tokens_are_those_of_PostgreSQL(String sql, String expected) {
        SqlScanner scanner = new SqlScanner(sql, false);
        Tokens found = scanner.tokens();
        List<String> tokens = new ArrayList<>();
        for (int i = 0; found.kind(i) != Token.END; i++) {
            tokens.add(found.kind(i) + ":" + sql.substring(found.start(i), found.end(i)));
        }
        assertEquals(expected, String.join(" ", tokens));
        assertFalse(scanner.rejected(), "rejected");
        assertFalse(scanner.doubtful(), "doubtful");
    }

    @Test
    void a_comment_ends_with_its_line() {
        assertEquals(List.of("a", "b", "c"), words("a -- ' x\nb -- \" y\rc"));
    }

    @Test
    void an_escape_string_goes_on_in_the_next_line() {
        assertEquals(List.of("x"), words("E'a' -- c\n 'b' x"));
        assertTrue(end("E'a'\n'b\\'c' ").doubtful());
    }

    @ParameterizedTest
    @ValueSource(strings = {"'a", "'a''", "\"a", "/* a", "/* /* */", "$$ a $", "$a$ $b$", "E'a\\'", "\\", "a $ b"})
    void what_has_no_end_is_rejected(String sql) {
        assertTrue(end(sql).rejected());
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "/*/ */",
                "a?",
                "?1",
                "1a",
                "$1a",
                "1$$ $$",
                "\u00a0E'' $é$ $é$",
                "U&\"a\"",
                "a}",
                "{a}",
                "{fn a(b)",
                "E'a''b\\'c'",
                "{d 'a'}b",
                "a{d 'b'}",
                "{oj a '}' }",
                "{oj ;}",
                "{fn a('}') b}",
                "{call a(b)} c }"
            })
    void what_the_driver_may_read_differently_is_doubtful(String sql) {
        assertTrue(end(sql).doubtful());
    }

    @ParameterizedTest
    @ValueSource(strings = {"'a\\'", "'a\\\\\\'", "'a\\'' b '", "N'\\'", "x {escape '\\'} y"})
    void a_backslash_before_a_quote_has_two_readings(String sql) {
        assertTrue(end(sql).readingsDiffer());
    }

    @ParameterizedTest
    @ValueSource(strings = {"'a\\b'", "'a\\\\'", "'\\\\\\\\'", "E'\\''", "\"\\\"", "$$ \\' $$", "'(\\d+)'", "-- \\'"})
    void other_backslashes_have_one_reading(String sql) {
        assertFalse(end(sql).readingsDiffer());
    }

    @Test
    void with_backslash_escapes_a_literal_goes_on_behind_an_escaped_quote() {
        Tokens tokens = new SqlScanner("'a\\' b ' c", true).tokens();
        assertEquals(Token.LITERAL, tokens.kind(0));
        assertEquals(Token.WORD, tokens.kind(1));
        assertTrue(tokens.isNamed(1, "c"));
        assertEquals(Token.END, tokens.kind(2));
        assertEquals(3, tokens.size());
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 7, 8, 9, 1000})
    void a_character_of_two_surrogates_counts_as_two(int count) {
        String smileys = "\ud83d\ude00".repeat(count);
        Tokens tokens = end("'" + smileys + "' " + smileys + " x").tokens();
        assertEquals(Token.LITERAL, tokens.kind(0));
        assertEquals(2 * count + 2, tokens.end(0));
        assertEquals(Token.WORD, tokens.kind(1));
        assertTrue(tokens.isNamed(2, "x"));
        assertEquals(Token.END, tokens.kind(3));
    }

    @Test
    void a_long_text_has_as_many_tokens() {
        Tokens tokens = new SqlScanner("(a.b,'c')".repeat(10_000), false).tokens();
        assertEquals(70_001, tokens.size());
        for (int i = 0; i < 70_000; i += 7) {
            assertEquals(Token.OPEN, tokens.kind(i));
            assertTrue(tokens.isNamed(i + 3, "b"));
            assertEquals("c", tokens.literal(i + 5));
        }
    }

    private static List<String> words(String sql) {
        Tokens tokens = end(sql).tokens();
        List<String> words = new ArrayList<>();
        for (int i = 0; i < tokens.size(); i++) {
            if (tokens.kind(i) == Token.WORD) {
                words.add(sql.substring(tokens.start(i), tokens.end(i)));
            }
        }
        return words;
    }

    private static SqlScanner end(String sql) {
        return new SqlScanner(sql, false);
    }
}
