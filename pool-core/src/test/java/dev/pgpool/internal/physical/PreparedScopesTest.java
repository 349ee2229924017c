package dev.pgpool.internal.physical;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.pgpool.internal.session.Parameters;
import java.util.HashSet;
import java.util.Set;
import org.junit.jupiter.api.Test;

class PreparedScopesTest {
    private static final String SQL = "select 1";

    private final PreparedScopes scopes = new PreparedScopes();

    private static Parameters path(String path) {
        return Parameters.NONE.with("search_path", path);
    }

    private String marked(Parameters settings) {
        scopes.are(settings);
        return scopes.marked(SQL);
    }

    @Test
    void a_session_like_a_new_one_leaves_texts_and_keys_as_they_are() {
        assertEquals(SQL, scopes.marked(SQL));
        assertEquals(SQL, scopes.keyOf(SQL));
        assertEquals(SQL, marked(Parameters.NONE.with("statement_timeout", "1s")));
        assertEquals(SQL, scopes.keyOf(SQL));
    }

    @Test
    void each_combination_has_a_text_and_a_key_of_its_own() {
        Set<String> texts = new HashSet<>();
        Set<Object> keys = new HashSet<>();
        for (String path : new String[] {"a", "b"}) {
            for (String role : new String[] {"x", "y"}) {
                Parameters settings = path(path).with("role", role);
                String text = marked(settings);
                assertTrue(text.startsWith(SQL) && text.strip().equals(SQL), text);
                texts.add(text);
                keys.add(scopes.keyOf(SQL));
                assertEquals(text, marked(settings.with("work_mem", "5MB")));
                assertEquals(SQL, marked(Parameters.NONE));
            }
        }
        assertEquals(4, texts.size());
        assertEquals(4, keys.size());
    }

    @Test
    void no_text_with_white_space_at_its_end_is_taken_for_another_one_with_a_mark() {
        String ofA = marked(path("a"));
        scopes.are(Parameters.NONE);
        assertNotEquals(ofA, scopes.marked(ofA));
        assertNotEquals(SQL + " ", scopes.marked(SQL));
        assertEquals(scopes.marked(SQL + " "), scopes.marked(SQL + " "));
    }

    @Test
    void nothing_is_found_again_that_was_prepared_while_the_settings_moved() {
        String before = marked(path("a"));
        scopes.move();
        String first = scopes.marked(SQL);
        assertEquals(first, scopes.marked(SQL));
        scopes.move();
        String second = scopes.marked(SQL);
        assertEquals(before, marked(path("a")));
        scopes.move();
        assertEquals(4, Set.of(before, first, second, scopes.marked(SQL)).size());
    }

    @Test
    void what_may_move_is_asked_once() {
        String before = marked(path("a"));
        scopes.mayMove();
        String first = scopes.marked(SQL);
        scopes.mayMove();
        assertEquals(first, scopes.marked(SQL));
        assertNotEquals(before, first);
        scopes.move();
        assertNotEquals(first, scopes.marked(SQL));
    }

    @Test
    void no_mark_comes_back_in_the_life_of_a_connection() {
        String ofA = marked(path("a"));
        for (int i = 0; i < 1 << 24; i++) {
            scopes.move();
        }
        for (int i = 0; i < 4; i++) {
            assertNotEquals(ofA, scopes.marked(SQL));
            scopes.move();
        }
    }

    @Test
    void what_is_kept_stays_bounded() {
        String first = marked(path("0"));
        for (int i = 1; i <= 1_000; i++) {
            assertNotEquals(first, marked(path(String.valueOf(i))));
        }
        assertNotEquals(first, marked(path("0")));
    }
}
