package dev.pgpool.behaviour;

import dev.pgpool.testserver.TestDatabase;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;

/** What the server itself says of the sessions in a test's database. */
final class Backends {
    private static final Duration LONGEST_WAIT = Duration.ofSeconds(20);

    private Backends() {}

    /** How many sessions others than this question's have. */
    static int count(TestDatabase database) throws SQLException {
        try (Connection admin = database.connect();
                Statement statement = admin.createStatement();
                ResultSet rows = statement.executeQuery("select count(*) from pg_stat_activity"
                        + " where datname = current_database() and pid <> pg_backend_pid()")) {
            rows.next();
            return rows.getInt(1);
        }
    }

    /** Waits until there are exactly so many: a backend ends a moment after its connection. */
    static void await(TestDatabase database, int expected) throws Exception {
        long deadline = System.nanoTime() + LONGEST_WAIT.toNanos();
        int found = count(database);
        while (found != expected) {
            if (System.nanoTime() > deadline) {
                throw new AssertionError("expected " + expected + " backends, there are " + found);
            }
            Thread.sleep(20);
            found = count(database);
        }
    }
}
