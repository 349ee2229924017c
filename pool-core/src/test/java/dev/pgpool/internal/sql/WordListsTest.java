package dev.pgpool.internal.sql;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class WordListsTest {

    @Test
    void functions_are_sorted_names_with_the_versions_that_have_them() {
        for (String line : WordLists.harmlessFunctions()) {
            assertTrue(line.matches("[a-z_][a-z0-9_]*( 1[4-8]-1[4-8])?"), line);
        }
        assertSortedWithoutDoubles(names());
    }

    @Test
    void reserved_words_are_sorted() {
        for (String line : WordLists.reservedWords()) {
            assertTrue(line.matches("[a-z_]+"), line);
        }
        assertSortedWithoutDoubles(WordLists.reservedWords());
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "set_config",
                "setseed",
                "pg_advisory_lock",
                "pg_try_advisory_lock_shared",
                "pg_advisory_unlock_all",
                "nextval",
                "currval",
                "lastval",
                "setval",
                "query_to_xml",
                "table_to_xml",
                "cursor_to_xml",
                "ts_stat",
                "ts_rewrite",
                "pg_replication_origin_session_setup",
                "pg_create_logical_replication_slot",
                "pg_logical_slot_get_changes",
                "pg_backup_start",
                "pg_start_backup",
                "fmgr_c_validator",
                "binary_upgrade_set_record_init_privs",
                "dblink",
                "dblink_exec",
                "pg_prepared_statements"
            })
    void what_may_change_the_session_is_not_listed(String name) {
        assertFalse(names().contains(name));
    }

    @Test
    void what_does_more_than_to_read_leaves_nothing_in_the_session() {
        assertTrue(names().containsAll(FunctionEffect.CHANGES.functions()));
        assertTrue(names().containsAll(FunctionEffect.OUTSIDE.functions()));
    }

    @ParameterizedTest
    @ValueSource(strings = {"select", "in", "values", "coalesce", "any", "exists", "cast", "varchar", "numeric"})
    void words_that_stand_before_parentheses_are_reserved(String word) {
        assertTrue(WordLists.reservedWords().contains(word));
    }

    @ParameterizedTest
    @ValueSource(strings = {"join", "left", "filter", "over", "set", "cube", "value", "by", "insert", "operator"})
    void words_that_may_name_a_function_are_not_reserved(String word) {
        assertFalse(WordLists.reservedWords().contains(word));
    }

    private static void assertSortedWithoutDoubles(List<String> words) {
        assertEquals(List.copyOf(new TreeSet<>(words)), words);
        assertTrue(words.size() > 100);
    }

    private static List<String> names() {
        return WordLists.harmlessFunctions().stream()
                .map(line -> line.split(" ")[0])
                .toList();
    }
}
