package dev.pgpool.testserver;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;

@PostgresTest
class PostgresTestIT {
    private final TestDatabase database;

    PostgresTestIT(TestDatabase database) {
        this.database = database;
    }

    @Test
    void a_database_is_there_and_belongs_to_the_class(TestDatabase again, PostgresServer server) throws SQLException {
        assertSame(database, again);
        assertSame(server, database.server());
        assertTrue(exists(database.name()));
        try (Connection connection = database.connect()) {
            assertEquals(database.name(), connection.getCatalog());
        }
    }

    @Test
    void its_two_urls_differ_in_the_prefix_only() {
        assertTrue(database.url().startsWith("jdbc:postgresql://"));
        assertEquals(database.url(), database.poolUrl().replaceFirst("^jdbc:pgpool:", "jdbc:postgresql:"));
    }

    @Test
    void a_database_is_dropped_when_closed_even_while_somebody_uses_it() throws SQLException {
        TestDatabase other = TestDatabase.create(database.server(), "Another one");
        assertTrue(exists(other.name()));
        try (Connection open = other.connect()) {
            other.close();
            assertFalse(open.isValid(5));
        }
        assertFalse(exists(other.name()));
    }

    private boolean exists(String name) throws SQLException {
        try (Connection connection = database.connect();
                PreparedStatement statement =
                        connection.prepareStatement("SELECT FROM pg_database WHERE datname = ?")) {
            statement.setString(1, name);
            try (ResultSet rows = statement.executeQuery()) {
                return rows.next();
            }
        }
    }

    @Nested
    class A_nested_class {
        @Test
        void has_what_its_outer_class_has(TestDatabase nested) {
            assertSame(database, nested);
        }
    }
}
