package dev.pgpool.behaviour;

import static dev.pgpool.behaviour.SessionOfItsOwn.run;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.pgpool.jdbc.PgPoolDataSource;
import dev.pgpool.testserver.PostgresServer;
import dev.pgpool.testserver.PostgresTest;
import dev.pgpool.testserver.TestDatabase;
import java.sql.CallableStatement;
import java.sql.Connection;
import java.sql.Date;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Savepoint;
import java.sql.Statement;
import java.sql.Types;
import java.util.Collections;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.postgresql.PGConnection;

/**
 * What sessions with search paths of their own have prepared on one physical connection stays, for each path, and is run
 * by none with another one: the tables of the same name have other columns here, of other types.
 */
@PostgresTest
@Tag("every-version")
@Timeout(60)
class SearchPathPlansIT {
    /** More often than it takes until a statement is prepared on the server, and then has a plan that is kept. */
    private static final int OFTEN = 12;

    private final TestDatabase database;

    SearchPathPlansIT(TestDatabase database) {
        this.database = database;
    }

    @BeforeEach
    void tables() throws SQLException {
        try (Connection owner = database.connect()) {
            run(owner, """
                    drop schema if exists a cascade; create schema a;
                    create table a.item (id int primary key, name text);
                    insert into a.item values (1, 'of a');
                    create function a.told(int) returns int language sql immutable as 'select $1';
                    drop schema if exists b cascade; create schema b;
                    create table b.item (id text primary key, name date, note text);
                    insert into b.item values ('one', '2026-01-01', 'of b');
                    create function b.told(int) returns text language sql immutable as 'select ''told '' || $1'""");
        }
    }

    private PgPoolDataSource pool(String more) {
        PgPoolDataSource pool = new PgPoolDataSource();
        pool.setUrl(database.poolUrl() + more);
        pool.setMaxSize(1);
        return pool;
    }

    private static Connection inSchema(PgPoolDataSource pool, String schema) throws SQLException {
        Connection connection = pool.getConnection();
        connection.setSchema(schema);
        connection.setAutoCommit(false);
        return connection;
    }

    /** The columns of the only row. */
    private static String read(Connection connection, String sql) throws SQLException {
        try (PreparedStatement statement = connection.prepareStatement(sql);
                ResultSet row = statement.executeQuery()) {
            return only(row);
        }
    }

    private static String only(ResultSet rows) throws SQLException {
        assertTrue(rows.next());
        StringBuilder columns = new StringBuilder();
        for (int i = 1; i <= rows.getMetaData().getColumnCount(); i++) {
            columns.append(i == 1 ? "" : ", ").append(rows.getString(i));
        }
        return columns.toString();
    }

    private static String call(Connection connection, int type) throws SQLException {
        try (CallableStatement call = connection.prepareCall("{? = call told(7)}")) {
            call.registerOutParameter(1, type);
            call.execute();
            return String.valueOf(call.getObject(1));
        }
    }

    private static void insert(Connection connection, String id, String name) throws SQLException {
        try (PreparedStatement insert = connection.prepareStatement(
                "insert into item (id, name) values (?, ?)", Statement.RETURN_GENERATED_KEYS)) {
            insert.setObject(1, id, Types.OTHER);
            insert.setObject(2, name, Types.OTHER);
            assertEquals(1, insert.executeUpdate());
            try (ResultSet keys = insert.getGeneratedKeys()) {
                assertTrue(keys.next());
                assertEquals(id, keys.getString(1));
            }
        }
    }

    private static void all(Connection a, Connection b) throws SQLException {
        assertEquals("1, of a", read(a, "select * from item"));
        assertEquals("7", call(a, Types.INTEGER));
        insert(a, "2", "new");
        a.rollback();
        assertEquals("one, 2026-01-01, of b", read(b, "select * from item"));
        assertEquals("told 7", call(b, Types.VARCHAR));
        insert(b, "two", "2026-02-02");
        b.rollback();
    }

