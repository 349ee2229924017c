package dev.pgpool.conformance;

import java.time.Duration;
import java.util.concurrent.Callable;
import org.junit.jupiter.api.Assertions;

/** Waits for what happens on another thread or in another process. */
public final class Await {
    private static final Duration PATIENCE = Duration.ofSeconds(10);

    private Await() {}

    /** Asserts that a condition becomes true within ten seconds. */
    public static void until(Callable<Boolean> condition) throws Exception {
        long deadline = System.nanoTime() + PATIENCE.toNanos();
        while (!condition.call()) {
            Assertions.assertTrue(System.nanoTime() < deadline, "the condition did not become true in " + PATIENCE);
            Thread.sleep(10);
        }
    }
}
