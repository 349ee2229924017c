package dev.pgpool.faults;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.pgpool.jdbc.PgPoolDataSource;
import dev.pgpool.pool.PoolCounts;
import dev.pgpool.testserver.PostgresServer;
import dev.pgpool.testserver.PostgresTest;
import dev.pgpool.testserver.TestDatabase;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** A pool whose first session breaks while the pool still asks what it wants to know of its database. */
@PostgresTest
@Timeout(60)
class FirstSessionIT {
    /** As many requests as there may be before a pool can be used, and some more. */
    private static final int REQUESTS = 8;

    @Test
    void a_session_that_breaks_over_the_first_questions_leaves_no_distrust(PostgresServer server, TestDatabase database)
            throws Exception {
        int survived = 0;
        for (int request = 1; request <= REQUESTS; request++) {
            AtomicInteger untilCut = new AtomicInteger(request);
            try (CuttingProxy proxy = new CuttingProxy(
                            server,
                            () -> untilCut.decrementAndGet() == 0
                                    ? new Cut(Cut.Place.BEFORE_ANSWER, Cut.Way.FIN)
                                    : null);
                    PgPoolDataSource pool = pool(proxy, database)) {
                if (works(pool)) {
                    survived++;
                    PoolCounts counts = pool.snapshot().orElseThrow().counts();
                    assertEquals(Map.of(), counts.pins(), "pins after the end of request " + request);
                }
            }
        }
        // A server that was never reached may not be the right one: that is told.
        assertTrue(survived >= REQUESTS - 3, "survived " + survived + " of " + REQUESTS);
    }

    private static PgPoolDataSource pool(CuttingProxy proxy, TestDatabase database) {
        PgPoolDataSource pool = new PgPoolDataSource();
        pool.setUrl("jdbc:pgpool:" + proxy.url(database).substring("jdbc:".length()));
        return pool;
    }

    private static boolean works(PgPoolDataSource pool) throws SQLException {
        try (Connection connection = pool.getConnection();
                Statement statement = connection.createStatement()) {
            for (int i = 0; i < REQUESTS; i++) {
                assertTrue(statement.execute("select 1"));
            }
            return true;
        } catch (SQLException e) {
            assertTrue(e.getSQLState().startsWith("08"), e::toString);
            return false;
        }
    }
}
