package dev.pgpool.internal.physical;

import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.postgresql.jdbc.PgConnection;

/**
 * Asks a database for the code that its users have put into it.
 *
 * <p>Mostly nothing has changed, so a fingerprint of the catalogs is asked for first. Objects of users have numbers from
 * 16384 on.
 */
final class CatalogQuestion {
    static final int MOST_ROUTINES = 5_000;
    static final int MOST_CHARACTERS = 8_000_000;

    /** The catalogs where code is called from, and what tells their rows from PostgreSQL's own. */
    private static final String FINGERPRINT = """
            select pg_catalog.concat_ws(' ',
                (select pg_catalog.concat(count(*), '/', sum(oid::bigint * 31 + xmin::text::bigint))
                    from pg_catalog.pg_proc where oid >= 16384),
                (select pg_catalog.concat(count(*), '/', sum(refobjid::bigint * 31 + xmin::text::bigint))
                    from pg_catalog.pg_depend
                    where refclassid = 'pg_catalog.pg_proc'::regclass and refobjid >= 16384),
                (select pg_catalog.concat(count(*), '/', sum(oid::bigint * 31 + xmin::text::bigint))
                    from pg_catalog.pg_extension),
                (select pg_catalog.concat(count(*), '/', sum(oid::bigint * 31 + xmin::text::bigint))
                    from pg_catalog.pg_rewrite where oid >= 16384),
                (select pg_catalog.concat(count(*), '/', sum(oid::bigint * 31 + xmin::text::bigint))
                    from pg_catalog.pg_attrdef),
                (select pg_catalog.concat(count(*), '/', sum(oid::bigint * 31 + xmin::text::bigint))
                    from pg_catalog.pg_constraint where oid >= 16384 and contype = 'c'),
                (select pg_catalog.concat(count(*), '/', sum(oid::bigint * 31 + xmin::text::bigint))
                    from pg_catalog.pg_policy),
                (select pg_catalog.concat(count(*), '/', sum(oid::bigint * 31 + xmin::text::bigint))
                    from pg_catalog.pg_operator where oid >= 16384),
                (select pg_catalog.concat(count(*), '/', sum(oid::bigint * 31 + xmin::text::bigint))
                    from pg_catalog.pg_cast where oid >= 16384),
                (select pg_catalog.concat(count(*), '/', sum(ftrelid::bigint * 31 + xmin::text::bigint))
                    from pg_catalog.pg_foreign_table),
                (select pg_catalog.concat(count(*), '/', sum(oid::bigint * 31 + xmin::text::bigint))
                    from pg_catalog.pg_trigger where not tgisinternal))
            """;

    private static final String SIZE = """
            select count(*), coalesce(sum(pg_catalog.octet_length(prosrc)), 0)
            from pg_catalog.pg_proc p join pg_catalog.pg_language l on l.oid = p.prolang
            where p.oid >= 16384 and l.lanname in ('sql', 'plpgsql')
            """;

