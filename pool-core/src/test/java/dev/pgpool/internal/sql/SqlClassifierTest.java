package dev.pgpool.internal.sql;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTimeout;

import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

class SqlClassifierTest {

    @ParameterizedTest
    @MethodSource("dev.pgpool.internal.sql.SqlTexts#harmless")
    void what_leaves_the_session_as_it_was_is_known(String sql) {
        assertEquals("[]", SqlTexts.effect(SqlClassifier.traits(sql)), sql);
    }

    @ParameterizedTest
    @MethodSource("dev.pgpool.internal.sql.SqlTexts#effects")
    void what_changes_the_session_is_named(String effect, String sql) {
        assertEquals(effect, SqlTexts.effect(SqlClassifier.traits(sql)), sql);
    }

    @ParameterizedTest
    @MethodSource("dev.pgpool.internal.sql.SqlTexts#rollbacks")
    void what_a_rollback_makes_of_a_text_is_known(String effect, String sql) {
        assertEquals(effect, "[" + SqlClassifier.traits(sql).effect() + "]", sql);
    }

    @ParameterizedTest
    @MethodSource("dev.pgpool.internal.sql.SqlTexts#hidden")
    void no_quoting_hides_a_function_call(String sql) {
        assertFalse(SqlTexts.leavesNothing(SqlClassifier.traits(sql)), sql);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "deallocate all | false",
                "deallocate prepare all | false",
                "deallocate S_1 | false",
                "deallocate mine | false",
                "deallocate \"S_1\" | true",
                "deallocate prepare \"S_12\"; select 1 | true",
                "discard all | false",
                "do $$begin execute 'deallocate all'; end$$ | true",
                "do $$begin null; end$$ | false"
            })
    void the_driver_is_told_of_no_deallocation_but_that_of_all(String sql, boolean unseen) {
        assertEquals(unseen, SqlClassifier.traits(sql).deallocatesUnseen(), sql);
    }

    @Test
    void a_setting_is_changed_for_good_where_its_call_is_too_long_to_tell() {
        String value = "1" + "+1".repeat(1000);
        assertEquals("[]", SqlTexts.effect(SqlClassifier.traits("select set_config('a', 'b', true)")));
        assertEquals(
                "[settings a]", SqlTexts.effect(SqlClassifier.traits("select set_config('a', " + value + ", true)")));
    }

    @Test
    void calls_within_calls_are_read_once() {
        String sql = "select " + "set_config(".repeat(100_000) + "1" + ", 2, true)".repeat(100_000);
        assertTimeout(Duration.ofSeconds(20), () -> SqlClassifier.traits(sql));
    }
}
