package dev.pgpool.model;

import static dev.pgpool.model.SettingDeeds.pick;

import java.sql.SQLException;
import java.util.List;
import java.util.Random;
import java.util.Set;

/** Deeds that make, use and remove what only the session itself can keep. */
final class ObjectDeeds {
    /** %1$d is a small number, %2$d one that no other session uses. */
    private static final List<String> TEMPORARY = List.of(
            "create temp table scratch%1$d (x int)",
            "create local temporary table scratch%1$d (x int) on commit preserve rows",
            "create temp table if not exists scratch%1$d (x int) on commit delete rows",
            "create temp table scratch%1$d (x int) on commit drop",
            "create table pg_temp.scratch%1$d (x int)",
            "create temp table scratch%1$d as select generate_series(1, 3) as x",
            "select 5 as x into temp scratch%1$d",
            // A plan of the session's own may be one that the server has cached, and has no reason to give up.
            "create temp table item as select 'my own' as name; discard plans",
            "create temp view seen%1$d as select 7 as x",
            "create temp sequence counter%1$d",
            "create function pg_temp.mine() returns int language sql as 'select 42'",
            "create type pg_temp.mood as enum ('good', 'bad')",
            "do $$begin create temp table scratch%1$d (x int); end$$",
            "select public.run('create temp table scratch%1$d (x int)')",
            "select public.run('create temp table scratch%1$d (x int) on commit drop')",
            "insert into scratch%1$d values (%1$d)",
            "select * from scratch%1$d order by x",
            "select nextval('pg_temp.counter%1$d')",
            "select pg_temp.mine()",
            "truncate scratch%1$d",
            "create index on scratch%1$d (x)",
            "alter table pg_temp.scratch%1$d add column y int",
            "drop table scratch%1$d",
            "drop table if exists scratch%1$d",
            "drop table if exists scratch0, scratch1, scratch2",
            "drop table if exists pg_temp.item",
            "select public.run('drop table if exists scratch%1$d')",
            "drop view seen%1$d",
            "drop sequence if exists counter%1$d",
            "drop function if exists pg_temp.mine()",
            "drop type if exists pg_temp.mood",
            "create temp table scratch%1$d (x int); drop table scratch%1$d",
            "create temp table scratch%1$d (x int); select 1 / 0",
            "discard temp");

    private static final List<String> LOCKS = List.of(
            "select pg_advisory_lock(%2$d%1$d)",
            "select pg_advisory_lock(%2$d%1$d), pg_advisory_lock(%2$d%1$d)",
            "select pg_advisory_lock(%2$d, %1$d)",
            "select pg_advisory_lock_shared(%1$d)",
            "select pg_try_advisory_lock(%2$d%1$d)",
            "select pg_try_advisory_lock_shared(%1$d, 1)",
            "select pg_advisory_xact_lock(%2$d%1$d)",
            "select pg_advisory_xact_lock_shared(%1$d)",
            "select public.lock_it(%2$d%1$d)",
            "do $$begin perform pg_advisory_lock(%2$d%1$d); end$$",
            "select pg_advisory_unlock(%2$d%1$d)",
            "select pg_advisory_unlock(%2$d%1$d)",
            "select pg_advisory_unlock(%2$d, %1$d)",
            "select pg_advisory_unlock_shared(%1$d)",
            "select pg_advisory_unlock_shared(%1$d, 1)",
            "select public.run('select pg_advisory_unlock(%2$d%1$d)')",
            "select pg_advisory_lock(%2$d%1$d), 1 / (pg_backend_pid() - pg_backend_pid())",
            "select pg_advisory_unlock_all()");

    private static final List<String> LISTENING = List.of(
            "listen channel%2$d_%1$d",
            "listen channel%2$d_%1$d; select 1 / 0",
            "do $$begin execute 'listen channel%2$d_%1$d'; end$$",
            "notify channel%2$d_%1$d, 'hello'",
            "select pg_notify('channel%2$d_%1$d', 'hello again')",
            "unlisten channel%2$d_%1$d",
            "unlisten *");

    private static final List<String> STATEMENTS = List.of(
            "prepare plan%1$d as select %1$d, current_setting('lock_timeout')",
            "prepare plan%1$d(int, text) as select $1 + %1$d, $2",
            "prepare plan%1$d as insert into public.journal values (%2$d, %1$d)",
            "do $$begin execute 'prepare plan%1$d as select 8'; end$$",
            "execute plan%1$d",
            "execute plan%1$d(3, 'three')",
            "deallocate plan%1$d",
            "deallocate prepare plan%1$d",
            "select public.run('deallocate plan%1$d')",
            "deallocate all",
            "discard plans");

