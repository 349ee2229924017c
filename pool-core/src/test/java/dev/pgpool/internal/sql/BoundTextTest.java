package dev.pgpool.internal.sql;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.pgpool.pool.PinReason;
import java.util.Arrays;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class BoundTextTest {
    private static SqlTraits bound(String sql, String... values) {
        assertTrue(BoundText.mayTell(SqlClassifier.traits(sql)), sql);
        return SqlClassifier.traits(BoundText.of(sql, Arrays.asList(values)));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "select set_config(?, ?, false)",
                "/* ? */ select '?', pg_catalog.set_config( ? , ?, 1 = 2) -- ?",
                "select $$?$$ ?? 'x', set_config(?,?,false)"
            })
    void a_name_in_a_parameter_is_known(String sql) {
        SqlTraits traits = bound(sql, "My.Setting", "value");
        assertEquals(Set.of(), traits.leaves());
        assertEquals(Set.of("my.setting"), traits.settings());
    }

    @Test
    void each_call_has_its_own() {
        String sql = "select set_config(?, ?, false), set_config(?, ?, true), set_config(?, ?, false)";
        SqlTraits traits = bound(sql, "a.a", "x", null, "y", "a.c", "z");
        assertEquals(Set.of(), traits.leaves());
        assertEquals(Set.of("a.a", "a.c"), traits.settings());
    }

    @ParameterizedTest
    @ValueSource(strings = {"it's", "a b", "", "ü", "x'||'y", "$x", "1x", "a-b"})
    void what_may_be_no_plain_name_stays_unknown(String value) {
        assertEquals(
                Set.of(PinReason.SETTING),
                bound("select set_config(?, ?, false)", value, "x").leaves());
    }

    @Test
    void a_value_that_is_not_told_stays_unknown() {
        assertEquals(
                Set.of(PinReason.SETTING),
                bound("select set_config(?, ?, false)", null, "x").leaves());
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "select set_config(?::text, ?, false)",
                "select set_config(upper(?), ?, false)",
                "select set_config(n, ?, false) from t where t.x = ?",
                "{? = call set_config(?, 'x', false)}",
                "select set_config({fn concat(?, ?)}, 'x', false)"
            })
    void what_is_more_than_a_parameter_stays_unknown(String sql) {
        assertTrue(bound(sql, "lock_timeout", "x").leaves().contains(PinReason.SETTING));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "select unknown(?), set_config(?, ?, false); load 'x'",
                "select x?, set_config(?, '', false)",
                "select 1"
            })
    void other_texts_are_left_alone(String sql) {
        assertFalse(BoundText.mayTell(SqlClassifier.traits(sql)), sql);
    }
}
