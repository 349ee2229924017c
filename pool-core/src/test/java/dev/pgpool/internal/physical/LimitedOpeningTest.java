package dev.pgpool.internal.physical;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.lang.reflect.Proxy;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(30)
class LimitedOpeningTest {
    private static final Duration LONG = Duration.ofSeconds(20);

    private final CountDownLatch closed = new CountDownLatch(1);
    private final Connection connection = (Connection) Proxy.newProxyInstance(
            LimitedOpeningTest.class.getClassLoader(),
            new Class<?>[] {Connection.class},
            (proxy, method, arguments) -> {
                assertEquals("close", method.getName());
                closed.countDown();
                return null;
            });

    @Test
    void a_connection_that_is_made_in_time_is_given() throws SQLException {
        assertSame(connection, new LimitedOpening<>(() -> connection).within(LONG));
        assertEquals(1, closed.getCount());
    }

    @Test
    void a_connection_that_comes_too_late_is_closed() throws Exception {
        CountDownLatch given = new CountDownLatch(1);
        LimitedOpening<Connection> opening = new LimitedOpening<>(() -> {
            awaitWhateverHappens(given);
            return connection;
        });
        SQLException failure = assertThrows(SQLException.class, () -> opening.within(Duration.ofMillis(50)));
        assertEquals("08001", failure.getSQLState());
        assertEquals(1, closed.getCount());
        given.countDown();
        closed.await();
    }

    /** As a name server that doesn't hear of interrupts. */
    private static void awaitWhateverHappens(CountDownLatch latch) {
        for (boolean over = false; !over; ) {
            try {
                latch.await();
                over = true;
            } catch (InterruptedException e) {
                // Waits on.
            }
        }
    }

    @Test
    void an_interrupt_ends_the_wait_and_is_kept() throws Exception {
        CountDownLatch never = new CountDownLatch(1);
        LimitedOpening<Connection> opening = new LimitedOpening<>(() -> {
            never.await();
            return connection;
        });
        Thread.currentThread().interrupt();
        SQLException failure = assertThrows(SQLException.class, () -> opening.within(LONG));
        assertTrue(Thread.interrupted());
        assertEquals("08001", failure.getSQLState());
    }

    @Test
    void a_failure_is_that_of_the_opening() {
        SQLException refused = new SQLException("refused", "28P01");
        assertSame(
                refused, assertThrows(SQLException.class, () -> failing(refused).within(LONG)));
        IllegalStateException bug = new IllegalStateException();
        assertSame(
                bug,
                assertThrows(IllegalStateException.class, () -> failing(bug).within(LONG)));
        AssertionError error = new AssertionError();
        assertSame(
                error, assertThrows(AssertionError.class, () -> failing(error).within(LONG)));
    }

    private static LimitedOpening<Connection> failing(Throwable failure) {
        return new LimitedOpening<>(() -> {
            if (failure instanceof Error error) {
                throw error;
            }
            throw (Exception) failure;
        });
    }
}
