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
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;

/** Compares what is known of settings with what the server says of its own. */
@PostgresTest
class SettingNamesIT {

    @Test
    void a_setting_that_not_everybody_may_see_is_not_named(TestDatabase database) throws SQLException {
        try (Connection connection = DriverManager.getConnection(database.url());
                Statement statement = connection.createStatement()) {
            Set<String> hidden = settings(statement);
            statement.execute("CREATE ROLE nobody_special");
            try {
                statement.execute("SET ROLE nobody_special");
                hidden.removeAll(settings(statement));
            } finally {
                statement.execute("RESET ROLE");
                statement.execute("DROP ROLE nobody_special");
            }
            assertFalse(hidden.isEmpty());
            hidden.removeIf(name -> SqlClassifier.traits("SET " + name + " TO DEFAULT")
                    .settings()
                    .isEmpty());
            assertEquals(Set.of(), hidden);
        }
    }

    @Test
    void a_setting_has_the_name_that_the_server_knows_it_by(TestDatabase database) throws SQLException {
        try (Connection connection = DriverManager.getConnection(database.url());
                Statement statement = connection.createStatement()) {
            for (String sql : new String[] {
                "SET TIME ZONE 'Asia/Tokyo'",
                "SET SCHEMA 'x'",
                "SET XML OPTION DOCUMENT",
                "SET SESSION CHARACTERISTICS AS TRANSACTION ISOLATION LEVEL SERIALIZABLE, READ ONLY, DEFERRABLE",
                "SET \"IntervalStyle\" TO iso_8601",
                "SET MyApp.\"User\" = 'x'",
                "SELECT set_config('My.App', 'x', false)"
            }) {
                for (String name : SqlClassifier.traits(sql).settings()) {
                    String before = value(statement, name);
                    statement.execute(sql);
                    assertFalse(value(statement, name).equals(before), () -> sql + " left " + name + " as it was");
                    statement.execute("DISCARD ALL");
                }
            }
        }
    }

    private static String value(Statement statement, String name) throws SQLException {
        try (ResultSet row = statement.executeQuery("SELECT current_setting('" + name + "', true)")) {
            row.next();
            return String.valueOf(row.getString(1));
        }
    }

    private static Set<String> settings(Statement statement) throws SQLException {
        Set<String> names = new TreeSet<>();
        try (ResultSet rows =
                statement.executeQuery("SELECT name FROM pg_settings WHERE context IN ('user', 'superuser')")) {
            while (rows.next()) {
                names.add(rows.getString(1));
            }
        }
        return names;
    }
}
