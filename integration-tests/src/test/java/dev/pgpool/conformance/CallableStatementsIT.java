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
import java.sql.CallableStatement;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.sql.Timestamp;
import java.sql.Types;
import java.util.List;

/** Functions and procedures by the JDBC call syntax, and cursors that functions return. */
@Conformance(schema = """
                create table item (id int primary key, name text);
                create function plus_one(x int) returns int language sql immutable as 'select x + 1';
                create function split_up(inout x int, out doubled int, out label text) language plpgsql as
                    $$ begin doubled := x * 2; label := 'n' || x; x := x + 1; end $$;
                create function nothing(x int) returns void language plpgsql as $$ begin perform x; end $$;
                create function kinds(out a bigint, out b numeric, out c boolean, out d timestamp, out e text,
                    out f double precision, out g date) language sql as
                    $$ select 5::bigint, 1.50, true, timestamp '2024-01-02 03:04:05', null::text, 2.5::float8,
                    date '2024-01-02' $$;
                create function items() returns refcursor language plpgsql as
                    $$ declare c refcursor; begin open c for select id, name from item order by id; return c; end $$;
                create function two_cursors() returns setof refcursor language plpgsql as
                    $$ declare c refcursor; d refcursor; begin
                    open c for select 1; return next c; open d for select 2; return next d; end $$;
                create function all_items() returns setof item language sql stable as 'select * from item order by id';
                create procedure add_item(i int, n text) language sql as 'insert into item values (i, n)';
                create procedure count_items(inout n int) language plpgsql as
                    $$ begin select count(*) into n from item; end $$;
                create procedure add_and_commit(i int) language plpgsql as
                    $$ begin insert into item values (i, 'committed'); commit;
                    insert into item values (i + 1, 'rolled back'); rollback; end $$;
                """, data = "truncate item; insert into item values (1, 'one'), (2, 'two')")
final class CallableStatementsIT {
    @Conforms
    void a_function_returns_its_value(Connection connection) throws SQLException {
        try (CallableStatement call = connection.prepareCall("{? = call plus_one(?)}")) {
            call.registerOutParameter(1, Types.INTEGER);
            for (int i = 0; i < 7; i++) {
                call.setInt(2, i);
                assertFalse(call.execute());
                assertEquals(i + 1, call.getInt(1));
                assertFalse(call.wasNull());
                assertEquals(i + 1, call.getObject(1));
            }
        }
    }

    @Conforms
    void out_and_inout_parameters(Connection connection) throws SQLException {
        try (CallableStatement call = connection.prepareCall("{call split_up(?, ?, ?)}")) {
            call.setInt(1, 20);
            call.registerOutParameter(1, Types.INTEGER);
            call.registerOutParameter(2, Types.INTEGER);
            call.registerOutParameter(3, Types.VARCHAR);
            call.execute();
            assertEquals(21, call.getInt(1));
            assertEquals(40, call.getInt(2));
            assertEquals("n20", call.getString(3));
        }
    }

    @Conforms
    void out_parameters_of_many_types(Connection connection) throws SQLException {
        try (CallableStatement call = connection.prepareCall("{call kinds(?, ?, ?, ?, ?, ?, ?)}")) {
            call.registerOutParameter(1, Types.BIGINT);
            call.registerOutParameter(2, Types.NUMERIC);
            call.registerOutParameter(3, Types.BIT);
            call.registerOutParameter(4, Types.TIMESTAMP);
            call.registerOutParameter(5, Types.VARCHAR);
            call.registerOutParameter(6, Types.DOUBLE);
            call.registerOutParameter(7, Types.DATE);
            call.execute();
            assertEquals(5L, call.getLong(1));
            assertEquals(new BigDecimal("1.50"), call.getBigDecimal(2));
            assertTrue(call.getBoolean(3));
            assertEquals(Timestamp.valueOf("2024-01-02 03:04:05"), call.getTimestamp(4));
            assertNull(call.getString(5));
            assertTrue(call.wasNull());
            assertEquals(2.5, call.getDouble(6));
            assertEquals("2024-01-02", call.getDate(7).toString());
        }
    }

    @Conforms
    void out_parameters_stay_readable_after_other_statements(Connection connection) throws SQLException {
        try (CallableStatement call = connection.prepareCall("{? = call plus_one(?)}")) {
            call.registerOutParameter(1, Types.INTEGER);
            call.setInt(2, 1);
            call.execute();
            assertEquals("1", value(connection, "select 1"));
            assertEquals(2, call.getInt(1));
        }
    }

    @Conforms
    void a_void_function(Connection connection) throws SQLException {
        try (CallableStatement call = connection.prepareCall("{call nothing(?)}")) {
            call.setInt(1, 1);
            assertTrue(call.execute());
        }
    }

    @Conforms
    void mistakes_of_the_call_are_told(Connection connection) throws SQLException {
        try (CallableStatement call = connection.prepareCall("{? = call plus_one(?)}")) {
            call.registerOutParameter(1, Types.VARCHAR);
            call.setInt(2, 1);
            assertFails("42821", call::execute);
        }
        try (CallableStatement call = connection.prepareCall("{? = call plus_one(?)}")) {
            call.setInt(2, 1);
            assertFails("22023", call::execute);
            assertFails("55000", () -> call.getInt(1));
        }
    }

