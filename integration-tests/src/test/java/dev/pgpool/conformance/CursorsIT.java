package dev.pgpool.conformance;

import static dev.pgpool.conformance.Jdbc.assertFails;
import static dev.pgpool.conformance.Jdbc.rows;
import static dev.pgpool.conformance.Jdbc.run;
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

/** Results that come in portions, cursors of SQL, and scrolling. */
@Conformance(
        schema = "create table item (id int primary key, name text);"
                + " insert into item select i, 'n' || i from generate_series(1, 50000) i; analyze item")
final class CursorsIT {
    private static final String ALL = "select id, name from item order by id";

    private static long sum(ResultSet result) throws SQLException {
        long sum = 0;
        while (result.next()) {
            sum += result.getInt(1);
        }
        return sum;
    }

    @Conforms
    void fifty_thousand_rows_at_once(Connection connection) throws SQLException {
        try (Statement statement = connection.createStatement();
                ResultSet result = statement.executeQuery(ALL)) {
            assertEquals(50_000L * 50_001 / 2, sum(result));
        }
    }

    @Conforms(transactions = true)
    void fifty_thousand_rows_in_portions(Connection connection) throws SQLException {
        connection.setAutoCommit(false);
        try (PreparedStatement statement = connection.prepareStatement(ALL)) {
            statement.setFetchSize(1000);
            try (ResultSet result = statement.executeQuery()) {
                assertEquals(1000, result.getFetchSize());
                assertEquals(50_000L * 50_001 / 2, sum(result));
            }
        }
        connection.commit();
    }

    @Conforms(transactions = true)
    void two_results_in_portions_side_by_side(Connection connection) throws SQLException {
        connection.setAutoCommit(false);
        try (Statement one = connection.createStatement();
                Statement two = connection.createStatement()) {
            one.setFetchSize(10);
            two.setFetchSize(7);
            ResultSet first = one.executeQuery(ALL + " limit 100");
            ResultSet second = two.executeQuery(ALL + " offset 100 limit 100");
            for (int i = 1; i <= 100; i++) {
                assertTrue(first.next());
                assertTrue(second.next());
                assertEquals(i, first.getInt(1));
                assertEquals(i + 100, second.getInt(1));
            }
            assertFalse(first.next());
            assertFalse(second.next());
        }
        connection.commit();
    }

    @Conforms(transactions = true)
    void statements_run_while_a_result_is_read_in_portions(Connection connection) throws SQLException {
        connection.setAutoCommit(false);
        try (Statement outer = connection.createStatement()) {
            outer.setFetchSize(5);
            ResultSet result = outer.executeQuery(ALL + " limit 20");
            while (result.next()) {
                assertEquals(
                        "n" + result.getInt(1),
                        value(connection, "select name from item where id = " + result.getInt(1)));
            }
        }
        connection.commit();
    }

    @Conforms(transactions = true)
    void a_commit_ends_a_result_in_portions(Connection connection) throws SQLException {
        connection.setAutoCommit(false);
        try (Statement statement = connection.createStatement()) {
            statement.setFetchSize(10);
            ResultSet result = statement.executeQuery(ALL + " limit 100");
            assertTrue(result.next());
            connection.commit();
            for (int i = 2; i <= 10; i++) {
                assertTrue(result.next());
                assertEquals(i, result.getInt(1));
            }
            assertFails("34000", result::next);
        }
        connection.rollback();
    }

    @Conforms(transactions = true)
    void a_rollback_ends_a_result_in_portions(Connection connection) throws SQLException {
        connection.setAutoCommit(false);
        try (Statement statement = connection.createStatement()) {
            statement.setFetchSize(2);
            ResultSet result = statement.executeQuery(ALL + " limit 100");
            assertTrue(result.next());
            connection.rollback();
            assertTrue(result.next());
            assertFails("34000", result::next);
        }
        connection.rollback();
    }

    @Conforms(transactions = true)
    void the_fetch_size_may_change_underway(Connection connection) throws SQLException {
        connection.setAutoCommit(false);
        try (Statement statement = connection.createStatement()) {
            statement.setFetchSize(3);
            ResultSet result = statement.executeQuery(ALL + " limit 100");
            assertTrue(result.next());
            result.setFetchSize(50);
            assertEquals(5050 - 1, sum(result));
        }
        connection.commit();
    }

    @Conforms(transactions = true)
    void max_rows_bounds_a_result_in_portions(Connection connection) throws SQLException {
        connection.setAutoCommit(false);
        try (Statement statement = connection.createStatement()) {
            statement.setFetchSize(4);
            statement.setMaxRows(10);
            assertEquals(55, sum(statement.executeQuery(ALL)));
        }
        connection.commit();
    }

    @Conforms
    void a_fetch_size_means_nothing_in_autocommit(Connection connection) throws SQLException {
        try (Statement statement = connection.createStatement()) {
            statement.setFetchSize(10);
            ResultSet result = statement.executeQuery(ALL + " limit 100");
            assertEquals("1", value(connection, "select 1"));
            assertEquals(5050, sum(result));
        }
    }

