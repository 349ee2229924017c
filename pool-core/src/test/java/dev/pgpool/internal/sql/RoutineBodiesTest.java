package dev.pgpool.internal.sql;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.pgpool.pool.PinReason;
import java.util.List;
import java.util.Random;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

class RoutineBodiesTest {
    static List<String> harmless() {
        return List.of(
                "begin new.updated_at := now(); return new; end",
                "BEGIN NEW.updated_at = clock_timestamp(); RETURN NEW; END;",
                "begin return null; end",
                "<<outer>> begin null; end outer;",
                """
                #variable_conflict use_column
                declare
                    n constant int not null default 1 + length('x');
                    amount numeric(10, 2) := 0.5;
                    line text collate "C" = upper('a');
                    r orders%rowtype;
                    old_id alias for $1;
                    c cursor (key int) for select * from orders o where o.id = key for update;
                    d no scroll cursor for select 1;
                begin
                    open c(n + 1);
                    open c (key := abs(n));
                    fetch next from c into r;
                    move forward 2 from c;
                    close c;
                end
                """,
                """
                declare total int; begin
                    select count(*), max(id) into strict total, r.id from orders where status = 'open';
                    select into total sum(x) from (values (1), (2)) v(x);
                    insert into audit(at, who, what) values (now(), current_user, row_to_json(new)) returning id into n;
                    if not found then raise exception 'no % here', upper(name) using errcode = 'P0002', hint = lower('X');
                    elsif total > 3 then raise notice 'x';
                    else raise;
                    end if;
                    return total;
                exception
                    when unique_violation or sqlstate '22012' then
                        get stacked diagnostics message = message_text;
                        return -1;
                    when others then return coalesce(total, 0);
                end
                """,
                """
                begin
                    for i in 1..array_length(a, 1) loop a[i] := a[i] * 2; end loop;
                    for i in reverse length(s)..1 by 2 loop continue when i > 3; end loop;
                    for i in n..m loop exit; end loop;
                    for i in (1)..(2) loop null; end loop;
                    for r in select * from orders loop return next r; end loop;
                    for r in (select 1) loop return next; end loop;
                    for r in c loop null; end loop;
                    foreach x slice 1 in array array[[1, 2], [3, 4]] loop perform abs(x); end loop;
                    while i < 10 loop i := i + 1; end loop;
                    <<again>> loop exit again when i > 12; end loop again;
                    case i when 1, 2 then null; else null; end case;
                    case when i > 3 then null; end case;
                    assert i > 1, 'too small';
                    return query select lower(name) from orders;
                    return query values (1);
                end
                """,
                "begin execute 'insert into t values ($1)' using lower(new.name); return new; end",
                "begin execute $q$select count(*) from t where a = 'x'$q$ into strict n; end",
                "begin execute 'select ''it''''s''' into s; end",
                "begin set local work_mem = '4MB'; perform set_config('app.x', 'y', true); end",
                "begin perform pg_notify('orders', json_build_object('id', new.id)::text); return new; end",
                "begin perform pg_advisory_xact_lock(hashtext('x')); end",
                "begin update t set data = data || '{\"a\": {}}' where data ? 'a'; end",
                "begin if exists (select from t where a ?| array['x']) then return; end if; end",
                "begin insert into t values (1); commit; update t set a = 2; rollback and chain; end",
                "begin lock table t in share mode; delete from t using u where t.id = u.id; truncate u; end",
                "begin merge into t using u on t.id = u.id when matched then update set a = u.a; end",
                "begin with gone as (delete from t returning id) insert into u select id from gone; end",
                "declare \"End\" int; begin \"End\" := 1; if := 2; end",
                "declare begin_ int; begin begin begin_ := 1; end; end");
    }

