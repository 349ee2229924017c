package dev.pgpool.wire;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.pgpool.jdbc.PgPoolDataSource;
import dev.pgpool.pool.PoolSnapshot;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;

/** An application with little memory, whose server sends it rows without end. It sets no time-out of any kind. */
final class EndlessAnswers {
    private final PgPoolDataSource pool = new PgPoolDataSource();
    private int retired;

    private EndlessAnswers(String url) {
        pool.setUrl(url);
        pool.setMaxSize(2);
    }

    /**
     * {@code arguments}: the URL, and of each SQL with endless rows its text, and how it is to fail in auto-commit and in a
     * transaction: patterns of {@link #stateOf}.
     */
    public static void main(String[] arguments) throws SQLException {
        EndlessAnswers application = new EndlessAnswers(arguments[0]);
        for (int i = 1; i < arguments.length; i += 3) {
            application.meet(arguments[i], arguments[i + 1], arguments[i + 2]);
        }
        long startedAt = System.nanoTime();
        application.pool.close();
        assertTrue(Duration.ofNanos(System.nanoTime() - startedAt).toSeconds() < 2);
    }

    private void meet(String sql, String alone, String inTransaction) throws SQLException {
        try (Connection connection = pool.getConnection();
                Connection other = pool.getConnection()) {
            other.setAutoCommit(false);
            assertEquals("1", WiredPool.ask(other, "select 1"));
            assertFails(connection, sql, alone);
            assertEquals("2", WiredPool.ask(other, "select 2"));
            assertEquals("3", WiredPool.ask(connection, "select 3"));
            connection.setAutoCommit(false);
            assertFails(connection, sql, inTransaction);
            connection.rollback();
            assertEquals("4", WiredPool.ask(connection, "select 4"));
            assertEquals("5", WiredPool.ask(other, "select 5"));
            other.commit();
        }
        retired += 2;
        PoolSnapshot now = pool.snapshot().orElseThrow();
        assertEquals(0, now.leased());
        assertEquals(
                retired,
                now.counts().retired().values().stream().mapToLong(each -> each).sum(),
                now.toString());
    }

    /** In a transaction the rows are asked for in parts, but the server goes on. */
    private static void assertFails(Connection connection, String sql, String state) {
        Throwable failure = assertThrows(Throwable.class, () -> {
            try (Statement statement = connection.createStatement()) {
                statement.setFetchSize(10);
                statement.executeQuery(sql);
            }
        });
        assertTrue(stateOf(failure).matches(state), failure + " and not " + state);
    }

    /** The SQLState; of an Error, its class. */
    private static String stateOf(Throwable failure) {
        return failure instanceof SQLException e
                ? e.getSQLState()
                : failure.getClass().getSimpleName();
    }
}
