package dev.pgpool.faults;

import static dev.pgpool.faults.Victims.run;
import static dev.pgpool.faults.Victims.value;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.pgpool.conformance.Await;
import dev.pgpool.jdbc.PgPoolDataSource;
import dev.pgpool.pool.PoolSnapshot;
import dev.pgpool.pool.RetireReason;
import dev.pgpool.testserver.PostgresTest;
import dev.pgpool.testserver.TestDatabase;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** The memory runs out while pgjdbc reads what a server says. */
@PostgresTest
@Timeout(value = 60, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class ShortOfMemoryIT {
    private static final String MUCH = "select repeat('x', 1000) from generate_series(1, 10000)";

    private PgPoolDataSource pool;

    @BeforeEach
    void open(TestDatabase database) {
        pool = new PgPoolDataSource();
        pool.setUrl(database.poolUrl() + "&pool.acquireTimeout=5s&socketFactory=" + ShortOfMemory.class.getName());
        pool.setMaxSize(2);
    }

    @AfterEach
    void close() {
        pool.close();
    }

    private void assertOneConnectionGone() throws SQLException {
        PoolSnapshot now = pool.snapshot().orElseThrow();
        assertEquals(0, now.leased());
        assertEquals(1, now.counts().retired().get(RetireReason.INTERRUPTED_WORK));
        try (Connection one = pool.getConnection();
                Connection other = pool.getConnection()) {
            one.setAutoCommit(false);
            other.setAutoCommit(false);
            assertEquals("1", value(one, "select 1"));
            assertEquals("2", value(other, "select 2"));
        }
    }

    @Test
    void the_answer_to_a_statement_costs_one_connection_and_harms_nobody_else() throws Exception {
        try (Connection connection = pool.getConnection();
                Connection other = pool.getConnection()) {
            other.setAutoCommit(false);
            assertEquals("1", value(other, "select 1"));
            assertEquals("1", value(connection, "select 1"));
            ShortOfMemory.atNextRead();
            assertThrows(OutOfMemoryError.class, () -> value(connection, MUCH));
            assertEquals("2", value(other, "select 2"));
            assertFalse(connection.isClosed());
            assertEquals("3", value(connection, "select 3"));
        }
        assertOneConnectionGone();
    }

    @Test
    void the_answer_within_a_transaction_ends_that() throws Exception {
        try (Connection connection = pool.getConnection()) {
            connection.setAutoCommit(false);
            run(connection, "create table if not exists gone (id int); truncate gone");
            connection.commit();
            run(connection, "insert into gone values (1)");
            ShortOfMemory.atNextRead();
            assertThrows(OutOfMemoryError.class, () -> value(connection, MUCH));
            assertEquals(
                    "25P02",
                    assertThrows(SQLException.class, () -> run(connection, "select 1"))
                            .getSQLState());
            connection.rollback();
            assertEquals("0", value(connection, "select count(*) from gone"));
        }
        assertOneConnectionGone();
    }

    @Test
    void rows_fetched_later_cost_one_connection() throws Exception {
        try (Connection connection = pool.getConnection()) {
            connection.setAutoCommit(false);
            Statement statement = connection.createStatement();
            statement.setFetchSize(1_000);
            ResultSet rows = statement.executeQuery(MUCH);
            for (int i = 0; i < 1_000; i++) {
                rows.next();
            }
            ShortOfMemory.atNextRead();
            assertThrows(OutOfMemoryError.class, rows::next);
            connection.rollback();
            assertEquals("3", value(connection, "select 3"));
        }
        assertOneConnectionGone();
    }

    @Test
    void the_answer_to_a_commit_costs_one_connection() throws Exception {
        try (Connection connection = pool.getConnection()) {
            connection.setAutoCommit(false);
            run(connection, "create table if not exists kept (id int); truncate kept");
            connection.commit();
            run(connection, "insert into kept values (1)");
            ShortOfMemory.atNextRead();
            assertThrows(OutOfMemoryError.class, connection::commit);
            connection.rollback();
            assertEquals("1", value(connection, "select count(*) from kept"));
        }
        assertOneConnectionGone();
    }

    @Test
    void the_pools_own_work_costs_no_permit_even_if_memory_runs_out_again_at_its_end() throws Exception {
        value(pool.getConnection(), "select 1");
        PgPoolDataSource elsewhere = new PgPoolDataSource();
        elsewhere.setUrl(pool.getUrl() + "&currentSchema=elsewhere");
        elsewhere.setMaxSize(2);
        // A new start is tried before anybody gets it.
        ShortOfMemory.atNextRead();
        ShortOfMemory.atNextClose();
        assertThrows(OutOfMemoryError.class, elsewhere::getConnection);
        elsewhere.close();
        Await.until(() -> pool.snapshot().orElseThrow().counts().retired().containsKey(RetireReason.INTERRUPTED_WORK));
        assertOneConnectionGone();
    }
}