    private static final List<String> CURSORS = List.of(
            "declare held%1$d cursor with hold for select generate_series(1, 5)",
            "declare held%1$d scroll cursor with hold for select name from item order by name",
            "declare held%1$d no scroll cursor without hold for select generate_series(1, 5)",
            "fetch 2 from held%1$d",
            "fetch all in held%1$d",
            "move 1 in held%1$d",
            "close held%1$d",
            "close all");

    /** Where to copy rows, and rows of two numbers, the session's own and another; of which one table has one only. */
    private static final List<String> COPIED_IN = List.of(
            "copy public.journal from stdin",
            "copy public.journal (owner, note) from stdin with (delimiter E'\\t')",
            "copy scratch%1$d from stdin",
            "copy no_such_table from stdin");

    private static final List<String> COPIED_OUT = List.of(
            "copy (select note from public.journal where owner = %2$d order by note) to stdout",
            "copy (select name from item order by name) to stdout with csv",
            "copy scratch%1$d to stdout",
            "copy (select set_config('myapp.tenant', 'by a copy', false)) to stdout");

    private static final List<Deed> SEQUENCES = List.of(
            new Deed("nextval of drawn", false, Session::draw),
            new Deed("nextval of drawn", false, Session::draw),
            new Deed("currval of drawn", false, Session::current),
            Deed.sql("select lastval() = currval('public.drawn')"),
            Deed.sql("insert into public.numbered (note) values (0);"
                    + " select lastval() = currval('public.numbered_id_seq'), 'not drawn'"));

    private static final List<String> EVERYTHING = List.of("discard all", "DISCARD /* it */ ALL", "discard sequences");

    /** What an application does most. */
    private static final List<String> ORDINARY = List.of(
            "insert into public.journal values (%2$d, %1$d)",
            "update public.journal set note = note + 1 where owner = %2$d",
            "delete from public.journal where owner = %2$d and note = %1$d",
            "insert into public.watched values ('myapp.flag', 'by a trigger %1$d')",
            "insert into public.numbered (note) values (%1$d) returning id",
            "select public.harmless(%1$d)",
            "select count(*) from item",
            "select 'it\\'s; set lock_timeout = 63000 --'",
            "select 1 / 0",
            "select * from no_such_table",
            "selec 1");

    /** No such schema, table, function, type. */
    private static final Set<String> NOT_THERE = Set.of("3F000", "42P01", "42883", "42704");

    private ObjectDeeds() {}

    static Deed any(Random random, int own) {
        return switch (random.nextInt(26)) {
            case 0, 1, 2, 3, 4 -> form(pick(random, TEMPORARY), random, own);
            case 5, 6, 7 -> form(pick(random, LOCKS), random, own);
            case 8, 9 -> form(pick(random, LISTENING), random, own);
            case 10, 11 -> form(pick(random, STATEMENTS), random, own);
            case 12, 13 -> form(pick(random, CURSORS), random, own);
            case 14, 15 -> form(pick(random, EVERYTHING), random, own);
            case 16, 17 -> copy(random, own);
            case 18, 19 -> pick(random, SEQUENCES);
            case 20 -> largeObject(random);
            default -> form(pick(random, ORDINARY), random, own);
        };
    }

    private static Deed largeObject(Random random) {
        int length = random.nextInt(10_000);
        boolean closed = random.nextBoolean();
        boolean deleted = random.nextBoolean();
        return new Deed(
                "a large object of " + length + (closed ? ", closed" : "") + (deleted ? ", deleted" : ""),
                false,
                session -> session.largeObject(length, closed, deleted));
    }

    private static Deed copy(Random random, int own) {
        int number = random.nextInt(3);
        if (random.nextBoolean()) {
            String sql = String.format(pick(random, COPIED_OUT), number, own);
            return new Deed(sql, false, session -> session.copyOut(sql));
        }
        String sql = String.format(pick(random, COPIED_IN), number, own);
        String row = own + "\t" + (random.nextInt(8) == 0 ? "none" : number) + "\n";
        boolean cancelled = random.nextInt(3) == 0;
        return random.nextBoolean()
                ? new Deed(sql + ": " + row, false, session -> session.copyIn(sql, row + row))
                : new Deed(
                        sql + ", in pieces: " + row + (cancelled ? ", cancelled" : ""),
                        false,
                        session -> session.copyInPieces(sql, row, cancelled));
    }

    private static Deed form(String form, Random random, int own) {
        Deed deed = Deed.sql(String.format(form, random.nextInt(3), own));
        return form.contains("pg_temp.") ? withoutTheSchemasAbsence(deed) : deed;
    }

    /** That there is nothing has two reasons: see {@link Observations}. */
    private static Deed withoutTheSchemasAbsence(Deed deed) {
        return new Deed(deed.text(), deed.transactional(), session -> {
            try {
                return deed.action().on(session);
            } catch (SQLException e) {
                if (NOT_THERE.contains(String.valueOf(e.getSQLState()))) {
                    return "not there";
                }
                throw e;
            }
        });
    }
}
