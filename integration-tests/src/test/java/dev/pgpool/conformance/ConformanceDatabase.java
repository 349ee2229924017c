package dev.pgpool.conformance;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.pgpool.testserver.TestDatabase;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.List;

/** The database of one test class. */
final class ConformanceDatabase implements AutoCloseable {
    private final TestDatabase database;
    private final Connection owner;

    ConformanceDatabase(TestDatabase database, String schema) throws SQLException {
        this.database = database;
        this.owner = database.connect();
        run(schema);
    }

    String name() {
        return database.name();
    }

    /** Runs statements on a connection of plain pgjdbc that all tests of the class share. */
    void run(String sql) throws SQLException {
        if (!sql.isBlank()) {
            try (Statement statement = owner.createStatement()) {
                statement.execute(sql);
            }
        }
    }

    Connection open(Target target, String... parameters) throws SQLException {
        String url = target.pooled() ? pooled(target) : database.url();
        return DriverManager.getConnection(parameters.length == 0 ? url : url + "&" + String.join("&", parameters));
    }

    /** Asserts that no backend of a pool still holds a transaction or a session-level lock. */
    void requireNothingLeftBehind() throws SQLException {
        List<String> left = Jdbc.rows(owner, """
                select pid, state, query from pg_stat_activity
                where datname = current_database() and pid <> pg_backend_pid()
                and (state like 'idle in transaction%' or exists (
                    select from pg_locks where pg_locks.pid = pg_stat_activity.pid and locktype = 'advisory'))""");
        assertEquals(List.of(), left);
    }

    private String pooled(Target target) {
        return database.poolUrl() + "&pool.maxSize=3&pool.acquireTimeout=10s&pool.mode=" + target.mode();
    }

    @Override
    public void close() throws SQLException {
        owner.close();
    }
}
