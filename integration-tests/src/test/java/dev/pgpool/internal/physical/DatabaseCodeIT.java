package dev.pgpool.internal.physical;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotSame;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.pgpool.internal.sql.Effect;
import dev.pgpool.internal.sql.SqlClassifier;
import dev.pgpool.internal.sql.SqlTraits;
import dev.pgpool.pool.PinReason;
import dev.pgpool.testserver.PostgresTest;
import dev.pgpool.testserver.TestDatabase;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.postgresql.jdbc.PgConnection;

/** What is known of the functions, triggers and views of a database, read from a real one. */
@PostgresTest
class DatabaseCodeIT {
    private static final String BODY = " language plpgsql as $$begin ";

    private Connection connection;

    @BeforeEach
    void connect(TestDatabase database) throws SQLException {
        connection = database.connect();
        run("create schema app", "create schema other", "set search_path to app, public");
        run("create table app.orders (id serial primary key, name text, updated_at timestamptz default now())");
    }

    @AfterEach
    void close() throws SQLException {
        run(
                "reset all",
                "drop schema app, other cascade",
                "drop cast if exists (bigint as boolean)",
                "drop extension if exists pgcrypto, pg_trgm, dblink, pageinspect, file_fdw, postgres_fdw cascade");
        connection.close();
    }

    private void run(String... statements) throws SQLException {
        try (Statement statement = connection.createStatement()) {
            for (String sql : statements) {
                statement.execute(sql);
            }
        }
    }

    private DatabaseCode code() throws SQLException {
        return CatalogQuestion.ask((PgConnection) connection, null);
    }

    private SqlTraits judged(String sql) throws SQLException {
        return code().judged(SqlClassifier.traits(sql));
    }

    private static boolean leavesNothing(SqlTraits traits) {
        return traits.leaves().isEmpty()
                && traits.settings().isEmpty()
                && traits.functions().isEmpty();
    }

