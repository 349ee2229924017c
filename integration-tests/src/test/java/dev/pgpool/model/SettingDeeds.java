package dev.pgpool.model;

import java.util.List;
import java.util.Locale;
import java.util.Random;

/** Deeds that change settings of the session, in every form that SQL and JDBC have for it. */
final class SettingDeeds {
    /** A setting, and values that a session may give it without losing its driver. */
    private record Setting(String name, List<String> values) {
        static Setting of(String name, String... values) {
            return new Setting(name, List.of(values));
        }
    }

    private static final List<Setting> SETTINGS = List.of(
            Setting.of("search_path", "tenant_a", "tenant_b, public", "public, tenant_a", "user, Tenant_A", ""),
            Setting.of("application_name", "reports", "it is mine", "", "naïve"),
            Setting.of("TimeZone", "Asia/Tokyo", "America/St_Johns", "UTC", "<+03>-03"),
            Setting.of("lock_timeout", "60s", "61000", "2min", "0"),
            Setting.of("statement_timeout", "10min", "600001", "0"),
            Setting.of("idle_in_transaction_session_timeout", "30min", "0"),
            Setting.of("work_mem", "5MB", "8192kB"),
            Setting.of("DateStyle", "ISO, DMY", "ISO, YMD", "ISO, MDY"),
            Setting.of("IntervalStyle", "iso_8601", "postgres_verbose", "postgres"),
            Setting.of("bytea_output", "escape", "hex"),
            Setting.of("extra_float_digits", "0", "3", "-2"),
            Setting.of("standard_conforming_strings", "off", "on"),
            Setting.of("default_transaction_isolation", "serializable", "repeatable read", "read committed"),
            Setting.of("default_transaction_read_only", "on", "off", "off"),
            // Not default_transaction_deferrable, which waits for the transactions of others, who may be of this
            // thread.
            Setting.of("session_replication_role", "replica", "origin"),
            Setting.of("deadlock_timeout", "2s", "3s"),
            Setting.of("plan_cache_mode", "force_generic_plan", "auto"),
            Setting.of("client_min_messages", "error", "notice"),
            Setting.of("check_function_bodies", "off", "on"),
            Setting.of("row_security", "off", "on"),
            Setting.of("temp_tablespaces", "", "pg_default"),
            Setting.of("enable_seqscan", "off", "on"),
            Setting.of("myapp.tenant", "one", "two", "it is the third", "back\\\\slash"),
            Setting.of("myapp.user_id", "1", "2.50", "-3"),
            Setting.of("myapp.flag", "on", "true", "a,b"));

    /** Forms of SET for the session; %1$s is the name, %2$s the value. */
    private static final List<String> SET = List.of(
            "set %1$s = '%2$s'",
            "SET SESSION %1$s TO '%2$s'",
            "set/* of */%1$s -- to\n = E'%2$s'",
            "set %1$s to $$%2$s$$",
            "set %1$s = U&'%2$s'",
            "set %1$s to '%2$s'; select 1",
            "select 1; set %1$s to '%2$s'");

    /** Forms of set_config for the session. */
    private static final List<String> SET_CONFIG = List.of(
            "select set_config('%1$s', '%2$s', false)",
            "select pg_catalog.set_config('%1$s', '%2$s', 1 = 2)",
            "with done as (select set_config('%1$s', '%2$s', false)) select * from done",
            "select set_config(n, v, false) from (values ('%1$s', '%2$s')) x(n, v)",
            "select \"set_config\"(setting_name => '%1$s', new_value => '%2$s', is_local => false)",
            "prepare one_shot(text) as select set_config('%1$s', $1, false); execute one_shot('%2$s');"
                    + " deallocate one_shot");

    /** Code that sets, where no text shows it. */
    private static final List<String> CODE = List.of(
            "do $$begin perform set_config('%1$s', '%2$s', false); end$$",
            "do $$begin execute 'set %1$s = ''%2$s'''; end$$",
            "do $$begin begin perform set_config('%1$s', '%2$s', false); raise division_by_zero;"
                    + " exception when division_by_zero then null; end; end$$",
            "select public.set_by_plpgsql('%1$s', '%2$s')",
            "select public.set_by_sql('%1$s', '%2$s')",
            "select public.run('set %1$s = ''%2$s''')",
            "call public.set_by_procedure('%1$s', '%2$s')",
            "insert into public.watched values ('%1$s', '%2$s')",
            "select public.set_and_fail('%1$s', '%2$s')");

