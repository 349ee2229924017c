package dev.pgpool.internal.physical;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.pgpool.internal.session.Parameters;
import java.util.HashSet;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class PreparedScopesTest {
    private static final String SQL = "select 1";
    private static final String DEFAULT_PATH = "\"$user\", public";

    private @Nullable String reported;
    private final PreparedScopes scopes = new PreparedScopes(() -> reported);

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
    void where_the_path_is_not_reported_nothing_is_found_again_that_was_prepared_while_it_may_have_moved() {
        String before = marked(path("a"));
        scopes.mayMove();
        String first = scopes.marked(SQL);
        scopes.mayMove();
        assertEquals(first, scopes.marked(SQL));
        assertNotEquals(before, first);
        assertEquals(before, marked(path("a")));
        scopes.mayMove();
        assertNotEquals(first, scopes.marked(SQL));
        assertNotEquals(before, scopes.marked(SQL));
    }

    @Test
    void where_the_path_is_reported_it_is_believed_while_it_may_have_moved() {
        reported = DEFAULT_PATH;
        scopes.are(Parameters.NONE);
        scopes.mayMove();
        assertEquals(SQL, scopes.marked(SQL));
        reported = "a";
        String ofA = scopes.marked(SQL);
        assertEquals(ofA, marked(path("a")));
        scopes.mayMove();
        reported = "b";
        assertNotEquals(ofA, scopes.marked(SQL));
        reported = DEFAULT_PATH;
        assertEquals(SQL, scopes.marked(SQL));
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
