package dev.pgpool.behaviour;

import static dev.pgpool.behaviour.SessionOfItsOwn.rows;
import static dev.pgpool.behaviour.SessionOfItsOwn.run;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.pgpool.jdbc.PgPoolDataSource;
import dev.pgpool.pool.PinReason;
import dev.pgpool.pool.PoolSnapshot;
import dev.pgpool.pool.RetireReason;
import dev.pgpool.testserver.PostgresTest;
import dev.pgpool.testserver.TestDatabase;
import java.io.IOException;
import java.io.InputStream;
import java.io.Reader;
import java.io.StringReader;
import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.sql.Savepoint;
import java.sql.Statement;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.postgresql.PGConnection;
import org.postgresql.copy.CopyIn;
import org.postgresql.copy.CopyManager;
import org.postgresql.copy.CopyOut;
import org.postgresql.largeobject.LargeObject;
import org.postgresql.largeobject.LargeObjectManager;

/**
 * Session state follows a logical connection. There is one physical connection only, so whoever sees his own state after
 * somebody else's turn has had it brought along; and whoever pins it keeps all others out.
 */
@PostgresTest
@Timeout(120)
class MovingStateIT {
    private static TestDatabase database;

    private PgPoolDataSource pool;
    private Connection one;
    private Connection two;

    @BeforeAll
    static void tables(TestDatabase fresh) throws SQLException {
        database = fresh;
        try (Connection owner = database.connect();
                Statement statement = owner.createStatement()) {
            statement.execute("create schema tenant_a; create schema tenant_b; create schema \"Tenant C\";"
                    + " create table tenant_a.item (name text); insert into tenant_a.item values ('a');"
                    + " create table tenant_b.item (name text, other int); insert into tenant_b.item values ('b', 1);"
                    + " do $$ begin create role moving; exception when duplicate_object then null; end $$;"
                    + " grant all on schema public, tenant_a, tenant_b to moving");
        }
    }

    @BeforeEach
    void open() throws SQLException {
        pool = new PgPoolDataSource();
        pool.setUrl(database.poolUrl());
        pool.setMaxSize(1);
        pool.setMaxWaiters(0);
        one = pool.getConnection();
        two = pool.getConnection();
    }

    @AfterEach
    void nothingIsLeft() throws SQLException {
        one.close();
        two.close();
        try (Connection next = pool.getConnection();
                Connection fresh = database.connect()) {
            assertEquals(SessionOfItsOwn.seen(fresh), SessionOfItsOwn.seen(next));
        }
        assertEquals(0, snapshot().leased());
        pool.close();
    }

    private PoolSnapshot snapshot() throws SQLException {
        return pool.snapshot().orElseThrow();
    }

    private static String setting(Connection connection, String name) throws SQLException {
        return rows(connection, "select current_setting('" + name + "', true)");
    }

    private void assertPinned(PinReason reason) throws SQLException {
        List<PoolSnapshot.Pinned> pins = snapshot().pins();
        assertEquals(1, pins.size());
        assertEquals(reason, pins.get(0).reason());
        assertTrue(
                pins.get(0).site().startsWith("\tat dev.pgpool.behaviour."),
                pins.get(0).site());
        assertTrue(
                pins.get(0).site().contains(MovingStateIT.class.getName()),
                pins.get(0).site());
        assertThrows(SQLException.class, () -> rows(two, "select 1"), "the only connection is pinned");
    }

