package dev.pgpool.wire;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.pgpool.conformance.Await;
import dev.pgpool.pool.RetireReason;
import dev.pgpool.testserver.PostgresServer;
import dev.pgpool.testserver.PostgresTest;
import dev.pgpool.testserver.TestDatabase;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Idle connections that end. */
@PostgresTest(ownServer = true)
@Timeout(value = 120, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class EndedConnectionsIT {
    @Test
    void idle_connections_that_were_reset_are_replaced_unnoticed(TestDatabase database) throws Exception {
        try (WiredPool wired = new WiredPool(database, 4, "")) {
            wired.fill();
            wired.wire.reset();
            assertEquals("1", wired.ask("select 1"));
            wired.assertWhole();
        }
    }

    @Test
    void a_thousand_idle_sessions_that_the_server_ended_are_found_without_a_byte_sent_to_them(
            PostgresServer server, TestDatabase database) throws Exception {
        int size = 50;
        int rounds = 20;
        try (WiredPool wired = new WiredPool(database, size, "")) {
            long startedAt = System.nanoTime();
            wired.fill();
            for (int round = 0; round < rounds; round++) {
                server.terminateBackends();
                Await.until(() -> wired.wire.ended() == wired.wire.opened());
                wired.fill();
            }
            assertEquals(size * (rounds + 1), wired.wire.opened());
            assertEquals(0, wired.wire.sentToTheDead());
            Map<RetireReason, Long> retired = wired.snapshot().counts().retired();
            // One isn't idle while the pool asks it for the code in the database: every 30 s, and again if it broke.
            long asked = retired.getOrDefault(RetireReason.BROKEN, 0L);
            long asks = 2 * (Duration.ofNanos(System.nanoTime() - startedAt).toSeconds() / 30);
            assertTrue(asked <= asks, retired.toString());
            assertEquals(size * rounds, retired.get(RetireReason.DIED_IDLE) + asked, retired.toString());
        }
    }
}
