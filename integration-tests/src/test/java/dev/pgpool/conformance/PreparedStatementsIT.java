package dev.pgpool.conformance;

import static dev.pgpool.conformance.Jdbc.assertFails;
import static dev.pgpool.conformance.Jdbc.rows;
import static dev.pgpool.conformance.Jdbc.run;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;

/** {@link PreparedStatement}: repeated execution and its options. */
@Conformance(
        schema = "create table item (id int primary key, name text, tags jsonb)",
        data = "truncate item; insert into item values (1, 'one', '{\"a\":1}'), (2, 'two', '{\"b\":1}')")
final class PreparedStatementsIT {
    @Conforms
    void parameters_change_between_executions(Connection connection) throws SQLException {
        try (PreparedStatement statement = connection.prepareStatement("select name from item where id = ?")) {
            for (int round = 0; round < 10; round++) {
                statement.setInt(1, 1 + round % 2);
                try (ResultSet result = statement.executeQuery()) {
                    assertEquals(List.of(round % 2 == 0 ? "one" : "two"), rows(result));
                }
            }
        }
    }

    @Conforms
    void parameters_stay_between_executions(Connection connection) throws SQLException {
        try (PreparedStatement statement = connection.prepareStatement("select ?::int + ?::int")) {
            statement.setInt(1, 40);
            statement.setInt(2, 2);
            assertEquals(List.of("42"), rows(statement.executeQuery()));
            statement.setInt(2, 3);
            assertEquals(List.of("43"), rows(statement.executeQuery()));
        }
    }

    @Conforms
    void cleared_parameters_are_missing(Connection connection) throws SQLException {
        try (PreparedStatement statement = connection.prepareStatement("select ?::int")) {
            statement.setInt(1, 1);
            statement.clearParameters();
            assertFails("22023", statement::executeQuery);
        }
    }

    @Conforms
    void two_question_marks_are_an_operator(Connection connection) throws SQLException {
        try (PreparedStatement statement =
                connection.prepareStatement("select id from item where tags ?? ? and name <> '?' /* ? */ -- ?")) {
            statement.setString(1, "b");
            assertEquals(List.of("2"), rows(statement.executeQuery()));
        }
    }

    @Conforms
    void the_json_operators_with_bars_and_ampersands(Connection connection) throws SQLException {
        try (PreparedStatement statement = connection.prepareStatement(
                "select count(*) from item where tags ??| array[?, 'b'] or tags ??& array['x']")) {
            statement.setString(1, "a");
            assertEquals(List.of("2"), rows(statement.executeQuery()));
        }
    }

    @Conforms
    void texts_of_their_own_are_refused(Connection connection) throws SQLException {
        try (PreparedStatement statement = connection.prepareStatement("select 1")) {
            assertFails("42809", () -> statement.executeQuery("select 2"));
            assertFails("42809", () -> statement.executeUpdate("select 2"));
            assertFails("42809", () -> statement.execute("select 2"));
            assertFails("42809", () -> statement.addBatch("select 2"));
        }
    }

    @Conforms
    void execute_tells_a_query_from_an_update(Connection connection) throws SQLException {
        try (PreparedStatement query = connection.prepareStatement("select 1");
                PreparedStatement update = connection.prepareStatement("update item set name = ?")) {
            assertTrue(query.execute());
            assertNotNull(query.getResultSet());
            update.setString(1, "x");
            assertFalse(update.execute());
            assertEquals(2, update.getUpdateCount());
            assertNull(update.getResultSet());
            assertEquals(2, update.executeLargeUpdate());
        }
    }

    @Conforms
    void several_statements_share_the_parameters(Connection connection) throws SQLException {
        try (PreparedStatement statement = connection.prepareStatement(
                "update item set name = ? where id = ?; select name from item where id = ?")) {
            statement.setString(1, "new");
            statement.setInt(2, 1);
            statement.setInt(3, 1);
            assertFalse(statement.execute());
            assertEquals(1, statement.getUpdateCount());
            assertTrue(statement.getMoreResults());
            assertEquals(List.of("new"), rows(statement.getResultSet()));
        }
    }

    @Conforms
    void an_unused_prepared_statement_costs_nothing_to_close(Connection connection) throws SQLException {
        PreparedStatement statement = connection.prepareStatement("this is not even sql");
        statement.close();
        assertTrue(statement.isClosed());
    }

    @Conforms
    void an_error_comes_with_the_execution(Connection connection) throws SQLException {
        try (PreparedStatement statement = connection.prepareStatement("select * from nowhere where id = ?")) {
            statement.setInt(1, 1);
            assertFails("42P01", statement::executeQuery);
            assertFails("42P01", statement::executeQuery);
        }
    }

    @Conforms
    void a_statement_recovers_from_an_error_of_its_parameters(Connection connection) throws SQLException {
        try (PreparedStatement statement = connection.prepareStatement("select 10 / ?::int")) {
            for (int round = 0; round < 8; round++) {
                statement.setInt(1, 0);
                assertFails("22012", statement::executeQuery);
                statement.setInt(1, 5);
                assertEquals(List.of("2"), rows(statement.executeQuery()));
            }
        }
    }

