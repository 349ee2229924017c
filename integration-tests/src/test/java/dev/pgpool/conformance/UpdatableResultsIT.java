package dev.pgpool.conformance;

import static dev.pgpool.conformance.Jdbc.assertFails;
import static dev.pgpool.conformance.Jdbc.rows;
import static dev.pgpool.conformance.Jdbc.run;
import static dev.pgpool.conformance.Jdbc.value;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.math.BigDecimal;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;

/** Results through which rows are changed. */
@Conformance(
        schema = "create table item (id int primary key, name text, price numeric); create table keyless (x int)",
        data = "truncate item, keyless; insert into item values (1, 'one', 1.10), (2, 'two', 2.20), (3, 'three', 3.30);"
                + " insert into keyless values (1)")
final class UpdatableResultsIT {
    private static Statement updatable(Connection connection) throws SQLException {
        return connection.createStatement(ResultSet.TYPE_SCROLL_INSENSITIVE, ResultSet.CONCUR_UPDATABLE);
    }

    @Conforms
    void a_row_is_updated(Connection connection) throws SQLException {
        try (Statement statement = updatable(connection);
                ResultSet result = statement.executeQuery("select id, name, price from item order by id")) {
            assertEquals(ResultSet.CONCUR_UPDATABLE, result.getConcurrency());
            assertTrue(result.absolute(2));
            result.updateString("name", "changed");
            result.updateBigDecimal(3, new BigDecimal("9.99"));
            result.updateRow();
            assertEquals("changed", result.getString("name"));
        }
        assertEquals("2,changed,9.99", value(connection, "select * from item where id = 2"));
    }

    @Conforms
    void a_row_is_inserted(Connection connection) throws SQLException {
        try (Statement statement = updatable(connection);
                ResultSet result = statement.executeQuery("select id, name from item order by id")) {
            result.moveToInsertRow();
            result.updateInt(1, 4);
            result.updateString(2, "four");
            result.insertRow();
            result.moveToCurrentRow();
            assertTrue(result.last());
            assertEquals("four", result.getString(2));
        }
        assertEquals("four", value(connection, "select name from item where id = 4"));
    }

    @Conforms
    void a_row_is_deleted(Connection connection) throws SQLException {
        try (Statement statement = updatable(connection);
                ResultSet result = statement.executeQuery("select id, name from item order by id")) {
            assertTrue(result.next());
            result.deleteRow();
        }
        assertEquals("2", value(connection, "select count(*) from item"));
    }

    @Conforms
    void a_row_is_read_again(Connection connection) throws SQLException {
        try (Statement statement = updatable(connection);
                ResultSet result = statement.executeQuery("select id, name from item order by id")) {
            assertTrue(result.next());
            run(connection, "update item set name = 'elsewhere' where id = 1");
            result.refreshRow();
            assertEquals("elsewhere", result.getString(2));
        }
    }

    @Conforms
    void updates_can_be_taken_back(Connection connection) throws SQLException {
        try (Statement statement = updatable(connection);
                ResultSet result = statement.executeQuery("select id, name from item order by id")) {
            assertTrue(result.next());
            result.updateString(2, "never");
            result.cancelRowUpdates();
            assertEquals("one", result.getString(2));
            assertFalse(result.rowUpdated());
        }
        assertEquals("one", value(connection, "select name from item where id = 1"));
    }

    @Conforms
    void a_column_becomes_null(Connection connection) throws SQLException {
        try (Statement statement = updatable(connection);
                ResultSet result = statement.executeQuery("select id, name from item where id = 1")) {
            assertTrue(result.next());
            result.updateNull("name");
            result.updateRow();
            assertNull(result.getString("name"));
        }
        assertEquals("null", value(connection, "select name from item where id = 1"));
    }

    @Conforms
    void objects_by_column(Connection connection) throws SQLException {
        try (Statement statement = updatable(connection);
                ResultSet result = statement.executeQuery("select id, name, price from item where id = 1")) {
            assertTrue(result.next());
            result.updateObject(2, "object");
            result.updateObject("price", new BigDecimal("5.55"));
            result.updateRow();
        }
        assertEquals("1,object,5.55", value(connection, "select * from item where id = 1"));
    }

    @Conforms
    void by_prepared_statement(Connection connection) throws SQLException {
        try (PreparedStatement statement = connection.prepareStatement(
                "select id, name from item where id = ?", ResultSet.TYPE_FORWARD_ONLY, ResultSet.CONCUR_UPDATABLE)) {
            statement.setInt(1, 3);
            try (ResultSet result = statement.executeQuery()) {
                assertTrue(result.next());
                result.updateString(2, "prepared");
                result.updateRow();
            }
        }
        assertEquals("prepared", value(connection, "select name from item where id = 3"));
    }

    @Conforms(transactions = true)
    void changes_belong_to_the_transaction(Connection connection) throws SQLException {
        connection.setAutoCommit(false);
        try (Statement statement = updatable(connection);
                ResultSet result = statement.executeQuery("select id, name from item order by id")) {
            assertTrue(result.next());
            result.updateString(2, "undone");
            result.updateRow();
        }
        connection.rollback();
        assertEquals("one", value(connection, "select name from item where id = 1"));
        connection.commit();
    }

    @Conforms
    void other_statements_run_between_changes(Connection connection) throws SQLException {
        try (Statement statement = updatable(connection);
                ResultSet result = statement.executeQuery("select id, name from item order by id")) {
            while (result.next()) {
                String upper = value(connection, "select upper('" + result.getString(2) + "')");
                result.updateString(2, upper);
                result.updateRow();
            }
        }
        assertEquals(
                "[ONE, TWO, THREE]",
                rows(connection, "select name from item order by id").toString());
    }

    @Conforms
    void a_result_without_key_is_not_updatable(Connection connection) throws SQLException {
        try (Statement statement = updatable(connection);
                ResultSet result = statement.executeQuery("select x from keyless")) {
            assertTrue(result.next());
            assertFails("24000", () -> result.updateInt(1, 2));
        }
    }

    @Conforms
    void a_read_only_result_refuses_changes(Connection connection) throws SQLException {
        try (Statement statement = connection.createStatement();
                ResultSet result = statement.executeQuery("select id, name from item")) {
            assertTrue(result.next());
            assertFails("24000", () -> result.updateString(2, "x"));
            assertFails("24000", result::deleteRow);
        }
    }

    @Conforms
    void a_failing_change_is_told(Connection connection) throws SQLException {
        try (Statement statement = updatable(connection);
                ResultSet result = statement.executeQuery("select id, name from item order by id")) {
            result.moveToInsertRow();
            result.updateInt(1, 1);
            assertFails("23505", result::insertRow);
        }
    }
}