    @Test
    void nothing_is_prepared_again_for_another_search_path() throws Exception {
        PostgresServer server = database.server();
        try (MessageRecorder recorder = new MessageRecorder(server.host(), server.port());
                PgPoolDataSource pool = pool("")) {
            pool.setUrl("jdbc:pgpool://127.0.0.1:" + recorder.port() + "/" + database.name() + "?sslmode=disable");
            pool.setUser(server.user());
            pool.setPassword(server.password());
            try (Connection a = inSchema(pool, "a");
                    Connection b = inSchema(pool, "b")) {
                for (int i = 0; i < OFTEN; i++) {
                    all(a, b);
                }
                recorder.take();
                all(a, b);
                List<String> messages = recorder.take();
                assertTrue(messages.contains("B"), messages::toString);
                // Those of the texts that bring the search path along.
                assertEquals(2, Collections.frequency(messages, "P"), messages::toString);
            }
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "&preferQueryMode=extendedCacheEverything",
                "&preferQueryMode=extendedForPrepared",
                "&prepareThreshold=1",
                "&prepareThreshold=-1",
                "&preparedStatementCacheQueries=1",
                "&preparedStatementCacheQueries=0",
                "&reWriteBatchedInserts=true",
                "&autosave=always"
            })
    void each_reads_and_writes_by_its_own_path(String options) throws SQLException {
        try (PgPoolDataSource pool = pool(options);
                Connection a = inSchema(pool, "a");
                Connection b = inSchema(pool, "b")) {
            for (int i = 0; i < OFTEN; i++) {
                all(a, b);
                try (Statement plain = a.createStatement();
                        ResultSet row = plain.executeQuery("select * from item where name <> ''")) {
                    assertEquals("1, of a", only(row));
                }
                a.commit();
                try (Statement plain = b.createStatement();
                        ResultSet row = plain.executeQuery("select * from item where name <> '2020-01-01'")) {
                    assertEquals("one, 2026-01-01, of b", only(row));
                }
                b.commit();
            }
        }
    }

    @Test
    void batches_are_rewritten_by_each_path() throws SQLException {
        try (PgPoolDataSource pool = pool("&reWriteBatchedInserts=true");
                Connection a = inSchema(pool, "a");
                Connection b = inSchema(pool, "b")) {
            for (int i = 0; i < OFTEN; i++) {
                insertBatch(a, "new");
                a.rollback();
                insertBatch(b, "2026-02-02");
                b.rollback();
            }
        }
    }

    private static void insertBatch(Connection connection, String name) throws SQLException {
        try (PreparedStatement insert = connection.prepareStatement("insert into item (id, name) values (?, ?)")) {
            for (int id = 10; id < 14; id++) {
                insert.setObject(1, String.valueOf(id), Types.OTHER);
                insert.setObject(2, name, Types.OTHER);
                insert.addBatch();
            }
            assertEquals(4, insert.executeBatch().length);
        }
        assertEquals("5", read(connection, "select count(*) from item"));
    }

    @Test
    void rows_are_updated_in_the_table_of_each_path() throws SQLException {
        try (PgPoolDataSource pool = pool("");
                Connection a = inSchema(pool, "a");
                Connection b = inSchema(pool, "b")) {
            for (int i = 0; i < OFTEN; i++) {
                update(a, "name " + i);
                a.commit();
                update(b, "2026-03-" + (10 + i));
                b.commit();
            }
        }
    }

