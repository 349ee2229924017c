package dev.pgpool.faults;

import static dev.pgpool.faults.Victims.run;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.pgpool.testserver.PostgresTest;
import dev.pgpool.testserver.TestDatabase;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.function.Executable;

/** Threads whose stack has hardly room left when they use a connection. */
@PostgresTest
@Timeout(120)
class DeepStacksIT {
    private Victims victims;

    @BeforeEach
    void open(TestDatabase database) throws SQLException {
        victims = new Victims(database);
    }

    @AfterEach
    void nobodySuffers() throws Exception {
        try (Victims all = victims) {
            all.assertUnharmed();
        }
    }

    /** Goes down until there is no room, and on the way back tries again and again, until it works. */
    private static boolean dive(Executable use, int[] failures) {
        boolean done;
        try {
            done = dive(use, failures);
        } catch (StackOverflowError e) {
            done = false;
        }
        if (done) {
            return true;
        }
        try {
            use.execute();
            return true;
        } catch (Throwable e) {
            failures[0]++;
            return false;
        }
    }

    /** Not the same each time, so that the end comes in other places. */
    private static long stackBytes(int round) {
        return (400 + 37 * round) * 1024L;
    }

    private static void diveWith(Executable use) throws Exception {
        for (int round = 0; round < 3; round++) {
            int[] failures = new int[1];
            CompletableFuture<Boolean> done = new CompletableFuture<>();
            Thread thread = new Thread(null, () -> done.complete(dive(use, failures)), "deep", stackBytes(round));
            thread.start();
            assertTrue(done.get(60, TimeUnit.SECONDS), "it never worked");
            assertTrue(failures[0] > 10, "only " + failures[0] + " had no room");
        }
    }

    @Test
    void statements_without_room_keep_no_physical_connection() throws Exception {
        AtomicReference<Connection> current = new AtomicReference<>(victims.connect());
        diveWith(() -> {
            if (current.get().isClosed()) {
                current.get().close();
                current.set(victims.connect());
            }
            run(current.get(), "select 1");
        });
        current.get().close();
    }

    @Test
    void transactions_without_room_end_with_their_connection() throws Exception {
        diveWith(() -> {
            try (Connection connection = victims.connect()) {
                connection.setAutoCommit(false);
                run(connection, "select 1");
                connection.commit();
            }
        });
    }
}
