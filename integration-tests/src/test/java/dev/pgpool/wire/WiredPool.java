package dev.pgpool.wire;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.pgpool.conformance.Await;
import dev.pgpool.jdbc.PgPoolDataSource;
import dev.pgpool.pool.PoolSnapshot;
import dev.pgpool.testserver.TestDatabase;
import java.io.IOException;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;

/** A pool at the end of a {@link Wire}, which it closes. */
final class WiredPool implements AutoCloseable {
    final Wire wire;
    final PgPoolDataSource pool = new PgPoolDataSource();
    private final int maxSize;

    /** {@code more}: what is added to the URL. */
    WiredPool(TestDatabase database, int maxSize, String more) throws IOException {
        this(new FaultyWire(database), maxSize, more);
    }

    WiredPool(Wire wire, int maxSize, String more) {
        this.maxSize = maxSize;
        this.wire = wire;
        pool.setUrl(wire.url(more));
        pool.setMaxSize(maxSize);
    }

    Connection connect() throws SQLException {
        return pool.getConnection();
    }

    /** The first value that a query gives, in a unit of work and a logical connection of its own. */
    String ask(String sql) throws SQLException {
        try (Connection connection = connect()) {
            return ask(connection, sql);
        }
    }

    static String ask(Connection connection, String sql) throws SQLException {
        try (Statement statement = connection.createStatement();
                ResultSet rows = statement.executeQuery(sql)) {
            rows.next();
            return rows.getString(1);
        }
    }

    /** The same, in another thread. */
    CompletableFuture<String> askApart(String sql) {
        CompletableFuture<String> answer = new CompletableFuture<>();
        Thread thread = new Thread(() -> {
            try {
                answer.complete(ask(sql));
            } catch (SQLException | RuntimeException | Error e) {
                answer.completeExceptionally(e);
            }
        });
        thread.setDaemon(true);
        thread.start();
        return answer;
    }

    PoolSnapshot snapshot() throws SQLException {
        return pool.snapshot().orElseThrow();
    }

    /** Opens all the connections that the pool may have; they are idle then. */
    void fill() throws SQLException {
        List<Connection> all = new ArrayList<>();
        for (int i = 0; i < maxSize; i++) {
            Connection connection = connect();
            all.add(connection);
            connection.setAutoCommit(false);
            ask(connection, "select 1");
        }
        for (Connection connection : all) {
            connection.rollback();
            connection.close();
        }
    }

    /** Asserts that nothing leaked: no lease, no permit, no socket. */
    void assertWhole() throws Exception {
        wire.set(Fault.NONE);
        Await.until(() -> pool.snapshot()
                .map(now -> now.leased() == 0 && now.waiting() == 0)
                .orElse(true));
        fill();
        assertEquals(0, snapshot().pinned());
        assertEquals(maxSize, snapshot().open());
        Await.until(() -> wire.clients() == maxSize);
    }

    @Override
    public void close() throws IOException {
        try (wire) {
            pool.close();
        }
    }
}
