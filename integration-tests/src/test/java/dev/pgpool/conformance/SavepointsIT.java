package dev.pgpool.conformance;

import static dev.pgpool.conformance.Jdbc.assertFails;
import static dev.pgpool.conformance.Jdbc.rows;
import static dev.pgpool.conformance.Jdbc.run;
import static dev.pgpool.conformance.Jdbc.value;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Savepoint;
import java.util.List;

/** Savepoints by JDBC and by SQL. */
@Conformance(schema = "create table item (id int primary key)", data = "truncate item")
final class SavepointsIT {
    private static void insert(Connection connection, int id) throws SQLException {
        run(connection, "insert into item values (" + id + ")");
    }

    private static List<String> ids(Connection connection) throws SQLException {
        return rows(connection, "select id from item order by id");
    }

    @Conforms(transactions = true)
    void an_unnamed_savepoint_undoes_what_follows(Connection connection) throws SQLException {
        connection.setAutoCommit(false);
        insert(connection, 1);
        Savepoint savepoint = connection.setSavepoint();
        assertTrue(savepoint.getSavepointId() >= 0);
        assertFails("42809", savepoint::getSavepointName);
        insert(connection, 2);
        connection.rollback(savepoint);
        connection.commit();
        assertEquals(List.of("1"), ids(connection));
        connection.commit();
    }

    @Conforms(transactions = true)
    void a_named_savepoint(Connection connection) throws SQLException {
        connection.setAutoCommit(false);
        insert(connection, 1);
        Savepoint savepoint = connection.setSavepoint("it's \"here\"");
        assertEquals("it's \"here\"", savepoint.getSavepointName());
        assertFails("42809", savepoint::getSavepointId);
        insert(connection, 2);
        connection.rollback(savepoint);
        insert(connection, 3);
        connection.commit();
        assertEquals(List.of("1", "3"), ids(connection));
        connection.commit();
    }

    @Conforms(transactions = true)
    void a_savepoint_can_be_rolled_back_to_twice(Connection connection) throws SQLException {
        connection.setAutoCommit(false);
        Savepoint savepoint = connection.setSavepoint();
        insert(connection, 1);
        connection.rollback(savepoint);
        insert(connection, 2);
        connection.rollback(savepoint);
        connection.commit();
        assertEquals(List.of(), ids(connection));
        connection.commit();
    }

    @Conforms(transactions = true)
    void a_released_savepoint_is_invalid(Connection connection) throws SQLException {
        connection.setAutoCommit(false);
        Savepoint savepoint = connection.setSavepoint();
        insert(connection, 1);
        connection.releaseSavepoint(savepoint);
        assertFails("3B000", () -> connection.rollback(savepoint));
        assertFails("3B000", savepoint::getSavepointId);
        connection.commit();
        assertEquals(List.of("1"), ids(connection));
        connection.commit();
    }

    @Conforms(transactions = true)
    void a_savepoint_heals_a_failed_transaction(Connection connection) throws SQLException {
        connection.setAutoCommit(false);
        insert(connection, 1);
        Savepoint savepoint = connection.setSavepoint("s");
        assertFails("23505", () -> insert(connection, 1));
        assertFails("25P02", () -> insert(connection, 2));
        connection.rollback(savepoint);
        insert(connection, 3);
        connection.commit();
        assertEquals(List.of("1", "3"), ids(connection));
        connection.commit();
    }

    @Conforms(transactions = true)
    void nested_savepoints(Connection connection) throws SQLException {
        connection.setAutoCommit(false);
        insert(connection, 1);
        Savepoint outer = connection.setSavepoint("outer");
        insert(connection, 2);
        Savepoint inner = connection.setSavepoint("inner");
        insert(connection, 3);
        connection.rollback(inner);
        insert(connection, 4);
        connection.rollback(outer);
        assertFails("3B001", () -> connection.rollback(inner));
        connection.rollback();
        assertEquals(List.of(), ids(connection));
        connection.commit();
    }

    @Conforms(transactions = true)
    void a_savepoint_is_gone_after_commit(Connection connection) throws SQLException {
        connection.setAutoCommit(false);
        Savepoint savepoint = connection.setSavepoint("s");
        connection.commit();
        insert(connection, 1);
        assertFails("3B001", () -> connection.rollback(savepoint));
        connection.rollback();
    }

    @Conforms
    void savepoints_need_a_transaction(Connection connection) throws SQLException {
        assertFails("25P01", connection::setSavepoint);
        assertFails("25P01", () -> connection.setSavepoint("s"));
    }

    @Conforms(transactions = true)
    void a_savepoint_as_the_first_thing(Connection connection) throws SQLException {
        connection.setAutoCommit(false);
        Savepoint savepoint = connection.setSavepoint();
        connection.rollback(savepoint);
        connection.commit();
        assertEquals("0", value(connection, "select count(*) from item"));
        connection.commit();
    }

    @Conforms(transactions = true)
    void savepoints_by_sql(Connection connection) throws SQLException {
        connection.setAutoCommit(false);
        insert(connection, 1);
        run(connection, "savepoint a");
        insert(connection, 2);
        run(connection, "rollback to savepoint a");
        run(connection, "release savepoint a");
        run(connection, "commit");
        assertEquals(List.of("1"), ids(connection));
        connection.commit();
    }

    @Conforms(transactions = true)
    void autosave_always_heals_failed_statements(Subject subject) throws SQLException {
        Connection connection = subject.open("autosave=always");
        connection.setAutoCommit(false);
        insert(connection, 1);
        assertFails("23505", () -> insert(connection, 1));
        insert(connection, 2);
        connection.commit();
        assertEquals(List.of("1", "2"), ids(connection));
        connection.commit();
    }
}
