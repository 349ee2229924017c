package dev.pgpool.conformance;

import static dev.pgpool.conformance.Jdbc.assertFails;
import static dev.pgpool.conformance.Jdbc.rows;
import static dev.pgpool.conformance.Jdbc.value;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.List;

/** {@link Statement}: execution, counts, options. */
@Conformance(
        schema = "create table item (id int primary key, name text)",
        data = "truncate item; insert into item values (1, 'one'), (2, 'two'), (3, 'three')")
final class StatementsIT {
    @Conforms
    void a_query_returns_its_rows(Connection connection) throws SQLException {
        assertEquals(List.of("1,one", "2,two", "3,three"), rows(connection, "select * from item order by id"));
    }

    @Conforms
    void execute_tells_a_query_from_an_update(Connection connection) throws SQLException {
        try (Statement statement = connection.createStatement()) {
            assertTrue(statement.execute("select 1"));
            assertEquals(-1, statement.getUpdateCount());
            assertFalse(statement.execute("update item set name = 'x' where id < 3"));
            assertEquals(2, statement.getUpdateCount());
            assertNull(statement.getResultSet());
        }
    }

    @Conforms
    void an_update_counts_its_rows(Connection connection) throws SQLException {
        try (Statement statement = connection.createStatement()) {
            assertEquals(3, statement.executeUpdate("update item set name = upper(name)"));
            assertEquals(1, statement.executeUpdate("insert into item values (4, 'four')"));
            assertEquals(0, statement.executeUpdate("delete from item where id = 99"));
            assertEquals(4, statement.executeLargeUpdate("delete from item"));
            assertEquals(4, statement.getLargeUpdateCount());
        }
    }

    @Conforms
    void ddl_counts_nothing(Connection connection) throws SQLException {
        try (Statement statement = connection.createStatement()) {
            assertEquals(0, statement.executeUpdate("create table made (x int)"));
            assertEquals(0, statement.executeUpdate("drop table made"));
        }
    }

    @Conforms
    void an_update_as_a_query_fails(Connection connection) throws SQLException {
        try (Statement statement = connection.createStatement()) {
            assertFails("02000", () -> statement.executeQuery("update item set name = 'x'"));
        }
    }

    @Conforms
    void a_query_as_an_update_fails(Connection connection) throws SQLException {
        try (Statement statement = connection.createStatement()) {
            assertFails("0100E", () -> statement.executeUpdate("select 1"));
        }
    }

    @Conforms
    void a_syntax_error_says_where(Connection connection) throws SQLException {
        try (Statement statement = connection.createStatement()) {
            SQLException failure = assertFails("42601", () -> statement.execute("selec 1"));
            assertTrue(failure.getMessage().contains("Position: 1"), failure.getMessage());
        }
    }

    @Conforms
    void a_statement_works_again_after_an_error(Connection connection) throws SQLException {
        try (Statement statement = connection.createStatement()) {
            assertFails("42P01", () -> statement.executeQuery("select * from nowhere"));
            try (ResultSet result = statement.executeQuery("select 7")) {
                assertEquals(List.of("7"), rows(result));
            }
        }
    }

    @Conforms
    void several_statements_give_several_results(Connection connection) throws SQLException {
        try (Statement statement = connection.createStatement()) {
            assertTrue(statement.execute("select 1; update item set name = 'x' where id = 1; select 2, 3"));
            assertEquals(List.of("1"), rows(statement.getResultSet()));
            assertFalse(statement.getMoreResults());
            assertEquals(1, statement.getUpdateCount());
            assertTrue(statement.getMoreResults());
            assertEquals(List.of("2,3"), rows(statement.getResultSet()));
            assertFalse(statement.getMoreResults());
            assertEquals(-1, statement.getUpdateCount());
        }
    }

    @Conforms
    void the_next_result_closes_the_current_one(Connection connection) throws SQLException {
        try (Statement statement = connection.createStatement()) {
            statement.execute("select 1; select 2");
            ResultSet first = statement.getResultSet();
            assertTrue(statement.getMoreResults(Statement.CLOSE_CURRENT_RESULT));
            assertTrue(first.isClosed());
            assertFalse(statement.getResultSet().isClosed());
        }
    }

