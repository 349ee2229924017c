package dev.pgpool.faults;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.pgpool.conformance.Await;
import dev.pgpool.harness.InvariantsExtension;
import dev.pgpool.jdbc.PgPoolDataSource;
import dev.pgpool.pool.PoolSnapshot;
import dev.pgpool.pool.RetireReason;
import dev.pgpool.testserver.TestDatabase;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.TimeUnit;

/** A pool of two physical connections, for one who misbehaves and for all who must not suffer from it. */
final class Victims implements AutoCloseable {
    static final int SIZE = 2;

    private final TestDatabase database;
    private PgPoolDataSource pool;

    Victims(TestDatabase database) throws SQLException {
        this.database = database;
        reopen();
        try (Connection owner = database.connect();
                Statement statement = owner.createStatement()) {
            // A server only notices that its client is gone when it has something to say.
            statement.execute("select pg_terminate_backend(pid) from pg_stat_activity"
                    + " where datname = current_database() and pid <> pg_backend_pid()");
            statement.execute("drop table if exists item;"
                    + " create table item (id int primary key, name text);"
                    + " insert into item select i, 'item ' || i from generate_series(1, 1000) i");
        }
    }

    /** Begins with a fresh pool. */
    void reopen() {
        pool = new PgPoolDataSource();
        pool.setUrl(database.poolUrl());
        pool.setMaxSize(SIZE);
        pool.setAcquireTimeout("60s");
    }

    /** Waits until the server has no session in this database but the one that looks. */
    void awaitNoSession() throws Exception {
        try (Connection owner = database.connect()) {
            Await.until(() -> value(
                            owner,
                            "select count(*) from pg_stat_activity where datname = current_database()"
                                    + " and backend_type = 'client backend' and pid <> pg_backend_pid()")
                    .equals("0"));
        }
    }

    PgPoolDataSource pool() {
        return pool;
    }

    Connection connect() throws SQLException {
        return pool.getConnection();
    }

    PoolSnapshot snapshot() throws SQLException {
        return pool.snapshot().orElseThrow();
    }

    int retired(RetireReason reason) throws SQLException {
        return Math.toIntExact(snapshot().counts().retired().getOrDefault(reason, 0L));
    }

    static String value(Connection connection, String sql) throws SQLException {
        try (Statement statement = connection.createStatement();
                ResultSet rows = statement.executeQuery(sql)) {
            assertTrue(rows.next());
            return rows.getString(1);
        }
    }

    static void run(Connection connection, String sql) throws SQLException {
        try (Statement statement = connection.createStatement()) {
            statement.execute(sql);
        }
    }

    /** What the database has, seen from outside the pool. */
    String stored(String sql) throws SQLException {
        try (Connection owner = database.connect()) {
            return value(owner, sql);
        }
    }

    /** Waits until the server runs a statement with this text in it. */
    void awaitRunning(String marker) throws Exception {
        try (Connection owner = database.connect()) {
            Await.until(() -> !value(
                            owner,
                            "select count(*) from pg_stat_activity where state = 'active' and query like '%" + marker
                                    + "%' and pid <> pg_backend_pid() and datname = current_database()")
                    .equals("0"));
        }
    }

    void awaitWaiting(int callers) throws Exception {
        Await.until(() -> snapshot().waiting() == callers);
    }

    /** Asserts that a connection works as a new one does, or says that it is closed. */
    static void assertUsableOrClosed(Connection connection) throws SQLException {
        if (connection.isClosed()) {
            return;
        }
        if (!connection.getAutoCommit()) {
            connection.rollback();
        }
        assertEquals("7", value(connection, "select 7"));
        if (!connection.getAutoCommit()) {
            connection.rollback();
        }
        connection.close();
    }

    /** Asserts that nothing is left of the misdeed: all permits are there, and all sessions are clean and work. */
    void assertUnharmed() throws Exception {
        InvariantsExtension.assertHold();
        CyclicBarrier together = new CyclicBarrier(SIZE);
        CompletableFuture<?>[] all = new CompletableFuture<?>[SIZE];
        for (int i = 0; i < SIZE; i++) {
            String number = String.valueOf(i);
            all[i] = Threads.start(() -> {
                try (Connection connection = connect()) {
                    connection.setAutoCommit(false);
                    assertEquals(number, value(connection, "select " + number));
                    // Nobody goes on before each has its physical connection.
                    together.await(20, TimeUnit.SECONDS);
                    assertEquals("1000", value(connection, "select count(*) from item where id <= 1000"));
                    connection.commit();
                }
            });
        }
        CompletableFuture.allOf(all).get(60, TimeUnit.SECONDS);
        InvariantsExtension.assertHold();
    }

    @Override
    public void close() {
        pool.close();
    }
}