    @Test
    void an_empty_database_runs_nothing_unseen() throws SQLException {
        SqlTraits query = SqlClassifier.traits("select * from orders");
        assertSame(query, code().judged(query));
        assertFalse(code().mayHide());
        assertEquals(List.of(), code().culprits());
        assertTrue(leavesNothing(judged("insert into orders values (1)")));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "create function f(a int) returns int language sql as 'select a + 1'",
                "create function f(a int) returns int language sql return a + length('x')",
                "create function f(a int) returns int language sql begin atomic select 1; select a + 1; end",
                "create function f(a int) returns int language plpgsql as 'begin return a; end'",
                "create function f(a int) returns int language plpgsql as 'begin if a < 1 then return 1;"
                        + " end if; return a * f(a - 1); end'",
                "create function f(a int) returns int language plpgsql as 'begin insert into orders(name)"
                        + " values (''a'') returning id into a; return a; end'",
                "create function f(a int) returns int language plpgsql set work_mem = '1MB' as 'begin return a; end'",
                "create aggregate f(int) (sfunc = int4pl, stype = int)"
            })
    void an_ordinary_function_leaves_nothing(String definition) throws SQLException {
        run(definition);
        assertTrue(leavesNothing(judged("select f(1)")), () -> definition);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '"',
            value = {
                "perform pg_advisory_lock(1); return 1; | ADVISORY_LOCK",
                "create temp table mine (a int); return 1; | TEMPORARY_OBJECT",
                "listen x; return 1; | LISTEN",
                "execute concat('select ', a); return 1; | FUNCTION",
                "perform unheard_of(a); return 1; | FUNCTION",
                "perform query_to_xml('select 1', true, true, ''); return 1; | FUNCTION"
            })
    void what_a_function_leaves_is_known(String body, PinReason reason) throws SQLException {
        run("create function f(a int) returns int" + BODY + body + " end$$");
        assertTrue(judged("select f(1)").leaves().contains(reason));
        // Nothing runs it unless it is named.
        assertTrue(leavesNothing(judged("select 1 from orders")));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "perform set_config('app.tenant', 'x', false); return 1;",
                "set app.tenant to 'x'; return 1;",
                "execute 'set app.tenant to x'; return 1;"
            })
    void a_setting_that_a_function_changes_is_known(String body) throws SQLException {
        run("create function f(a int) returns int" + BODY + body + " end$$");
        SqlTraits traits = judged("select f(1)");
        assertEquals(Set.of("app.tenant"), traits.settings());
        assertEquals(Set.of(), traits.leaves());
    }

    @Test
    void a_function_does_what_those_it_calls_do() throws SQLException {
        run(
                "create function a(int) returns int" + BODY + "return b($1); end$$",
                "create function b(int) returns int" + BODY + "return c($1) + a($1); end$$",
                "create function c(int) returns int" + BODY + "perform pg_advisory_lock(1); return b(1); end$$",
                "create function d(int) returns int" + BODY + "return 1; end$$",
                "create function e(x int, y int default a(1)) returns int" + BODY + "return d(1); end$$");
        for (String name : List.of("a", "b", "c", "e")) {
            assertTrue(judged("select " + name + "(1)").leaves().contains(PinReason.ADVISORY_LOCK), name);
        }
        assertTrue(leavesNothing(judged("select d(1)")));
    }

    @Test
    void a_name_means_all_functions_of_this_name() throws SQLException {
        run("create function app.f(int) returns int language sql as 'select 1'");
        assertTrue(leavesNothing(judged("select f(1)")));
        run("create function other.f(text) returns int language sql as 'select 1 from pg_advisory_lock(1)'");
        assertTrue(judged("select f(1)").leaves().contains(PinReason.ADVISORY_LOCK));
    }

    @Test
    void an_aggregate_does_what_its_functions_do() throws SQLException {
        run(
                "create function step(int, int) returns int" + BODY + "perform pg_advisory_lock($2); return 1; end$$",
                "create aggregate total(int) (sfunc = step, stype = int)");
        assertTrue(judged("select total(id) from orders").leaves().contains(PinReason.ADVISORY_LOCK));
    }

    @Test
    void a_procedure_is_judged_as_a_function() throws SQLException {
        run(
                "create procedure p(int)" + BODY + "insert into orders(name) values ('x'); commit; end$$",
                "create procedure q(int)" + BODY + "perform pg_advisory_lock(1); end$$");
        assertTrue(leavesNothing(judged("call p(1)")));
        assertTrue(judged("call q(1)").leaves().contains(PinReason.ADVISORY_LOCK));
    }

    @Test
    void ordinary_triggers_leave_nothing() throws SQLException {
        run(
                "create table app.audit (at timestamptz, who text, what jsonb)",
                "create function touched() returns trigger" + BODY + "new.updated_at := now(); return new; end$$",
                "create function audited() returns trigger" + BODY
                        + "insert into app.audit values (now(), current_user, to_jsonb(new)); return null; end$$",
                "create trigger touched before update on orders for each row execute function touched()",
                "create trigger audited after insert or update on orders for each row execute function audited()");
        assertTrue(leavesNothing(judged("update orders set name = 'x'")));
        assertEquals(List.of(), code().culprits());
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '"',
            value = {
                "create trigger x before insert on orders for each row execute function f()",
                "create event trigger x on ddl_command_end execute function g()",
                "alter table orders alter name set default h(1)",
                "alter table orders add check (h(id) = 'x')",
                "create rule r as on insert to orders do also select h(1)",
            })
    void what_data_changes_run_unnamed_counts_for_each_of_them(String definition) throws SQLException {
        run(
                "create function f() returns trigger" + BODY + "perform pg_advisory_lock(1); return new; end$$",
                "create function h(int) returns text" + BODY + "perform pg_advisory_lock(1); return 'x'; end$$",
                "create function g() returns event_trigger" + BODY + "perform pg_advisory_lock(1); end$$",
                "create function w(int) returns int" + BODY + "delete from orders; return 1; end$$");
        assertTrue(leavesNothing(judged("delete from orders")));
        run(definition);
        assertTrue(leavesNothing(judged("select 1 from orders")), definition);
        for (String change : List.of("delete from orders", "create table t (a int)", "select w(1)", "select foo()")) {
            assertTrue(judged(change).leaves().contains(PinReason.ADVISORY_LOCK), definition);
        }
        run("create view v as select w(1)");
        assertTrue(judged("select 1 from orders").leaves().contains(PinReason.ADVISORY_LOCK), definition);
        run("drop event trigger if exists x");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '"',
            value = {
                "create view v as select h(1)",
                "create domain small as int check (h(value) = 'x')",
                "alter table orders enable row level security; create policy p on orders using (h(id) = 'x')",
                "create operator === (leftarg = int, rightarg = int, function = i)",
                "create index x on orders (k(name))",
                "create function j(orders, int default 1) returns text language sql as 'select h(1)'",
                "create function j(record) returns text language plpgsql as 'begin return h(1); end'",
                "create function lower(orders) returns text language sql as 'select h(1)'",
            })
    void what_runs_unnamed_counts_for_every_query(String definition) throws SQLException {
        run(
                "create function h(int) returns text" + BODY + "perform pg_advisory_lock(1); return 'x'; end$$",
                "create function k(text) returns text immutable" + BODY
                        + "perform pg_advisory_lock(1); return 'x'; end$$",
                "create function i(int, int) returns int" + BODY + "perform pg_advisory_lock(1); return 1; end$$");
        assertTrue(leavesNothing(judged("select 1 from orders")));
        run(definition);
        assertTrue(judged("select 1 from orders").leaves().contains(PinReason.ADVISORY_LOCK), definition);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "create view v as select pg_try_advisory_lock(1)",
                "create operator ### (rightarg = bigint, function = pg_try_advisory_lock)",
                "create cast (bigint as boolean) with function pg_try_advisory_lock(bigint)",
                "create domain small as int check (pg_try_advisory_lock(value))",
                "alter table orders enable row level security; create policy p on orders using (pg_try_advisory_lock(1))"
            })
    void built_in_functions_that_run_unnamed_count_too(String definition) throws SQLException {
        run(definition);
        assertTrue(judged("select 1 from orders").leaves().contains(PinReason.ADVISORY_LOCK));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "create rule r as on insert to orders do also select pg_advisory_lock(1)",
                "alter table orders alter name set default pg_advisory_lock(1)",
                "alter table orders add check (pg_try_advisory_lock(id))"
            })
    void built_in_functions_that_data_changes_run_unnamed_count_too(String definition) throws SQLException {
        run(definition);
        assertTrue(judged("insert into orders values (1)").leaves().contains(PinReason.ADVISORY_LOCK));
        assertTrue(leavesNothing(judged("select 1 from orders")));
    }

    @Test
    void what_is_not_known_of_a_trigger_is_told_with_its_name() throws SQLException {
        run(
                "create function app.dynamic() returns trigger" + BODY + "execute tg_argv[0]; return new; end$$",
                "create trigger x before insert on orders for each row execute function app.dynamic('select 1')");
        DatabaseCode code = code();
        assertEquals(
                Set.of(PinReason.HIDDEN_CODE),
                code.judged(SqlClassifier.traits("delete from orders")).leaves());
        assertEquals(List.of("app.dynamic"), code.culprits());
        assertTrue(code.mayHide());
        assertFalse(code.mayHideInQueries());
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '"',
            value = {
                "READS | language sql as 'select a + 1'",
                "READS | language plpgsql as 'begin perform * from orders for update; return a; end'",
                "READS | language plpgsql as 'begin set local work_mem = ''1MB''; return a; end'",
                "CHANGES | language sql as 'insert into orders(name) values (1::text) returning id'",
                "CHANGES | language plpgsql as 'begin return nextval(''orders_id_seq''); end'",
                "CHANGES | language plpgsql as 'begin perform writes(); return 1; end'",
                "CHANGES | language plpgsql stable as 'begin perform writes(); return 1; end'",
                "CHANGES | language plpgsql as 'begin execute ''delete from orders''; return 1; end'",
                "OUTSIDE | language plpgsql as 'begin perform pg_reload_conf(); return 1; end'",
                "OUTSIDE | language plpgsql stable as 'begin perform pg_terminate_backend(1); return 1; end'",
                "OUTSIDE | language plpgsql as 'begin execute concat(''select '', a); return 1; end'",
                "OUTSIDE | language plpgsql as 'begin perform unheard_of(); return 1; end'",
                "OUTSIDE | language internal as 'int4inc'",
            })
    void what_a_rollback_makes_of_a_function_is_known(Effect effect, String body) throws SQLException {
        run(
                "create function writes() returns int" + BODY + "delete from orders; return 1; end$$",
                "create function f(a int) returns int " + body);
        assertEquals(effect, judged("select f(1)").effect());
        assertEquals(Effect.READS, judged("select 1 from orders").effect());
    }

    @Test
    void a_procedure_that_commits_is_not_undone() throws SQLException {
        run(
                "create procedure p()" + BODY + "insert into orders(name) values ('x'); end$$",
                "create procedure q()" + BODY + "call p(); commit; end$$",
                "create procedure r()" + BODY + "call q(); end$$");
        assertEquals(Effect.CHANGES, judged("call p()").effect());
        assertEquals(Effect.OUTSIDE, judged("call q()").effect());
        assertEquals(Effect.OUTSIDE, judged("call r()").effect());
        assertEquals(Effect.ENDS_TRANSACTION, judged("commit; call p()").effect());
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '"',
            value = {
                "READS | CHANGES | create trigger x before insert on orders for each row execute function t()",
                "READS | OUTSIDE | create trigger x before insert on orders for each row execute function o()",
                "READS | OUTSIDE | create rule r as on insert to orders do also select pg_reload_conf()",
                "READS | OUTSIDE | alter table orders alter name set default pg_switch_wal()::text",
                "READS | CHANGES | create view v as select r(1)",
                "CHANGES | CHANGES | create view v as select w(1)",
                "CHANGES | CHANGES | create view v as select nextval('orders_id_seq')",
                "OUTSIDE | OUTSIDE | create view v as select pg_reload_conf()",
                "CHANGES | CHANGES | create operator === (rightarg = int, function = w)",
                "CHANGES | CHANGES | create policy p on orders using (w(id) = 1)",
            })
    void what_runs_unnamed_counts_for_what_a_rollback_makes_of_a_text(Effect query, Effect change, String definition)
            throws SQLException {
        run(
                "create function r(int) returns int" + BODY + "return 1; end$$",
                "create function w(int) returns int" + BODY + "delete from orders; return 1; end$$",
                "create function t() returns trigger" + BODY + "delete from orders; return new; end$$",
                "create function o() returns trigger" + BODY + "perform pg_reload_conf(); return new; end$$");
        run(definition);
        assertEquals(query, judged("select 1 from orders").effect());
        assertEquals(change, judged("update orders set name = 'x'").effect());
        assertEquals(change, judged("create table t as select * from orders").effect());
        assertEquals(Effect.READS, judged("set work_mem = '1MB'").effect());
        assertEquals(
                Effect.ENDS_TRANSACTION, judged("select 1 from orders; commit").effect());
    }

    @Test
    void dynamic_sql_of_quoted_names_and_values_is_judged() throws SQLException {
        run(
                "create function f(a int) returns int" + BODY
                        + "execute format('insert into %I(name) values (%L)', 'orders', a); return 1; end$$",
                "create function g(a int) returns int" + BODY
                        + "execute 'select count(*) from ' || quote_ident('orders') into a; return a; end$$",
                "create function h(a int) returns int" + BODY
                        + "execute format('select pg_advisory_lock(%L)', a); return 1; end$$");
        assertTrue(leavesNothing(judged("select f(1)")));
        assertEquals(Effect.CHANGES, judged("select f(1)").effect());
        assertTrue(leavesNothing(judged("select g(1)")));
        assertEquals(Effect.READS, judged("select g(1)").effect());
        assertEquals(Set.of(PinReason.ADVISORY_LOCK), judged("select h(1)").leaves());
        assertTrue(leavesNothing(judged("do $$begin execute format('delete from %I', 'orders'); end$$")));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "create function other.format(text, text) returns text language sql as 'select $2'",
                "create function other.quote_ident(varchar) returns text language sql as 'select $1::text'",
                "create function app.join(text, text) returns text language sql as 'select $2';"
                        + " create operator app.|| (leftarg = text, rightarg = text, function = app.join)"
            })
    void dynamic_sql_is_not_judged_where_users_can_change_its_text(String definition) throws SQLException {
        run(
                "create function f(a text) returns int" + BODY
                        + "execute format('select 1 from %I where name = ', a) || quote_literal(a); return 1; end$$",
                "create function g() returns int" + BODY + "execute 'delete from orders'; return 1; end$$");
        assertTrue(leavesNothing(judged("select f('x')")));
        run(definition);
        assertEquals(Set.of(PinReason.FUNCTION), judged("select f('x')").leaves());
        assertEquals(Effect.OUTSIDE, judged("select f('x')").effect());
        assertTrue(leavesNothing(judged("select g()")));
    }

    @Test
    void changes_of_foreign_tables_commit_by_themselves() throws SQLException {
        run(
                "create extension postgres_fdw",
                "create server elsewhere foreign data wrapper postgres_fdw",
                "create foreign table far (a int) server elsewhere");
        assertEquals(Effect.READS, judged("select 1 from far").effect());
        assertEquals(Effect.OUTSIDE, judged("delete from orders").effect());
        run(
                "create extension file_fdw",
                "create server here foreign data wrapper file_fdw",
                "create foreign table log (a text) server here options (program 'true')");
        assertEquals(Effect.OUTSIDE, judged("select 1 from log").effect());
    }

    @Test
    void functions_of_extensions_that_are_not_known_are_believed_unless_users_run_them() throws SQLException {
        run("create extension dblink", "create extension pageinspect", "create extension pgcrypto");
        assertEquals(Effect.READS, judged("select 1 from orders").effect());
        assertEquals(
                Effect.READS, judged("select digest(name, 'md5') from orders").effect());
        assertEquals(Effect.OUTSIDE, judged("select dblink_exec('x')").effect());
        run("create view v as select gen_random_bytes(3), get_raw_page('orders', 0)");
        assertEquals(Effect.READS, judged("select 1 from orders").effect());
        run("create view u as select dblink_get_pkey('orders')");
        assertEquals(Effect.OUTSIDE, judged("select 1 from orders").effect());
    }

    @Test
    void a_function_named_as_a_dangerous_built_in_one_is_not_believed() throws SQLException {
        run("create function app.query_to_xml(int) returns int language sql as 'select 1'");
        assertTrue(judged("select query_to_xml('select 1', true, true, '')")
                .leaves()
                .contains(PinReason.FUNCTION));
    }

    @Test
    void functions_of_known_extensions_are_known() throws SQLException {
        run("create extension pgcrypto", "create extension pg_trgm", "create extension if not exists \"uuid-ossp\"");
        for (String call : List.of("digest('x', 'sha256')", "similarity('a', 'b')", "uuid_generate_v4()")) {
            assertTrue(leavesNothing(judged("select " + call)), call);
        }
        assertEquals(
                Set.of("pg_trgm.similarity_threshold"),
                judged("select set_limit(0.5)").settings());
        run("create extension dblink");
        assertTrue(judged("select dblink_connect('x')").leaves().contains(PinReason.FUNCTION));
        assertEquals(List.of(), code().culprits());
        assertTrue(leavesNothing(judged("select name % 'x' from orders")));
        run("create view v as select dblink_connect('x')");
        assertTrue(judged("select name from orders").leaves().contains(PinReason.HIDDEN_CODE));
    }

    @Test
    void an_unknown_function_leaves_anything() throws SQLException {
        assertTrue(judged("select nobody_has_it()").leaves().contains(PinReason.FUNCTION));
        assertFalse(judged("select lower(name) from orders").leaves().contains(PinReason.FUNCTION));
    }

    @Test
    void sequences_drawn_and_read_are_noticed() throws SQLException {
        run(
                "create function draw() returns bigint language sql as $$select nextval('app.orders_id_seq')$$",
                "create function drawn() returns bigint language sql as $$select lastval()$$");
        assertTrue(judged("select draw()").mayAdvanceSequence());
        assertTrue(judged("select drawn()").readsSequenceState());
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "create or replace function f() returns int language sql as 'select 2'",
                "drop function f()",
                "alter function f() rename to g",
                "create function other.g() returns int language sql as 'select 2'",
                "create view v as select f()",
                "create view v as select 1",
                "alter table orders alter name set default 'x'",
                "create trigger x before update on orders for each row execute function suppress_redundant_updates_trigger()",
                "create extension pgcrypto"
            })
    void what_has_changed_is_read_again_and_nothing_else(String change) throws SQLException {
        run("create function f() returns int language sql as 'select 1'");
        PgConnection pgjdbc = (PgConnection) connection;
        DatabaseCode before = CatalogQuestion.ask(pgjdbc, null);
        run("create table app.plain (a int primary key)", "insert into orders(name) values ('x')");
        assertSame(before, CatalogQuestion.ask(pgjdbc, before));
        run(change);
        assertNotSame(before, CatalogQuestion.ask(pgjdbc, before));
    }
}
