package dev.pgpool.internal.session;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertSame;

import dev.pgpool.internal.session.Parameters.Change;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class ParametersTest {
    private static Parameters of(String... namesAndValues) {
        Parameters parameters = Parameters.NONE;
        for (int i = 0; i < namesAndValues.length; i += 2) {
            parameters = parameters.with(namesAndValues[i], namesAndValues[i + 1]);
        }
        return parameters;
    }

    @Test
    void what_was_reset_is_as_if_it_had_never_been_set() {
        assertSame(Parameters.NONE, of("work_mem", "1MB").with("work_mem", null));
        assertNull(Parameters.NONE.get("work_mem"));
        assertEquals(Map.of("work_mem", "1MB"), of("work_mem", "1MB").values());
    }

    @Test
    void equal_ones_need_no_change() {
        assertEquals(List.of(), of("role", "a", "work_mem", "1MB").changesTo(of("work_mem", "1MB", "role", "a")));
    }

    @Test
    void only_differences_are_changed() {
        assertEquals(
                List.of(new Change("lock_timeout", null), new Change("timezone", "UTC"), new Change("work_mem", "2MB")),
                of("lock_timeout", "1s", "work_mem", "1MB", "search_path", "a")
                        .changesTo(of("work_mem", "2MB", "search_path", "a", "timezone", "UTC")));
    }

    @Test
    void a_role_is_given_up_before_anything_else_and_taken_last() {
        assertEquals(
                List.of(
                        new Change("role", "none"),
                        new Change("session_authorization", null),
                        new Change("work_mem", null),
                        new Change("app.user", "7"),
                        new Change("session_authorization", "carol"),
                        new Change("role", "bob")),
                of("role", "alice", "session_authorization", "dave", "work_mem", "1MB")
                        .changesTo(of("role", "bob", "session_authorization", "carol", "app.user", "7")));
    }

    @Test
    void a_role_that_stays_is_taken_again_as_it_may_not_be_allowed_the_rest() {
        assertEquals(
                List.of(new Change("role", "none"), new Change("work_mem", "1MB"), new Change("role", "alice")),
                of("role", "alice").changesTo(of("role", "alice", "work_mem", "1MB")));
    }

    @Test
    void a_change_of_session_authorization_takes_the_role_along() {
        assertEquals(
                List.of(new Change("role", "none"), new Change("session_authorization", null)),
                of("session_authorization", "dave").changesTo(Parameters.NONE));
    }
}
