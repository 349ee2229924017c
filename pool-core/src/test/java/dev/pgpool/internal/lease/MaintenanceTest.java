package dev.pgpool.internal.lease;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

class MaintenanceTest {
    @Test
    void what_is_to_be_done_again_and_again_outlives_its_errors() throws Exception {
        CountDownLatch done = new CountDownLatch(3);
        Future<?> schedule = Maintenance.every(Duration.ofMillis(1), () -> {
            done.countDown();
            throw new OutOfMemoryError("raised by a test");
        });
        try {
            assertTrue(done.await(10, TimeUnit.SECONDS));
        } finally {
            schedule.cancel(false);
        }
    }

    @Test
    void the_thread_begins_another_however_often_that_fails_when_an_error_ends_it() {
        AtomicInteger attempts = new AtomicInteger();
        Maintenance.run(
                () -> {
                    throw new OutOfMemoryError("raised by a test");
                },
                () -> {
                    if (attempts.incrementAndGet() < 3) {
                        throw new OutOfMemoryError("raised by a test");
                    }
                });
        assertEquals(3, attempts.get());
    }
}
