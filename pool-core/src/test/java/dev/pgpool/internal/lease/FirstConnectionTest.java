package dev.pgpool.internal.lease;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.sql.SQLException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(30)
class FirstConnectionTest {
    private final FirstConnection first = new FirstConnection();
    private final AtomicInteger opened = new AtomicInteger();

    private Thread start(FirstConnection.Opening opening, CompletableFuture<Boolean> done) {
        Thread thread = new Thread(() -> {
            try {
                first.once(opening);
                done.complete(true);
            } catch (SQLException | RuntimeException | Error e) {
                done.completeExceptionally(e);
            }
        });
        thread.start();
        return thread;
    }

    private static void awaitParked(Thread thread) {
        while (thread.getState() != Thread.State.WAITING) {
            Thread.onSpinWait();
        }
    }

    @Test
    void an_opener_who_comes_again_from_within_opens_another_one() throws SQLException {
        first.once(() -> {
            first.once(opened::incrementAndGet);
            opened.incrementAndGet();
        });
        first.once(opened::incrementAndGet);
        assertEquals(2, opened.get());
    }

    @Test
    void an_opener_who_is_interrupted_leaves_it_to_another_one() throws Exception {
        CountDownLatch opening = new CountDownLatch(1);
        CompletableFuture<Boolean> interrupted = new CompletableFuture<>();
        Thread opener = start(
                () -> {
                    opening.countDown();
                    try {
                        new CountDownLatch(1).await();
                    } catch (InterruptedException e) {
                        Thread.currentThread().interrupt();
                        throw new SQLException("interrupted", "08001", e);
                    }
                },
                interrupted);
        opening.await();
        CompletableFuture<Boolean> one = new CompletableFuture<>();
        CompletableFuture<Boolean> two = new CompletableFuture<>();
        awaitParked(start(opened::incrementAndGet, one));
        awaitParked(start(opened::incrementAndGet, two));
        opener.interrupt();
        one.get(10, TimeUnit.SECONDS);
        two.get(10, TimeUnit.SECONDS);
        assertEquals(1, opened.get());
        assertThrows(Exception.class, () -> interrupted.get(10, TimeUnit.SECONDS));
    }

    @Test
    void an_interrupt_ends_the_wait_for_another_opener_as_it_ends_any_wait_for_a_connection() throws Exception {
        CountDownLatch opening = new CountDownLatch(1);
        CountDownLatch answer = new CountDownLatch(1);
        CompletableFuture<Boolean> opener = new CompletableFuture<>();
        start(
                () -> {
                    opening.countDown();
                    try {
                        answer.await();
                    } catch (InterruptedException e) {
                        throw new AssertionError(e);
                    }
                },
                opener);
        opening.await();
        CompletableFuture<Boolean> other = new CompletableFuture<>();
        Thread waiter = start(opened::incrementAndGet, other);
        awaitParked(waiter);
        waiter.interrupt();
        SQLException told = (SQLException) assertThrows(Exception.class, () -> other.get(10, TimeUnit.SECONDS))
                .getCause();
        assertEquals("08001", told.getSQLState());
        assertTrue(told.getMessage().startsWith("interrupted after waiting 0."), told.getMessage());
        answer.countDown();
        opener.get(10, TimeUnit.SECONDS);
        assertEquals(0, opened.get());
    }

    @Test
    void a_refusal_is_told_to_all_and_the_next_one_tries_again() throws Exception {
        CountDownLatch opening = new CountDownLatch(1);
        CountDownLatch refuse = new CountDownLatch(1);
        CompletableFuture<Boolean> opener = new CompletableFuture<>();
        start(
                () -> {
                    opening.countDown();
                    try {
                        refuse.await();
                    } catch (InterruptedException e) {
                        throw new AssertionError(e);
                    }
                    throw new SQLException("wrong password", "28P01");
                },
                opener);
        opening.await();
        CompletableFuture<Boolean> other = new CompletableFuture<>();
        awaitParked(start(opened::incrementAndGet, other));
        refuse.countDown();
        assertThrows(Exception.class, () -> opener.get(10, TimeUnit.SECONDS));
        Throwable told = assertThrows(Exception.class, () -> other.get(10, TimeUnit.SECONDS))
                .getCause();
        assertEquals("28P01", ((SQLException) told).getSQLState());
        first.once(opened::incrementAndGet);
        assertEquals(1, opened.get());
    }
}
