package dev.pgpool.faults;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.pgpool.conformance.Await;
import dev.pgpool.jdbc.PgPoolDataSource;
import dev.pgpool.pool.RetireReason;
import dev.pgpool.testserver.PostgresServer;
import dev.pgpool.testserver.PostgresTest;
import dev.pgpool.testserver.TestDatabase;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Cancel requests that the network delays beyond the statement they were meant for. */
@PostgresTest
@Timeout(120)
class LostCancelIT {
    private static final String BACKEND = "select pg_backend_pid()";

    private TestDatabase database;
    private CancelGate gate;
    private PgPoolDataSource pool;

    @BeforeEach
    void openGate(TestDatabase database) throws Exception {
        this.database = database;
        gate = new CancelGate(database.server().host(), database.server().port());
        pool = pool(1);
    }

    private PgPoolDataSource pool(int cancelSignalTimeoutSeconds) {
        PostgresServer server = database.server();
        PgPoolDataSource pool = new PgPoolDataSource();
        pool.setUrl("jdbc:pgpool://127.0.0.1:" + gate.port() + "/" + database.name() + "?user=" + server.user()
                + (server.password() == null ? "" : "&password=" + server.password())
                + "&sslmode=disable&cancelSignalTimeout=" + cancelSignalTimeoutSeconds);
        pool.setMaxSize(1);
        return pool;
    }

    @AfterEach
    void close() throws Exception {
        pool.close();
        gate.close();
    }

    private static String value(Connection connection, String sql) throws SQLException {
        try (Statement statement = connection.createStatement();
                ResultSet rows = statement.executeQuery(sql)) {
            assertTrue(rows.next());
            return rows.getString(1);
        }
    }

    /** Cancels a statement of this length while it runs; the request gets no further than the gate. */
    private CompletableFuture<Void> cancelInVain(Connection connection, double seconds) throws Exception {
        Statement statement = connection.createStatement();
        CompletableFuture<Void> running = Threads.start(() -> statement.execute("select pg_sleep(" + seconds + ")"));
        Await.until(() -> {
            statement.cancel();
            return gate.waiting() == 1;
        });
        return running;
    }

    /** Lets the cancel requests arrive while another session's statement runs. */
    private void assertHitsNobody(String formerBackend) throws Exception {
        try (Connection other = pool.getConnection()) {
            assertNotEquals(formerBackend, value(other, BACKEND));
            Statement statement = other.createStatement();
            CompletableFuture<Void> running = Threads.start(() -> statement.execute("select pg_sleep(1)"));
            gate.deliver();
            running.get(30, TimeUnit.SECONDS);
        }
        assertEquals(1, pool.snapshot().orElseThrow().counts().retired().get(RetireReason.CANCEL_UNANSWERED));
    }

    @Test
    void a_cancel_that_got_no_answer_never_reaches_the_next_user() throws Exception {
        try (Connection connection = pool.getConnection()) {
            String backend = value(connection, BACKEND);
            cancelInVain(connection, 1.5).get(30, TimeUnit.SECONDS);
            assertHitsNobody(backend);
        }
    }

    @Test
    void a_query_timeout_that_got_no_answer_never_reaches_the_next_user() throws Exception {
        try (Connection connection = pool.getConnection();
                Statement statement = connection.createStatement()) {
            String backend = value(connection, BACKEND);
            statement.setQueryTimeout(1);
            statement.execute("select pg_sleep(1.5)");
            assertEquals(1, gate.waiting());
            assertHitsNobody(backend);
        }
    }

    @Test
    void a_transaction_goes_on_after_a_cancel_that_got_no_answer_and_takes_its_session_with_it() throws Exception {
        try (Connection connection = pool.getConnection()) {
            connection.setAutoCommit(false);
            String backend = value(connection, BACKEND);
            cancelInVain(connection, 1.5).get(30, TimeUnit.SECONDS);
            assertEquals(backend, value(connection, BACKEND));
            connection.commit();
            assertHitsNobody(backend);
        }
    }

    @Test
    void an_abort_does_not_wait_for_the_answer_to_a_cancel() throws Exception {
        try (PgPoolDataSource patient = pool(60)) {
            Connection connection = patient.getConnection();
            Statement statement = connection.createStatement();
            CompletableFuture<Void> running = Threads.start(() -> statement.execute("select pg_sleep(120)"));
            CompletableFuture<Void> cancelling = Threads.start(() -> {
                while (gate.waiting() == 0) {
                    statement.cancel();
                }
            });
            Await.until(() -> gate.waiting() == 1);
            connection.abort(Runnable::run);
            ExecutionException failure =
                    assertThrows(ExecutionException.class, () -> running.get(30, TimeUnit.SECONDS));
            assertInstanceOf(SQLException.class, failure.getCause());
            cancelling.get(30, TimeUnit.SECONDS);
            try (Connection other = patient.getConnection()) {
                assertEquals("1", value(other, "select 1"));
            }
        }
    }
}
