package dev.pgpool.conformance;

import dev.pgpool.jdbc.PgPoolDataSource;
import dev.pgpool.testserver.TestDatabase;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.HashMap;
import java.util.Map;

/** The database of one test class. */
final class ConformanceDatabase implements AutoCloseable {
    private final Map<String, PgPoolDataSource> pools = new HashMap<>();
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
        String full = parameters.length == 0 ? url : url + "&" + String.join("&", parameters);
        return target.pooled() ? pool(full).getConnection() : DriverManager.getConnection(full);
    }

    /** Asserts that no backend still holds a transaction or a session-level lock. */
    void requireNothingLeftBehind() throws Exception {
        Await.until(() -> Jdbc.rows(owner, """
                        select pid, state, query from pg_stat_activity
                        where datname = current_database() and pid <> pg_backend_pid()
                        and (state like 'idle in transaction%' or exists (
                            select from pg_locks
                            where pg_locks.pid = pg_stat_activity.pid and locktype = 'advisory'))""").isEmpty());
    }

    private PgPoolDataSource pool(String url) {
        return pools.computeIfAbsent(url, absent -> {
            PgPoolDataSource pool = new PgPoolDataSource();
            pool.setUrl(url);
            return pool;
        });
    }

    private String pooled(Target target) {
        return database.poolUrl() + "&pool.maxSize=6&pool.acquireTimeout=10s&pool.mode=" + target.mode();
    }

    @Override
    public void close() throws SQLException {
        pools.values().forEach(PgPoolDataSource::close);
        owner.close();
    }
}
