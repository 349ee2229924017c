package dev.pgpool.conformance;

import static dev.pgpool.conformance.Jdbc.assertFails;
import static dev.pgpool.conformance.Jdbc.rows;
import static dev.pgpool.conformance.Jdbc.run;
import static dev.pgpool.conformance.Jdbc.value;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLClientInfoException;
import java.sql.SQLException;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Properties;

/** What a session is told once and is expected to remember. */
@Conformance(schema = """
                create schema tenant_a; create schema tenant_b; create schema "It's ""odd""\";
                create table tenant_a.item (name text); insert into tenant_a.item values ('of a');
                create table tenant_b.item (name text); insert into tenant_b.item values ('of b');
                do $$ begin create role reader; exception when duplicate_object then null; end $$; grant usage on schema tenant_a to reader; grant select on tenant_a.item to reader;
                create sequence counter;
                create function change_setting() returns text language sql as
                    $$ select set_config('myapp.tenant', 'by function', false) $$;
                """)
final class SettingsIT {
    @Conforms
    void the_schema(Connection connection) throws SQLException {
        assertEquals("public", connection.getSchema());
        connection.setSchema("tenant_a");
        assertEquals("tenant_a", connection.getSchema());
        assertEquals("of a", value(connection, "select name from item"));
        connection.setSchema("tenant_b");
        assertEquals("of b", value(connection, "select name from item"));
        connection.setSchema("It's \"odd\"");
        assertEquals("It's \"odd\"", connection.getSchema());
    }

    @Conforms
    void no_schema(Connection connection) throws SQLException {
        connection.setSchema("nowhere");
        assertNull(connection.getSchema());
        connection.setSchema(null);
        assertEquals("public", connection.getSchema());
        assertEquals("\"$user\", public", value(connection, "show search_path"));
    }

    @Conforms
    void the_schema_by_property(Subject subject) throws SQLException {
        Connection connection = subject.open("currentSchema=tenant_b");
        assertEquals("tenant_b", connection.getSchema());
        assertEquals("of b", value(connection, "select name from item"));
    }

    @Conforms
    void options_by_property(Subject subject) throws SQLException {
        Connection connection = subject.open("options=-c%20statement_timeout=54321%20-c%20myapp.tenant=seven");
        assertEquals("54321ms", value(connection, "show statement_timeout"));
        assertEquals("seven", value(connection, "show myapp.tenant"));
    }

    @Conforms(transactions = true)
    void a_schema_set_in_a_transaction_is_rolled_back(Connection connection) throws SQLException {
        connection.setSchema("tenant_a");
        connection.setAutoCommit(false);
        connection.setSchema("tenant_b");
        assertEquals("of b", value(connection, "select name from item"));
        connection.rollback();
        assertEquals("of a", value(connection, "select name from item"));
        assertEquals("tenant_a", connection.getSchema());
        connection.commit();
    }

    @Conforms
    void the_catalog_can_not_change(Subject subject) throws SQLException {
        Connection connection = subject.open();
        assertEquals(subject.databaseName(), connection.getCatalog());
        connection.setCatalog("other");
        assertEquals(subject.databaseName(), connection.getCatalog());
    }

    @Conforms
    void a_setting_lasts(Connection connection) throws SQLException {
        run(connection, "set statement_timeout = '12345ms'");
        assertEquals("12345ms", value(connection, "show statement_timeout"));
        run(connection, "reset statement_timeout");
        assertEquals("0", value(connection, "show statement_timeout"));
    }

    @Conforms(transactions = true)
    void a_setting_is_rolled_back(Connection connection) throws SQLException {
        run(connection, "set myapp.tenant = 'before'");
        connection.setAutoCommit(false);
        run(connection, "set myapp.tenant = 'within'");
        assertEquals("within", value(connection, "show myapp.tenant"));
        connection.rollback();
        assertEquals("before", value(connection, "show myapp.tenant"));
        connection.commit();
    }

    @Conforms
    void set_config_lasts(Connection connection) throws SQLException {
        assertEquals("tenant_a", value(connection, "select set_config('search_path', 'tenant_a', false)"));
        assertEquals("of a", value(connection, "select name from item"));
        assertEquals("of a", value(connection, "select name from item"));
    }

    @Conforms
    void a_setting_made_by_a_function_lasts(Connection connection) throws SQLException {
        assertEquals("by function", value(connection, "select change_setting()"));
        assertEquals("by function", value(connection, "show myapp.tenant"));
    }

    @Conforms
    void a_role_lasts(Connection connection) throws SQLException {
        run(connection, "set role reader");
        assertEquals("reader", value(connection, "select current_user"));
        assertEquals("of a", value(connection, "select name from tenant_a.item"));
        assertFails("42501", () -> rows(connection, "select name from tenant_b.item"));
        run(connection, "reset role");
        assertEquals("of b", value(connection, "select name from tenant_b.item"));
    }