    @Conforms
    void the_next_result_keeps_the_current_one_when_asked(Connection connection) throws SQLException {
        try (Statement statement = connection.createStatement()) {
            statement.execute("select 1; select 2; select 3");
            ResultSet first = statement.getResultSet();
            assertTrue(statement.getMoreResults(Statement.KEEP_CURRENT_RESULT));
            ResultSet second = statement.getResultSet();
            assertEquals(List.of("1"), rows(first));
            assertFalse(first.isClosed());
            assertTrue(statement.getMoreResults(Statement.CLOSE_ALL_RESULTS));
            assertTrue(first.isClosed());
            assertTrue(second.isClosed());
        }
    }

    @Conforms
    void several_statements_outside_a_transaction_are_one_transaction(Connection connection) throws SQLException {
        try (Statement statement = connection.createStatement()) {
            assertFails("22012", () -> statement.execute("insert into item values (10, 'ten'); select 1 / 0"));
        }
        assertEquals("3", value(connection, "select count(*) from item"));
    }

    @Conforms
    void executing_again_closes_the_result(Connection connection) throws SQLException {
        try (Statement statement = connection.createStatement()) {
            ResultSet first = statement.executeQuery("select 1");
            statement.executeQuery("select 2");
            assertTrue(first.isClosed());
        }
    }

    @Conforms
    void closing_a_statement_closes_its_result(Connection connection) throws SQLException {
        Statement statement = connection.createStatement();
        ResultSet result = statement.executeQuery("select 1");
        statement.close();
        assertTrue(result.isClosed());
        assertTrue(statement.isClosed());
    }

    @Conforms
    void a_statement_of_a_closed_connection_fails(Connection connection) throws SQLException {
        Statement statement = connection.createStatement();
        connection.close();
        assertFails("08003", () -> statement.executeQuery("select 1"));
        statement.close();
        assertTrue(statement.isClosed());
    }

    @Conforms
    void close_on_completion_closes_with_the_last_result(Connection connection) throws SQLException {
        Statement statement = connection.createStatement();
        statement.closeOnCompletion();
        assertTrue(statement.isCloseOnCompletion());
        ResultSet result = statement.executeQuery("select 1");
        assertFalse(statement.isClosed());
        result.close();
        assertTrue(statement.isClosed());
    }

    @Conforms
    void without_close_on_completion_a_statement_outlives_its_result(Connection connection) throws SQLException {
        try (Statement statement = connection.createStatement()) {
            statement.executeQuery("select 1").close();
            assertFalse(statement.isClosed());
        }
    }

    @Conforms
    void an_empty_text_returns_nothing(Connection connection) throws SQLException {
        try (Statement statement = connection.createStatement()) {
            assertFalse(statement.execute(""));
            assertEquals(0, statement.getUpdateCount());
            assertNull(statement.getResultSet());
        }
    }

    @Conforms
    void an_empty_text_as_a_query_fails(Connection connection) throws SQLException {
        try (Statement statement = connection.createStatement()) {
            assertFails("02000", () -> statement.executeQuery(""));
        }
    }

    @Conforms
    void a_lone_comment_returns_nothing(Connection connection) throws SQLException {
        try (Statement statement = connection.createStatement()) {
            assertFalse(statement.execute("-- nothing\n/* at /* all */ */"));
            assertNull(statement.getResultSet());
        }
    }

    @Conforms
    void lone_semicolons_return_nothing(Connection connection) throws SQLException {
        try (Statement statement = connection.createStatement()) {
            assertFalse(statement.execute(";"));
            assertFalse(statement.execute(" ; ;; "));
        }
    }

    @Conforms
    void comments_and_semicolons_around_a_query_change_nothing(Connection connection) throws SQLException {
        try (Statement statement = connection.createStatement()) {
            assertTrue(statement.execute("/* ; */ select ';' -- ; select 2\n;"));
            assertEquals(List.of(";"), rows(statement.getResultSet()));
        }
    }

    @Conforms
    void dollar_quotes_hide_semicolons(Connection connection) throws SQLException {
        assertEquals("a;b?'", value(connection, "select $tag$a;b?'$tag$"));
    }

    @Conforms
    void question_marks_are_plain_operators_without_parameters(Connection connection) throws SQLException {
        assertEquals("t", value(connection, "select '{\"a\":1}'::jsonb ? 'a'"));
    }

