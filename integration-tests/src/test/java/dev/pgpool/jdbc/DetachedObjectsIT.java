package dev.pgpool.jdbc;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.pgpool.testserver.PostgresTest;
import dev.pgpool.testserver.TestDatabase;
import java.sql.Array;
import java.sql.Blob;
import java.sql.CallableStatement;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.ResultSetMetaData;
import java.sql.SQLException;
import java.sql.Statement;
import java.sql.Types;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.postgresql.PGConnection;
import org.postgresql.jdbc.PgConnection;
import org.postgresql.util.PGInterval;

/** Two logical connections over one physical one: whatever is detached must not need it, nor disturb the other. */
@PostgresTest
class DetachedObjectsIT {
    private final TestDatabase database;
    private Connection mine;
    private Connection other;

    DetachedObjectsIT(TestDatabase database) {
        this.database = database;
    }

    @BeforeEach
    void open() throws SQLException {
        String url = database.poolUrl();
        url += (url.contains("?") ? "&" : "?") + "pool.maxSize=1&pool.acquireTimeout=2s";
        mine = DriverManager.getConnection(url);
        other = DriverManager.getConnection(url);
        try (Statement statement = mine.createStatement()) {
            statement.execute("drop table if exists item; drop type if exists mood;"
                    + "create type mood as enum ('sad', 'happy');"
                    + "create table item (id serial primary key, name text not null, feeling mood, moods mood[]);"
                    + "insert into item (name, feeling, moods)"
                    + " select 'item ' || i, 'happy', '{sad,happy}' from generate_series(1, 100) i");
        }
        mine.close();
        mine = DriverManager.getConnection(url);
    }

    @AfterEach
    void close() throws SQLException {
        mine.close();
        other.close();
    }

    /** Holds the only physical connection in a transaction, and ends it: proves that nobody else holds it. */
    private void useByOther() throws SQLException {
        other.setAutoCommit(false);
        try (Statement statement = other.createStatement();
                ResultSet rows = statement.executeQuery("select id, name from item where id = 1")) {
            assertTrue(rows.next());
        }
        other.rollback();
        other.setAutoCommit(true);
    }

    /** Runs something while the other connection holds the only physical connection in a transaction. */
    private void whileOtherHoldsIt(Action action) throws SQLException {
        other.setAutoCommit(false);
        try (Statement statement = other.createStatement()) {
            statement.executeQuery("select 1");
            action.run();
        }
        other.rollback();
        other.setAutoCommit(true);
    }

    @FunctionalInterface
    private interface Action {
        void run() throws SQLException;
    }

    @Test
    void values_of_every_kind_are_read_without_the_physical_connection() throws SQLException {
        String sql = "select 1::int4 as i, 'x'::text as t, interval '2 days' as d, feeling, moods, array[1,2] as a,"
                + " inet '10.0.0.1' as n, int4range(1, 5) as r, '2026-01-02 03:04:05+00'::timestamptz as z,"
                + " '00000000-0000-0000-0000-000000000001'::uuid as u, '{\"a\":1}'::jsonb as j, 1.50::numeric as m,"
                + " '\\x0102'::bytea as b, (1, 'y') as c, point(1, 2) as p, true as o, item as whole, 5::money as c2"
                + " from item where id = ?";
        try (PreparedStatement statement = mine.prepareStatement(sql)) {
            for (int i = 0; i < 7; i++) { // also as a server-prepared statement with binary transfer
                statement.setInt(1, 1);
                ResultSet rows = statement.executeQuery();
                whileOtherHoldsIt(() -> {
                    assertTrue(rows.next());
                    assertEquals(1, rows.getInt("i"));
                    assertEquals("x", rows.getString("t"));
                    assertEquals(new PGInterval("2 days"), rows.getObject("d"));
                    assertEquals("happy", rows.getObject("feeling"));
                    assertArrayEquals(new Object[] {"sad", "happy"}, (Object[])
                            rows.getArray("moods").getArray());
                    assertArrayEquals(
                            new Integer[] {1, 2}, (Integer[]) rows.getArray("a").getArray());
                    ResultSet elements = rows.getArray("a").getResultSet();
                    assertTrue(elements.next());
                    assertEquals(1, elements.getInt(2));
                    assertEquals("10.0.0.1", rows.getObject("n").toString());
                    ResultSetMetaData metaData = rows.getMetaData();
                    for (int column = 1; column <= metaData.getColumnCount(); column++) {
                        rows.getObject(column);
                        rows.getString(column);
                        metaData.getColumnType(column);
                        metaData.getColumnClassName(column);
                        metaData.getPrecision(column);
                        metaData.getScale(column);
                        metaData.getColumnDisplaySize(column);
                    }
                    assertFalse(rows.next());
                    assertSame(statement, rows.getStatement());
                    assertEquals(-1, statement.getUpdateCount() == 0 ? 0 : -1);
                });
                rows.close();
                assertTrue(rows.isClosed());
            }
        }
    }

