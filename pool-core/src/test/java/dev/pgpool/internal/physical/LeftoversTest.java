package dev.pgpool.internal.physical;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;

import dev.pgpool.pool.PinReason;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class LeftoversTest {
    @ParameterizedTest
    @EnumSource(names = {"ADVISORY_LOCK", "LISTEN", "PREPARED_STATEMENT", "HOLDABLE_CURSOR"})
    void what_the_server_lists_by_kind_is_removed_by_kind(PinReason kind) {
        Leftovers left = Leftovers.of(Set.of("work_mem"), Set.of(), List.of(kind, PinReason.SESSION_MODE));
        assertNotNull(left);
        assertEquals(Set.of(kind), left.kinds());
        assertEquals(Set.of("work_mem"), left.parameters());
    }

    @ParameterizedTest
    @EnumSource(
            mode = EnumSource.Mode.EXCLUDE,
            names = {
                "ADVISORY_LOCK",
                "LISTEN",
                "PREPARED_STATEMENT",
                "HOLDABLE_CURSOR",
                "SEQUENCE_STATE",
                "SESSION_MODE"
            })
    void anything_else_is_removed_only_with_all_there_is(PinReason kind) {
        assertNull(Leftovers.of(Set.of(), Set.of(), List.of(PinReason.LISTEN, kind)));
    }

    @Test
    void what_was_drawn_from_sequences_stays_until_somebody_draws() {
        assertEquals(
                new Leftovers(Set.of(), Set.of(), Set.of()),
                Leftovers.of(Set.of(), Set.of(), List.of(PinReason.SEQUENCE_STATE)));
    }

    @Test
    void a_search_path_may_have_made_temporary_objects() {
        assertNull(Leftovers.of(Set.of("search_path"), Set.of(), List.of()));
    }
}
