package dev.pgpool.conformance;

import static dev.pgpool.conformance.Jdbc.assertFails;
import static dev.pgpool.conformance.Jdbc.rows;
import static dev.pgpool.conformance.Jdbc.run;
import static dev.pgpool.conformance.Jdbc.value;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.sql.CallableStatement;
import java.sql.Connection;
import java.sql.DatabaseMetaData;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.sql.Wrapper;
import java.util.List;
import org.postgresql.PGConnection;
import org.postgresql.PGStatement;
import org.postgresql.core.BaseConnection;
import org.postgresql.jdbc.PreferQueryMode;
import org.postgresql.util.PGobject;

/** {@link Connection} as such: validity, closing, wrapping, and pgjdbc's own interface. */
@Conformance(
        schema = "create type pair as (a int, b text); create table item (id int primary key)",
        data = "truncate item")
final class ConnectionsIT {
    /** A type of an application, told to pgjdbc. */
    public static final class Pair extends PGobject {
        private static final long serialVersionUID = 1L;
    }

    @Conforms
    void an_open_connection_is_valid(Connection connection) throws SQLException {
        assertTrue(connection.isValid(5));
        assertTrue(connection.isValid(0));
        assertFails("22023", () -> connection.isValid(-1));
        assertFalse(connection.isClosed());
    }

    @Conforms(transactions = true)
    void validity_can_be_asked_in_a_failed_transaction(Connection connection) throws SQLException {
        connection.setAutoCommit(false);
        assertFails("42601", () -> run(connection, "nonsense"));
        assertTrue(connection.isValid(5));
        assertFails("25P02", () -> run(connection, "select 1"));
        connection.rollback();
    }

    @Conforms
    void closing_twice_does_nothing(Connection connection) throws SQLException {
        connection.close();
        connection.close();
        assertTrue(connection.isClosed());
        assertFalse(connection.isValid(1));
    }

    @Conforms
    void an_aborted_connection_is_closed(Connection connection) throws SQLException {
        connection.abort(Runnable::run);
        assertTrue(connection.isClosed());
        assertFails("08003", connection::createStatement);
        connection.abort(Runnable::run);
    }

    @Conforms(transactions = true)
    void abort_rolls_back(Subject subject) throws Exception {
        Connection connection = subject.open();
        connection.setAutoCommit(false);
        run(connection, "insert into item values (1)");
        String pid = value(connection, "select pg_backend_pid()");
        connection.abort(Runnable::run);
        Connection plain = subject.openPlain();
        Await.until(() ->
                rows(plain, "select 1 from pg_stat_activity where pid = " + pid).isEmpty());
        assertEquals("0", value(plain, "select count(*) from item"));
    }

    @Conforms
    void abort_needs_an_executor(Connection connection) {
        org.junit.jupiter.api.Assertions.assertThrows(SQLException.class, () -> connection.abort(null));
    }

    @Conforms
    void native_sql_is_that_of_pgjdbc(Subject subject) throws Exception {
        subject.assertSameAsPlain(connection -> connection.nativeSQL("select {fn now()}, ?, {d '2020-01-01'}"));
    }

    @Conforms
    void statements_of_every_form(Connection connection) throws SQLException {
        int type = ResultSet.TYPE_SCROLL_INSENSITIVE;
        int concurrency = ResultSet.CONCUR_READ_ONLY;
        int holdability = ResultSet.CLOSE_CURSORS_AT_COMMIT;
        try (Statement one = connection.createStatement(type, concurrency);
                Statement two = connection.createStatement(type, concurrency, holdability);
                PreparedStatement three = connection.prepareStatement("select 1", type, concurrency);
                PreparedStatement four = connection.prepareStatement("select 1", type, concurrency, holdability);
                CallableStatement five = connection.prepareCall("{call now()}", type, concurrency);
                CallableStatement six = connection.prepareCall("{call now()}", type, concurrency, holdability)) {
            for (Statement statement : List.of(one, two, three, four, five, six)) {
                assertEquals(type, statement.getResultSetType());
                assertSame(connection, statement.getConnection());
            }
        }
    }

    @Conforms
    void a_connection_unwraps_to_its_interfaces(Connection connection) throws SQLException {
        for (Class<?> face : List.of(Connection.class, PGConnection.class, Wrapper.class)) {
            assertTrue(connection.isWrapperFor(face));
            assertInstanceOf(face, connection.unwrap(face));
        }
        assertFalse(connection.isWrapperFor(String.class));
        org.junit.jupiter.api.Assertions.assertThrows(SQLException.class, () -> connection.unwrap(String.class));
    }