    @Test
    void nothing_that_is_asked_before_or_after_a_transaction_needs_the_physical_connection() throws SQLException {
        mine.setAutoCommit(false);
        PreparedStatement statement = mine.prepareStatement("select id from item where id = ?");
        statement.setInt(1, 1);
        statement.executeQuery();
        mine.commit();
        whileOtherHoldsIt(() -> {
            assertFalse(mine.getAutoCommit());
            mine.getWarnings();
            mine.clearWarnings();
            statement.getMaxRows();
            statement.getWarnings();
            statement.isClosed();
            statement.getFetchSize();
            statement.getQueryTimeout();
            statement.close();
            mine.rollback();
            mine.setAutoCommit(true);
            mine.setReadOnly(true);
            mine.setReadOnly(false);
            mine.isClosed();
            mine.getMetaData().getURL();
            assertSame(mine, mine.unwrap(PGConnection.class));
            assertSame(mine, mine.unwrap(Connection.class));
            mine.prepareStatement("select 1").close();
            mine.createStatement().close();
            mine.close();
        });
    }

    @Test
    void an_unclosed_result_does_not_keep_others_from_the_same_text() throws SQLException {
        String sql = "select name from item where id = ?";
        try (PreparedStatement one = mine.prepareStatement(sql);
                PreparedStatement two = other.prepareStatement(sql)) {
            for (int i = 1; i <= 30; i++) {
                one.setInt(1, i);
                ResultSet first = one.executeQuery();
                two.setInt(1, i + 1);
                ResultSet second = two.executeQuery();
                assertTrue(first.next());
                assertTrue(second.next());
                assertEquals("item " + i, first.getString(1));
                assertEquals("item " + (i + 1), second.getString(1));
            }
        }
    }

    @Test
    void where_a_column_comes_from_is_asked_after_the_lease() throws SQLException {
        try (PreparedStatement statement = mine.prepareStatement("select id, name, 1 as one from item where id = ?")) {
            statement.setInt(1, 1);
            ResultSetMetaData metaData = statement.executeQuery().getMetaData();
            useByOther();
            assertEquals("item", metaData.getTableName(1));
            assertTrue(metaData.isAutoIncrement(1));
            assertEquals("serial", metaData.getColumnTypeName(1));
            assertEquals(ResultSetMetaData.columnNoNulls, metaData.isNullable(2));
            assertEquals("", metaData.getTableName(3));
            assertThrows(SQLException.class, () -> metaData.getTableName(4));
        }
    }

    @Test
    void generated_keys_are_read_without_the_physical_connection() throws SQLException {
        try (PreparedStatement insert =
                mine.prepareStatement("insert into item (name) values (?)", Statement.RETURN_GENERATED_KEYS)) {
            for (int i = 0; i < 7; i++) {
                insert.setString(1, "new");
                assertEquals(1, insert.executeUpdate());
                whileOtherHoldsIt(() -> {
                    ResultSet keys = insert.getGeneratedKeys();
                    assertTrue(keys.next());
                    assertTrue(keys.getInt("id") > 100);
                });
            }
            insert.setString(1, "batched");
            insert.addBatch();
            insert.setString(1, "batched too");
            insert.addBatch();
            assertArrayEquals(new int[] {1, 1}, insert.executeBatch());
            ResultSet keys = insert.getGeneratedKeys();
            assertTrue(keys.next());
            assertTrue(keys.next());
            assertFalse(keys.next());
        }
    }

    @Test
    void a_cursor_reads_on_while_its_transaction_is_open_and_says_so_when_it_is_not() throws SQLException {
        mine.setAutoCommit(false);
        try (Statement statement = mine.createStatement()) {
            statement.setFetchSize(7);
            ResultSet all = statement.executeQuery("select id from item order by id");
            int sum = 0;
            while (all.next()) {
                sum += all.getInt(1);
            }
            assertEquals(IntStream.rangeClosed(1, 100).sum(), sum);
            assertFalse(all.next());
            all.close();

            ResultSet cut = statement.executeQuery("select id from item order by id");
            assertTrue(cut.next());
            mine.commit();
            SQLException refused = assertThrows(SQLException.class, () -> {
                for (int i = 0; i < 10; i++) {
                    cut.next();
                }
            });
            assertEquals("34000", refused.getSQLState());
            cut.close();
            useByOther();
        }
    }

    @Test
    void an_updatable_result_keeps_the_physical_connection_until_it_is_closed() throws SQLException {
        try (Statement statement =
                mine.createStatement(ResultSet.TYPE_SCROLL_INSENSITIVE, ResultSet.CONCUR_UPDATABLE)) {
            ResultSet rows = statement.executeQuery("select id, name from item where id = 1");
            assertTrue(rows.next());
            rows.updateString("name", "changed");
            rows.updateRow();
            rows.close();
        }
        useByOther();
        try (Statement statement = other.createStatement();
                ResultSet rows = statement.executeQuery("select name from item where id = 1")) {
            assertTrue(rows.next());
            assertEquals("changed", rows.getString(1));
        }
    }

