package dev.pgpool.behaviour;

import static dev.pgpool.behaviour.SessionOfItsOwn.rows;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.pgpool.jdbc.PgPoolDataSource;
import dev.pgpool.testserver.PostgresServer;
import dev.pgpool.testserver.PostgresTest;
import dev.pgpool.testserver.TestDatabase;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.SQLTransientConnectionException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Who holds a physical connection, when, and for how long. */
@PostgresTest
@Timeout(120)
class SharingIT {
    private static TestDatabase database;

    @BeforeAll
    static void tables(TestDatabase fresh) throws SQLException {
        database = fresh;
        try (Connection owner = database.connect();
                Statement statement = owner.createStatement()) {
            statement.execute("create table account (id int primary key, balance int);"
                    + " insert into account select i, 100 from generate_series(1, 50) i");
        }
    }

    private static PgPoolDataSource pool(String mode, int maxSize) {
        PgPoolDataSource pool = new PgPoolDataSource();
        pool.setUrl(database.poolUrl());
        pool.setMode(mode);
        pool.setMaxSize(maxSize);
        return pool;
    }

    @Test
    void two_hundred_connections_share_four_backends() throws Exception {
        try (PgPoolDataSource pool = pool("transaction", 4)) {
            List<Connection> connections = new ArrayList<>();
            ExecutorService threads = Executors.newFixedThreadPool(16);
            try {
                List<Future<?>> done = new ArrayList<>();
                for (int i = 0; i < 200; i++) {
                    Connection connection = pool.getConnection();
                    connections.add(connection);
                    int from = 1 + i % 50;
                    done.add(threads.submit(() -> transfer(connection, from, 1 + (from + 6) % 50)));
                }
                for (Future<?> one : done) {
                    one.get();
                }
            } finally {
                threads.shutdownNow();
            }
            assertTrue(Backends.count(database) <= 4, "more than 4 backends");
            for (Connection connection : connections) {
                assertEquals("5000", rows(connection, "select sum(balance) from account"));
                connection.close();
            }
            assertTrue(Backends.count(database) <= 4, "more than 4 backends");
        }
    }

    private static Void transfer(Connection connection, int from, int to) throws SQLException {
        for (int round = 0; round < 5; round++) {
            assertEquals("5000", rows(connection, "select sum(balance) from account"));
        }
        connection.setAutoCommit(false);
        try (PreparedStatement update =
                connection.prepareStatement("update account set balance = balance + ? where id = ?")) {
            for (int id : new int[] {Math.min(from, to), Math.max(from, to)}) {
                update.setInt(1, id == from ? -1 : 1);
                update.setInt(2, id);
                assertEquals(1, update.executeUpdate());
            }
        }
        connection.commit();
        connection.setAutoCommit(true);
        return null;
    }

    @Test
    void between_transactions_nothing_is_held() throws SQLException {
        try (PgPoolDataSource pool = pool("transaction", 1);
                Connection one = pool.getConnection();
                Connection two = pool.getConnection()) {
            one.setAutoCommit(false);
            two.setAutoCommit(false);
            for (int round = 0; round < 5; round++) {
                assertEquals("1", rows(one, "select 1"));
                one.commit();
                assertEquals("2", rows(two, "select 2"));
                two.rollback();
            }
        }
    }

    @Test
    void in_a_transaction_one_is_held_and_no_other_gets_it() throws SQLException {
        try (PgPoolDataSource pool = pool("transaction", 2);
                Connection one = pool.getConnection();
                Connection two = pool.getConnection()) {
            one.setAutoCommit(false);
            String pid = rows(one, "select pg_backend_pid()");
            for (int round = 0; round < 10; round++) {
                assertNotEquals(pid, rows(two, "select pg_backend_pid()"));
                assertEquals(pid, rows(one, "select pg_backend_pid()"));
            }
            one.commit();
        }
    }

    @Test
    void a_session_is_held_until_its_connection_is_closed() throws SQLException {
        try (PgPoolDataSource pool = pool("session", 1)) {
            Connection one = pool.getConnection();
            try (Connection two = pool.getConnection()) {
                String pid = rows(one, "select pg_backend_pid()");
                assertThrows(SQLTransientConnectionException.class, () -> rows(two, "select 1"));
                one.close();
                assertEquals(pid, rows(two, "select pg_backend_pid()"));
            }
        }
    }

    @Test
    void a_second_connection_within_a_transaction_on_the_last_one_fails_at_once() throws SQLException {
        try (PgPoolDataSource pool = pool("transaction", 1);
                Connection outer = pool.getConnection();
                Connection inner = pool.getConnection()) {
            outer.setAutoCommit(false);
            assertEquals("1", rows(outer, "select 1"));
            long startedAt = System.nanoTime();
            SQLException refusal = assertThrows(SQLTransientConnectionException.class, () -> rows(inner, "select 1"));
            assertTrue(System.nanoTime() - startedAt < 5_000_000_000L, "it waited");
            assertEquals("08001", refusal.getSQLState());
            assertTrue(refusal.getMessage().contains("would never end"), refusal.getMessage());
            outer.commit();
            assertEquals("1", rows(inner, "select 1"));
        }
    }

    @Test
    void statement_mode_refuses_transactions_and_says_so() throws SQLException {
        try (PgPoolDataSource pool = pool("statement", 1);
                Connection connection = pool.getConnection();
                Statement statement = connection.createStatement()) {
            SQLException refusal = assertThrows(SQLException.class, () -> connection.setAutoCommit(false));
            assertTrue(refusal.getMessage().contains("pool.mode=statement"), refusal.getMessage());
            for (String begin : List.of("begin", "/* a */ start transaction read only", "select 1; begin")) {
                SQLException second = assertThrows(SQLException.class, () -> statement.execute(begin), begin);
                assertTrue(second.getMessage().contains("pool.mode=statement"), second.getMessage());
            }
            assertTrue(connection.getAutoCommit());
            try (ResultSet result = statement.executeQuery("select 1")) {
                assertTrue(result.next());
            }
        }
    }

    @Test
    void a_session_that_is_dirty_from_the_start_is_cleaned_before_its_first_use() throws SQLException {
        // Version 17 was the first to run code at login.
        try (PostgresServer server = PostgresServer.builder().version("18").start();
                PgPoolDataSource pool = new PgPoolDataSource()) {
            try (Connection owner = server.connect();
                    Statement statement = owner.createStatement()) {
                statement.execute("""
                        create function make_dirty() returns event_trigger language plpgsql as $$ begin
                            perform set_config('myapp.tenant', 'a stranger', false);
                            perform set_config('lock_timeout', '77', false);
                            perform pg_advisory_lock_shared(4711);
                            create temp table left_over (x int);
                        end $$;
                        create event trigger dirty on login execute function make_dirty();
                        alter event trigger dirty enable always""");
            }
            try (Connection plain = server.connect()) {
                assertEquals("77ms", rows(plain, "show lock_timeout"), "the trick does not work");
            }
            pool.setUrl(server.poolUrl("postgres"));
            try (Connection connection = pool.getConnection()) {
                assertEquals("0", rows(connection, "show lock_timeout"));
                assertEquals("", rows(connection, "select coalesce(current_setting('myapp.tenant', true), '')"));
                assertEquals(
                        "0",
                        rows(
                                connection,
                                "select count(*) from pg_locks where locktype = 'advisory' and pid = pg_backend_pid()"));
                assertEquals("null", rows(connection, "select to_regclass('left_over')"));
            }
        }
    }
}
