package dev.pgpool.conformance;

import static dev.pgpool.conformance.Jdbc.run;
import static dev.pgpool.conformance.Jdbc.value;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.SQLWarning;
import java.sql.Statement;
import org.postgresql.util.PSQLException;
import org.postgresql.util.PSQLWarning;
import org.postgresql.util.ServerErrorMessage;

/** Notices of the server, and the details of its errors. */
@Conformance(schema = """
                create table item (id int constraint item_key primary key, name text not null check (name <> 'bad'),
                    parent int constraint item_parent references item);
                create function shout(text) returns int language plpgsql as
                    $$ begin raise notice 'heard %', $1 using detail = 'the detail', hint = 'the hint'; return 1; end $$;
                """, data = "truncate item; insert into item values (1, 'one')")
final class WarningsIT {
    @Conforms
    void a_notice_is_a_warning_of_the_statement(Connection connection) throws SQLException {
        try (Statement statement = connection.createStatement()) {
            statement.execute("select shout('this')");
            PSQLWarning warning = assertInstanceOf(PSQLWarning.class, statement.getWarnings());
            assertEquals("heard this", warning.getMessage());
            assertEquals("00000", warning.getSQLState());
            ServerErrorMessage message = warning.getServerErrorMessage();
            assertEquals("NOTICE", message.getSeverity());
            assertEquals("the detail", message.getDetail());
            assertEquals("the hint", message.getHint());
            assertNull(connection.getWarnings());
        }
    }

    @Conforms
    void warnings_are_chained(Connection connection) throws SQLException {
        try (Statement statement = connection.createStatement()) {
            statement.execute("do $$ begin raise notice 'a'; raise warning 'b'; raise notice 'c'; end $$");
            StringBuilder heard = new StringBuilder();
            for (SQLWarning warning = statement.getWarnings(); warning != null; warning = warning.getNextWarning()) {
                heard.append(warning.getMessage());
            }
            assertEquals("abc", heard.toString());
        }
    }

    @Conforms
    void warnings_are_cleared(Connection connection) throws SQLException {
        try (Statement statement = connection.createStatement()) {
            statement.execute("select shout('this')");
            assertNotNull(statement.getWarnings());
            statement.clearWarnings();
            assertNull(statement.getWarnings());
            statement.execute("select shout('again')");
            statement.execute("select 1");
            assertNull(statement.getWarnings());
        }
    }

    @Conforms
    void warnings_of_prepared_statements(Connection connection) throws SQLException {
        try (PreparedStatement statement = connection.prepareStatement("select shout(?)")) {
            for (int i = 0; i < 7; i++) {
                statement.setString(1, "n" + i);
                try (ResultSet result = statement.executeQuery()) {
                    assertEquals("heard n" + i, statement.getWarnings().getMessage());
                    assertNull(result.getWarnings());
                }
            }
        }
    }

    @Conforms
    void a_warning_with_a_state_of_its_own(Connection connection) throws SQLException {
        try (Statement statement = connection.createStatement()) {
            statement.execute("do $$ begin raise warning 'careful' using errcode = 'PG001'; end $$");
            assertEquals("PG001", statement.getWarnings().getSQLState());
        }
    }

    @Conforms
    void levels_below_the_wanted_one_are_silent(Connection connection) throws SQLException {
        run(connection, "set client_min_messages = error");
        try (Statement statement = connection.createStatement()) {
            statement.execute("select shout('this')");
            assertNull(statement.getWarnings());
        }
    }

    @Conforms(transactions = true)
    void warnings_of_a_transaction_can_be_read_after_commit(Connection connection) throws SQLException {
        connection.setAutoCommit(false);
        try (Statement statement = connection.createStatement()) {
            statement.execute("select shout('this')");
            connection.commit();
            assertEquals("heard this", statement.getWarnings().getMessage());
            assertNull(connection.getWarnings());
        }
    }

    @Conforms
    void if_exists_gives_a_notice(Connection connection) throws SQLException {
        try (Statement statement = connection.createStatement()) {
            statement.execute("drop table if exists never_there");
            assertEquals("00000", statement.getWarnings().getSQLState());
        }
    }

    private static ServerErrorMessage error(Connection connection, String sql) {
        PSQLException failure = assertThrows(PSQLException.class, () -> run(connection, sql));
        return failure.getServerErrorMessage();
    }

    @Conforms
    void a_violated_key_is_named(Connection connection) {
        ServerErrorMessage error = error(connection, "insert into item values (1, 'again')");
        assertEquals("23505", error.getSQLState());
        assertEquals("item_key", error.getConstraint());
        assertEquals("item", error.getTable());
        assertEquals("public", error.getSchema());
        assertEquals("Key (id)=(1) already exists.", error.getDetail());
    }

    @Conforms
    void a_missing_value_is_named(Connection connection) {
        ServerErrorMessage error = error(connection, "insert into item (id) values (2)");
        assertEquals("23502", error.getSQLState());
        assertEquals("name", error.getColumn());
    }

    @Conforms
    void violated_references_and_checks_are_named(Connection connection) {
        assertEquals(
                "item_parent",
                error(connection, "insert into item values (2, 'x', 99)").getConstraint());
        assertEquals(
                "23514", error(connection, "insert into item values (2, 'bad')").getSQLState());
    }

    @Conforms
    void an_error_raised_by_a_function(Connection connection) {
        ServerErrorMessage error = error(
                connection, "do $$ begin raise exception 'own error' using errcode = 'MY001', hint = 'try'; end $$");
        assertEquals("MY001", error.getSQLState());
        assertEquals("own error", error.getMessage());
        assertEquals("try", error.getHint());
        assertEquals("ERROR", error.getSeverity());
    }

    @Conforms
    void errors_are_told_alike(Subject subject) throws Exception {
        for (String sql : new String[] {
            "select 1 / 0",
            "select * from nowhere",
            "select nothing from item",
            "selec",
            "select no_function(1)",
            "select 'x'::int",
            "insert into item values (1, 'again')",
            "select pg_read_file('/no/such/file')"
        }) {
            subject.assertSameAsPlain(connection -> {
                PSQLException failure = assertThrows(PSQLException.class, () -> value(connection, sql));
                return failure.getSQLState()
                        + failure.getMessage()
                        + failure.getErrorCode()
                        + failure.getServerErrorMessage();
            });
        }
    }
}
