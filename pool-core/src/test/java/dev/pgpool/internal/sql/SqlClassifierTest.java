package dev.pgpool.internal.sql;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;

import dev.pgpool.pool.PinReason;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class SqlClassifierTest {

    @ParameterizedTest
    @MethodSource("dev.pgpool.internal.sql.SqlTexts#harmless")
    void what_leaves_no_session_state_is_not_pinned(String sql) {
        assertNull(SqlClassifier.traits(sql).pin(), sql);
    }

    @ParameterizedTest
    @MethodSource("dev.pgpool.internal.sql.SqlTexts#pinning")
    void what_leaves_session_state_is_pinned_with_its_reason(PinReason reason, String sql) {
        assertEquals(reason, SqlClassifier.traits(sql).pin(), sql);
    }

    @ParameterizedTest
    @MethodSource("dev.pgpool.internal.sql.SqlTexts#hidden")
    void no_quoting_hides_a_function_call(String sql) {
        assertNotNull(SqlClassifier.traits(sql).pin(), sql);
    }
}
