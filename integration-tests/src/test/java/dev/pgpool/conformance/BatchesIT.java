package dev.pgpool.conformance;

import static dev.pgpool.conformance.Jdbc.assertFails;
import static dev.pgpool.conformance.Jdbc.rows;
import static dev.pgpool.conformance.Jdbc.run;
import static dev.pgpool.conformance.Jdbc.value;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.sql.BatchUpdateException;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.Arrays;
import java.util.List;

/** Batches, and what is told of a batch that fails. */
@Conformance(
        schema = "create table item (id int primary key, name text); create table serial (id serial, name text)",
        data = "truncate item; truncate serial restart identity; insert into item values (1, 'one'), (2, 'two')")
final class BatchesIT {
    @Conforms
    void plain_texts_are_counted(Connection connection) throws SQLException {
        try (Statement statement = connection.createStatement()) {
            statement.addBatch("insert into item values (3, 'three')");
            statement.addBatch("update item set name = upper(name)");
            statement.addBatch("delete from item where id > 100");
            assertArrayEquals(new int[] {1, 3, 0}, statement.executeBatch());
        }
    }

    @Conforms
    void prepared_rows_are_counted(Connection connection) throws SQLException {
        try (PreparedStatement insert = connection.prepareStatement("insert into item values (?, ?)")) {
            for (int i = 10; i < 20; i++) {
                insert.setInt(1, i);
                insert.setString(2, "n" + i);
                insert.addBatch();
            }
            int[] ones = new int[10];
            Arrays.fill(ones, 1);
            assertArrayEquals(ones, insert.executeBatch());
        }
        assertEquals("12", value(connection, "select count(*) from item"));
    }

    @Conforms
    void a_batch_is_empty_after_it_ran(Connection connection) throws SQLException {
        try (PreparedStatement insert = connection.prepareStatement("insert into item values (?, 'x')")) {
            insert.setInt(1, 10);
            insert.addBatch();
            assertEquals(1, insert.executeBatch().length);
            assertEquals(0, insert.executeBatch().length);
        }
    }

    @Conforms
    void a_cleared_batch_runs_nothing(Connection connection) throws SQLException {
        try (PreparedStatement insert = connection.prepareStatement("insert into item values (?, 'x')")) {
            insert.setInt(1, 10);
            insert.addBatch();
            insert.clearBatch();
            assertEquals(0, insert.executeBatch().length);
        }
        assertEquals("2", value(connection, "select count(*) from item"));
    }

    @Conforms
    void parameters_stay_after_add_batch(Connection connection) throws SQLException {
        try (PreparedStatement insert = connection.prepareStatement("insert into item values (?, ?)")) {
            insert.setString(2, "same");
            insert.setInt(1, 10);
            insert.addBatch();
            insert.setInt(1, 11);
            insert.addBatch();
            assertArrayEquals(new int[] {1, 1}, insert.executeBatch());
        }
        assertEquals(List.of("same", "same"), rows(connection, "select name from item where id >= 10"));
    }

    @Conforms
    void large_counts(Connection connection) throws SQLException {
        try (PreparedStatement update = connection.prepareStatement("update item set name = ? where id <= ?")) {
            update.setString(1, "x");
            update.setInt(2, 1);
            update.addBatch();
            update.setInt(2, 2);
            update.addBatch();
            assertArrayEquals(new long[] {1, 2}, update.executeLargeBatch());
        }
    }

    @Conforms
    void rewritten_inserts(Subject subject) throws SQLException {
        Connection connection = subject.open("reWriteBatchedInserts=true");
        try (PreparedStatement insert = connection.prepareStatement("insert into item values (?, ?)")) {
            for (int i = 100; i < 200; i++) {
                insert.setInt(1, i);
                insert.setString(2, "n" + i);
                insert.addBatch();
            }
            int[] counts = insert.executeBatch();
            assertEquals(100, counts.length);
            for (int count : counts) {
                assertEquals(Statement.SUCCESS_NO_INFO, count);
            }
        }
        assertEquals("102", value(connection, "select count(*) from item"));
    }

    @Conforms
    void a_failing_plain_batch_tells_what_was_done(Connection connection) throws SQLException {
        try (Statement statement = connection.createStatement()) {
            statement.addBatch("insert into item values (3, 'three')");
            statement.addBatch("insert into item values (1, 'again')");
            statement.addBatch("insert into item values (4, 'four')");
            BatchUpdateException failure = assertThrows(BatchUpdateException.class, statement::executeBatch);
            assertEquals("23505", failure.getSQLState());
            assertEquals(3, failure.getUpdateCounts().length);
            assertEquals(Statement.EXECUTE_FAILED, failure.getUpdateCounts()[1]);
            assertNotNull(failure.getNextException());
        }
        assertEquals("2", value(connection, "select count(*) from item"));
    }

    @Conforms
    void a_failing_batch_tells_the_same_as_on_pgjdbc(Subject subject) throws Exception {
        subject.assertSameAsPlain(connection -> {
            try (PreparedStatement insert = connection.prepareStatement("insert into item values (?, 'x')")) {
                for (int id : new int[] {50, 51, 1, 52}) {
                    insert.setInt(1, id);
                    insert.addBatch();
                }
                BatchUpdateException failure = assertThrows(BatchUpdateException.class, insert::executeBatch);
                return failure.getSQLState()
                        + failure.getMessage()
                        + Arrays.toString(failure.getUpdateCounts())
                        + Arrays.toString(failure.getLargeUpdateCounts())
                        + failure.getNextException().getMessage();
            }
        });
    }

