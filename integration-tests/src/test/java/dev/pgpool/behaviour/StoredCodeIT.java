package dev.pgpool.behaviour;

import static dev.pgpool.behaviour.SessionOfItsOwn.rows;
import static dev.pgpool.behaviour.SessionOfItsOwn.run;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.pgpool.jdbc.PgPoolDataSource;
import dev.pgpool.pool.PinReason;
import dev.pgpool.pool.PoolSnapshot;
import dev.pgpool.testserver.PostgresTest;
import dev.pgpool.testserver.TestDatabase;
import java.sql.CallableStatement;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.sql.Timestamp;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What functions, procedures, blocks and triggers leave is as if the statement itself had made it. */
@PostgresTest
@Timeout(120)
class StoredCodeIT {
    private static final String CODE = """
            create table orders (id serial primary key, name text, updated_at timestamptz);
            create table audit (at timestamptz, what jsonb);
            create function touched() returns trigger language plpgsql as $$
                begin new.updated_at := now(); return new; end $$;
            create function audited() returns trigger language plpgsql as $$
                begin insert into audit values (now(), to_jsonb(new)); return null; end $$;
            create trigger touched before insert or update on orders for each row execute function touched();
            create trigger audited after insert or update on orders for each row execute function audited();
            create function total() returns bigint language sql as 'select count(*) from orders';
            create procedure add_order(name text) language plpgsql as $$
                begin insert into orders(name) values (add_order.name); end $$;
            create function become(tenant text) returns void language plpgsql as $$
                begin perform set_config('app.tenant', tenant, false); set lock_timeout = '7s'; end $$;
            create function take(key int) returns void language sql as 'select pg_advisory_lock(key)';
            create function give(key int) returns void language sql as 'select pg_advisory_unlock(key)';
            create function anything(command text) returns void language plpgsql as 'begin execute command; end'
            """;

    private PgPoolDataSource pool;
    private Connection one;
    private Connection two;

    @BeforeEach
    void open(TestDatabase database) throws SQLException {
        try (Connection owner = database.connect()) {
            run(owner, "drop schema public cascade; create schema public");
            run(owner, CODE);
        }
        pool = new PgPoolDataSource();
        pool.setUrl(database.poolUrl());
        pool.setMaxSize(1);
        pool.setAcquireTimeout("500ms");
        one = pool.getConnection();
        two = pool.getConnection();
    }

    @AfterEach
    void close() throws SQLException {
        one.close();
        two.close();
        assertEquals(0, snapshot().leased());
        pool.close();
    }

    private PoolSnapshot snapshot() throws SQLException {
        return pool.snapshot().orElseThrow();
    }

    private void assertNotPinned() throws SQLException {
        assertEquals(List.of(), snapshot().pins());
        assertEquals("1", rows(two, "select 1"));
    }