    @Conforms(transactions = true)
    void a_default_fetch_size_by_property(Subject subject) throws SQLException {
        Connection connection = subject.open("defaultRowFetchSize=25");
        connection.setAutoCommit(false);
        try (Statement statement = connection.createStatement()) {
            assertEquals(25, statement.getFetchSize());
            ResultSet result = statement.executeQuery(ALL + " limit 100");
            assertEquals(25, result.getFetchSize());
            assertEquals(5050, sum(result));
        }
        connection.commit();
    }

    @Conforms(transactions = true)
    void a_result_read_in_part_and_closed_frees_its_transaction(Connection connection) throws SQLException {
        connection.setAutoCommit(false);
        try (Statement statement = connection.createStatement()) {
            statement.setFetchSize(10);
            ResultSet result = statement.executeQuery(ALL);
            assertTrue(result.next());
            result.close();
        }
        connection.commit();
        assertEquals("50000", value(connection, "select count(*) from item"));
        connection.commit();
    }

    @Conforms
    void scrolling_both_ways(Connection connection) throws SQLException {
        try (Statement statement =
                        connection.createStatement(ResultSet.TYPE_SCROLL_INSENSITIVE, ResultSet.CONCUR_READ_ONLY);
                ResultSet result = statement.executeQuery(ALL + " limit 10")) {
            assertTrue(result.last());
            assertEquals(10, result.getRow());
            assertTrue(result.absolute(3));
            assertEquals(3, result.getInt(1));
            assertTrue(result.relative(-2));
            assertEquals(1, result.getInt(1));
            assertFalse(result.previous());
            assertTrue(result.isBeforeFirst());
            assertTrue(result.absolute(-1));
            assertEquals(10, result.getInt(1));
            result.afterLast();
            assertTrue(result.previous());
            assertEquals(10, result.getInt(1));
            result.beforeFirst();
            assertTrue(result.first());
        }
    }

    @Conforms(transactions = true)
    void scrolling_in_a_transaction_with_fetch_size(Connection connection) throws SQLException {
        connection.setAutoCommit(false);
        try (Statement statement =
                connection.createStatement(ResultSet.TYPE_SCROLL_INSENSITIVE, ResultSet.CONCUR_READ_ONLY)) {
            statement.setFetchSize(5);
            ResultSet result = statement.executeQuery(ALL + " limit 100");
            assertTrue(result.last());
            assertEquals(100, result.getInt(1));
            assertTrue(result.first());
        }
        connection.commit();
    }

    @Conforms
    void a_forward_only_result_does_not_scroll(Connection connection) throws SQLException {
        try (Statement statement = connection.createStatement();
                ResultSet result = statement.executeQuery(ALL + " limit 2")) {
            assertTrue(result.next());
            assertFails("24000", result::previous);
            assertFails("24000", () -> result.absolute(1));
            assertFails("24000", result::beforeFirst);
        }
    }

    @Conforms(transactions = true)
    void a_sql_cursor_lives_in_its_transaction(Connection connection) throws SQLException {
        connection.setAutoCommit(false);
        run(connection, "declare c scroll cursor for " + ALL);
        assertEquals(List.of("1,n1", "2,n2"), rows(connection, "fetch 2 from c"));
        assertEquals(List.of("50000,n50000"), rows(connection, "fetch last from c"));
        run(connection, "move absolute 9 in c");
        assertEquals(List.of("10,n10"), rows(connection, "fetch next from c"));
        run(connection, "close c");
        connection.commit();
    }

    @Conforms
    void a_holdable_sql_cursor_outlives_its_statement(Connection connection) throws SQLException {
        run(connection, "declare h cursor with hold for " + ALL + " limit 5");
        assertEquals(List.of("1,n1"), rows(connection, "fetch next from h"));
        assertEquals(List.of("2,n2", "3,n3"), rows(connection, "fetch 2 from h"));
        run(connection, "close h");
        assertFails("34000", () -> rows(connection, "fetch next from h"));
    }

    @Conforms(transactions = true)
    void holdable_results_are_read_whole(Connection connection) throws SQLException {
        connection.setAutoCommit(false);
        try (Statement statement = connection.createStatement(
                ResultSet.TYPE_FORWARD_ONLY, ResultSet.CONCUR_READ_ONLY, ResultSet.HOLD_CURSORS_OVER_COMMIT)) {
            statement.setFetchSize(10);
            ResultSet result = statement.executeQuery(ALL + " limit 100");
            assertTrue(result.next());
            connection.commit();
            assertEquals(5049, sum(result));
        }
    }

    @Conforms
    void a_query_with_many_columns(Connection connection) throws SQLException {
        StringBuilder columns = new StringBuilder("select 0");
        for (int i = 1; i < 1000; i++) {
            columns.append(',').append(i).append(" as c").append(i);
        }
        try (Statement statement = connection.createStatement();
                ResultSet result = statement.executeQuery(columns.toString())) {
            assertTrue(result.next());
            assertEquals(999, result.getInt("c999"));
            assertEquals(1000, result.getMetaData().getColumnCount());
        }
    }
}