    private static void update(Connection connection, String name) throws SQLException {
        try (Statement statement =
                        connection.createStatement(ResultSet.TYPE_SCROLL_INSENSITIVE, ResultSet.CONCUR_UPDATABLE);
                ResultSet rows = statement.executeQuery("select id, name from item")) {
            assertTrue(rows.next());
            if (Character.isDigit(name.charAt(0))) {
                rows.updateDate("name", Date.valueOf(name));
            } else {
                rows.updateString("name", name);
            }
            rows.updateRow();
        }
        assertEquals(name, read(connection, "select name from item"));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "set local search_path = %s",
                "select set_config('search_path', '%s', true)",
                "do $$ begin set local search_path = %s; end $$",
                "do $$ begin execute 'set local search_path = %s'; end $$"
            })
    void a_path_of_a_transaction_is_left_with_it(String sql) throws SQLException {
        try (PgPoolDataSource pool = pool("");
                Connection connection = inSchema(pool, "a")) {
            for (int i = 0; i < OFTEN; i++) {
                assertEquals("1, of a", read(connection, "select * from item"));
                run(connection, sql.formatted("b"));
                assertEquals("one, 2026-01-01, of b", read(connection, "select * from item"));
                assertEquals("one, 2026-01-01, of b", read(connection, "select * from item "));
                connection.commit();
                assertEquals("1, of a", read(connection, "select * from item"));
                assertEquals("1, of a", read(connection, "select * from item "));
                connection.commit();
            }
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "set search_path = %s",
                "select set_config('search_path', '%s', false)",
                "do $$ begin perform set_config('search_path', '%s', false); end $$"
            })
    void a_path_that_a_text_has_set_is_that_of_its_session(String sql) throws SQLException {
        try (PgPoolDataSource pool = pool("");
                Connection connection = inSchema(pool, "a");
                Connection another = inSchema(pool, "a")) {
            for (int i = 0; i < OFTEN; i++) {
                assertEquals("1, of a", read(connection, "select * from item"));
                run(connection, sql.formatted("b"));
                assertEquals("one, 2026-01-01, of b", read(connection, "select * from item"));
                connection.commit();
                assertEquals("1, of a", read(another, "select * from item"));
                another.commit();
                assertEquals("one, 2026-01-01, of b", read(connection, "select * from item"));
                run(connection, sql.formatted("a"));
                assertEquals("1, of a", read(connection, "select * from item"));
                connection.commit();
            }
        }
    }

    /** Nothing tells of the role of the moment, and its schema is in the path. */
    @Test
    void a_role_of_a_transaction_is_left_with_it() throws SQLException {
        try (Connection owner = database.connect()) {
            run(owner, """
                    drop schema if exists reader_of_a cascade; drop role if exists reader_of_a;
                    create role reader_of_a; create schema reader_of_a; grant usage on schema reader_of_a to reader_of_a;
                    create table reader_of_a.item as select 7 as number; grant select on reader_of_a.item to reader_of_a;
                    drop table if exists item; create table item as select 'public' as name, 2 as id""");
        }
        try (PgPoolDataSource pool = pool("");
                Connection one = pool.getConnection();
                Connection another = pool.getConnection()) {
            one.setAutoCommit(false);
            another.setAutoCommit(false);
            for (int i = 0; i < OFTEN; i++) {
                run(one, "set local role reader_of_a");
                assertEquals("7", read(one, "select * from item"));
                one.commit();
            }
            assertEquals("public, 2", read(another, "select * from item"));
        }
    }

    @Test
    void strings_are_read_as_in_the_transaction_that_has_them() throws SQLException {
        try (PgPoolDataSource pool = pool("");
                Connection one = pool.getConnection();
                Connection another = pool.getConnection()) {
            one.setAutoCommit(false);
            for (int i = 0; i < OFTEN; i++) {
                run(one, "set local standard_conforming_strings = off");
                assertEquals("a\nb", read(one, "select 'a\\nb'"));
                one.commit();
            }
            assertEquals("a\\nb", read(another, "select 'a\\nb'"));
        }
    }

    /** In autocommit the server reports nothing of a path that is gone with its text. */
    @Test
    void what_a_text_reads_by_a_path_of_its_own_is_not_another_one_s() throws SQLException {
        try (PgPoolDataSource pool = pool("");
                Connection one = pool.getConnection();
                Connection another = pool.getConnection()) {
            for (int i = 0; i < OFTEN; i++) {
                assertEquals("1, of a", readIn(one, "a"));
            }
            assertEquals("one, 2026-01-01, of b", readIn(another, "b"));
        }
    }

    private static String readIn(Connection connection, String path) throws SQLException {
        try (PreparedStatement statement =
                connection.prepareStatement("select set_config('search_path', ?, true); select * from item")) {
            statement.setString(1, path);
            assertTrue(statement.execute());
            assertTrue(statement.getMoreResults());
            try (ResultSet rows = statement.getResultSet()) {
                return only(rows);
            }
        }
    }

    /** pgjdbc takes a SET for no change whose text is that of the last one, be that another session's. */
    @Test
    void a_path_that_another_session_has_set_before_is_a_new_one() throws SQLException {
        try (PgPoolDataSource pool = pool("");
                Connection one = pool.getConnection();
                Connection another = pool.getConnection()) {
            one.setAutoCommit(false);
            run(one, "set local search_path = b");
            assertEquals("one, 2026-01-01, of b", read(one, "select * from item"));
            one.commit();
            another.setAutoCommit(false);
            run(another, "select set_config('search_path', 'a', true)");
            for (int i = 0; i < OFTEN; i++) {
                assertEquals("1, of a", read(another, "select * from item"));
            }
            run(another, "set local search_path = b");
            assertEquals("one, 2026-01-01, of b", read(another, "select * from item"));
        }
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void a_path_is_that_of_the_savepoint_again(boolean byText) throws SQLException {
        try (PgPoolDataSource pool = pool("");
                Connection connection = inSchema(pool, "a")) {
            assertEquals("1, of a", read(connection, "select * from item"));
            Savepoint savepoint = connection.setSavepoint("before");
            run(connection, "set local search_path = b");
            for (int i = 0; i < OFTEN; i++) {
                assertEquals("one, 2026-01-01, of b", read(connection, "select * from item"));
            }
            if (byText) {
                run(connection, "rollback to before");
            } else {
                connection.rollback(savepoint);
            }
            assertEquals("1, of a", read(connection, "select * from item"));
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"commit and chain", "rollback and chain", "commit; begin", "END; START TRANSACTION"})
    void a_path_is_left_with_a_transaction_that_another_one_follows_at_once(String sql) throws SQLException {
        try (PgPoolDataSource pool = pool("");
                Connection connection = inSchema(pool, "a")) {
            assertEquals("1, of a", read(connection, "select * from item"));
            run(connection, "set local search_path = b");
            for (int i = 0; i < OFTEN; i++) {
                assertEquals("one, 2026-01-01, of b", read(connection, "select * from item"));
            }
            run(connection, sql);
            assertEquals("1, of a", read(connection, "select * from item"));
            connection.commit();
        }
    }

    /** Not every end is one of a transaction. */
    @Test
    void what_is_prepared_behind_a_moved_path_stays_in_its_transaction() throws SQLException {
        String sql = "select case when id is not null then note end from item";
        try (PgPoolDataSource pool = pool("");
                Connection connection = inSchema(pool, "a")) {
            run(connection, "set local search_path = b");
            for (int i = 0; i < OFTEN; i++) {
                assertEquals("of b", read(connection, sql));
            }
            assertEquals("1", read(connection, prepared(sql)));
            connection.commit();
        }
    }

    private static String prepared(String sql) {
        return "select count(*) from pg_prepared_statements where statement like '" + sql + "%'";
    }

    /** It makes nothing mean something else: what is prepared stays. */
    @Test
    void how_money_is_written_in_a_transaction_leaves_what_is_prepared() throws SQLException {
        try (PgPoolDataSource pool = pool("");
                Connection connection = inSchema(pool, "a")) {
            for (int i = 0; i < OFTEN; i++) {
                run(connection, "set local lc_monetary = 'C'");
                assertEquals("1, of a", read(connection, "select * from item"));
                connection.commit();
            }
            assertEquals("1", read(connection, prepared("select * from item")));
        }
    }

    @Test
    void each_reads_by_its_own_path_after_a_copy_in_pieces() throws SQLException {
        try (PgPoolDataSource pool = pool("");
                Connection a = inSchema(pool, "a");
                Connection b = inSchema(pool, "b")) {
            a.unwrap(PGConnection.class)
                    .getCopyAPI()
                    .copyIn("copy item from stdin")
                    .endCopy();
            a.commit();
            for (int i = 0; i < OFTEN; i++) {
                all(a, b);
            }
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "&pool.mode=session"})
    void a_session_of_which_not_all_is_known_reads_by_the_path_it_has(String mode) throws SQLException {
        try (PgPoolDataSource pool = pool(mode);
                Connection connection = inSchema(pool, "a")) {
            connection.setAutoCommit(true);
            run(connection, "select set_config('myapp.' || 'setting', '1', false)");
            for (int i = 0; i < OFTEN; i++) {
                connection.setSchema("b");
                assertEquals("one, 2026-01-01, of b", read(connection, "select * from item"));
                run(connection, "set search_path = a");
                assertEquals("1, of a", read(connection, "select * from item"));
                connection.setSchema("b");
                assertEquals("one, 2026-01-01, of b", read(connection, "select * from item"));
                connection.setSchema("a");
                assertEquals("1, of a", read(connection, "select * from item"));
            }
        }
    }
}