    @Test
    void a_large_object_lives_in_its_transaction_only() throws Exception {
        mine.setAutoCommit(false);
        Blob blob;
        try (PreparedStatement statement = mine.prepareStatement("select lo_from_bytea(0, ?)")) {
            statement.setBytes(1, new byte[] {1, 2, 3});
            ResultSet rows = statement.executeQuery();
            assertTrue(rows.next());
            blob = rows.getBlob(1);
            assertEquals(3, blob.length());
            assertArrayEquals(new byte[] {1, 2, 3}, blob.getBinaryStream().readAllBytes());
        }
        mine.commit();
        assertEquals("34000", assertThrows(SQLException.class, blob::length).getSQLState());
        blob.free();
        useByOther();
    }

    @Test
    void a_cursor_variable_is_read_in_its_transaction() throws SQLException {
        try (Statement statement = mine.createStatement()) {
            statement.execute("create or replace function items() returns refcursor language plpgsql as"
                    + " $$declare c refcursor; begin open c for select id from item order by id; return c; end$$");
        }
        mine.close();
        mine = DriverManager.getConnection(database.poolUrl());
        mine.setAutoCommit(false);
        try (CallableStatement call = mine.prepareCall("{? = call items()}")) {
            call.registerOutParameter(1, Types.REF_CURSOR);
            call.execute();
            try (ResultSet rows = (ResultSet) call.getObject(1)) {
                assertTrue(rows.next());
                assertEquals(1, rows.getInt(1));
            }
        }
        try (Statement statement = mine.createStatement();
                ResultSet rows = statement.executeQuery("select items()")) {
            assertTrue(rows.next());
            try (ResultSet inner = (ResultSet) rows.getObject(1)) {
                assertTrue(inner.next());
                assertSame(mine, inner.getStatement().getConnection());
            }
        }
        mine.commit();
    }

    @Test
    void an_array_made_on_one_session_is_a_parameter_on_any() throws SQLException {
        Array moods = mine.createArrayOf("mood", new Object[] {"sad"});
        useByOther();
        try (PreparedStatement statement = mine.prepareStatement("select ?::mood[], ? = any(?)")) {
            statement.setArray(1, moods);
            statement.setInt(2, 2);
            statement.setObject(3, new int[] {1, 2});
            ResultSet rows = statement.executeQuery();
            assertTrue(rows.next());
            assertArrayEquals(new Object[] {"sad"}, (Object[]) rows.getArray(1).getArray());
            assertTrue(rows.getBoolean(2));
        }
    }

    @Test
    void several_results_are_walked_without_the_physical_connection() throws SQLException {
        try (Statement statement = mine.createStatement()) {
            assertTrue(statement.execute("select 1; update item set name = name where id < 3; select 2"));
            whileOtherHoldsIt(() -> {
                ResultSet first = statement.getResultSet();
                assertFalse(statement.getMoreResults(Statement.KEEP_CURRENT_RESULT));
                assertEquals(2, statement.getUpdateCount());
                assertFalse(first.isClosed());
                assertTrue(statement.getMoreResults(Statement.CLOSE_ALL_RESULTS));
                assertTrue(first.isClosed());
                ResultSet last = statement.getResultSet();
                assertTrue(last.next());
                assertEquals(2, last.getInt(1));
                assertFalse(statement.getMoreResults());
                assertEquals(-1, statement.getUpdateCount());
            });
        }
    }

    @Test
    void a_statement_closes_on_completion() throws SQLException {
        Statement statement = mine.createStatement();
        statement.closeOnCompletion();
        ResultSet rows = statement.executeQuery("select 1");
        assertFalse(statement.isClosed());
        rows.close();
        assertTrue(statement.isClosed());
        assertEquals(
                "55000", assertThrows(SQLException.class, statement::getMaxRows).getSQLState());
    }

    @Test
    void only_its_own_classes_pin_the_session() throws SQLException {
        int backend = mine.unwrap(PgConnection.class).getBackendPID();
        assertEquals(backend, mine.unwrap(PGConnection.class).getBackendPID());
        assertThrows(SQLException.class, this::useByOther);
        other.close();
        mine.close();
    }

    @Test
    void tables_are_listed_without_keeping_the_physical_connection() throws SQLException {
        try (ResultSet tables = mine.getMetaData().getTables(null, null, "item", new String[] {"TABLE"})) {
            whileOtherHoldsIt(() -> {
                assertTrue(tables.next());
                assertEquals("item", tables.getString("TABLE_NAME"));
                assertSame(mine, tables.getStatement().getConnection());
            });
        }
    }

    @Test
    void cancelling_hits_the_own_statement_only() throws Exception {
        Statement statement = mine.createStatement();
        statement.cancel();
        statement.setQueryTimeout(1);
        SQLException cancelled = assertThrows(SQLException.class, () -> statement.execute("select pg_sleep(30)"));
        assertEquals("57014", cancelled.getSQLState());
        useByOther();
        assertEquals(List.of(1), List.of(statement.getQueryTimeout()));
    }
}
