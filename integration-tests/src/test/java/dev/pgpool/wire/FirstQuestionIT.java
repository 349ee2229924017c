package dev.pgpool.wire;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.pgpool.testserver.PostgresTest;
import dev.pgpool.testserver.TestDatabase;
import java.sql.Connection;
import java.sql.Statement;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** A database in which the pool's first question ends every session. */
@PostgresTest
@Timeout(60)
class FirstQuestionIT {
    @Test
    void it_is_given_up_when_the_time_is_over_and_all_is_distrusted(TestDatabase database) throws Exception {
        try (Connection owner = database.connect();
                Statement statement = owner.createStatement()) {
            statement.execute(
                    "create function read_by_nobody() returns int language sql as 'select 4711 /* cursed */'");
        }
        try (WiredPool wired = new WiredPool(database, 2, "&pool.acquireTimeout=2s")) {
            wired.wire.set(Fault.at("/* cursed */", (line, message) -> line.finish()));
            try (Connection connection = wired.connect()) {
                assertTrue(wired.wire.opened() > 2, "it was asked once only");
                assertEquals("5", WiredPool.ask(connection, "select 5"));
                assertEquals(1, wired.snapshot().pinned());
            }
            wired.assertWhole();
        }
    }
}