    @Conforms
    void a_parameter_changes_its_type_between_executions(Connection connection) throws SQLException {
        try (PreparedStatement statement = connection.prepareStatement("select ?::text")) {
            for (int round = 0; round < 7; round++) {
                statement.setInt(1, 5);
                assertEquals(List.of("5"), rows(statement.executeQuery()));
                statement.setString(1, "five");
                assertEquals(List.of("five"), rows(statement.executeQuery()));
                statement.setBigDecimal(1, new java.math.BigDecimal("5.0"));
                assertEquals(List.of("5.0"), rows(statement.executeQuery()));
            }
        }
    }

    @Conforms
    void two_statements_of_one_text_are_independent(Connection connection) throws SQLException {
        try (PreparedStatement one = connection.prepareStatement("select ?::int");
                PreparedStatement two = connection.prepareStatement("select ?::int")) {
            one.setInt(1, 1);
            two.setInt(1, 2);
            ResultSet first = one.executeQuery();
            ResultSet second = two.executeQuery();
            assertEquals(List.of("1"), rows(first));
            assertEquals(List.of("2"), rows(second));
        }
    }

    @Conforms(transactions = true)
    void a_statement_works_on_after_commit_and_rollback(Connection connection) throws SQLException {
        connection.setAutoCommit(false);
        try (PreparedStatement statement =
                connection.prepareStatement("update item set name = name || ? where id = 1")) {
            for (int round = 0; round < 8; round++) {
                statement.setString(1, String.valueOf(round));
                assertEquals(1, statement.executeUpdate());
                if (round % 2 == 0) {
                    connection.commit();
                } else {
                    connection.rollback();
                }
            }
        }
        assertEquals(List.of("one0246"), rows(connection, "select name from item where id = 1"));
        connection.commit();
    }

    @Conforms(transactions = true)
    void a_result_stays_readable_after_commit(Connection connection) throws SQLException {
        connection.setAutoCommit(false);
        try (PreparedStatement statement = connection.prepareStatement("select name from item order by id")) {
            ResultSet result = statement.executeQuery();
            assertTrue(result.next());
            connection.commit();
            assertEquals("one", result.getString(1));
            assertTrue(result.next());
            assertEquals("two", result.getString(1));
            assertSame(statement, result.getStatement());
        }
    }

    @Conforms
    void a_plan_survives_a_changed_table(Connection connection) throws SQLException {
        run(connection, "drop table if exists moving; create table moving (a int); insert into moving values (1)");
        try (PreparedStatement statement = connection.prepareStatement("select a from moving")) {
            for (int round = 0; round < 7; round++) {
                assertEquals(List.of("1"), rows(statement.executeQuery()));
            }
            run(connection, "alter table moving add b int");
            assertEquals(List.of("1"), rows(statement.executeQuery()));
        }
        run(connection, "drop table moving");
    }

    @Conforms
    void a_star_query_survives_a_changed_table_in_autocommit(Connection connection) throws SQLException {
        run(connection, "drop table if exists starred; create table starred (a int); insert into starred values (1)");
        try (PreparedStatement statement = connection.prepareStatement("select * from starred")) {
            for (int round = 0; round < 7; round++) {
                assertEquals(List.of("1"), rows(statement.executeQuery()));
            }
            run(connection, "alter table starred add b int default 2");
            assertEquals(List.of("1,2"), rows(statement.executeQuery()));
        }
        run(connection, "drop table starred");
    }

    @Conforms
    void hundreds_of_texts_are_prepared_and_kept(Connection connection) throws SQLException {
        List<PreparedStatement> statements = new ArrayList<>();
        for (int i = 0; i < 300; i++) {
            statements.add(connection.prepareStatement("select ?::int + " + i));
        }
        for (int round = 0; round < 3; round++) {
            for (int i = 0; i < statements.size(); i++) {
                statements.get(i).setInt(1, round);
                try (ResultSet result = statements.get(i).executeQuery()) {
                    assertTrue(result.next());
                    assertEquals(round + i, result.getInt(1));
                }
            }
        }
        for (PreparedStatement statement : statements) {
            statement.close();
        }
    }

    @Conforms
    void prepare_threshold_zero_and_simple_mode(Subject subject) throws SQLException {
        for (String parameter : List.of(
                "prepareThreshold=0",
                "preferQueryMode=simple",
                "preferQueryMode=extendedForPrepared",
                "prepareThreshold=1",
                "binaryTransfer=false",
                "prepareThreshold=-1")) {
            try (Connection connection = subject.open(parameter);
                    PreparedStatement statement =
                            connection.prepareStatement("select name, id from item where id = ?")) {
                for (int round = 0; round < 7; round++) {
                    statement.setInt(1, 2);
                    assertEquals(List.of("two,2"), rows(statement.executeQuery()), parameter);
                }
            }
        }
    }

    @Conforms
    void string_type_unspecified_lets_the_server_choose(Subject subject) throws SQLException {
        try (Connection connection = subject.open("stringtype=unspecified");
                PreparedStatement statement = connection.prepareStatement("select name from item where id = ?")) {
            statement.setString(1, "2");
            assertEquals(List.of("two"), rows(statement.executeQuery()));
        }
        try (Connection connection = subject.open();
                PreparedStatement statement = connection.prepareStatement("select name from item where id = ?")) {
            statement.setString(1, "2");
            assertFails("42883", statement::executeQuery);
        }
    }

    @Conforms
    void the_text_with_its_values_is_shown(Connection connection) throws SQLException {
        try (PreparedStatement statement = connection.prepareStatement("select ?::int")) {
            statement.setInt(1, 42);
            assertTrue(statement.toString().contains("42"), statement.toString());
        }
    }
}