    /** For each function that isn't only called by name: by what statements it is reached, and whether by user objects. */
    private static final String ROUTINES = """
            with caller as (
                select d.refobjid as routine, d.classid, d.objid,
                    coalesce(r.ev_class, t.tgrelid, f.adrelid, c.conrelid, p.polrelid) as relation,
                    d.classid not in ('pg_catalog.pg_trigger'::regclass, 'pg_catalog.pg_event_trigger'::regclass)
                        and coalesce(r.ev_type = '1', true)
                        and coalesce(a.attgenerated = 'v', true)
                        and coalesce(c.conrelid = 0, true) as by_queries
                from pg_catalog.pg_depend d
                    left join pg_catalog.pg_rewrite r
                        on d.classid = 'pg_catalog.pg_rewrite'::regclass and r.oid = d.objid
                    left join pg_catalog.pg_trigger t
                        on d.classid = 'pg_catalog.pg_trigger'::regclass and t.oid = d.objid
                    left join pg_catalog.pg_attrdef f
                        on d.classid = 'pg_catalog.pg_attrdef'::regclass and f.oid = d.objid
                    left join pg_catalog.pg_attribute a on a.attrelid = f.adrelid and a.attnum = f.adnum
                    left join pg_catalog.pg_constraint c
                        on d.classid = 'pg_catalog.pg_constraint'::regclass and c.oid = d.objid
                    left join pg_catalog.pg_policy p
                        on d.classid = 'pg_catalog.pg_policy'::regclass and p.oid = d.objid
                where d.refclassid = 'pg_catalog.pg_proc'::regclass and d.refobjid >= 16384
                and d.deptype <> 'e' and d.classid <> 'pg_catalog.pg_proc'::regclass),
            reached as (
                select routine, pg_catalog.bool_or(by_queries) as by_queries,
                    pg_catalog.bool_or(caller.classid <> 'pg_catalog.pg_amproc'::regclass and not exists (
                        select from pg_catalog.pg_depend m
                        where m.deptype = 'e' and (
                            m.classid = caller.classid and m.objid = caller.objid
                            or m.classid = 'pg_catalog.pg_class'::regclass and m.objid = caller.relation))) as by_users
                from caller group by routine)
            select n.nspname, p.proname,
                case p.prokind when 'a' then 'sql' else l.lanname end,
                (select e.extname from pg_catalog.pg_depend d join pg_catalog.pg_extension e on e.oid = d.refobjid
                    where d.classid = 'pg_catalog.pg_proc'::regclass and d.objid = p.oid and d.deptype = 'e'
                    and d.refclassid = 'pg_catalog.pg_extension'::regclass limit 1),
                case
                    when p.prokind = 'a' then (
                        select 'select ' || pg_catalog.string_agg(pg_catalog.quote_ident(f.proname) || '()', ', ')
                        from pg_catalog.pg_aggregate a, pg_catalog.pg_proc f
                        where a.aggfnoid = p.oid and f.oid in (
                            a.aggtransfn, a.aggfinalfn, a.aggcombinefn, a.aggserialfn, a.aggdeserialfn,
                            a.aggmtransfn, a.aggminvtransfn, a.aggmfinalfn))
                    when l.lanname in ('sql', 'plpgsql') then
                        coalesce(pg_catalog.pg_get_function_sqlbody(p.oid), p.prosrc)
                    else '' end,
                pg_catalog.pg_get_expr(p.proargdefaults, 0),
                b.built_in,
                case
                    when b.built_in or reached.by_queries
                        or p.pronargs > 0 and p.pronargs - p.pronargdefaults <= 1 and exists (
                            select from pg_catalog.pg_type t left join pg_catalog.pg_type base on base.oid = t.typbasetype
                            where t.oid = p.proargtypes[0]
                            and (t.typtype in ('c', 'p') or base.typtype in ('c', 'd'))) then 'QUERIES'
                    when reached.routine is not null then 'CHANGES'
                    else 'NAMED' end,
                p.provolatile <> 'v' or not coalesce(reached.by_users, false)
            from pg_catalog.pg_proc p
                join pg_catalog.pg_namespace n on n.oid = p.pronamespace
                join pg_catalog.pg_language l on l.oid = p.prolang
                left join reached on reached.routine = p.oid
                cross join lateral (select exists (
                    select from pg_catalog.pg_proc b
                    where b.proname = p.proname and b.oid < 16384
                    and b.pronamespace = 'pg_catalog'::regnamespace)) b(built_in)
            where p.oid >= 16384
            """;