    @ParameterizedTest
    @MethodSource("harmless")
    void an_ordinary_body_leaves_nothing(String body) {
        SqlTraits traits = RoutineBodies.traits("plpgsql", body);
        assertEquals(Set.of(), traits.leaves());
        assertEquals(Set.of(), traits.functions());
        assertEquals(Set.of(), traits.settings());
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "select 1",
                "select upper($1)",
                "insert into t values ($1, now()); select currval_ from t",
                "BEGIN ATOMIC\n INSERT INTO t (a) VALUES (1);\n SELECT lower(t.a) AS lower FROM t;\nEND",
                "RETURN (a + length(b))",
                "select data ? 'a' from t"
            })
    void an_ordinary_body_in_sql_leaves_nothing(String body) {
        SqlTraits traits = RoutineBodies.traits("sql", body);
        assertEquals(Set.of(), traits.leaves());
        assertEquals(Set.of(), traits.functions());
        assertEquals(0, traits.parameters());
        assertFalse(traits.begins());
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "begin execute 'select ' || x; end",
                "begin execute format('select %s', x); end",
                "begin execute x; end",
                "begin execute E'select 1'; end",
                "begin execute 'select 1' 'x'; end",
                "begin execute concat('a', 'b') into r; end",
                "begin for r in execute x loop null; end loop; end",
                "begin open c for execute x using y; end",
                "begin return query execute x; end",
                "begin if a then execute x; end if; end",
                "begin begin execute x; exception when others then null; end; end",
                "begin x := 1 execute y; end",
                "begin a := (1; b := 2); end",
                "begin a := '\\'; execute x; --'; end",
                "declare a int := 1",
                "declare x cursor (a int); begin end",
                "begin << begin end",
                "begin 5; end",
                "begin foreach x in y loop end loop; end",
                "begin end select f()",
                "begin close f(); end"
            })
    void a_body_that_can_not_be_read_leaves_anything(String body) {
        SqlTraits traits = RoutineBodies.traits("plpgsql", body);
        assertTrue(
                traits.leaves().contains(PinReason.FUNCTION) || traits.leaves().contains(PinReason.UNKNOWN_STATEMENT),
                () -> body + ": " + traits);
    }

    /** Expressions behind EXECUTE that put together a harmless statement, whatever is filled in. */
    @ParameterizedTest
    @ValueSource(
            strings = {
                "'insert into ' || 't' || ' values ($1)' using a",
                "format('INSERT INTO %I VALUES ($1.*)', 'log_' || to_char(new.at, 'YYYY_MM')) using new",
                "format('insert into %I.%I (%I, at) values (%L, now())', a, b, c, d)",
                "format('insert into %1$I select * from %1$I where %2$I = %3$L', a, b, c)",
                "format('select count(*) from %I where %I > 10 and note like ''%%x''', a, b) into n",
                "format($q$select %I, %I.a from only %I order by %I desc$q$, a, b, b, a) into strict r",
                "pg_catalog.format('select 1 from %I', pg_catalog.quote_ident(a))",
                "'delete from ' || quote_ident(s) || '.' || quote_ident(t) || ' where id = ' || quote_literal(x)",
                "('delete from ' || quote_ident(t)) || (' where a = ' || quote_nullable(b) || ' and c = $1') using 1",
                "format('update %I set updated_at = now() where id = $1', tg_table_name) using new.id",
                "format('update app.%I set %I = %L', a, b, c)",
                "format('insert into %I values (1) on conflict (%I) do update set %I = 2', a, b, b)",
                "format('create table if not exists %I partition of orders for values from (%L) to (%L)', a, b, c)",
                "format('create index %I on %I (%I, lower(%I))', a, b, c, d)",
                "format('create table %I (like %I including all, %I int)', a, b, c)",
                "format('alter table %I add constraint %I check (at >= %L)', a, b, c)",
                "format('alter table orders attach partition %I for values in (%L)', a, b)",
                "format('create trigger %I after insert on %I for each row execute function f()', a, b)",
                "format('truncate %I, %I', a, b)",
                "format('notify %I, %L', a, b)",
                "format('comment on table %I is %L', a, b)",
                "format('grant select on %I to %I', a, b)",
                "format('set local role %I', a)",
                "format('set local app.tenant = %L', a)",
                "format('set local search_path to %I, public', a)",
                "format('refresh materialized view %I', a)",
                "format('select %I::text from %I as %I where %I in (%L) and not %I', a, b, c, d, e, f) into n",
                "format('with x as (select %I from t) select * from x, %I', a, b) into r",
                "format('merge into %I t using %I s on t.id = s.id when matched then delete', a, b)"
            })
    void dynamic_sql_of_quoted_names_and_values_leaves_nothing(String dynamic) {
        String body = "begin execute " + dynamic + "; end";
        SqlTraits traits = RoutineBodies.traits("plpgsql", body);
        assertEquals(Set.of(), traits.leaves(), body);
        assertEquals(Set.of(), traits.settings(), body);
        assertEquals(Set.of(RoutineBodies.COMPOSITION), traits.functions(), body);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "format('%s', a)",
                "format('select * from %s', a)",
                "format('select %I', a) || b",
                "format('select %-10I', a)",
                "format('select %1$s', a)",
                "format('select %*I', 3, a)",
                "format('select %', a)",
                "format('select %9', a)",
                "format(a, b)",
                "format(a || '%I', b)",
                "format('select ' || b, a)",
                "format(variadic a)",
                "app.format('select 1')",
                "\"format\"('select 1')",
                "concat('select ', quote_ident(a))",
                "'select ' || a",
                "'select ' || a || ' from t'",
                "'select ' || quote_ident(a) || b",
                "'select ' || coalesce(quote_ident(a), 'x')",
                "'select 1' || quote_ident(a) || E'x'",
                "'select 1' ||| 'x'",
                "'select 1' || ",
                "|| 'select 1'",
                "quote_ident(a)",
                "quote_literal(a)",
                "format('%I', a)",
                "format('%I table t (a int)', a)",
                "format('create %I table t (a int)', a)",
                "format('drop %I t', a)",
                "format('discard %I', a)",
                "format('set %I = 1', a)",
                "format('set %I constraints = 1', a)",
                "format('set session %I = 1', a)",
                "format('reset %I', a)",
                "format('select %I(1)', a)",
                "format('select %I.%I(1)', a, b)",
                "format('select app.%I(1)', b)",
                "format('select * from %I(1)', a)",
                "format('select %I (1)', a)",
                "format('call %I(1)', a)",
                "format('call p(%L)', a)",
                "format('do %L', a)",
                "format('select * into %I t from u', a)",
                "format('select * into %I from u', a)",
                "format('explain (%I) delete from t', a)",
                "format('with x as (%I from t returning 1) select * from x', a)",
                "format('select * from t_%I', a)",
                "format('select * from %I_t', a)",
                "format('select * from %I%I', a, b)",
                "format('select * from \"%I\"', a)",
                "format('select ''%L''', a)",
                "format('select ''a %I''', a)",
                "format('select ''a''%L', a)",
                "format('select ''a'' %L', a)",
                "format('select e%L', a)",
                "format('select u&%L', a)",
                "format('select %L''x''', a)",
                "format('select %I''x''', a)",
                "format('select %Ix', a)",
                "format('select %L1', a)",
                "format('select 1.%I', a)",
                "format('select -- %I', a)",
                "format('select /* %I */ 1', a)",
                "format('select $a$ %I $a$', a)",
                "format('copy %I from program %L', a, b)",
                "format('copy t to %L', a)",
                "format('load %L', a)",
                "format('prepare %I as select 1', a)",
                "format('execute %I', a)",
                "format('alter table t %I trigger x', a)",
                "format('alter system set %I = 1', a)",
                "format('alter role r set %I = 1', a)",
                "format('create table t as %I p', a)",
                "format('select a %I u from t', a)",
                "format('select %I, 1; %I', a, b)",
                "format('select 1 from %I', execute)",
                "format('select 1 from %I where a = ''\\'' or b = %L', a, b)"
            })
    void dynamic_sql_that_could_be_anything_leaves_anything(String dynamic) {
        String body = "begin execute " + dynamic + "; end";
        SqlTraits traits = RoutineBodies.traits("plpgsql", body);
        assertTrue(
                traits.leaves().contains(PinReason.FUNCTION) || traits.leaves().contains(PinReason.UNKNOWN_STATEMENT),
                () -> body + ": " + traits);
        assertEquals(Effect.OUTSIDE, traits.effect(), body);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "begin execute format('select set_config(%L, %L, false)', a, b); end | SETTING",
                "begin execute format('select set_config(%L, %L, true)', 'seed', b); end |",
                "begin execute format('set %I.%I = 1', a, b); end | SETTING",
                "begin execute format('set app.%I = 1', a); end | SETTING",
                "begin execute format('update %I set %I = %L where name = %L', a, b, c, d); end | SETTING",
                "begin execute format('update %I.%I set setting = 1', a, b); end | SETTING",
                "begin execute format('update only (pg_catalog.%I) set (a, \"setting\") = (1, 2)', a); end | SETTING",
                "begin execute format('with x as (update %I set %I = 1 returning 1) select 1', a, b); end | SETTING",
                "begin execute format('create temp table %I (a int)', a); end | TEMPORARY_OBJECT",
                "begin execute format('create table %I.%I (a int)', a, b); end | TEMPORARY_OBJECT",
                "begin execute format('select * into %I.t from u', a); end | TEMPORARY_OBJECT",
                "begin execute format('select pg_advisory_lock(%L)', a); end | ADVISORY_LOCK",
                "begin for r in execute format('select pg_advisory_lock(%L)', a) loop null; end loop; end | ADVISORY_LOCK",
                "begin return query execute format('select pg_advisory_lock(%L)', a); end | ADVISORY_LOCK",
                "begin open c for execute format('select pg_advisory_lock(%L)', a) using b; end | ADVISORY_LOCK",
                "begin execute format('select 1 from %I', pg_advisory_lock(1)); end | ADVISORY_LOCK",
                "begin execute format('select 1 from %I', a) using pg_advisory_lock(1); end | ADVISORY_LOCK",
            })
    void what_dynamic_sql_leaves_is_found(String body, @Nullable PinReason reason) {
        assertEquals(
                reason == null ? Set.of() : Set.of(reason),
                RoutineBodies.traits("plpgsql", body).leaves(),
                body);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "READS | format('select * from %I where a = %L', a, b)",
                "CHANGES | format('insert into %I values (%L)', a, b)",
                "CHANGES | format('alter table %I add column %I int', a, b)",
                "OUTSIDE | format('select foo(%L)', a)",
                "OUTSIDE | format('select pg_terminate_backend(%L)', a)",
            })
    void what_a_rollback_makes_of_dynamic_sql_is_known(Effect effect, String dynamic) {
        SqlTraits traits = RoutineBodies.traits("plpgsql", "begin execute " + dynamic + "; end");
        boolean onlyComposed = traits.functions().equals(Set.of(RoutineBodies.COMPOSITION));
        assertEquals(effect, onlyComposed ? traits.ownEffect() : traits.effect());
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "declare q text; begin q := format('insert into %I values ($1.*)', a); execute q using new; end",
                "declare q text := 'select 1'; begin execute q; end",
                "declare n int; q varchar default 'select 1 from ' || quote_ident(a); begin execute q into n; end",
                "declare q text; begin if a then q = 'select 1'; else q := 'select 2'; end if; execute Q; end",
                "<<top>> declare q text; n int; begin begin Q := 'select 1'; end; execute q; end",
                "declare q text; begin loop q := 'delete from t'; execute q; exit; end loop; end"
            })
    void a_variable_that_only_holds_known_sql_is_known(String body) {
        SqlTraits traits = RoutineBodies.traits("plpgsql", body);
        assertEquals(Set.of(), traits.leaves());
        boolean composed = body.contains("format") || body.contains("quote");
        assertEquals(composed ? Set.of(RoutineBodies.COMPOSITION) : Set.of(), traits.functions());
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "begin q := 'select 1'; execute q; end",
                "declare r text; begin q := 'select 1'; execute q; end",
                "declare q text; begin execute q; end",
                "declare q text := a; begin execute q; end",
                "declare q text[] := 'select 1'; begin execute q; end",
                "declare q name := 'select 1'; begin execute q; end",
                "declare q varchar(3) := 'select 1'; begin execute q; end",
                "declare q app.text := 'select 1'; begin execute q; end",
                "declare q alias for $1; begin q := 'select 1'; execute q; end",
                "declare q text; s alias for q; begin q := 'select 1'; s := a; execute q; end",
                "declare q text; begin q := 'select 1'; q := q || a; execute q; end",
                "declare q text; begin q := 'select 1'; \"q\" := a; execute q; end",
                "declare q text; begin q := 'select 1'; select a into q from t; execute q; end",
                "declare q text; begin q := 'select 1'; for q in select a from t loop execute q; end loop; end",
                "declare q text; begin q := 'select 1'; fetch c into q; execute q; end",
                "declare q text; begin q := 'select 1'; get diagnostics q = pg_context; execute q; end",
                "declare q text; begin q := 'select 1'; call p(q); execute q; end",
                "<<b>> declare q text; begin q := 'select 1'; b.q := a; execute q; end",
                "declare q text; begin q := 'select 1'; q[1] := a; execute q; end",
                "declare q text; begin q := 'select 1'; declare q text := a; begin execute q; end; end",
                "begin declare q text; begin q := 'select 1'; end; execute q; end",
                "declare q text; begin q := 'select 1'; execute q || a; end",
                "declare q text; begin q := 'select 1'; execute b.q; end"
            })
    void a_variable_that_could_hold_any_sql_leaves_anything(String body) {
        assertTrue(RoutineBodies.traits("plpgsql", body).leaves().contains(PinReason.FUNCTION));
    }

    @Test
    void what_a_variable_may_hold_counts_from_wherever_it_is_assigned() {
        SqlTraits traits = RoutineBodies.traits("plpgsql", """
                declare q text := 'select pg_advisory_lock(1)';
                begin
                    if a then q := 'set work_mem = 1'; end if;
                    execute q;
                    q := format('create temp table %I (a int)', a);
                end
                """);
        assertEquals(Set.of(PinReason.ADVISORY_LOCK, PinReason.TEMPORARY_OBJECT), traits.leaves());
        assertEquals(Set.of("work_mem"), traits.settings());
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "begin execute 'deallocate all'; end",
                "begin deallocate prepare all; end",
                "begin execute 'deallocate ' || quote_ident(a); end",
                "begin execute 'deallocate \"S_1\"'; end"
            })
    void a_body_that_deallocates_is_not_seen_by_the_driver(String body) {
        SqlTraits traits = RoutineBodies.traits("plpgsql", body);
        assertTrue(traits.deallocatesUnseen() || traits.leaves().contains(PinReason.FUNCTION));
        SqlTraits block = SqlClassifier.traits("do $$" + body + "$$");
        assertTrue(block.deallocatesUnseen() || block.leaves().contains(PinReason.PROCEDURE));
    }

    @ParameterizedTest
    @ValueSource(strings = {"c", "internal", "plpython3u", "plperl", "plv8", "SQL", ""})
    void a_body_in_another_language_leaves_anything(String language) {
        assertEquals(RoutineBodies.UNKNOWN, RoutineBodies.traits(language, "select 1"));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "begin perform pg_advisory_lock(1); end | ADVISORY_LOCK",
                "begin if pg_try_advisory_lock(1) then return; end if; end | ADVISORY_LOCK",
                "begin create temp table x (a int); end | TEMPORARY_OBJECT",
                "begin execute 'create temp table x (a int)'; end | TEMPORARY_OBJECT",
                "begin create temporary table x on commit drop as select 1; end | TEMPORARY_OBJECT",
                "begin insert into pg_temp.x values (1); end | TEMPORARY_OBJECT",
                "begin listen x; end | LISTEN",
                "begin prepare x as select 1; end | PREPARED_STATEMENT",
                "begin load 'auto_explain'; end | LOADED_LIBRARY",
                "declare a bool := pg_try_advisory_lock(1); begin end | ADVISORY_LOCK",
                "declare c cursor for select pg_advisory_lock(1); begin end | ADVISORY_LOCK",
                "declare c cursor is select pg_advisory_lock(1) is null for update; begin end | ADVISORY_LOCK",
                "begin for i in 1..pg_advisory_lock(1) loop null; end loop; end | ADVISORY_LOCK",
                "begin for i in pg_advisory_lock(1)..2 loop null; end loop; end | ADVISORY_LOCK",
                "begin for r in select pg_advisory_lock(1) loop null; end loop; end | ADVISORY_LOCK",
                "begin while pg_try_advisory_lock(1) loop null; end loop; end | ADVISORY_LOCK",
                "begin foreach x in array pg_advisory_lock(1) loop null; end loop; end | ADVISORY_LOCK",
                "begin case pg_advisory_lock(1) when 1 then null; end case; end | ADVISORY_LOCK",
                "begin case a when pg_advisory_lock(1) then null; end case; end | ADVISORY_LOCK",
                "begin return pg_advisory_lock(1); end | ADVISORY_LOCK",
                "begin return next pg_advisory_lock(1); end | ADVISORY_LOCK",
                "begin return query select pg_advisory_lock(1); end | ADVISORY_LOCK",
                "begin raise notice '%', pg_advisory_lock(1); end | ADVISORY_LOCK",
                "begin raise exception using message = pg_advisory_lock(1); end | ADVISORY_LOCK",
                "begin assert pg_advisory_lock(1); end | ADVISORY_LOCK",
                "begin exit when pg_advisory_lock(1); end | ADVISORY_LOCK",
                "begin open c(pg_advisory_lock(1)); end | ADVISORY_LOCK",
                "begin open c for select pg_advisory_lock(1); end | ADVISORY_LOCK",
                "begin fetch absolute pg_advisory_lock(1) from c into x; end | ADVISORY_LOCK",
                "begin a[pg_advisory_lock(1)] := 2; end | ADVISORY_LOCK",
                "begin a.b := pg_advisory_lock(1); end | ADVISORY_LOCK",
                "begin execute 'select 1' using pg_advisory_lock(1); end | ADVISORY_LOCK",
                "begin exception when others then perform pg_advisory_lock(1); end | ADVISORY_LOCK",
                "begin if a then null; else perform pg_advisory_lock(1); end if; end | ADVISORY_LOCK",
                "begin select pg_advisory_lock into x (1); end | ADVISORY_LOCK",
                "begin select a. into x pg_advisory_lock(1); end | FUNCTION",
            })
    void what_a_body_leaves_is_found_wherever_it_stands(String body, PinReason reason) {
        SqlTraits traits = RoutineBodies.traits("plpgsql", body);
        boolean unknown = reason == PinReason.FUNCTION && !traits.functions().isEmpty();
        assertTrue(traits.leaves().contains(reason) || unknown, traits::toString);
    }

    @Test
    void a_called_function_is_named() {
        SqlTraits traits = RoutineBodies.traits("plpgsql", """
                declare a int := app.one(1);
                begin
                    select into a "Two"(1) from three(2) t;
                    call four(a);
                    for i in 1..five() loop perform six(i); end loop;
                end
                """);
        assertEquals(Set.of("one", "Two", "three", "four", "five", "six"), traits.functions());
        assertEquals(Set.of(), traits.leaves());
    }

    @Test
    void a_setting_is_named() {
        SqlTraits traits = RoutineBodies.traits("plpgsql", """
                begin
                    set work_mem = '4MB';
                    perform set_config('app.tenant', new.tenant, false);
                    execute 'set search_path to x';
                    reset role;
                end
                """);
        assertEquals(Set.of("work_mem", "app.tenant", "search_path", "role"), traits.settings());
        assertEquals(Set.of(), traits.leaves());
    }

    @Test
    void sequences_are_noticed() {
        assertTrue(RoutineBodies.traits("plpgsql", "begin new.id := nextval('s'); return new; end")
                .mayAdvanceSequence());
        assertTrue(RoutineBodies.traits("plpgsql", "begin return currval('s'); end")
                .readsSequenceState());
        assertFalse(RoutineBodies.traits("plpgsql", "begin return 1; end").mayAdvanceSequence());
    }

    @Test
    void a_mutation_never_makes_a_lock_or_dynamic_sql_harmless() {
        long seed = Fuzz.seed();
        Random random = new Random(seed);
        String[] forbidden = {
            " perform pg_advisory_lock(1); ",
            " execute x; ",
            " create temp table x(a int); ",
            " set work_mem = 1; ",
            " if pg_try_advisory_lock(1) then null; end if; "
        };
        int seen = 0;
        for (int round = 0; round < Fuzz.ROUNDS; round++) {
            String body = harmless().get(random.nextInt(harmless().size()));
            String mutated = mutated(body, random);
            SqlTraits before = RoutineBodies.traits("plpgsql", mutated);
            if (!before.leaves().isEmpty()
                    || !before.functions().isEmpty()
                    || !before.settings().isEmpty()) {
                continue;
            }
            int semicolon = statementEnd(mutated, random);
            if (semicolon < 0) {
                continue;
            }
            seen++;
            String addition = forbidden[random.nextInt(forbidden.length)];
            String text = mutated.substring(0, semicolon + 1) + addition + mutated.substring(semicolon + 1);
            SqlTraits after = RoutineBodies.traits("plpgsql", text);
            assertFalse(
                    after.leaves().isEmpty() && after.settings().isEmpty(),
                    () -> "seed " + seed + ", harmless although it isn't: " + text);
        }
        assertTrue(seen > Fuzz.ROUNDS / 100, "only " + seen + " bodies stayed harmless, seed " + seed);
    }

    /** A body with a piece of it left out, doubled or moved. */
    private static String mutated(String body, Random random) {
        int from = random.nextInt(body.length());
        int to = Math.min(body.length(), from + random.nextInt(12));
        int into = random.nextInt(body.length());
        return switch (random.nextInt(4)) {
            case 0 -> body.substring(0, from) + body.substring(to);
            case 1 -> body.substring(0, into) + body.substring(from, to) + body.substring(into);
            case 2 -> body.substring(0, from) + "'\"$;()[].:= ".charAt(random.nextInt(12)) + body.substring(to);
            default -> body;
        };
    }

    /** The place of a random semicolon, outside quotes and behind the last BEGIN; negative if there is none. */
    private static int statementEnd(String body, Random random) {
        Tokens tokens = new SqlScanner(RoutineBodies.neutral(body), false).tokens();
        int chosen = -1;
        int number = 0;
        for (int i = 0; i < tokens.size(); i++) {
            if (tokens.kind(i) == Token.WORD && tokens.isNamed(i, "begin")) {
                chosen = -1;
                number = 0;
            } else if (tokens.kind(i) == Token.SEMICOLON && random.nextInt(++number) == 0) {
                chosen = tokens.start(i);
            }
        }
        return chosen;
    }
}