    @Conforms
    void session_authorization_lasts(Connection connection) throws SQLException {
        run(connection, "set session authorization reader");
        assertEquals("reader", value(connection, "select session_user"));
        run(connection, "reset session authorization");
        assertEquals("postgres", value(connection, "select session_user"));
    }

    @Conforms
    void temporary_tables_last(Connection connection) throws SQLException {
        run(connection, "create temp table scratch (x int)");
        run(connection, "insert into scratch values (1), (2)");
        assertEquals("2", value(connection, "select count(*) from scratch"));
        run(connection, "drop table scratch");
        assertFails("42P01", () -> rows(connection, "select * from scratch"));
    }

    @Conforms(transactions = true)
    void temporary_tables_on_commit(Connection connection) throws SQLException {
        connection.setAutoCommit(false);
        run(connection, "create temp table brief (x int) on commit drop");
        run(connection, "create temp table kept (x int) on commit delete rows");
        run(connection, "insert into kept values (1)");
        assertEquals("1", value(connection, "select count(*) from kept"));
        connection.commit();
        assertEquals("0", value(connection, "select count(*) from kept"));
        assertFails("42P01", () -> rows(connection, "select * from brief"));
        connection.rollback();
    }

    @Conforms
    void session_advisory_locks_last(Subject subject) throws SQLException {
        Connection connection = subject.open();
        Connection other = subject.openPlain();
        assertEquals("t", value(connection, "select pg_try_advisory_lock(4711)"));
        assertEquals("f", value(other, "select pg_try_advisory_lock(4711)"));
        assertEquals("t", value(connection, "select pg_advisory_unlock(4711)"));
        assertEquals("t", value(other, "select pg_try_advisory_lock(4711)"));
        assertEquals("f", value(connection, "select pg_advisory_unlock(4711)"));
    }

    @Conforms(transactions = true)
    void transaction_advisory_locks_end_with_the_transaction(Subject subject) throws SQLException {
        Connection connection = subject.open();
        Connection other = subject.openPlain();
        connection.setAutoCommit(false);
        value(connection, "select pg_advisory_xact_lock(4712)");
        assertEquals("f", value(other, "select pg_try_advisory_xact_lock(4712)"));
        connection.commit();
        assertEquals("t", value(other, "select pg_try_advisory_xact_lock(4712)"));
    }

    @Conforms
    void prepared_statements_of_sql_last(Connection connection) throws SQLException {
        run(connection, "prepare plan (int) as select $1 * 2");
        assertEquals("10", value(connection, "execute plan (5)"));
        assertEquals("14", value(connection, "execute plan (7)"));
        run(connection, "deallocate plan");
        assertFails("26000", () -> value(connection, "execute plan (5)"));
    }

    @Conforms
    void the_sequence_state_lasts(Connection connection) throws SQLException {
        String next = value(connection, "select nextval('counter')");
        assertEquals(next, value(connection, "select currval('counter')"));
        assertEquals(next, value(connection, "select lastval()"));
    }

    @Conforms
    void the_sequence_state_is_missing_at_first(Connection connection) {
        assertFails("55000", () -> value(connection, "select currval('counter')"));
        assertFails("55000", () -> value(connection, "select lastval()"));
    }

    @Conforms
    void discard_all_forgets(Connection connection) throws SQLException {
        run(connection, "set myapp.tenant = 'seven'");
        run(connection, "create temp table scratch (x int)");
        run(connection, "discard all");
        assertFails("42P01", () -> rows(connection, "select * from scratch"));
        assertEquals("", value(connection, "select coalesce(current_setting('myapp.tenant', true), '')"));
    }

    @Conforms
    void a_setting_that_the_server_refuses(Connection connection) throws SQLException {
        assertFails("22023", () -> run(connection, "set work_mem = 'lots'"));
        assertFails("42704", () -> run(connection, "set no_such_thing = 1"));
        assertFails("55P02", () -> run(connection, "set port = 1"));
        assertEquals("1", value(connection, "select 1"));
    }

    @Conforms
    void the_application_name_by_client_info(Connection connection) throws SQLException {
        connection.setClientInfo("ApplicationName", "orders");
        assertEquals("orders", connection.getClientInfo("ApplicationName"));
        assertEquals("orders", value(connection, "show application_name"));
        Properties both = new Properties();
        both.setProperty("ApplicationName", "stock");
        connection.setClientInfo(both);
        assertEquals("stock", value(connection, "show application_name"));
        assertEquals("stock", connection.getClientInfo().getProperty("ApplicationName"));
    }

    @Conforms
    void the_application_name_by_property(Subject subject) throws SQLException {
        Connection connection = subject.open("ApplicationName=billing");
        assertEquals("billing", value(connection, "show application_name"));
        assertEquals("billing", connection.getClientInfo("ApplicationName"));
    }

    @Conforms
    void the_default_application_name_is_that_of_pgjdbc(Subject subject) throws Exception {
        subject.assertSameAsPlain(connection -> value(connection, "show application_name")
                + connection.getClientInfo("ApplicationName")
                + connection.getClientInfo());
    }

