package dev.pgpool.benchmark;

import dev.pgpool.jdbc.PgPoolDataSource;
import dev.pgpool.pool.PoolSnapshot;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.locks.LockSupport;

/** An application in which each session works for a tenant of its own, over one pool. */
final class Tenants implements AutoCloseable {
    /** What each session sets at its start. All names are as printed. */
    enum State {
        nothing(List.of()),
        settings(List.of(
                "set statement_timeout = 60%1$03d",
                "set application_name = 'tenant %1$d'", "set myapp.tenant = '%1$d'")),
        /** The server looks up each name anew, and makes each plan anew, when the path changes. */
        settings_and_search_path(List.of(
                "set statement_timeout = 60%1$03d",
                "set application_name = 'tenant %1$d'",
                "set myapp.tenant = '%1$d'",
                "set search_path to benchmark_%1$d, public"));

        private final List<String> texts;

        State(List<String> texts) {
            this.texts = texts;
        }

        void set(Connection session, int tenant) throws SQLException {
            try (Statement statement = session.createStatement()) {
                for (String text : texts) {
                    statement.execute(String.format(text, tenant));
                }
            }
        }
    }

    private static final int ACCOUNTS = 10_000;
    private static final int READS = 3;
    private static final int UPDATES = 2;

    /** Not measured: statements are prepared, and the server's caches filled. */
    private static final Duration WARM_UP = Duration.ofMillis(500);

    private final PgPoolDataSource pool;
    private final Duration pause;
    private final List<Connection> sessions = new ArrayList<>();
    private volatile boolean counting;
    private volatile boolean over;
    private int mostPinned;

    private Tenants(PgPoolDataSource pool, Duration pause) {
        this.pool = pool;
        this.pause = pause;
    }

    static void createTable(Statement statement) throws SQLException {
        statement.execute("drop table if exists benchmark_account");
        statement.execute("create table benchmark_account (id int primary key, balance int not null)");
        statement.execute(
                "insert into benchmark_account select i, 100 from generate_series(0, " + (ACCOUNTS - 1) + ") i");
        statement.execute("vacuum analyze benchmark_account");
    }

    static Tenants open(String url, int physical, int count, State state, Duration pause) throws SQLException {
        PgPoolDataSource pool = new PgPoolDataSource();
        pool.setUrl(url.replace("jdbc:postgresql:", "jdbc:pgpool:"));
        pool.setName(state.name());
        pool.setMaxSize(physical);
        Tenants tenants = new Tenants(pool, pause);
        for (int i = 0; i < count; i++) {
            Connection session = pool.getConnection();
            tenants.sessions.add(session);
            state.set(session, i);
            session.setAutoCommit(false);
        }
        return tenants;
    }

    /** Works for so long in all sessions at once; gives the transactions per second. */
    double run(Duration time) throws InterruptedException, ExecutionException {
        counting = false;
        over = false;
        List<FutureTask<Long>> tasks = new ArrayList<>();
        for (Connection session : sessions) {
            FutureTask<Long> task = new FutureTask<>(() -> work(session));
            tasks.add(task);
            Threads.start(task, Threads.virtualExist());
        }
        Thread.sleep(WARM_UP.toMillis());
        counting = true;
        long begin = System.nanoTime();
        Thread.sleep(time.toMillis() / 2);
        mostPinned = Math.max(mostPinned, pinned());
        Thread.sleep(time.toMillis() / 2);
        over = true;
        double seconds = (System.nanoTime() - begin) / 1e9;
        long transactions = 0;
        for (FutureTask<Long> task : tasks) {
            transactions += task.get();
        }
        mostPinned = Math.max(mostPinned, pinned());
        return transactions / seconds;
    }

    /** Most connections that were found pinned at once. */
    int mostPinned() {
        return mostPinned;
    }

    private int pinned() {
        try {
            return pool.snapshot().map(PoolSnapshot::pinned).orElse(0);
        } catch (SQLException e) {
            throw new IllegalStateException("the pool has no snapshot", e);
        }
    }

    private long work(Connection session) throws SQLException {
        SplittableRandom random = new SplittableRandom();
        long transactions = 0;
        while (!over) {
            transact(session, random);
            if (!pause.isZero()) {
                LockSupport.parkNanos(pause.toNanos());
            }
            if (counting && !over) {
                transactions++;
            }
        }
        return transactions;
    }

    private static void transact(Connection session, SplittableRandom random) throws SQLException {
        for (int i = 0; i < READS; i++) {
            read(session, random.nextInt(ACCOUNTS));
        }
        // In the order of their keys, so that no two transactions wait for each other.
        int id = random.nextInt(ACCOUNTS / UPDATES);
        for (int i = 0; i < UPDATES; i++) {
            update(session, id + i * (ACCOUNTS / UPDATES));
        }
        session.commit();
    }

    private static void read(Connection session, int id) throws SQLException {
        try (PreparedStatement statement =
                session.prepareStatement("select balance from benchmark_account where id = ?")) {
            statement.setInt(1, id);
            try (ResultSet row = statement.executeQuery()) {
                if (!row.next()) {
                    throw new IllegalStateException("account " + id + " is gone");
                }
            }
        }
    }

    private static void update(Connection session, int id) throws SQLException {
        try (PreparedStatement statement =
                session.prepareStatement("update benchmark_account set balance = balance + 1 where id = ?")) {
            statement.setInt(1, id);
            if (statement.executeUpdate() != 1) {
                throw new IllegalStateException("account " + id + " is gone");
            }
        }
    }

    @Override
    public void close() throws SQLException {
        try {
            for (Connection session : sessions) {
                session.close();
            }
        } finally {
            pool.close();
        }
    }
}
