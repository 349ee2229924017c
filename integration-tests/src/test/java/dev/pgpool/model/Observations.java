package dev.pgpool.model;

import static dev.pgpool.model.SettingDeeds.pick;

import java.sql.Connection;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;

/**
 * What an application can see of its session.
 *
 * <p>Two things that it could see differ, are meant to, and are not looked at. A setting of an extension, such as
 * {@code myapp.tenant}, is empty instead of absent in a session in which anybody ever set it, on a private one after a
 * rollback too. And a session in which anybody ever made a temporary object has a temporary schema, even if there is
 * nothing in it.
 */
final class Observations {
    private static final List<Deed> CHEAP = Stream.of(
                    """
                    select current_setting('search_path'), current_schema(), current_setting('application_name'),
                        current_setting('TimeZone'), current_setting('lock_timeout'),
                        current_setting('statement_timeout'), current_setting('work_mem'),
                        current_setting('transaction_isolation'), current_setting('transaction_read_only'),
                        current_setting('transaction_deferrable'), current_setting('session_replication_role'),
                        current_setting('client_encoding'), current_setting('standard_conforming_strings')
                    """,
                    "select current_user, session_user, current_setting('role'), current_setting('is_superuser')",
                    """
                    select nullif(current_setting('myapp.tenant', true), ''),
                        nullif(current_setting('myapp.user_id', true), ''),
                        nullif(current_setting('myapp.flag', true), '')
                    """,
                    "select relname, relkind, relnatts from pg_class where relnamespace = pg_my_temp_schema() order by 1",
                    """
                    select proname from pg_proc where pronamespace = pg_my_temp_schema()
                    union all
                    select typname from pg_type where typnamespace = pg_my_temp_schema() and typtype = 'e'
                    """,
                    """
                    select classid, objid, objsubid, mode, granted from pg_locks
                    where pid = pg_backend_pid() and locktype = 'advisory' order by 1, 2, 3, 4
                    """,
                    "select c from pg_listening_channels() c order by 1",
                    "select name, parameter_types from pg_prepared_statements where from_sql order by 1",
                    "select name, is_holdable, is_scrollable from pg_cursors where name <> '' order by 1",
                    """
                    select '02/03/2024'::date::text, '2024-07-01 12:00:00+00'::timestamptz::text,
                        'ab'::bytea::text, (1.0 / 3)::float8::text, '1 day 2 hours'::interval::text
                    """,
                    "select count(*), sum(note) from public.journal",
                    "show search_path")
            .map(Deed::sql)
            .toList();

    private static final List<Deed> BY_JDBC = List.of(
            new Deed("a table found by the search path", false, Session::items),
            new Deed("a table found by the search path", false, Session::items),
            new Deed("constants as they are read", false, Session::constants),
            new Deed("getSchema()", false, session -> session.connection().getSchema()),
            new Deed("notifications", false, Session::notifications),
            new Deed("JDBC's settings", false, session -> {
                Connection connection = session.connection();
                return connection.getAutoCommit() + " " + connection.isReadOnly() + " " + connection.getHoldability()
                        + " " + connection.getNetworkTimeout() + " " + connection.getClientInfo("ApplicationName");
            }),
            new Deed(
                    "getTransactionIsolation()",
                    false,
                    session -> String.valueOf(session.connection().getTransactionIsolation())));

    /** Those of extensions and of the open transaction apart. */
    private static final Deed ALL_SETTINGS = Deed.sql("select name, setting from pg_settings"
            + " where name not like '%.%' and name not like 'transaction%' order by name");

    private Observations() {}

    /** Some of them, mostly few. */
    static List<Deed> any(Random random) {
        List<Deed> some = new ArrayList<>();
        for (int i = random.nextInt(4); i > 0; i--) {
            some.add(pick(random, random.nextInt(3) == 0 ? BY_JDBC : CHEAP));
        }
        if (random.nextInt(15) == 0) {
            some.add(ALL_SETTINGS);
        }
        return some;
    }

    static List<Deed> all() {
        return Stream.of(CHEAP, BY_JDBC, List.of(ALL_SETTINGS))
                .flatMap(List::stream)
                .toList();
    }
}