    @Conforms
    void unknown_client_info_is_a_warning(Connection connection) throws SQLException {
        connection.setClientInfo("Colour", "blue");
        assertNull(connection.getClientInfo("Colour"));
        assertEquals("0A000", connection.getWarnings().getSQLState());
    }

    @Conforms
    void client_info_of_a_closed_connection(Connection connection) throws SQLException {
        connection.close();
        assertThrows(SQLClientInfoException.class, () -> connection.setClientInfo("ApplicationName", "x"));
    }

    @Conforms
    void the_network_timeout(Connection connection) throws SQLException {
        assertEquals(0, connection.getNetworkTimeout());
        connection.setNetworkTimeout(Runnable::run, 60_000);
        assertEquals(60_000, connection.getNetworkTimeout());
        assertEquals("1", value(connection, "select 1"));
        assertEquals(60_000, connection.getNetworkTimeout());
        connection.setNetworkTimeout(Runnable::run, 0);
        assertFails("22023", () -> connection.setNetworkTimeout(Runnable::run, -1));
    }

    @Conforms
    void an_expired_network_timeout_closes_the_connection(Connection connection) throws SQLException {
        connection.setNetworkTimeout(Runnable::run, 200);
        assertFails("08006", () -> value(connection, "select pg_sleep(30)"));
        assertTrue(connection.isClosed());
    }

    @Conforms
    void the_holdability(Connection connection) throws SQLException {
        assertEquals(ResultSet.CLOSE_CURSORS_AT_COMMIT, connection.getHoldability());
        connection.setHoldability(ResultSet.HOLD_CURSORS_OVER_COMMIT);
        assertEquals(ResultSet.HOLD_CURSORS_OVER_COMMIT, connection.getHoldability());
        assertEquals(
                ResultSet.HOLD_CURSORS_OVER_COMMIT, connection.createStatement().getResultSetHoldability());
        assertFails("22023", () -> connection.setHoldability(99));
    }

    @Conforms
    void the_type_map(Connection connection) throws SQLException {
        assertTrue(connection.getTypeMap().isEmpty());
        Map<String, Class<?>> map = new HashMap<>();
        map.put("x", String.class);
        connection.setTypeMap(map);
        assertEquals(map, connection.getTypeMap());
    }

    @Conforms
    void the_time_zone(Connection connection) throws SQLException {
        run(connection, "set time zone 'Asia/Tokyo'");
        assertEquals("Asia/Tokyo", value(connection, "show timezone"));
        assertEquals("1970-01-01 09:00:00+09", value(connection, "select timestamptz '1970-01-01 00:00:00+00'"));
        run(connection, "set time zone default");
    }

    @Conforms
    void several_settings_in_one_text(Connection connection) throws SQLException {
        run(connection, "set search_path = tenant_a; set lock_timeout = '77ms'; set myapp.tenant = 'x'");
        assertEquals(
                "tenant_a,77ms,x",
                value(
                        connection,
                        "select current_setting('search_path'), current_setting('lock_timeout'),"
                                + " current_setting('myapp.tenant')"));
    }

    @Conforms
    void settings_of_the_format(Connection connection) throws SQLException {
        run(connection, "set bytea_output = 'escape'");
        run(connection, "set intervalstyle = 'iso_8601'");
        run(connection, "set extra_float_digits = -3");
        assertEquals("PT1H", value(connection, "select (interval '1 hour')::text"));
        assertEquals("0.1", value(connection, "select (0.1::float8)::text"));
        assertEquals("abc", value(connection, "select ('abc'::bytea)::text"));
    }

    @Conforms
    void settings_that_break_pgjdbc_are_refused_alike(Subject subject) throws Exception {
        for (String setting : List.of("set client_encoding = 'LATIN1'", "set datestyle = 'German'")) {
            subject.assertSameAsPlain(connection -> {
                try {
                    run(connection, setting);
                    return "accepted";
                } catch (SQLException e) {
                    return e.getSQLState() + e.getMessage();
                }
            });
        }
    }

    @Conforms
    void settings_are_not_shared(Subject subject) throws SQLException {
        Connection one = subject.open();
        Connection two = subject.open();
        run(one, "set myapp.tenant = 'one'");
        one.setSchema("tenant_a");
        run(two, "set myapp.tenant = 'two'");
        assertEquals("two", value(two, "show myapp.tenant"));
        assertEquals("public", two.getSchema());
        assertEquals("one", value(one, "show myapp.tenant"));
        assertEquals("of a", value(one, "select name from item"));
    }

    @Conforms
    void requests_begin_and_end(Connection connection) throws SQLException {
        connection.beginRequest();
        assertEquals("1", value(connection, "select 1"));
        connection.endRequest();
        assertEquals("1", value(connection, "select 1"));
    }

    @Conforms
    void sharding_keys_are_refused(Connection connection) {
        assertThrows(SQLException.class, () -> connection.setShardingKey(null));
        assertThrows(SQLException.class, () -> connection.setShardingKeyIfValid(null, 1));
    }
}