    @Conforms
    void max_rows_cuts_a_result(Connection connection) throws SQLException {
        try (Statement statement = connection.createStatement()) {
            statement.setMaxRows(2);
            assertEquals(2, statement.getMaxRows());
            assertEquals(2, rows(statement.executeQuery("select * from item")).size());
            assertFails("0A000", () -> statement.setLargeMaxRows(1));
            assertFails("0A000", statement::getLargeMaxRows);
            statement.setMaxRows(0);
            assertEquals(3, rows(statement.executeQuery("select * from item")).size());
        }
    }

    @Conforms
    void negative_options_are_refused(Connection connection) throws SQLException {
        try (Statement statement = connection.createStatement()) {
            assertFails("22023", () -> statement.setMaxRows(-1));
            assertFails("22023", () -> statement.setFetchSize(-1));
            assertFails("22023", () -> statement.setQueryTimeout(-1));
            assertFails("22023", () -> statement.setMaxFieldSize(-1));
            assertFails("22023", () -> statement.setFetchDirection(-1));
        }
    }

    @Conforms
    void options_are_kept(Connection connection) throws SQLException {
        try (Statement statement = connection.createStatement()) {
            statement.setFetchSize(17);
            statement.setFetchDirection(ResultSet.FETCH_REVERSE);
            statement.setQueryTimeout(9);
            statement.setMaxFieldSize(100);
            statement.setPoolable(true);
            assertEquals(17, statement.getFetchSize());
            assertEquals(ResultSet.FETCH_REVERSE, statement.getFetchDirection());
            assertEquals(9, statement.getQueryTimeout());
            assertEquals(100, statement.getMaxFieldSize());
            assertTrue(statement.isPoolable());
        }
    }

    @Conforms
    void max_field_size_cuts_texts(Connection connection) throws SQLException {
        try (Statement statement = connection.createStatement()) {
            statement.setMaxFieldSize(3);
            assertEquals(List.of("abc"), rows(statement.executeQuery("select 'abcdef'::varchar")));
        }
    }

    @Conforms
    void defaults_are_those_of_pgjdbc(Connection connection) throws SQLException {
        try (Statement statement = connection.createStatement()) {
            assertEquals(ResultSet.TYPE_FORWARD_ONLY, statement.getResultSetType());
            assertEquals(ResultSet.CONCUR_READ_ONLY, statement.getResultSetConcurrency());
            assertEquals(ResultSet.CLOSE_CURSORS_AT_COMMIT, statement.getResultSetHoldability());
            assertEquals(ResultSet.FETCH_FORWARD, statement.getFetchDirection());
            assertEquals(0, statement.getFetchSize());
            assertEquals(0, statement.getQueryTimeout());
            assertEquals(-1, statement.getUpdateCount());
            assertFalse(statement.isPoolable());
            assertFalse(statement.isCloseOnCompletion());
            assertNull(statement.getResultSet());
        }
    }

    @Conforms
    void types_asked_for_are_kept(Connection connection) throws SQLException {
        try (Statement statement = connection.createStatement(
                ResultSet.TYPE_SCROLL_INSENSITIVE, ResultSet.CONCUR_UPDATABLE, ResultSet.HOLD_CURSORS_OVER_COMMIT)) {
            assertEquals(ResultSet.TYPE_SCROLL_INSENSITIVE, statement.getResultSetType());
            assertEquals(ResultSet.CONCUR_UPDATABLE, statement.getResultSetConcurrency());
            assertEquals(ResultSet.HOLD_CURSORS_OVER_COMMIT, statement.getResultSetHoldability());
        }
    }

    @Conforms
    void every_way_back_leads_to_the_connection(Connection connection) throws SQLException {
        try (Statement statement = connection.createStatement()) {
            assertSame(connection, statement.getConnection());
            try (ResultSet result = statement.executeQuery("select 1")) {
                assertSame(statement, result.getStatement());
                assertSame(result, statement.getResultSet());
            }
        }
    }

    @Conforms
    void jdbc_escapes_are_replaced(Connection connection) throws SQLException {
        assertEquals("ABC", value(connection, "select {fn ucase('abc')}"));
        assertEquals("2020-01-02", value(connection, "select {d '2020-01-02'}"));
        assertEquals("3", value(connection, "select count(*) from {oj item a left outer join item b on a.id = b.id}"));
    }

