package dev.pgpool.behaviour;

import static dev.pgpool.behaviour.SessionOfItsOwn.rows;
import static dev.pgpool.behaviour.SessionOfItsOwn.run;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.pgpool.jdbc.PgPoolDataSource;
import dev.pgpool.pool.PoolCounts;
import dev.pgpool.pool.Verdict;
import dev.pgpool.testserver.PostgresServer;
import dev.pgpool.testserver.PostgresTest;
import dev.pgpool.testserver.StopMode;
import dev.pgpool.testserver.TestDatabase;
import java.io.ByteArrayInputStream;
import java.sql.BatchUpdateException;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What becomes of work whose backend is terminated while it runs. */
@PostgresTest(ownServer = true)
@Timeout(120)
class RetryIT {
    private final ExecutorService application = Executors.newCachedThreadPool();
    private TestDatabase database;
    private PgPoolDataSource pool;
    private Gate gate;

    @BeforeEach
    void tables(TestDatabase shared) throws SQLException {
        database = shared;
        try (Connection owner = database.connect()) {
            run(owner, "drop table if exists item cascade");
            run(owner, "create table item (id int, data bytea)");
            run(
                    owner,
                    "create or replace function wait_at_gate() returns trigger language plpgsql as"
                            + " 'begin perform pg_advisory_xact_lock(4711); return null; end'");
        }
        gate = new Gate(database);
        pool = new PgPoolDataSource();
        pool.setUrl(database.poolUrl());
        pool.setMaxSize(2);
    }

    @AfterEach
    void end() throws SQLException {
        gate.close();
        pool.close();
        application.shutdownNow();
    }

    private static <T> T result(Future<T> future) throws Exception {
        try {
            return future.get();
        } catch (ExecutionException e) {
            throw e.getCause() instanceof Exception cause ? cause : e;
        }
    }

    private String items() throws SQLException {
        try (Connection owner = database.connect()) {
            return rows(owner, "select id from item order by id");
        }
    }

    private PoolCounts counts() throws SQLException {
        return pool.snapshot().orElseThrow().counts();
    }

    /** Runs it while its backend is terminated in the middle of it. */
    private <T> T terminated(Callable<T> work) throws Exception {
        Future<T> future = application.submit(work);
        gate.terminate();
        gate.open();
        return result(future);
    }

    @Test
    void a_read_survives_pg_terminate_backend() throws Exception {
        try (Connection connection = pool.getConnection()) {
            assertEquals("1", terminated(() -> rows(connection, "select 1 from " + Gate.WAIT)));
            assertEquals(Map.of(Verdict.ROLLED_BACK, 1L), counts().repeated());
            assertEquals(Map.of(), counts().reported());
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "insert into item select 1 from " + Gate.WAIT,
                "with moved as (insert into item select 1 returning id) select id from moved, " + Gate.WAIT,
                "create table item_2 as select 2 from " + Gate.WAIT,
            })
    void a_change_in_auto_commit_is_done_exactly_once(String sql) throws Exception {
        try (Connection connection = pool.getConnection()) {
            terminated(() -> {
                run(connection, sql);
                return true;
            });
            assertEquals(sql.startsWith("create") ? "" : "1", items());
            try (Connection owner = database.connect()) {
                run(owner, "drop table if exists item_2");
            }
        }
    }

    @Test
    void several_statements_in_one_text_may_have_been_committed_one_by_one() throws Exception {
        try (Connection connection = pool.getConnection()) {
            SQLException failure = assertThrows(
                    SQLException.class,
                    () -> terminated(() -> {
                        run(connection, "insert into item values (1); insert into item select 2 from " + Gate.WAIT);
                        return true;
                    }));
            assertEquals("08007", failure.getSQLState());
        }
    }

    @Test
    void the_first_statement_of_a_transaction_is_repeated() throws Exception {
        try (Connection connection = pool.getConnection()) {
            connection.setAutoCommit(false);
            connection.setTransactionIsolation(Connection.TRANSACTION_SERIALIZABLE);
            terminated(() -> {
                run(connection, "insert into item select 1 from " + Gate.WAIT);
                return true;
            });
            assertEquals("serializable", rows(connection, "show transaction_isolation"));
            run(connection, "insert into item values (2)");
            connection.commit();
            assertEquals("1; 2", items());
        }
    }

    @Test
    void a_transaction_that_was_seen_is_reported_as_safe_to_repeat() throws Exception {
        try (Connection connection = pool.getConnection()) {
            connection.setAutoCommit(false);
            run(connection, "insert into item values (1)");
            SQLException failure = assertThrows(
                    SQLException.class, () -> terminated(() -> rows(connection, "select 1 from " + Gate.WAIT)));
            assertEquals("40001", failure.getSQLState());
            assertEquals(
                    "57P01",
                    assertInstanceOf(SQLException.class, failure.getCause()).getSQLState());
            assertTrue(failure.getMessage().contains("safe to repeat the transaction"), failure.getMessage());
            assertEquals(
                    "25P02",
                    assertThrows(SQLException.class, () -> run(connection, "select 1"))
                            .getSQLState());
            connection.rollback();

            run(connection, "insert into item values (2)");
            connection.commit();
            assertEquals("2", items());
        }
    }