    @Conforms
    void statements_and_results_unwrap(Connection connection) throws SQLException {
        try (PreparedStatement statement = connection.prepareStatement("select 1");
                ResultSet result = statement.executeQuery()) {
            assertTrue(statement.isWrapperFor(PGStatement.class));
            assertEquals(5, statement.unwrap(PGStatement.class).getPrepareThreshold());
            assertTrue(result.isWrapperFor(ResultSet.class));
            assertSame(result, result.unwrap(ResultSet.class));
            DatabaseMetaData metadata = connection.getMetaData();
            assertSame(metadata, metadata.unwrap(DatabaseMetaData.class));
            assertFalse(result.isWrapperFor(String.class));
        }
    }

    @Conforms
    void pgjdbcs_implementation_can_be_unwrapped(Connection connection) throws SQLException {
        assertTrue(connection.isWrapperFor(BaseConnection.class));
        BaseConnection base = connection.unwrap(BaseConnection.class);
        assertEquals("postgres", base.getQueryExecutor().getUser());
        assertEquals("1", value(connection, "select 1"));
    }

    @Conforms
    void pgjdbcs_interface_by_cast(Connection connection) throws SQLException {
        PGConnection pg = assertInstanceOf(PGConnection.class, connection);
        assertTrue(pg.getBackendPID() > 0);
        assertEquals(5, pg.getPrepareThreshold());
        pg.setPrepareThreshold(1);
        assertEquals(1, pg.getPrepareThreshold());
        assertEquals(0, pg.getDefaultFetchSize());
        pg.setDefaultFetchSize(9);
        assertEquals(9, pg.getDefaultFetchSize());
        assertEquals(9, connection.createStatement().getFetchSize());
        assertEquals("\"a b\"", pg.escapeIdentifier("a b"));
        assertEquals("it''s", pg.escapeLiteral("it's"));
        assertEquals(PreferQueryMode.EXTENDED, pg.getPreferQueryMode());
        assertEquals("UTF8", pg.getParameterStatus("client_encoding"));
        assertEquals("UTF8", pg.getParameterStatuses().get("client_encoding"));
        assertNotNull(pg.getAutosave());
    }

    @Conforms
    void the_backend_is_told_within_a_transaction(Connection connection) throws SQLException {
        PGConnection pg = connection.unwrap(PGConnection.class);
        assertTrue(pg.getBackendPID() > 0);
        assertNull(pg.getParameterStatus("no_such_parameter"));
    }

    @Conforms
    void data_types_of_the_application(Connection connection) throws SQLException {
        connection.unwrap(PGConnection.class).addDataType("pair", Pair.class);
        try (Statement statement = connection.createStatement();
                ResultSet result = statement.executeQuery("select (1, 'x')::pair")) {
            assertTrue(result.next());
            Pair pair = assertInstanceOf(Pair.class, result.getObject(1));
            assertEquals("(1,x)", pair.getValue());
            assertEquals("pair", pair.getType());
        }
    }

    @Conforms
    void objects_of_the_connection(Connection connection) throws SQLException {
        assertNotNull(connection.createSQLXML());
        assertNotNull(connection.createArrayOf("int4", new Integer[] {1}));
        assertNotNull(connection.unwrap(PGConnection.class).createArrayOf("int4", new int[] {1, 2}));
        assertFails("0A000", connection::createClob);
        assertFails("0A000", connection::createBlob);
        assertFails("0A000", connection::createNClob);
        assertFails("0A000", () -> connection.createStruct("pair", new Object[] {1, "x"}));
    }

    @Conforms
    void warnings_are_none_at_first(Connection connection) throws SQLException {
        assertNull(connection.getWarnings());
        connection.clearWarnings();
        assertNull(connection.getWarnings());
    }

    @Conforms
    void many_connections_work_side_by_side(Subject subject) throws SQLException {
        Connection[] connections = new Connection[6];
        for (int i = 0; i < connections.length; i++) {
            connections[i] = subject.open();
        }
        for (int round = 0; round < 3; round++) {
            for (int i = 0; i < connections.length; i++) {
                assertEquals(String.valueOf(i), value(connections[i], "select " + i));
            }
        }
    }
}
