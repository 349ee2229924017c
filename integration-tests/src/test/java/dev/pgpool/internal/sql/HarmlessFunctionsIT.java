package dev.pgpool.internal.sql;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;

import dev.pgpool.testserver.PostgresTest;
import dev.pgpool.testserver.TestDatabase;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Compares the word lists with what the server says of itself. */
@PostgresTest
class HarmlessFunctionsIT {
    private static final String FUNCTIONS =
            "SELECT DISTINCT proname FROM pg_proc WHERE pronamespace = 'pg_catalog'::regnamespace"
                    + " AND prokind IN ('f', 'a', 'w')";

    private TestDatabase database;

    @BeforeEach
    void remember(TestDatabase database) {
        this.database = database;
    }

    @Test
    void every_listed_function_is_one_of_pg_catalog() throws SQLException {
        Set<String> unknown = new TreeSet<>();
        int version = Integer.parseInt(ask("SHOW server_version_num").iterator().next()) / 10_000;
        for (String line : WordLists.harmlessFunctions()) {
            String[] nameAndVersions = line.split(" ");
            if (nameAndVersions.length == 1 || contains(nameAndVersions[1], version)) {
                unknown.add(nameAndVersions[0]);
            }
        }
        unknown.removeAll(ask(FUNCTIONS));
        assertEquals(Set.of(), unknown);
    }

    @Test
    void no_function_that_may_change_the_session_is_listed() throws SQLException {
        Set<String> dangerous = ask(FUNCTIONS + " AND (proname ~ '^pg_(try_)?advisory_(un)?lock'"
                + " OR proname ~ '(replication|_slot$|_slot_|_to_xml|^pg_logical|^binary_upgrade|_validator$|backup_st)'"
                + " OR proname IN ('set_config', 'setseed', 'nextval', 'setval', 'currval', 'lastval', 'ts_stat',"
                + " 'ts_rewrite', 'pg_start_backup', 'pg_stop_backup'))");
        assertFalse(dangerous.isEmpty());
        dangerous.retainAll(names());
        assertEquals(Set.of(), dangerous);
    }

    @Test
    void every_volatile_function_of_the_server_was_considered() throws SQLException {
        // What a new version brings is unknown, so it pins; this test says that it is time to look.
        Set<String> unlisted = ask(FUNCTIONS + " AND provolatile = 'v'"
                + " AND NOT proargtypes::oid[] && ARRAY['internal'::regtype, 'cstring'::regtype]::oid[]"
                + " AND prorettype::regtype::text !~ '(internal|trigger|handler|cstring)'"
                + " AND proname !~ '^(pg_(try_)?advisory_|binary_upgrade|pg_logical)'"
                + " AND proname !~ '(replication|_slots?$|_slot_|_to_xml|_validator$|backup)'"
                + " AND proname NOT IN ('set_config', 'setseed', 'nextval', 'setval', 'currval', 'lastval', 'ts_stat',"
                + " 'ts_rewrite', 'pg_nextoid', 'pg_stop_making_pinned_objects', 'pg_extension_config_dump')");
        unlisted.removeAll(names());
        assertEquals(Set.of(), unlisted);
    }

    @Test
    void every_reserved_word_of_the_server_is_listed() throws SQLException {
        Set<String> words = ask("SELECT word FROM pg_get_keywords() WHERE catcode IN ('R', 'C')");
        words.removeAll(WordLists.reservedWords());
        assertEquals(Set.of(), words);
    }

    private static boolean contains(String versions, int version) {
        String[] range = versions.split("-");
        return Integer.parseInt(range[0]) <= version && version <= Integer.parseInt(range[1]);
    }

    private static List<String> names() {
        return WordLists.harmlessFunctions().stream()
                .map(line -> line.split(" ")[0])
                .toList();
    }

    private Set<String> ask(String sql) throws SQLException {
        Set<String> answers = new TreeSet<>();
        try (Connection connection = DriverManager.getConnection(database.url());
                Statement statement = connection.createStatement();
                ResultSet rows = statement.executeQuery(sql)) {
            while (rows.next()) {
                answers.add(rows.getString(1));
            }
        }
        return answers;
    }
}