    @Test
    void a_commit_that_the_server_ended_before_it_was_done_is_safe_to_repeat() throws Exception {
        try (Connection connection = pool.getConnection()) {
            run(
                    connection,
                    "create constraint trigger slow after insert on item deferrable initially deferred"
                            + " for each row execute function wait_at_gate()");
            connection.setAutoCommit(false);
            run(connection, "insert into item values (1)");
            SQLException failure = assertThrows(
                    SQLException.class,
                    () -> terminated(() -> {
                        connection.commit();
                        return true;
                    }));
            assertEquals("40001", failure.getSQLState());
            assertEquals("", items());
            // It is over: nothing is left to be rolled back.
            run(connection, "insert into item values (2)");
            connection.commit();
            assertEquals("2", items());
        }
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void a_session_that_ended_before_was_sent_nothing(boolean inTransaction, PostgresServer server) throws Exception {
        try (Connection connection = pool.getConnection()) {
            if (inTransaction) {
                connection.setAutoCommit(false);
                run(connection, "insert into item values (1)");
            } else {
                run(connection, "create temp table scratch (x int)");
            }
            // Without a farewell.
            server.restart(StopMode.IMMEDIATE);
            SQLException failure = assertThrows(SQLException.class, () -> {
                if (inTransaction) {
                    connection.commit();
                } else {
                    run(connection, "insert into item values (1)");
                }
            });
            assertEquals(inTransaction ? "40001" : "08006", failure.getSQLState(), failure.toString());
            assertEquals(Map.of(Verdict.NOT_SENT, 1L), counts().reported());
            assertEquals("", items());
        }
    }

    @Test
    void a_rollback_of_a_broken_transaction_is_what_was_wanted() throws Exception {
        try (Connection connection = pool.getConnection()) {
            connection.setAutoCommit(false);
            run(connection, "insert into item values (1)");
            String backend = rows(connection, "select pg_backend_pid()");
            try (Connection owner = database.connect()) {
                run(owner, "select pg_terminate_backend(" + backend + ", 10000)");
            }
            connection.rollback();
            run(connection, "insert into item values (2)");
            connection.commit();
            assertEquals("2", items());
        }
    }

    @Test
    void what_may_have_run_is_not_repeated() throws Exception {
        try (Connection connection = pool.getConnection()) {
            SQLException failure = assertThrows(
                    SQLException.class,
                    () -> terminated(() -> rows(connection, "select pg_reload_conf() from " + Gate.WAIT)));
            assertEquals("08007", failure.getSQLState());
            assertTrue(
                    failure.getMessage().startsWith("the server may or may not have run this SELECT"),
                    failure.getMessage());
            assertEquals(Map.of(Verdict.UNKNOWN, 1L), counts().reported());
            assertEquals("1", rows(connection, "select 1"));
        }
    }

    @Test
    void a_definition_is_not_repeated_if_the_code_that_it_runs_may_not_be() throws Exception {
        try (Connection owner = database.connect()) {
            run(owner, "create view reloaded as select pg_reload_conf() as done");
            try (Connection connection = pool.getConnection()) {
                SQLException failure = assertThrows(
                        SQLException.class,
                        () -> terminated(() -> {
                            run(connection, "create table item_3 as select done from reloaded, " + Gate.WAIT);
                            return true;
                        }));
                assertEquals("08007", failure.getSQLState());
            } finally {
                run(owner, "drop view reloaded");
            }
        }
    }

    @Test
    void a_stream_is_not_read_twice() throws Exception {
        try (Connection connection = pool.getConnection();
                PreparedStatement insert =
                        connection.prepareStatement("insert into item select 1, ? from " + Gate.WAIT)) {
            insert.setBinaryStream(1, new ByteArrayInputStream(new byte[100]), 100);
            SQLException failure = assertThrows(SQLException.class, () -> terminated(insert::executeUpdate));
            assertEquals("40001", failure.getSQLState());
            assertTrue(failure.getMessage().contains("can be read only once"), failure.getMessage());
            assertEquals("", items());
        }
    }

    @Test
    void nothing_is_repeated_without_time_for_it() throws Exception {
        pool.setRetryTimeout("0");
        try (Connection connection = pool.getConnection()) {
            SQLException failure = assertThrows(
                    SQLException.class, () -> terminated(() -> rows(connection, "select 1 from " + Gate.WAIT)));
            assertEquals("40001", failure.getSQLState());
            assertTrue(failure.getMessage().contains("pool.retryTimeout=0"), failure.getMessage());
        }
    }

    @Test
    void lost_state_is_not_papered_over() throws Exception {
        try (Connection connection = pool.getConnection()) {
            run(connection, "create temp table scratch (x int)");
            SQLException failure = assertThrows(
                    SQLException.class, () -> terminated(() -> rows(connection, "select 1 from " + Gate.WAIT)));
            assertEquals("08006", failure.getSQLState());
            assertTrue(failure.getMessage().contains("a temporary object"), failure.getMessage());
            assertTrue(connection.isClosed());
        }
    }

    @Test
    void each_row_of_a_batch_is_inserted_once_although_its_middle_was_terminated() throws Exception {
        try (Connection connection = pool.getConnection();
                PreparedStatement insert = connection.prepareStatement(
                        "insert into item select ? from (select case when ? then " + Gate.WAIT + "::text end) as s")) {
            int rows = 2_000;
            for (int i = 0; i < rows; i++) {
                insert.setInt(1, i);
                insert.setBoolean(2, i == rows - 5);
                insert.addBatch();
            }
            int[] counts = terminated(insert::executeBatch);
            assertEquals(rows, counts.length);
            for (int count : counts) {
                assertEquals(1, count);
            }
            try (Connection owner = database.connect()) {
                assertEquals(rows + "," + rows, rows(owner, "select count(*) || ',' || count(distinct id) from item"));
            }
        }
    }

    @Test
    void a_batch_that_is_done_in_part_and_not_repeated_says_which_part() throws Exception {
        pool.setRetryTimeout("0");
        try (Connection connection = pool.getConnection();
                Statement batch = connection.createStatement()) {
            for (int i = 0; i < 2_000; i++) {
                batch.addBatch("insert into item values (" + i + ")");
            }
            batch.addBatch("insert into item select -1 from " + Gate.WAIT);
            BatchUpdateException failure =
                    assertThrows(BatchUpdateException.class, () -> terminated(batch::executeBatch));
            long[] expected = failure.getLargeUpdateCounts();
            long done = java.util.Arrays.stream(expected)
                    .filter(count -> count == 1)
                    .count();
            assertTrue(done > 0 && done < expected.length, "done: " + done);
            try (Connection owner = database.connect()) {
                assertEquals(String.valueOf(done), rows(owner, "select count(*) from item"));
            }
            assertEquals("08006", failure.getSQLState());
        }
    }

    @Test
    void a_batch_of_a_transaction_is_repeated_as_a_whole() throws Exception {
        try (Connection connection = pool.getConnection();
                Statement batch = connection.createStatement()) {
            connection.setAutoCommit(false);
            batch.addBatch("insert into item values (1)");
            batch.addBatch("insert into item select 2 from " + Gate.WAIT);
            assertArrayEquals(new int[] {1, 1}, terminated(batch::executeBatch));
            connection.commit();
            assertEquals("1; 2", items());
        }
    }

    @Test
    void a_setting_made_while_its_backend_is_terminated_is_there() throws Exception {
        try (Connection connection = pool.getConnection()) {
            terminated(() -> rows(connection, "select set_config('myapp.tenant', '7', false) from " + Gate.WAIT));
            assertEquals("7", rows(connection, "show myapp.tenant"));
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"cancel", "close", "abort", "interrupt"})
    void the_wait_for_a_server_that_is_away_can_be_ended(String how, PostgresServer server) throws Exception {
        Connection connection = pool.getConnection();
        Statement statement = connection.createStatement();
        Thread[] caller = new Thread[1];
        Future<Boolean> future = application.submit(() -> {
            caller[0] = Thread.currentThread();
            return statement.execute("select 1 from " + Gate.WAIT);
        });
        gate.awaitBackend();
        server.stop(StopMode.IMMEDIATE);
        try {
            // The statement has failed when its connection is gone.
            while (pool.snapshot().orElseThrow().counts().repeated().isEmpty()) {
                assertFalse(future.isDone());
                Thread.sleep(5);
            }
            switch (how) {
                case "cancel" -> statement.cancel();
                case "close" -> connection.close();
                case "abort" -> connection.abort(Runnable::run);
                default -> caller[0].interrupt();
            }
            SQLException failure = assertThrows(SQLException.class, () -> result(future));
            String expected = switch (how) {
                case "cancel" -> "57014";
                case "interrupt" -> "08001";
                default -> "08003";
            };
            assertEquals(expected, failure.getSQLState(), failure.toString());
        } finally {
            server.start();
            connection.close();
        }
        try (Connection next = pool.getConnection()) {
            assertEquals("1", rows(next, "select 1"));
        }
    }

    @Test
    void the_query_timeout_counts_while_the_server_is_away(PostgresServer server) throws Exception {
        try (Connection connection = pool.getConnection();
                Statement statement = connection.createStatement()) {
            run(connection, "select 1");
            statement.setQueryTimeout(2);
            server.stop(StopMode.FAST);
            try {
                SQLException failure =
                        assertThrows(SQLException.class, () -> statement.execute("insert into item values (1)"));
                assertEquals("57014", failure.getSQLState(), failure.toString());
            } finally {
                server.start();
            }
            assertEquals("", items());
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"FAST", "IMMEDIATE"})
    void reads_ride_through_a_restart(StopMode mode, PostgresServer server) throws Exception {
        try (Connection connection = pool.getConnection()) {
            Future<String> future = application.submit(() -> rows(connection, "select 1 from " + Gate.WAIT));
            gate.awaitBackend();
            server.restart(mode);
            assertEquals("1", result(future));
        }
    }
}
