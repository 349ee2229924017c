package dev.pgpool.behaviour;

import static dev.pgpool.behaviour.SessionOfItsOwn.rows;
import static dev.pgpool.behaviour.SessionOfItsOwn.run;
import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.pgpool.testserver.TestDatabase;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;

/** A place in the middle of a statement where its backend waits, and can be terminated, until the gate is opened. */
final class Gate implements AutoCloseable {
    /** Put in a statement, waits for the gate. */
    static final String WAIT = "pg_advisory_xact_lock(4711)";

    private static final Duration LONGEST_WAIT = Duration.ofSeconds(20);

    private final Connection owner;

    /** A gate that is shut. */
    Gate(TestDatabase database) throws SQLException {
        owner = database.connect();
        run(owner, "select pg_advisory_lock(4711)");
    }

    /** Waits until a backend stands here; its process id. */
    String awaitBackend() throws Exception {
        long deadline = System.nanoTime() + LONGEST_WAIT.toNanos();
        while (true) {
            String found = rows(owner, "select pid from pg_locks where locktype = 'advisory' and not granted");
            if (!found.isEmpty()) {
                return found;
            }
            if (System.nanoTime() > deadline) {
                throw new AssertionError("no backend came to the gate");
            }
            Thread.sleep(5);
        }
    }

    /** Terminates the backend that stands here, when there is one, and waits for its end. */
    void terminate() throws Exception {
        assertEquals("t", rows(owner, "select pg_terminate_backend(" + awaitBackend() + ", 10000)"));
    }

    void open() throws SQLException {
        run(owner, "select pg_advisory_unlock_all()");
    }

    @Override
    public void close() throws SQLException {
        owner.close();
    }
}