    /** What doesn't outlive the transaction. */
    private static final List<String> LOCAL = List.of(
            "set local %1$s = '%2$s'",
            "select set_config('%1$s', '%2$s', true)",
            "select public.with_its_own('%1$s')",
            "begin; set local %1$s = '%2$s'; commit",
            "begin; set %1$s = '%2$s'; rollback",
            "set %1$s = '%2$s'; select 1 / 0",
            "begin; set %1$s = '%2$s'; savepoint a; set %1$s to default; rollback to a; commit");

    private static final List<String> RESET =
            List.of("reset %1$s", "set %1$s to default", "select set_config('%1$s', null, false)");

    /** Settings that have words of their own. */
    private static final List<String> WORDS = List.of(
            "set time zone 'Europe/Paris'",
            "set time zone -7",
            "set time zone interval '+02:30' hour to minute",
            "set time zone local",
            "set session time zone default",
            "reset time zone",
            "set names 'UTF8'",
            "set names default",
            "set client_encoding to utf8",
            "set schema 'tenant_b'",
            "set search_path to tenant_a, \"$user\", public",
            "set search_path = \"tenant_b\"",
            "set local search_path to tenant_b",
            "set work_mem = 6144",
            "set myapp.flag to on",
            "set \"myapp.flag\" = 'quoted'",
            "set myapp.tenant = 'it''s; set lock_timeout = 7'",
            "set session characteristics as transaction isolation level repeatable read",
            "set session characteristics as transaction read only",
            "set session characteristics as transaction read write, isolation level read committed",
            "set role reader",
            "set local role reader",
            "set session role \"reader\"",
            "set role none",
            "set role postgres",
            "reset role",
            "set role writer",
            "select set_config('role', 'reader', false)",
            "set session authorization reader",
            "set local session authorization reader",
            "set session authorization default",
            "reset session authorization",
            "set session authorization postgres",
            "select set_config('session_authorization', 'writer', false)",
            "reset all",
            "RESET/**/ALL",
            "set constraints all deferred",
            "set transaction isolation level repeatable read",
            "set transaction read only",
            "update pg_settings set setting = '7MB' where name = 'work_mem'",
            "explain (analyze, costs off, timing off, summary off) select set_config('lock_timeout', '62s', false)",
            "create temp table was_set on commit drop as select set_config('myapp.tenant', 'by a table', false)",
            "set lock_timeout = 'soon'",
            "set no_such_setting = 1",
            "set role nobody_of_this_name");

    private SettingDeeds() {}

    static Deed any(Random random) {
        if (random.nextInt(4) == 0) {
            return words(pick(random, WORDS));
        }
        Setting setting = pick(random, SETTINGS);
        String name = random.nextInt(4) == 0 ? setting.name().toUpperCase(Locale.ROOT) : setting.name();
        String value = pick(random, setting.values());
        return switch (random.nextInt(20)) {
            case 0, 1, 2, 3, 4 -> form(pick(random, SET), name, value);
            case 5, 6, 7 -> form(pick(random, SET_CONFIG), name, value);
            case 8, 9 -> byParameter(name, value, random.nextInt(4) == 0);
            case 10, 11, 12 -> form(pick(random, CODE), name, value);
            case 13, 14, 15, 16 -> local(pick(random, LOCAL), name, value);
            default -> reset(pick(random, RESET), name);
        };
    }

    private static Deed words(String sql) {
        return sql.startsWith("explain") ? Deed.unread(sql) : Deed.sql(sql);
    }

    private static Deed form(String form, String name, String value) {
        return Deed.sql(String.format(form, name, value));
    }

    private static Deed local(String form, String name, String value) {
        Deed deed = form(form, name, value);
        return form.startsWith("begin") ? deed.inTransactionsOnly() : deed;
    }

    /** A setting of an extension is not known to a session in which nobody has set it; that it may be is known. */
    private static Deed reset(String form, String name) {
        Deed deed = Deed.sql(String.format(form, name));
        return name.indexOf('.') < 0 ? deed : deed.telling(told -> "reset");
    }

    private static Deed byParameter(String name, String value, boolean local) {
        return new Deed(
                "set_config(?, ?, ?) of " + name + ", " + value + ", " + local,
                false,
                session -> session.set(name, value, local));
    }

    static <T> T pick(Random random, List<T> list) {
        return list.get(random.nextInt(list.size()));
    }
}
