package dev.pgpool.faults;

import dev.pgpool.testserver.TestDatabase;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.atomic.AtomicLong;

/** A database with accounts, and with a journal in which a row that is written twice can be seen. */
final class Bank {
    static final int ACCOUNTS = 100;
    static final int ROWS_A_UNIT = 10;

    private static final int BALANCE = 1_000;
    private static final Duration PATIENCE = Duration.ofSeconds(30);

    private static final String SCHEMA = """
            create table account (id int primary key, balance bigint not null);
            insert into account select id, %d from generate_series(0, %d) as id;
            create table journal (row_id bigint not null);
            create table slot (row_id bigint primary key, hits int not null default 0);
            create function transfer(row_id bigint, one int, other int, amount int) returns bigint
                language plpgsql as $$
            begin
                update account set balance = balance - amount where id = one;
                update account set balance = balance + amount where id = other;
                insert into journal values (row_id);
                return row_id;
            end $$;
            create function note(row_id bigint) returns bigint
                language sql as 'insert into journal values ($1) returning row_id';
            """.formatted(BALANCE, ACCOUNTS - 1);

    private final TestDatabase database;
    private final AtomicLong nextRow = new AtomicLong();

    Bank(TestDatabase database) throws SQLException {
        this.database = database;
        execute(SCHEMA);
    }

    TestDatabase database() {
        return database;
    }

    /** Makes slots for as many units of work, those that come next. */
    void makeSlots(int units) throws SQLException {
        long from = nextRow.get();
        execute("insert into slot select generate_series(" + from + ", " + (from + (long) units * ROWS_A_UNIT) + ", "
                + ROWS_A_UNIT + ") on conflict do nothing; analyze slot");
    }

    /** The first row of a new unit of work. */
    long nextRow() {
        return nextRow.getAndAdd(ROWS_A_UNIT);
    }

    /** How often each row is there, from this one on; to be called when all who could write are gone. */
    Map<Long, Integer> applied(long from) throws Exception {
        awaitNobody();
        Map<Long, Integer> applied = new HashMap<>();
        try (Connection owner = database.connect();
                Statement statement = owner.createStatement();
                ResultSet rows = statement.executeQuery("select row_id, count(*) from journal where row_id >= " + from
                        + " group by row_id union all select row_id, hits from slot where hits > 0 and row_id >= "
                        + from)) {
            while (rows.next()) {
                applied.merge(rows.getLong(1), rows.getInt(2), Integer::sum);
            }
        }
        return applied;
    }

    /** Money that appeared or vanished. */
    long difference() throws SQLException {
        return ask("select sum(balance) from account") - total();
    }

    static long total() {
        return (long) ACCOUNTS * BALANCE;
    }

    // A backend whose client is gone may still be at work on what that client asked for.
    private void awaitNobody() throws Exception {
        long deadline = System.nanoTime() + PATIENCE.toNanos();
        while (backends() > 0) {
            if (System.nanoTime() > deadline) {
                throw new AssertionError(backends() + " backends are still there after " + PATIENCE);
            }
            Thread.sleep(20);
        }
    }

    /** How many sessions there are, but for this question's. */
    int backends() throws SQLException {
        return (int) ask("select count(*) from pg_stat_activity where datname = current_database()"
                + " and pid <> pg_backend_pid()");
    }

    private long ask(String question) throws SQLException {
        try (Connection owner = database.connect();
                Statement statement = owner.createStatement();
                ResultSet rows = statement.executeQuery(question)) {
            rows.next();
            return rows.getLong(1);
        }
    }

    private void execute(String sql) throws SQLException {
        try (Connection owner = database.connect();
                Statement statement = owner.createStatement()) {
            statement.execute(sql);
        }
    }
}