    @Conforms
    void escapes_stay_when_escape_processing_is_off(Connection connection) throws SQLException {
        try (Statement statement = connection.createStatement()) {
            statement.setEscapeProcessing(false);
            assertFails("42601", () -> statement.executeQuery("select {fn ucase('abc')}"));
        }
    }

    @Conforms
    void identifiers_and_literals_are_quoted(Connection connection) throws SQLException {
        try (Statement statement = connection.createStatement()) {
            assertEquals("'it''s'", statement.enquoteLiteral("it's"));
            assertEquals("plain", statement.enquoteIdentifier("plain", false));
            assertEquals("\"plain\"", statement.enquoteIdentifier("plain", true));
            assertTrue(statement.isSimpleIdentifier("plain"));
            assertFalse(statement.isSimpleIdentifier("not plain"));
        }
    }

    @Conforms
    void insert_returning_is_a_query(Connection connection) throws SQLException {
        assertEquals(List.of("5,five"), rows(connection, "insert into item values (5, 'five') returning *"));
    }

    @Conforms
    void explain_and_show_are_queries(Connection connection) throws SQLException {
        assertEquals("UTF8", value(connection, "show server_encoding"));
        assertFalse(rows(connection, "explain select * from item").isEmpty());
        assertEquals("9", value(connection, "values (9)"));
        assertEquals(3, rows(connection, "table item").size());
    }

    @Conforms
    void columns_are_found_by_label(Connection connection) throws SQLException {
        try (Statement statement = connection.createStatement();
                ResultSet result = statement.executeQuery("select 1 as first, 2 as \"Second\", 3 as first")) {
            assertTrue(result.next());
            assertEquals(1, result.getInt("FIRST"));
            assertEquals(2, result.getInt("second"));
            assertEquals(1, result.findColumn("first"));
            assertFails("42703", () -> result.getInt("third"));
        }
    }

    @Conforms
    void a_result_knows_where_it_stands(Connection connection) throws SQLException {
        try (Statement statement = connection.createStatement();
                ResultSet result = statement.executeQuery("select id from item order by id")) {
            assertTrue(result.isBeforeFirst());
            assertTrue(result.next());
            assertTrue(result.isFirst());
            assertEquals(1, result.getRow());
            assertTrue(result.next());
            assertTrue(result.next());
            assertTrue(result.isLast());
            assertFalse(result.next());
            assertTrue(result.isAfterLast());
            assertFails("24000", () -> result.getInt(1));
        }
    }

    @Conforms
    void null_is_told_by_was_null(Connection connection) throws SQLException {
        try (Statement statement = connection.createStatement();
                ResultSet result = statement.executeQuery("select null::int, 5")) {
            assertTrue(result.next());
            assertEquals(0, result.getInt(1));
            assertTrue(result.wasNull());
            assertEquals(5, result.getInt(2));
            assertFalse(result.wasNull());
            assertNull(result.getObject(1));
        }
    }

    @Conforms
    void a_result_stays_readable_while_other_statements_run(Connection connection) throws SQLException {
        try (Statement outer = connection.createStatement();
                ResultSet result = outer.executeQuery("select id from item order by id")) {
            int sum = 0;
            while (result.next()) {
                sum += Integer.parseInt(value(connection, "select id * 10 from item where id = " + result.getInt(1)));
            }
            assertEquals(60, sum);
        }
    }

    @Conforms
    void three_hundred_statements_are_open_at_once(Connection connection) throws SQLException {
        ResultSet[] results = new ResultSet[300];
        for (int i = 0; i < results.length; i++) {
            results[i] = connection.createStatement().executeQuery("select " + i);
        }
        for (int i = 0; i < results.length; i++) {
            assertTrue(results[i].next());
            assertEquals(i, results[i].getInt(1));
            results[i].getStatement().close();
        }
        assertNotNull(value(connection, "select 1"));
    }

    @Conforms
    void clear_batch_and_cancel_without_work_do_nothing(Connection connection) throws SQLException {
        try (Statement statement = connection.createStatement()) {
            statement.clearBatch();
            statement.cancel();
            assertEquals(0, statement.executeBatch().length);
            assertEquals(1, rows(statement.executeQuery("select 1")).size());
        }
    }
}
