package dev.pgpool.conformance;

import static dev.pgpool.conformance.Jdbc.assertFails;
import static dev.pgpool.conformance.Jdbc.rows;
import static dev.pgpool.conformance.Jdbc.value;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.List;

/** Keys that the server makes, by flag, by column names and by column numbers. */
@Conformance(
        schema =
                "create table item (id bigint generated always as identity primary key, name text, made int default 7)",
        data = "truncate item restart identity")
final class GeneratedKeysIT {
    private static final String INSERT = "insert into item (name) values (?)";

    private static List<String> keys(PreparedStatement insert) throws SQLException {
        insert.setString(1, "x");
        assertEquals(1, insert.executeUpdate());
        try (ResultSet keys = insert.getGeneratedKeys()) {
            return rows(keys);
        }
    }

    @Conforms
    void prepared_with_the_flag(Connection connection) throws SQLException {
        try (PreparedStatement insert = connection.prepareStatement(INSERT, Statement.RETURN_GENERATED_KEYS)) {
            assertEquals(List.of("1,x,7"), keys(insert));
            assertEquals(List.of("2,x,7"), keys(insert));
        }
    }

    @Conforms
    void prepared_with_column_names(Connection connection) throws SQLException {
        try (PreparedStatement insert = connection.prepareStatement(INSERT, new String[] {"made", "id"})) {
            assertEquals(List.of("7,1"), keys(insert));
        }
    }

    @Conforms
    void prepared_with_column_numbers_is_refused_as_by_pgjdbc(Connection connection) throws SQLException {
        assertFails("0A000", () -> connection.prepareStatement(INSERT, new int[] {1}));
    }

    @Conforms
    void prepared_without_wish(Connection connection) throws SQLException {
        try (PreparedStatement insert = connection.prepareStatement(INSERT, Statement.NO_GENERATED_KEYS)) {
            assertEquals(List.of(), keys(insert));
        }
    }

    @Conforms
    void plain_with_the_flag(Connection connection) throws SQLException {
        try (Statement statement = connection.createStatement()) {
            String sql = "insert into item (name) values ('a'), ('b')";
            assertEquals(2, statement.executeUpdate(sql, Statement.RETURN_GENERATED_KEYS));
            assertEquals(List.of("1,a,7", "2,b,7"), rows(statement.getGeneratedKeys()));
            assertFalse(statement.execute(sql, Statement.RETURN_GENERATED_KEYS));
            assertEquals(List.of("3,a,7", "4,b,7"), rows(statement.getGeneratedKeys()));
            assertEquals(2, statement.executeLargeUpdate(sql, Statement.RETURN_GENERATED_KEYS));
        }
    }

    @Conforms
    void plain_with_column_names(Connection connection) throws SQLException {
        try (Statement statement = connection.createStatement()) {
            String sql = "insert into item (name) values ('a')";
            assertEquals(1, statement.executeUpdate(sql, new String[] {"id"}));
            assertEquals(List.of("1"), rows(statement.getGeneratedKeys()));
            assertFalse(statement.execute(sql, new String[] {"name", "id"}));
            assertEquals(List.of("a,2"), rows(statement.getGeneratedKeys()));
        }
    }

    @Conforms
    void plain_with_column_numbers_is_refused_as_by_pgjdbc(Connection connection) throws SQLException {
        try (Statement statement = connection.createStatement()) {
            assertFails("0A000", () -> statement.executeUpdate("insert into item (name) values ('a')", new int[] {1}));
        }
    }

    @Conforms
    void updates_and_deletes_return_keys_too(Connection connection) throws SQLException {
        Jdbc.run(connection, "insert into item (name) values ('a'), ('b')");
        try (Statement statement = connection.createStatement()) {
            statement.executeUpdate("update item set name = 'z' where id = 2", new String[] {"id", "name"});
            assertEquals(List.of("2,z"), rows(statement.getGeneratedKeys()));
            statement.executeUpdate("delete from item where id = 1", new String[] {"id"});
            assertEquals(List.of("1"), rows(statement.getGeneratedKeys()));
        }
    }

    @Conforms
    void without_keys_the_result_is_empty(Connection connection) throws SQLException {
        try (Statement statement = connection.createStatement()) {
            statement.executeUpdate("insert into item (name) values ('a')");
            assertFalse(statement.getGeneratedKeys().next());
        }
    }

    @Conforms
    void column_names_are_quoted_as_given(Connection connection) throws SQLException {
        try (PreparedStatement insert = connection.prepareStatement(INSERT, new String[] {"ID"})) {
            insert.setString(1, "x");
            assertFails("42703", insert::executeUpdate);
        }
    }

    @Conforms
    void a_returning_clause_of_its_own_wins(Connection connection) throws SQLException {
        try (PreparedStatement insert =
                connection.prepareStatement(INSERT + " returning made * 2", Statement.RETURN_GENERATED_KEYS)) {
            assertEquals(List.of("14"), keys(insert));
        }
    }

    @Conforms(transactions = true)
    void keys_within_a_transaction(Connection connection) throws SQLException {
        connection.setAutoCommit(false);
        try (PreparedStatement insert = connection.prepareStatement(INSERT, new String[] {"id"})) {
            assertEquals(List.of("1"), keys(insert));
            connection.rollback();
            assertEquals(List.of("2"), keys(insert));
            connection.commit();
        }
        assertEquals("2", value(connection, "select id from item"));
        connection.commit();
    }

    @Conforms
    void keys_stay_readable_after_the_next_statement(Connection connection) throws SQLException {
        try (PreparedStatement insert = connection.prepareStatement(INSERT, new String[] {"id"})) {
            insert.setString(1, "x");
            insert.executeUpdate();
            ResultSet keys = insert.getGeneratedKeys();
            assertEquals("1", value(connection, "select count(*) from item"));
            assertTrue(keys.next());
            assertEquals(1, keys.getLong("id"));
        }
    }

    @Conforms
    void generated_columns_and_defaults(Connection connection) throws SQLException {
        try (Statement statement = connection.createStatement()) {
            statement.executeUpdate("insert into item default values", Statement.RETURN_GENERATED_KEYS);
            try (ResultSet keys = statement.getGeneratedKeys()) {
                assertTrue(keys.next());
                assertEquals(7, keys.getInt("made"));
                assertEquals(3, keys.getMetaData().getColumnCount());
            }
        }
    }
}
