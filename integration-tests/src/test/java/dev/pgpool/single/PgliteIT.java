package dev.pgpool.single;

import java.io.IOException;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;

/** The same on a server that has no more than one session. Needs Node.js: {@code ./mvnw -Ppglite verify}. */
@Tag("pglite")
class PgliteIT extends OnePhysicalConnectionScenario {
    private static PgliteServer server;

    @BeforeAll
    static void start() throws IOException, InterruptedException {
        server = PgliteServer.start();
    }

    @AfterAll
    static void stop() throws InterruptedException {
        if (server != null) {
            server.close();
        }
    }

    @Override
    String url() {
        return "jdbc:pgpool://127.0.0.1:" + server.port()
                + "/postgres?user=postgres&password=postgres&pool.maxSize=1&pool.acquireTimeout=60s";
    }
}