    @Conforms
    void a_batch_works_again_after_a_failure(Connection connection) throws SQLException {
        try (PreparedStatement insert = connection.prepareStatement("insert into item values (?, 'x')")) {
            insert.setInt(1, 1);
            insert.addBatch();
            assertThrows(BatchUpdateException.class, insert::executeBatch);
            insert.setInt(1, 60);
            insert.addBatch();
            assertArrayEquals(new int[] {1}, insert.executeBatch());
        }
    }

    @Conforms(transactions = true)
    void a_failing_batch_fails_its_transaction(Connection connection) throws SQLException {
        connection.setAutoCommit(false);
        try (Statement statement = connection.createStatement()) {
            statement.addBatch("insert into item values (3, 'three')");
            statement.addBatch("insert into item values (1, 'again')");
            assertThrows(BatchUpdateException.class, statement::executeBatch);
            assertFails("25P02", () -> statement.execute("select 1"));
            connection.rollback();
        }
        assertEquals("2", value(connection, "select count(*) from item"));
        connection.commit();
    }

    @Conforms(transactions = true)
    void a_batch_is_part_of_its_transaction(Connection connection) throws SQLException {
        connection.setAutoCommit(false);
        try (PreparedStatement insert = connection.prepareStatement("insert into item values (?, 'x')")) {
            insert.setInt(1, 10);
            insert.addBatch();
            insert.executeBatch();
            connection.rollback();
            insert.setInt(1, 11);
            insert.addBatch();
            insert.executeBatch();
            connection.commit();
        }
        assertEquals(List.of("11"), rows(connection, "select id from item where id >= 10"));
        connection.commit();
    }

    @Conforms
    void a_query_in_a_batch_counts_as_on_pgjdbc(Subject subject) throws Exception {
        subject.assertSameAsPlain(connection -> {
            try (Statement statement = connection.createStatement()) {
                statement.addBatch("select 1");
                statement.addBatch("update item set name = 'x'");
                return Arrays.toString(statement.executeBatch());
            }
        });
    }

    @Conforms
    void a_missing_parameter_fails_when_the_row_is_added_or_run(Connection connection) throws SQLException {
        try (PreparedStatement insert = connection.prepareStatement("insert into item values (?, ?)")) {
            insert.setInt(1, 10);
            assertFails("22023", () -> {
                insert.addBatch();
                insert.executeBatch();
            });
        }
    }

    @Conforms
    void keys_of_a_batch(Connection connection) throws SQLException {
        try (PreparedStatement insert =
                connection.prepareStatement("insert into serial (name) values (?)", Statement.RETURN_GENERATED_KEYS)) {
            for (String name : List.of("a", "b", "c")) {
                insert.setString(1, name);
                insert.addBatch();
            }
            insert.executeBatch();
            try (ResultSet keys = insert.getGeneratedKeys()) {
                assertEquals(List.of("1,a", "2,b", "3,c"), rows(keys));
            }
        }
    }

    @Conforms
    void keys_of_a_rewritten_batch(Subject subject) throws SQLException {
        Connection connection = subject.open("reWriteBatchedInserts=true");
        try (PreparedStatement insert =
                connection.prepareStatement("insert into serial (name) values (?)", new String[] {"id"})) {
            for (int i = 0; i < 10; i++) {
                insert.setString(1, "n" + i);
                insert.addBatch();
            }
            insert.executeBatch();
            try (ResultSet keys = insert.getGeneratedKeys()) {
                assertEquals(10, rows(keys).size());
            }
        }
    }

    @Conforms
    void types_may_change_within_a_batch(Connection connection) throws SQLException {
        try (PreparedStatement insert = connection.prepareStatement("insert into item values (?, ?)")) {
            for (int i = 20; i < 40; i++) {
                insert.setInt(1, i);
                if (i % 2 == 0) {
                    insert.setString(2, "text");
                } else {
                    insert.setNull(2, java.sql.Types.NULL);
                }
                insert.addBatch();
            }
            assertEquals(20, insert.executeBatch().length);
        }
        assertEquals("10", value(connection, "select count(name) from item where id >= 20"));
    }

    @Conforms
    void a_big_batch(Connection connection) throws SQLException {
        try (PreparedStatement insert = connection.prepareStatement("insert into item values (?, ?)")) {
            for (int i = 1000; i < 6000; i++) {
                insert.setInt(1, i);
                insert.setString(2, "name number " + i);
                insert.addBatch();
            }
            assertEquals(5000, insert.executeBatch().length);
        }
        assertEquals("5002", value(connection, "select count(*) from item"));
    }

    @Conforms
    void an_autocommit_batch_is_atomic(Connection connection) throws SQLException {
        run(connection, "delete from item where id >= 10");
        try (PreparedStatement insert = connection.prepareStatement("insert into item values (?, 'x')")) {
            for (int id : new int[] {10, 11, 10}) {
                insert.setInt(1, id);
                insert.addBatch();
            }
            assertThrows(BatchUpdateException.class, insert::executeBatch);
        }
        assertEquals("0", value(connection, "select count(*) from item where id >= 10"));
    }

    @Conforms
    void updates_and_deletes_in_prepared_batches(Connection connection) throws SQLException {
        try (PreparedStatement update = connection.prepareStatement("update item set name = ? where id = ?");
                PreparedStatement delete = connection.prepareStatement("delete from item where id = ?")) {
            update.setString(1, "x");
            update.setInt(2, 1);
            update.addBatch();
            update.setInt(2, 77);
            update.addBatch();
            assertArrayEquals(new int[] {1, 0}, update.executeBatch());
            delete.setInt(1, 1);
            delete.addBatch();
            delete.setInt(1, 1);
            delete.addBatch();
            assertArrayEquals(new int[] {1, 0}, delete.executeBatch());
        }
    }
}
