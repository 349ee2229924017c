package dev.pgpool.internal.sql;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;

import org.junit.jupiter.params.ParameterizedTest;
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
}