    @Conforms
    void a_wrong_getter_is_told(Connection connection) throws SQLException {
        try (CallableStatement call = connection.prepareCall("{? = call plus_one(?)}")) {
            call.registerOutParameter(1, Types.INTEGER);
            call.setInt(2, 1);
            call.execute();
            assertFails("2200G", () -> call.getString(1));
            assertFails("0A000", () -> call.getInt("x"));
        }
    }

    @Conforms
    void a_set_returning_function_is_a_result(Connection connection) throws SQLException {
        try (CallableStatement call = connection.prepareCall("{call all_items()}");
                ResultSet result = call.executeQuery()) {
            assertEquals(List.of("1,one", "2,two"), rows(result));
        }
    }

    @Conforms
    void a_procedure_by_plain_call(Connection connection) throws SQLException {
        try (CallableStatement call = connection.prepareCall("call add_item(?, ?)")) {
            call.setInt(1, 3);
            call.setString(2, "three");
            assertFalse(call.execute());
        }
        assertEquals("three", value(connection, "select name from item where id = 3"));
    }

    @Conforms
    void a_procedure_by_prepared_statement_returns_its_inout(Connection connection) throws SQLException {
        try (PreparedStatement call = connection.prepareStatement("call count_items(?)")) {
            call.setInt(1, 0);
            try (ResultSet result = call.executeQuery()) {
                assertEquals(List.of("2"), rows(result));
            }
        }
    }

    @Conforms
    void escape_syntax_calls_procedures_when_asked(Subject subject) throws SQLException {
        Connection connection = subject.open("escapeSyntaxCallMode=callIfNoReturn");
        try (CallableStatement call = connection.prepareCall("{call count_items(?)}")) {
            call.setInt(1, 0);
            call.registerOutParameter(1, Types.INTEGER);
            call.execute();
            assertEquals(2, call.getInt(1));
        }
    }

    @Conforms
    void a_procedure_may_commit_in_autocommit(Connection connection) throws SQLException {
        run(connection, "call add_and_commit(10)");
        assertEquals(List.of("committed"), rows(connection, "select name from item where id >= 10"));
    }

    @Conforms(transactions = true)
    void a_procedure_may_not_commit_in_a_transaction(Connection connection) throws SQLException {
        connection.setAutoCommit(false);
        assertFails("2D000", () -> run(connection, "call add_and_commit(10)"));
        connection.rollback();
    }

    @Conforms(transactions = true)
    void a_refcursor_as_out_parameter(Connection connection) throws SQLException {
        connection.setAutoCommit(false);
        try (CallableStatement call = connection.prepareCall("{? = call items()}")) {
            call.registerOutParameter(1, Types.REF_CURSOR);
            call.execute();
            try (ResultSet cursor = call.getObject(1, ResultSet.class)) {
                assertEquals(List.of("1,one", "2,two"), rows(cursor));
            }
        }
        connection.commit();
    }

    @Conforms(transactions = true)
    void a_refcursor_as_other(Connection connection) throws SQLException {
        connection.setAutoCommit(false);
        try (CallableStatement call = connection.prepareCall("{? = call items()}")) {
            call.registerOutParameter(1, Types.OTHER);
            call.execute();
            try (ResultSet cursor = (ResultSet) call.getObject(1)) {
                assertTrue(cursor.next());
                assertEquals("one", cursor.getString("name"));
            }
        }
        connection.commit();
    }

    @Conforms(transactions = true)
    void refcursors_in_rows(Connection connection) throws SQLException {
        connection.setAutoCommit(false);
        try (Statement statement = connection.createStatement();
                ResultSet result = statement.executeQuery("select * from two_cursors()")) {
            for (int expected = 1; expected <= 2; expected++) {
                assertTrue(result.next());
                try (ResultSet cursor = (ResultSet) result.getObject(1)) {
                    assertEquals(List.of(String.valueOf(expected)), rows(cursor));
                }
            }
        }
        connection.commit();
    }

    @Conforms(transactions = true)
    void a_refcursor_can_be_fetched_by_name(Connection connection) throws SQLException {
        connection.setAutoCommit(false);
        String name = value(connection, "select items()");
        assertEquals(List.of("1,one"), rows(connection, "fetch 1 from \"" + name + "\""));
        run(connection, "close \"" + name + "\"");
        connection.commit();
    }

    @Conforms
    void a_refcursor_is_gone_after_autocommit(Connection connection) throws SQLException {
        try (CallableStatement call = connection.prepareCall("{? = call items()}")) {
            call.registerOutParameter(1, Types.OTHER);
            assertFails("34000", call::execute);
        }
    }

    @Conforms
    void a_callable_batch(Connection connection) throws SQLException {
        try (CallableStatement call = connection.prepareCall("call add_item(?, ?)")) {
            for (int i = 30; i < 33; i++) {
                call.setInt(1, i);
                call.setString(2, "batch");
                call.addBatch();
            }
            assertEquals(3, call.executeBatch().length);
        }
        assertEquals("3", value(connection, "select count(*) from item where name = 'batch'"));
    }

    @Conforms
    void do_blocks(Connection connection) throws SQLException {
        run(connection, "do $$ begin insert into item values (40, 'do'); end $$");
        assertEquals("do", value(connection, "select name from item where id = 40"));
    }
}
