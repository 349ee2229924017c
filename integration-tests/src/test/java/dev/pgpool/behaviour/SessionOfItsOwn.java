package dev.pgpool.behaviour;

import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.List;
import java.util.Random;
import java.util.StringJoiner;

/** Things an application does to what it believes to be a session of its own, and what it can see of it. */
final class SessionOfItsOwn {
    /** One thing that is done; gives what can be told of its outcome. */
    @FunctionalInterface
    interface Deed {
        String on(Connection connection) throws SQLException;
    }

    private static final String SEEN = """
            select current_schema(), current_user, session_user, current_setting('transaction_isolation'),
                current_setting('transaction_read_only'), current_setting('application_name'),
                current_setting('TimeZone'), current_setting('lock_timeout'),
                coalesce(nullif(current_setting('myapp.tenant', true), ''), '-'),
                (select count(*) from pg_class where relnamespace = pg_my_temp_schema() and relkind = 'r'),
                (select string_agg(c, ',' order by c) from pg_listening_channels() c),
                (select string_agg(name, ',' order by name) from pg_prepared_statements where from_sql),
                (select count(*) from pg_cursors where is_holdable),
                (select count(*) from pg_locks where pid = pg_backend_pid() and locktype = 'advisory')
            """;

    private SessionOfItsOwn() {}

    /** All that JDBC and SQL tell of the session. */
    static String seen(Connection connection) throws SQLException {
        StringJoiner seen = new StringJoiner(" | ");
        seen.add(String.valueOf(connection.getAutoCommit()));
        seen.add(String.valueOf(connection.isReadOnly()));
        seen.add(String.valueOf(connection.getHoldability()));
        seen.add(String.valueOf(connection.getNetworkTimeout()));
        seen.add(String.valueOf(connection.getClientInfo("ApplicationName")));
        return seen.add(rows(connection, SEEN)).toString();
    }

    static void run(Connection connection, String sql) throws SQLException {
        try (Statement statement = connection.createStatement()) {
            statement.execute(sql);
        }
    }

    static String rows(Connection connection, String sql) throws SQLException {
        try (Statement statement = connection.createStatement();
                ResultSet result = statement.executeQuery(sql)) {
            StringJoiner rows = new StringJoiner("; ");
            int columns = result.getMetaData().getColumnCount();
            while (result.next()) {
                StringJoiner row = new StringJoiner(" | ");
                for (int column = 1; column <= columns; column++) {
                    row.add(result.getString(column));
                }
                rows.add(row.toString());
            }
            return rows.toString();
        }
    }

    /** Any deed, most of them ones that need no pin. */
    static Deed any(Random random) {
        int number = random.nextInt(1000);
        return switch (random.nextInt(30)) {
            case 0, 1 -> inTransaction(c -> c.setSchema(number % 2 == 0 ? "tenant_a" : "tenant_b"));
            case 2, 3 -> done(c -> c.setReadOnly(number % 2 == 0));
            case 4 -> done(c -> c.setTransactionIsolation(1 << (number % 4)));
            case 5, 6, 7 -> done(c -> c.setAutoCommit(number % 3 == 0));
            case 8, 9, 10 -> done(number % 2 == 0 ? Connection::commit : Connection::rollback);
            case 11, 12 -> inTransaction(c -> c.setClientInfo("ApplicationName", "app " + number));
            case 13 ->
                done(c -> c.setHoldability(
                        number % 2 == 0 ? ResultSet.HOLD_CURSORS_OVER_COMMIT : ResultSet.CLOSE_CURSORS_AT_COMMIT));
            case 14 -> done(c -> c.setNetworkTimeout(Runnable::run, 60_000 + number));
            case 15 -> sql("select 1 / 0");
            case 16, 17, 18 -> sql("insert into item values (" + number + ")");
            case 19 -> sql("set local lock_timeout = " + (1 + number));
            default -> pinning(random, number);
        };
    }

    /** Something that only the session itself can keep, in one case of four; else a look at what there is. */
    private static Deed pinning(Random random, int number) {
        List<String> texts = List.of(
                "set myapp.tenant = 'tenant " + number + "'",
                "select set_config('myapp.tenant', 'by function " + number + "', false)",
                "set lock_timeout = " + (1 + number),
                "set role reader",
                "reset role",
                "set time zone 'Asia/Tokyo'",
                "create temp table scratch" + number + " (x int)",
                "select pg_advisory_lock(pg_backend_pid(), " + number + ")",
                "listen channel" + number,
                "unlisten *",
                "prepare plan" + number + " as select 1",
                "deallocate all",
                "declare held" + number + " cursor with hold for select 1",
                "discard all",
                "reset all");
        return random.nextInt(4) == 0 ? sql(texts.get(number % texts.size())) : SessionOfItsOwn::seen;
    }

    private static Deed sql(String sql) {
        return connection -> {
            try (Statement statement = connection.createStatement()) {
                statement.execute(sql);
                return "ran " + sql;
            }
        };
    }

    /** A call that returns nothing. */
    @FunctionalInterface
    private interface Call {
        void on(Connection connection) throws SQLException;
    }

    private static Deed done(Call call) {
        return connection -> {
            call.on(connection);
            return "done";
        };
    }

    /**
     * PostgreSQL's driver begins a transaction with these; a logical connection waits for the first statement. So that
     * both are in the same state, the transaction begins before.
     */
    private static Deed inTransaction(Call call) {
        return done(connection -> {
            if (!connection.getAutoCommit()) {
                rows(connection, "select 1");
            }
            call.on(connection);
        });
    }
}
