package dev.pgpool.internal.metrics;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.pgpool.pool.PoolEvent;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class UnfailingListenerTest {
    private static final PoolEvent EVENT = new PoolEvent.Closed("a test ends");

    @Test
    void what_an_appender_throws_and_what_the_handler_of_that_throws_goes_no_further() throws Exception {
        UnfailingListener listener = new UnfailingListener(event -> {
            throw new OutOfMemoryError("raised by the appender");
        });
        List<String> order = new ArrayList<>();
        Thread thread = new Thread(() -> {
            listener.on(EVENT);
            order.add("came back");
        });
        thread.setUncaughtExceptionHandler((of, thrown) -> {
            order.add(String.valueOf(thrown.getMessage()));
            throw new OutOfMemoryError("raised by the handler");
        });
        thread.start();
        thread.join();
        assertEquals(List.of("raised by the appender", "came back"), order);
    }
}
