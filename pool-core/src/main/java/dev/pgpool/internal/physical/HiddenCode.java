package dev.pgpool.internal.physical;

import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import org.postgresql.jdbc.PgConnection;

/**
 * Whether a plain query or data change can run code that changes the session: a trigger, rule, view, policy, default,
 * operator, cast, overload of a built-in function or {@code row.function} of this database leads to functions, and some
 * function's body looks as if it did such a thing.
 *
 * <p>Errs on the safe side: which function is reached from where isn't followed, dynamic SQL counts as a change, and so
 * do languages other than SQL and PL/pgSQL. Members of extensions are trusted.
 */
final class HiddenCode {
    private static final String QUESTION = """
            select exists (
                select from pg_catalog.pg_proc p join pg_catalog.pg_language l on l.oid = p.prolang
                where p.pronamespace not in ('pg_catalog'::regnamespace, 'information_schema'::regnamespace)
                and not exists (
                    select from pg_catalog.pg_depend e
                    where e.classid = 'pg_catalog.pg_proc'::regclass and e.objid = p.oid and e.deptype = 'e')
                and (l.lanname not in ('sql', 'plpgsql')
                    or regexp_replace(
                            coalesce(pg_catalog.pg_get_function_sqlbody(p.oid), p.prosrc),
                            '--[^\\n]*|/\\*.*?\\*/', ' ', 'g') ~*
                        ('(^|;|\\mbegin|\\mthen|\\melse|\\mloop|>>)\\s*'
                            || '(set|reset|discard|listen|unlisten|prepare|deallocate|load|call|do)\\M'
                            || '|\\m(execute|set_config|setseed|temp|temporary|pg_temp\\w*|dblink\\w*)\\M'
                            || '|advisory_(un)?lock|with\\s+hold|replication_origin_session|replication_slot')))
            and (exists (
                    select from pg_catalog.pg_trigger where not tgisinternal)
                or exists (
                    select from pg_catalog.pg_depend d
                    where d.refclassid = 'pg_catalog.pg_proc'::regclass and d.refobjid >= 16384
                    and d.deptype <> 'e' and d.classid <> 'pg_catalog.pg_proc'::regclass)
                or exists (
                    select from pg_catalog.pg_proc u where u.oid >= 16384 and (
                        u.pronargs = 1 and exists (
                            select from pg_catalog.pg_type t where t.oid = u.proargtypes[0] and t.typtype = 'c')
                        or exists (
                            select from pg_catalog.pg_proc b
                            where b.proname = u.proname and b.pronamespace = 'pg_catalog'::regnamespace))))
            """;

    private HiddenCode() {}

    /** One round trip; to be called outside a transaction. */
    static boolean possible(PgConnection pgjdbc) throws SQLException {
        try (Statement statement = pgjdbc.createStatement();
                ResultSet answer = statement.executeQuery(QUESTION)) {
            answer.next();
            return answer.getBoolean(1);
        }
    }
}
