package dev.pgpool.conformance;

import static dev.pgpool.conformance.Jdbc.assertFails;
import static dev.pgpool.conformance.Jdbc.rows;
import static dev.pgpool.conformance.Jdbc.value;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.ByteArrayInputStream;
import java.io.StringReader;
import java.io.StringWriter;
import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.List;
import org.postgresql.PGConnection;
import org.postgresql.copy.CopyIn;
import org.postgresql.copy.CopyManager;
import org.postgresql.copy.CopyOut;

/** COPY by pgjdbc's API. */
@Conformance(
        schema = "create table item (id int primary key, name text)",
        data = "truncate item; insert into item values (1, 'one'), (2, 'two')")
final class CopyIT {
    private static CopyManager copy(Connection connection) throws SQLException {
        return connection.unwrap(PGConnection.class).getCopyAPI();
    }

    @Conforms
    void rows_from_a_reader(Connection connection) throws Exception {
        long count =
                copy(connection).copyIn("copy item from stdin (format csv)", new StringReader("3,three\n4,four\n"));
        assertEquals(2, count);
        assertEquals("4", value(connection, "select count(*) from item"));
    }

    @Conforms
    void rows_from_a_stream(Connection connection) throws Exception {
        byte[] text = "5\tfive\n".getBytes(StandardCharsets.UTF_8);
        assertEquals(1, copy(connection).copyIn("copy item from stdin", new ByteArrayInputStream(text)));
        assertEquals("five", value(connection, "select name from item where id = 5"));
    }

    @Conforms
    void rows_to_a_writer(Connection connection) throws Exception {
        StringWriter text = new StringWriter();
        assertEquals(2, copy(connection).copyOut("copy (select * from item order by id) to stdout", text));
        assertEquals("1\tone\n2\ttwo\n", text.toString());
    }

    @Conforms
    void rows_one_by_one(Connection connection) throws SQLException {
        CopyIn in = copy(connection).copyIn("copy item from stdin");
        assertTrue(in.isActive());
        for (int i = 10; i < 20; i++) {
            byte[] row = (i + "\trow\n").getBytes(StandardCharsets.UTF_8);
            in.writeToCopy(row, 0, row.length);
        }
        assertEquals(10, in.endCopy());
        assertFalse(in.isActive());
        assertEquals("12", value(connection, "select count(*) from item"));
    }

    @Conforms
    void a_cancelled_copy_leaves_nothing(Connection connection) throws SQLException {
        CopyIn in = copy(connection).copyIn("copy item from stdin");
        byte[] row = "10\trow\n".getBytes(StandardCharsets.UTF_8);
        in.writeToCopy(row, 0, row.length);
        in.cancelCopy();
        assertEquals("2", value(connection, "select count(*) from item"));
    }

    @Conforms
    void rows_read_one_by_one(Connection connection) throws SQLException {
        CopyOut out = copy(connection).copyOut("copy (select id from item order by id) to stdout");
        StringBuilder text = new StringBuilder();
        for (byte[] row = out.readFromCopy(); row != null; row = out.readFromCopy()) {
            text.append(new String(row, StandardCharsets.UTF_8));
        }
        assertEquals("1\n2\n", text.toString());
        assertEquals("1", value(connection, "select 1"));
    }

    @Conforms
    void a_faulty_row_is_told(Connection connection) throws SQLException {
        assertFails("22P02", () -> copy(connection).copyIn("copy item from stdin", new StringReader("x\ty\n")));
        assertEquals("2", value(connection, "select count(*) from item"));
    }

    @Conforms
    void a_faulty_text_is_told(Connection connection) throws SQLException {
        assertFails("42P01", () -> copy(connection).copyIn("copy nowhere from stdin", new StringReader("")));
        assertEquals("1", value(connection, "select 1"));
    }

    @Conforms(transactions = true)
    void a_copy_is_part_of_its_transaction(Connection connection) throws Exception {
        connection.setAutoCommit(false);
        copy(connection).copyIn("copy item from stdin", new StringReader("7\tseven\n"));
        assertEquals("3", value(connection, "select count(*) from item"));
        connection.rollback();
        copy(connection).copyIn("copy item from stdin", new StringReader("8\teight\n"));
        connection.commit();
        assertEquals(List.of("1", "2", "8"), rows(connection, "select id from item order by id"));
        connection.commit();
    }

    @Conforms
    void a_copy_by_statement_is_refused_alike(Subject subject) throws Exception {
        subject.assertSameAsPlain(connection -> {
            SQLException failure = org.junit.jupiter.api.Assertions.assertThrows(
                    SQLException.class, () -> Jdbc.run(connection, "copy item from stdin"));
            return failure.getSQLState() + failure.getMessage() + value(connection, "select 1");
        });
    }
}