    /** Calls of PostgreSQL's own functions by objects of users, first those that queries run; and what is foreign. */
    private static final String UNNAMED = """
            select
                coalesce(pg_catalog.string_agg(distinct call, ', ') filter (where by_queries), ''),
                coalesce(pg_catalog.string_agg(distinct call, ', ') filter (where not by_queries), ''),
                exists (select from pg_catalog.pg_foreign_table),
                exists (
                    select from pg_catalog.pg_foreign_table, pg_catalog.unnest(ftoptions) option
                    where option like 'program=%'),
                exists (
                    select from pg_catalog.pg_operator
                    where oid >= 16384 and oprname = '||'
                    and oprleft = 'text'::regtype and oprright = 'text'::regtype)
            from (
                select pg_catalog.quote_ident(f.proname) || '()', t.by_queries
                from (
                    select ev_action::text || coalesce(ev_qual::text, ''), ev_type = '1'
                        from pg_catalog.pg_rewrite where oid >= 16384
                    union all
                    select pg_catalog.regexp_replace(
                            d.adbin::text,
                            ':funcid ' || 'pg_catalog.nextval(regclass)'::regprocedure::oid || ' ', '', 'g'),
                            a.attgenerated = 'v'
                        from pg_catalog.pg_attrdef d
                            join pg_catalog.pg_attribute a on a.attrelid = d.adrelid and a.attnum = d.adnum
                    union all
                    select conbin::text, conrelid = 0
                        from pg_catalog.pg_constraint where oid >= 16384 and contype = 'c'
                    union all
                    select coalesce(polqual::text, '') || coalesce(polwithcheck::text, ''), true
                        from pg_catalog.pg_policy
                    union all
                    select tgqual::text, false from pg_catalog.pg_trigger where tgqual is not null
                    union all
                    select ':funcid ' || oprcode::oid || ' ', true from pg_catalog.pg_operator where oid >= 16384
                    union all
                    select ':funcid ' || castfunc || ' ', true from pg_catalog.pg_cast where oid >= 16384
                    ) t(tree, by_queries),
                    lateral pg_catalog.regexp_matches(
                        t.tree, ':(?:funcid|aggfnoid|winfnoid) ([0-9]+) ', 'g') called(number),
                    pg_catalog.pg_proc f
                where f.oid = called.number[1]::oid and f.oid < 16384 and f.provolatile = 'v') calls(call, by_queries)
            """;

    private CatalogQuestion() {}

    /**
     * The code that is there now: one round trip if nothing has changed. To be called outside a transaction.
     *
     * @param known what was known before; null for nothing
     * @return {@code known} if it is still so
     */
    static DatabaseCode ask(PgConnection pgjdbc, @Nullable DatabaseCode known) throws SQLException {
        try (Statement statement = pgjdbc.createStatement()) {
            String fingerprint = text(statement, FINGERPRINT);
            if (known != null && known.isFrom(fingerprint)) {
                return known;
            }
            return new DatabaseCode(
                    fingerprint, routines(statement), unnamed(statement), known == null ? DatabaseCode.UNKNOWN : known);
        }
    }

    private static String text(Statement statement, String question) throws SQLException {
        try (ResultSet answer = statement.executeQuery(question)) {
            answer.next();
            return Objects.requireNonNull(answer.getString(1));
        }
    }

    private static UnnamedCalls unnamed(Statement statement) throws SQLException {
        try (ResultSet row = statement.executeQuery(UNNAMED)) {
            row.next();
            return new UnnamedCalls(
                    row.getString(1), row.getString(2), row.getBoolean(3), row.getBoolean(4), row.getBoolean(5));
        }
    }

    private static List<Routine> routines(Statement statement) throws SQLException {
        try (ResultSet size = statement.executeQuery(SIZE)) {
            size.next();
            if (size.getLong(1) > MOST_ROUTINES || size.getLong(2) > MOST_CHARACTERS) {
                throw new SQLException(
                        "this database has " + size.getLong(1) + " functions in SQL and PL/pgSQL with "
                                + size.getLong(2) + " bytes of text; at most " + MOST_ROUTINES + " with "
                                + MOST_CHARACTERS + " bytes are read",
                        "54000");
            }
        }
        List<Routine> routines = new ArrayList<>();
        try (ResultSet rows = statement.executeQuery(ROUTINES)) {
            while (rows.next()) {
                routines.add(new Routine(
                        rows.getString(1),
                        rows.getString(2),
                        rows.getString(3),
                        rows.getString(4),
                        Objects.requireNonNullElse(rows.getString(5), ""),
                        rows.getString(6),
                        rows.getBoolean(7),
                        Reach.valueOf(rows.getString(8)),
                        rows.getBoolean(9)));
            }
        }
        return routines;
    }
}