    private void assertPinned(PinReason reason) throws SQLException {
        assertEquals(
                List.of(reason),
                snapshot().pins().stream().map(PoolSnapshot.Pinned::reason).toList());
        assertThrows(SQLException.class, () -> rows(two, "select 1"), "the only connection is pinned");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "insert into orders(name) values ('x')",
                "update orders set name = 'y'",
                "select total()",
                "call add_order('x')",
                "do $$ begin perform total(); insert into orders(name) values ('x'); end $$",
                "select o.total from (select total()) o(total)"
            })
    void ordinary_code_pins_nothing(String sql) throws SQLException {
        run(one, sql);
        assertNotPinned();
    }

    @Test
    void a_procedure_called_by_the_escape_of_jdbc_pins_nothing() throws SQLException {
        try (CallableStatement call = one.prepareCall("{? = call total()}")) {
            call.registerOutParameter(1, java.sql.Types.BIGINT);
            call.execute();
            assertEquals(0, call.getLong(1));
        }
        assertNotPinned();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "select become('acme')",
                "select * from become('acme')",
                "do $$ begin perform become('acme'); end $$",
                "do $$ begin set lock_timeout = '7s'; set app.tenant = 'acme'; end $$"
            })
    void settings_made_by_code_move(String sql) throws SQLException {
        run(one, sql);
        assertNotPinned();
        assertEquals("0", rows(two, "show lock_timeout"));
        assertEquals("7s", rows(one, "show lock_timeout"));
        assertEquals("acme", rows(one, "show app.tenant"));
        assertEquals("0", rows(two, "show lock_timeout"));
    }

    @Test
    void settings_made_by_a_trigger_move() throws SQLException {
        run(
                one,
                "create or replace function touched() returns trigger language plpgsql as"
                        + " $$begin perform set_config('app.tenant', new.name, false); return new; end$$");
        run(one, "insert into orders(name) values ('acme')");
        assertNotPinned();
        assertEquals("acme", rows(one, "show app.tenant"));
        assertEquals("", rows(two, "select coalesce(current_setting('app.tenant', true), '')"));
        assertEquals("acme", rows(one, "show app.tenant"));
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void settings_made_by_the_trigger_of_an_updated_row_move(boolean autoCommit) throws SQLException {
        run(
                one,
                "insert into orders(name) values ('acme'); create or replace function touched() returns trigger language plpgsql as"
                        + " $$begin perform set_config('app.tenant', new.name, false); return new; end$$");
        one.setAutoCommit(autoCommit);
        try (Statement statement = one.createStatement(ResultSet.TYPE_FORWARD_ONLY, ResultSet.CONCUR_UPDATABLE);
                ResultSet row = statement.executeQuery("select id, updated_at from orders")) {
            row.next();
            row.updateTimestamp(2, new Timestamp(0));
            row.updateRow();
        }
        one.setAutoCommit(true);
        assertNotPinned();
        assertEquals("", rows(two, "select coalesce(current_setting('app.tenant', true), '')"));
        assertEquals("acme", rows(one, "show app.tenant"));
    }

    @Test
    void a_lock_taken_by_a_function_pins_until_another_one_gives_it_back() throws SQLException {
        run(one, "select take(7)");
        assertPinned(PinReason.ADVISORY_LOCK);
        run(one, "select take(7), give(7)");
        assertPinned(PinReason.ADVISORY_LOCK);
        run(one, "select give(7)");
        assertNotPinned();
    }

    @Test
    void what_a_function_does_by_dynamic_sql_pins_and_is_seen_by_nobody_else() throws SQLException {
        run(one, "select anything('set app.tenant = acme')");
        assertPinned(PinReason.FUNCTION);
        one.close();
        assertEquals("", rows(two, "select coalesce(current_setting('app.tenant', true), '')"));
    }

    @Test
    void triggers_that_write_by_dynamic_sql_pin_nothing() throws SQLException {
        try (Statement owner = one.createStatement()) {
            owner.execute("create table log_2026 (id int, name text, updated_at timestamptz)");
            owner.execute("create table trail (of text, operation text, was jsonb, changed text)");
            owner.execute("create function routed() returns trigger language plpgsql as $$begin"
                    + " execute format('INSERT INTO %I VALUES ($1.*)', 'log_' || to_char(new.updated_at, 'YYYY')) using new;"
                    + " return null; end$$");
            owner.execute("create function trailed() returns trigger language plpgsql as $$begin"
                    + " execute 'insert into ' || quote_ident(tg_table_schema) || '.trail values ('"
                    + " || quote_literal(tg_table_name) || ', $1, $2, ' || quote_nullable(null) || ')'"
                    + " using tg_op, to_jsonb(old);"
                    + " execute format('update trail set changed = %L where of = $1', new.name) using tg_relid::text;"
                    + " return new; end$$");
            owner.execute("create trigger routed after insert on orders for each row execute function routed()");
            owner.execute("create trigger trailed before update on orders for each row execute function trailed()");
        }
        assertNotPinned();
        run(two, "insert into orders(name, updated_at) values ('x', '2026-01-01')");
        run(two, "update orders set name = 'y'");
        assertNotPinned();
        assertEquals("x", rows(two, "select name from log_2026"));
        assertEquals("orders", rows(two, "select of from trail"));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "execute format('%s', tg_argv[0])",
                "execute format('select %I(%L, %L, false)', 'set_config', 'app.tenant', 'acme')",
                "execute format('set %I = %L', 'app.tenant', 'acme')",
                "execute format('update %I set %I = %L where name = %L', 'pg_settings', 'setting', '7s', 'lock_timeout')"
            })
    void triggers_whose_dynamic_sql_could_change_any_setting_pin_data_changes(String dynamic) throws SQLException {
        try (Connection owner = pool.getConnection()) {
            run(
                    owner,
                    "create or replace function touched() returns trigger language plpgsql as" + " $$begin " + dynamic
                            + "; return new; end$$; create or replace trigger touched before insert on orders"
                            + " for each row execute function touched('set app.tenant = acme')");
        }
        assertNotPinned();
        run(one, "insert into orders(name) values ('x')");
        assertPinned(PinReason.HIDDEN_CODE);
        one.close();
        assertEquals("", rows(two, "select coalesce(current_setting('app.tenant', true), '')"));
        assertEquals("0", rows(two, "show lock_timeout"));
    }

    @Test
    void a_trigger_with_unknown_dynamic_sql_pins_every_data_change_and_no_query() throws SQLException {
        run(
                one,
                "create or replace function touched() returns trigger language plpgsql as"
                        + " $$begin execute tg_argv[0]; return new; end$$");
        one.close();
        rows(two, "select name from orders");
        assertEquals(List.of(), snapshot().pins());
        run(two, "delete from orders");
        assertEquals(PinReason.HIDDEN_CODE, snapshot().pins().get(0).reason());
    }
}
