package dev.pgpool.internal.physical;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.pgpool.pool.PinReason;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

class DatabaseCodeTest {
    private static Routine function(String name, String body) {
        return new Routine("public", name, "sql", null, body, null, false, Reach.NAMED, false);
    }

    private static DatabaseCode code(List<Routine> routines) {
        return new DatabaseCode("", routines, UnnamedCalls.NONE, DatabaseCode.UNKNOWN);
    }

    // As many as are read at most. Work that grows with the square of their number takes minutes.
    @Test
    @Timeout(value = 60, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
    void the_longest_chain_of_calls_is_followed_to_its_end() {
        List<Routine> chain = new ArrayList<>();
        for (int i = 0; i < CatalogQuestion.MOST_ROUTINES - 1; i++) {
            chain.add(function("f" + i, "select f" + (i + 1) + "()"));
        }
        String last = "f" + (CatalogQuestion.MOST_ROUTINES - 1);
        chain.add(function(last, "select set_config('lock_timeout', '1s', false)"));
        assertEquals(Set.of("lock_timeout"), code(chain).of(Set.of("f0")).settings());
        chain.set(chain.size() - 1, function(last, "select 1"));
        assertEquals(Set.of(), code(chain).of(Set.of("f0")).leaves());
        chain.remove(chain.size() - 1);
        assertTrue(code(chain).of(Set.of("f0")).leaves().contains(PinReason.FUNCTION));
    }

    @Test
    void functions_that_call_each_other_do_what_any_of_them_does() {
        DatabaseCode code = code(List.of(
                function("a", "select b()"),
                function("b", "select c(), pg_advisory_lock(1)"),
                function("c", "select a()"),
                function("d", "select 1")));
        for (String name : List.of("a", "b", "c")) {
            assertEquals(Set.of(PinReason.ADVISORY_LOCK), code.of(Set.of(name)).leaves(), name);
        }
        assertEquals(Set.of(), code.of(Set.of("d")).leaves());
    }
}