    private void assertNotPinned() throws SQLException {
        assertEquals(List.of(), snapshot().pins());
        assertEquals("1", rows(two, "select 1"));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "set lock_timeout = '7s' | lock_timeout | 7s",
                "set lock_timeout to 7000 | lock_timeout | 7s",
                "SET SESSION Lock_Timeout TO '7000ms' | lock_timeout | 7s",
                "set time zone 'Europe/Berlin' | timezone | Europe/Berlin",
                "set time zone interval '-08:00' hour to minute | timezone | <-08>+08",
                "set myapp.user_id = 'Ünï''q' | myapp.user_id | Ünï'q",
                "set search_path to tenant_a, \"Tenant C\", \"$user\" | search_path | tenant_a, \"Tenant C\", \"$user\"",
                "set schema 'tenant_b' | search_path | tenant_b",
                "set session characteristics as transaction isolation level serializable"
                        + " | default_transaction_isolation | serializable",
                "set role moving | role | moving",
                "set session authorization moving | session_authorization | moving",
                "select set_config('lock_timeout', '7s', false) | lock_timeout | 7s",
                "select pg_catalog.set_config('myapp.user_id', '', false) | myapp.user_id | ''",
                "set statement_timeout = '30s'; set lock_timeout = '7s' | lock_timeout | 7s"
            })
    void a_setting_moves_with_its_session(String sql, String name, String value) throws SQLException {
        String before = setting(two, name);
        run(one, sql);
        assertNotPinned();
        assertEquals(value, setting(one, name));
        assertNotEquals(value, before);
        assertEquals(before, setting(two, name).isEmpty() ? before : setting(two, name));
        assertEquals(value, setting(one, name));
    }

    @Test
    void settings_by_jdbc_and_by_sql_are_the_same() throws SQLException {
        one.setSchema("tenant_a");
        assertEquals("tenant_a", setting(one, "search_path"));
        run(two, "set search_path to tenant_b");
        assertEquals("tenant_b", two.getSchema());
        assertEquals("tenant_a", one.getSchema());
        one.setSchema("Tenant C");
        assertEquals("\"Tenant C\"", setting(one, "search_path"));
        run(one, "reset search_path");
        assertEquals("public", one.getSchema());

        one.setTransactionIsolation(Connection.TRANSACTION_SERIALIZABLE);
        assertEquals("serializable", setting(one, "transaction_isolation"));
        run(one, "set session characteristics as transaction isolation level repeatable read");
        rows(two, "select 1");
        assertEquals(Connection.TRANSACTION_REPEATABLE_READ, one.getTransactionIsolation());
        run(one, "reset default_transaction_isolation");

        one.setClientInfo("ApplicationName", "by jdbc");
        assertEquals("by jdbc", setting(one, "application_name"));
        run(two, "set application_name = 'by sql'");
        assertEquals("by sql", two.getClientInfo("ApplicationName"));
        assertEquals("by jdbc", one.getClientInfo("ApplicationName"));
        assertNotPinned();
    }

    @Test
    void a_setting_that_is_rolled_back_is_forgotten() throws SQLException {
        one.setAutoCommit(false);
        run(one, "set lock_timeout = '7s'");
        run(one, "set myapp.user_id = '7'");
        one.setSchema("tenant_a");
        assertEquals("7s", setting(one, "lock_timeout"));
        one.rollback();
        rows(two, "select 1");
        assertEquals("0", setting(one, "lock_timeout"));
        assertEquals("public", one.getSchema());
        one.commit();
        assertNotPinned();
    }

    @Test
    void a_rollback_to_a_savepoint_undoes_what_came_behind_it() throws SQLException {
        one.setAutoCommit(false);
        run(one, "set lock_timeout = '1s'");
        Savepoint savepoint = one.setSavepoint();
        run(one, "set lock_timeout = '2s'");
        run(one, "set statement_timeout = '50s'");
        one.rollback(savepoint);
        one.commit();
        rows(two, "select 1");
        assertEquals("1s", setting(one, "lock_timeout"));
        assertEquals("0", setting(one, "statement_timeout"));
        one.commit();
    }

    @Test
    void a_local_setting_ends_with_its_transaction() throws SQLException {
        one.setAutoCommit(false);
        run(one, "set local lock_timeout = '1s'");
        rows(one, "select set_config('statement_timeout', '50s', true)");
        assertEquals("1s", setting(one, "lock_timeout"));
        one.commit();
        assertNotPinned();
        assertEquals("0", setting(one, "lock_timeout"));
        assertEquals("0", setting(one, "statement_timeout"));
        one.commit();
    }

    @Test
    void a_setting_that_the_server_refuses_is_not_brought_along() throws SQLException {
        run(one, "set lock_timeout = '1s'");
        assertThrows(SQLException.class, () -> run(one, "set lock_timeout = 'never'"));
        assertThrows(SQLException.class, () -> run(one, "set no_such_parameter = 1"));
        rows(two, "select 1");
        assertEquals("1s", setting(one, "lock_timeout"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"reset all", "discard all"})
    void all_settings_can_be_reset(String sql) throws SQLException {
        run(one, "set lock_timeout = '1s'; set search_path to tenant_a");
        run(two, "set lock_timeout = '2s'");
        run(one, sql);
        assertNotPinned();
        assertEquals("0", setting(one, "lock_timeout"));
        assertEquals("public", one.getSchema());
        assertEquals("2s", setting(two, "lock_timeout"));
    }

    @Test
    void the_settings_of_a_role_that_may_not_set_them_move_too() throws SQLException {
        run(one, "set log_min_duration_statement = '1h'");
        run(one, "set role moving");
        assertEquals("moving", rows(two, "select 'moving' where current_user <> 'moving'"));
        assertEquals("moving", rows(one, "select current_user"));
        assertEquals("1h", setting(one, "log_min_duration_statement"));
        run(two, "set log_min_duration_statement = '2h'");
        run(two, "set role moving");
        assertEquals("1h", setting(one, "log_min_duration_statement"));
        assertEquals("2h", setting(two, "log_min_duration_statement"));
    }

    @Test
    void a_prepared_statement_reads_the_table_of_the_search_path_at_hand() throws SQLException {
        try (PreparedStatement ofOne = one.prepareStatement("select * from item");
                PreparedStatement ofTwo = two.prepareStatement("select * from item")) {
            one.setSchema("tenant_a");
            run(two, "set search_path to tenant_b");
            for (int i = 0; i < 20; i++) {
                try (var rows = ofOne.executeQuery()) {
                    rows.next();
                    assertEquals("a", rows.getString(1));
                    assertEquals(1, rows.getMetaData().getColumnCount());
                }
                try (var rows = ofTwo.executeQuery()) {
                    rows.next();
                    assertEquals("b", rows.getString(1));
                    assertEquals(1, rows.getInt(2));
                }
            }
        }
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "TEMPORARY_OBJECT | create temp table scratch (id int) | drop table scratch",
                "TEMPORARY_OBJECT | create temp view scratch as select 1 | drop view scratch",
                "TEMPORARY_OBJECT | create temp sequence scratch | drop sequence scratch",
                "TEMPORARY_OBJECT | select 1 as id into temp scratch | discard temp",
                "TEMPORARY_OBJECT | create temp table scratch as select 1 | discard all",
                "ADVISORY_LOCK | select pg_advisory_lock(7) | select pg_advisory_unlock(7)",
                "ADVISORY_LOCK | select pg_try_advisory_lock_shared(7, 8) | select pg_advisory_unlock_all()",
                "LISTEN | listen news | unlisten news",
                "LISTEN | listen news | unlisten *",
                "PREPARED_STATEMENT | prepare mine as select 1 | deallocate mine",
                "PREPARED_STATEMENT | prepare mine as select 1 | deallocate all",
                "HOLDABLE_CURSOR | declare mine cursor with hold for select 1 | close mine",
                "HOLDABLE_CURSOR | declare mine cursor with hold for select 1 | close all"
            })
    void what_cannot_move_pins_until_it_is_gone(PinReason reason, String begin, String end) throws SQLException {
        run(one, begin);
        assertPinned(reason);
        rows(one, "select 1");
        assertPinned(reason);
        run(one, end);
        assertNotPinned();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "create text search configuration c (copy = simple); drop text search configuration c",
                "create text search dictionary d (template = simple); alter text search dictionary d (accept = false);"
                        + " drop text search dictionary d",
                "create conversion c for 'LATIN1' to 'UTF8' from iso8859_1_to_utf8; drop conversion c",
                "create access method m type table handler heap_tableam_handler; drop access method m",
                "create foreign data wrapper w; create server s foreign data wrapper w;"
                        + " create user mapping for current_user server s; create foreign table f (a int) server s;"
                        + " alter foreign table f add b int; drop foreign data wrapper w cascade",
                "create schema s create table t (a int) create view v as select a from t; drop schema s cascade"
            })
    void definitions_pin_nothing(String sql) throws SQLException {
        run(one, sql);
        assertNotPinned();
    }

    @Test
    void a_lock_taken_twice_is_released_twice() throws SQLException {
        run(one, "select pg_advisory_lock(7)");
        run(one, "select pg_advisory_lock(7)");
        run(one, "select pg_advisory_unlock(7)");
        assertPinned(PinReason.ADVISORY_LOCK);
        run(one, "select pg_advisory_unlock(7)");
        assertNotPinned();
    }

    @Test
    void a_lock_that_was_not_got_does_not_pin() throws SQLException {
        try (Connection other = database.connect()) {
            run(other, "select pg_advisory_lock(7)");
            assertEquals("f", rows(one, "select pg_try_advisory_lock(7)"));
            assertNotPinned();
        }
    }

    @Test
    void what_pins_in_a_transaction_that_is_rolled_back_does_not_pin_after_it() throws SQLException {
        one.setAutoCommit(false);
        run(one, "create temp table scratch (id int)");
        run(one, "listen news");
        one.rollback();
        assertNotPinned();
        run(one, "create temp table scratch (id int) on commit drop");
        one.commit();
        assertNotPinned();
    }

    @Test
    void two_reasons_end_one_after_the_other() throws SQLException {
        run(one, "create temp table scratch (id int)");
        run(one, "listen news");
        run(one, "drop table scratch");
        assertPinned(PinReason.LISTEN);
        run(one, "unlisten *");
        assertNotPinned();
    }

    @Test
    void a_pin_and_a_setting_together() throws SQLException {
        run(one, "set lock_timeout = '1s'");
        run(one, "create temp table scratch (id int); set statement_timeout = '50s'");
        run(one, "reset lock_timeout");
        run(one, "drop table scratch");
        assertNotPinned();
        assertEquals("0", setting(one, "lock_timeout"));
        assertEquals("50s", setting(one, "statement_timeout"));
    }

    @Test
    void no_more_may_be_pinned_than_allowed() throws SQLException {
        one.close();
        two.close();
        pool.close();
        pool = new PgPoolDataSource();
        pool.setUrl(database.poolUrl());
        pool.setMaxSize(3);
        pool.setMaxPinned(1);
        one = pool.getConnection();
        two = pool.getConnection();
        run(one, "listen news");
        SQLException refusal = assertThrows(SQLException.class, () -> run(two, "create temp table scratch (id int)"));
        assertEquals("53400", refusal.getSQLState());
        for (String part :
                List.of("pool.maxPinned=1", "a temporary object", "was not run", "a LISTEN", "listen news")) {
            assertTrue(refusal.getMessage().contains(part), refusal.getMessage());
        }
        assertEquals("1", rows(two, "select 1"));
        run(one, "unlisten news");
        run(two, "create temp table scratch (id int)");
        assertEquals(1, snapshot().pinned());
        run(two, "drop table scratch");
        run(one, "listen news");
    }

    @Test
    void a_short_timeout_of_somebody_s_own_harms_nobody_else() throws SQLException {
        run(one, "set statement_timeout = '1ms'");
        for (int i = 0; i < 20; i++) {
            assertEquals("1", rows(two, "select 1"));
            run(one, "set statement_timeout = '1ms'");
        }
    }

    private static PgPoolDataSource with(String parameters) {
        PgPoolDataSource source = new PgPoolDataSource();
        source.setUrl(database.poolUrl() + parameters);
        source.setMaxSize(1);
        source.setName("start");
        return source;
    }

    @Test
    void sources_that_differ_in_settings_only_share_a_pool() throws SQLException {
        try (PgPoolDataSource red = with("&currentSchema=tenant_a&ApplicationName=red");
                PgPoolDataSource blue = with("&currentSchema=tenant_b&options=-c%20lock_timeout=7s");
                Connection ofRed = red.getConnection();
                Connection ofBlue = blue.getConnection()) {
            for (int i = 0; i < 3; i++) {
                assertEquals("red", setting(ofRed, "application_name"));
                assertEquals("0", setting(ofRed, "lock_timeout"));
                assertEquals("a", rows(ofRed, "select name from item"));
                assertEquals("7s", setting(ofBlue, "lock_timeout"));
                assertEquals("b", rows(ofBlue, "select name from item"));
            }
            assertEquals("red", ofRed.getClientInfo("ApplicationName"));
            assertEquals(rows(ofRed, "select pg_backend_pid()"), rows(ofBlue, "select pg_backend_pid()"));
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "reset search_path",
                "set search_path to default",
                "reset all",
                "discard all",
                "select set_config('search_path', null, false)"
            })
    void a_reset_brings_back_what_the_session_began_with(String sql) throws SQLException {
        try (PgPoolDataSource source = with("&currentSchema=tenant_a");
                Connection connection = source.getConnection();
                Connection private_ =
                        java.sql.DriverManager.getConnection(database.url() + "&currentSchema=tenant_a")) {
            for (Connection each : List.of(private_, connection)) {
                run(each, "set search_path to tenant_b");
                run(each, sql);
                assertEquals("tenant_a", each.getSchema());
                each.setSchema("tenant_b");
                each.setSchema(null);
                assertEquals("tenant_a", each.getSchema());
                // The server's own default, but set: it stays.
                run(each, "set search_path to \"$user\", public");
                assertEquals("\"$user\", public", setting(each, "search_path"));
                each.setAutoCommit(false);
                if (!sql.equals("discard all")) {
                    run(each, sql);
                    assertEquals("tenant_a", each.getSchema());
                    each.rollback();
                    assertEquals("public", each.getSchema());
                }
                each.commit();
                each.setAutoCommit(true);
            }
        }
    }

    @Test
    void a_start_setting_that_the_server_refuses_fails_the_connect() throws SQLException {
        try (PgPoolDataSource good = with("&currentSchema=tenant_a");
                PgPoolDataSource bad = with("&options=-c%20lock_timeout=never");
                Connection connection = good.getConnection()) {
            SQLException refusal = assertThrows(SQLException.class, bad::getConnection);
            assertEquals("22023", refusal.getSQLState());
            assertEquals("a", rows(connection, "select name from item"));
        }
    }

    private void reopen(String property, String value) throws SQLException {
        one.close();
        two.close();
        pool.close();
        pool = new PgPoolDataSource();
        pool.setUrl(database.poolUrl() + "&pool." + property + "=" + value);
        pool.setMaxSize(1);
        pool.setMaxWaiters(0);
        one = pool.getConnection();
        two = pool.getConnection();
    }

    private static int preparedByTheDriver(Connection connection) throws SQLException {
        try (PreparedStatement statement = connection.prepareStatement("select 1")) {
            for (int i = 0; i < 10; i++) {
                statement.executeQuery().close();
            }
        }
        return Integer.parseInt(rows(connection, "select count(*) from pg_prepared_statements where not from_sql"));
    }

    @Test
    void a_session_is_discarded_after_each_unit_of_work_if_that_is_wanted() throws SQLException {
        assertNotEquals(0, preparedByTheDriver(one));
        reopen("resetMode", "always");
        assertEquals(0, preparedByTheDriver(one));
        run(one, "set lock_timeout = '1s'; set search_path to tenant_a");
        assertEquals("0", setting(two, "lock_timeout"));
        assertEquals("1s", setting(one, "lock_timeout"));
        assertEquals("a", rows(one, "select name from item"));
        run(one, "create temp table scratch (id int)");
        assertPinned(PinReason.TEMPORARY_OBJECT);
        run(one, "drop table scratch");
        assertNotPinned();
    }

    @Test
    void code_that_cannot_be_looked_into_pins_unless_it_is_trusted() throws SQLException {
        String opaque = "do $$ begin execute 'set myapp.unseen = ' || 7; end $$";
        run(one, opaque);
        assertEquals(PinReason.PROCEDURE, snapshot().pins().get(0).reason());
        assertEquals("7", setting(one, "myapp.unseen"));
        one.close();
        assertEquals("", setting(two, "myapp.unseen"));
        reopen("resetMode", "never");
        run(one, opaque);
        assertNotPinned();
        assertEquals("7", setting(two, "myapp.unseen"), "the documented price of trust");
        run(one, "set lock_timeout = '1s'");
        assertEquals("0", setting(two, "lock_timeout"));
        assertEquals("1s", setting(one, "lock_timeout"));
        run(one, "set myapp.unseen = ''");
        run(two, "set myapp.unseen = ''");
    }

    @Test
    void a_close_in_the_middle_of_it_all_leaves_nothing() throws SQLException {
        run(one, "set role moving");
        run(one, "set lock_timeout = '1s'");
        one.setAutoCommit(false);
        run(one, "set session characteristics as transaction isolation level serializable");
        run(one, "select pg_advisory_lock(7)");
        run(one, "listen news");
        try (Statement statement = one.createStatement()) {
            statement.setFetchSize(1);
            var rows = statement.executeQuery("select generate_series(1, 100)");
            rows.next();
            one.close();
        }
        assertEquals(
                "1", rows(two, "select count(*) from pg_roles where rolname = 'moving' and current_user <> 'moving'"));
        assertEquals(
                "0", rows(two, "select count(*) from pg_locks where locktype = 'advisory' and pid = pg_backend_pid()"));
        assertEquals("", rows(two, "select pg_listening_channels()"));
        assertEquals("0", setting(two, "lock_timeout"));
        assertEquals("read committed", setting(two, "transaction_isolation"));
    }

    @Test
    void what_a_session_drew_from_a_sequence_is_never_another_one_s() throws SQLException {
        run(one, "create sequence if not exists numbers");
        one.setAutoCommit(false);
        String drawn = rows(one, "select nextval('numbers')");
        assertEquals(drawn, rows(one, "select currval('numbers')"));
        one.commit();
        one.setAutoCommit(true);
        // From here on the pool knows that somebody asks, and keeps who draws.
        String next = rows(two, "select nextval('numbers')");
        assertThrows(SQLException.class, () -> rows(one, "select currval('numbers')"));
        assertEquals(PinReason.SEQUENCE_STATE, snapshot().pins().get(0).reason());
        assertEquals(next, rows(two, "select lastval()"));
        two.close();
        SQLException refusal = assertThrows(SQLException.class, () -> rows(one, "select lastval()"));
        assertEquals("55000", refusal.getSQLState());
    }

    @Test
    void a_copy_pins_while_it_is_under_way() throws Exception {
        run(one, "create table if not exists copied (id int); truncate copied");
        CopyManager api = one.unwrap(PGConnection.class).getCopyAPI();
        assertNotPinned();
        assertEquals(2, api.copyIn("copy copied from stdin", new StringReader("1\n2\n")));
        assertNotPinned();
        CopyIn in = api.copyIn("copy copied from stdin");
        assertPinned(PinReason.COPY);
        in.writeToCopy(new byte[] {'3', '\n'}, 0, 2);
        assertPinned(PinReason.COPY);
        assertEquals(1, in.endCopy());
        assertNotPinned();
        assertFalse(in.isActive());
        CopyOut out = api.copyOut("copy copied to stdout");
        assertEquals("1\n", new String(out.readFromCopy(), StandardCharsets.UTF_8));
        assertPinned(PinReason.COPY);
        while (out.readFromCopy() != null) {
            assertTrue(out.isActive());
        }
        assertNotPinned();
        IOException failure = new IOException("the application's own");
        Reader broken = new Reader() {
            @Override
            public int read(char[] into, int offset, int length) throws IOException {
                throw failure;
            }

            @Override
            public void close() {}
        };
        assertSame(failure, assertThrows(IOException.class, () -> api.copyIn("copy copied from stdin", broken)));
        assertThrows(SQLException.class, () -> api.copyIn("copy copied from stdin", new StringReader("no number\n")));
        assertNotPinned();
        assertEquals("3", rows(one, "select count(*) from copied"));
    }

    @Test
    void a_cancelled_copy_leaves_nothing_for_anybody_to_meet() throws Exception {
        run(one, "create table if not exists copied (id int); truncate copied; insert into copied values (1), (2)");
        CopyOut out = one.unwrap(PGConnection.class).getCopyAPI().copyOut("copy copied to stdout");
        out.cancelCopy();
        assertFalse(out.isActive());
        assertNotPinned();
        assertEquals("1", rows(one, "select 1"));
        one.close();
        assertEquals("2", rows(two, "select count(*) from copied"));
        assertEquals(0, snapshot().counts().retired().getOrDefault(RetireReason.NOT_RESETTABLE, 0L));
    }

    @Test
    void a_close_in_the_middle_of_a_copy_ends_its_session_and_nothing_else() throws Exception {
        run(one, "create table if not exists copied (id int); truncate copied");
        CopyIn in = one.unwrap(PGConnection.class).getCopyAPI().copyIn("copy copied from stdin");
        in.writeToCopy(new byte[] {'3', '\n'}, 0, 2);
        one.close();
        assertFalse(in.isActive());
        assertThrows(SQLException.class, in::endCopy);
        assertEquals("0", rows(two, "select count(*) from copied"));
        assertEquals(1, snapshot().counts().retired().get(RetireReason.NOT_RESETTABLE));
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void a_search_path_that_makes_temporary_objects_pins(boolean byJdbc) throws SQLException {
        if (byJdbc) {
            one.setSchema("pg_temp");
        } else {
            run(one, "set search_path to pg_temp, public");
        }
        run(one, "create table unseen (id int)");
        assertPinned(PinReason.SETTING);
        one.close();
        assertEquals("0", rows(two, "select count(*) from pg_class where relname = 'unseen'"));
    }

    @Test
    void a_large_object_lives_in_its_transaction_only() throws Exception {
        LargeObjectManager manager = one.unwrap(PGConnection.class).getLargeObjectAPI();
        assertNotPinned();
        one.setAutoCommit(false);
        long oid = manager.createLO();
        LargeObject object = manager.open(oid);
        object.write(new byte[] {1, 2, 3});
        InputStream stream = object.getInputStream();
        one.commit();
        assertNotPinned();
        assertEquals(
                "34000", assertThrows(SQLException.class, () -> object.read(1)).getSQLState());
        SQLException cause = assertInstanceOf(
                SQLException.class,
                assertThrows(IOException.class, stream::read).getCause());
        assertEquals("34000", cause.getSQLState());
        // The same number is that of another descriptor now, perhaps in another session.
        LargeObject again = manager.open(oid);
        assertEquals("34000", assertThrows(SQLException.class, object::close).getSQLState());
        assertArrayEquals(new byte[] {1, 2, 3}, again.read(4));
        one.rollback();
        manager.delete(oid);
        one.commit();
        assertNotPinned();
    }

    @Test
    void in_session_mode_state_needs_no_pin() throws SQLException {
        reopen("mode", "session&pool.maxPinned=0");
        run(one, "create temp table scratch (id int); set lock_timeout = '1s'");
        assertEquals("0", rows(one, "select count(*) from scratch"));
        one.close();
        assertEquals("0", setting(two, "lock_timeout"));
        assertEquals("", rows(two, "select 1 from pg_class where relname = 'scratch'"));
    }

    @Test
    void a_copy_to_a_temporary_table_is_written_piece_by_piece() throws SQLException {
        run(one, "create temp table scratch (id int)");
        CopyIn in = one.unwrap(PGConnection.class).getCopyAPI().copyIn("copy pg_temp.scratch from stdin");
        in.writeToCopy(new byte[] {'3', '\n'}, 0, 2);
        assertEquals(1, in.endCopy());
        assertEquals("3", rows(one, "select id from scratch"));
        run(one, "drop table scratch");
        assertNotPinned();
    }

    @Test
    void a_reset_at_the_end_of_a_text_that_commits_leaves_no_transaction_open() throws SQLException {
        try (PgPoolDataSource source = with("&currentSchema=tenant_a");
                Connection connection = source.getConnection()) {
            connection.setAutoCommit(false);
            run(connection, "set search_path to tenant_b; reset search_path; commit");
            assertEquals(0, source.snapshot().orElseThrow().leased());
            assertEquals("tenant_a", connection.getSchema());
            connection.commit();
        }
    }
}
