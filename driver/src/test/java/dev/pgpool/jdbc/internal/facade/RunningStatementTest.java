package dev.pgpool.jdbc.internal.facade;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.lang.reflect.InvocationHandler;
import java.lang.reflect.Proxy;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(30)
class RunningStatementTest {
    private final RunningStatement running = new RunningStatement();
    private final Statement logical = statement(() -> {});
    private boolean connectionIsClosed;

    @Test
    void an_execution_does_not_end_while_its_cancel_is_under_way() throws Exception {
        CountDownLatch cancelling = new CountDownLatch(1);
        CountDownLatch delivered = new CountDownLatch(1);
        Statement physical = statement(() -> {
            cancelling.countDown();
            delivered.await();
        });
        running.begin(logical, physical);

        CompletableFuture<Void> canceller = inBackground(() -> running.cancel(logical));
        cancelling.await();
        CompletableFuture<Void> executor = inBackground(running::end);
        assertThrows(TimeoutException.class, () -> executor.get(100, TimeUnit.MILLISECONDS));

        delivered.countDown();
        canceller.get();
        executor.get();
    }

    @Test
    void only_the_statement_that_is_executed_is_cancelled() throws Exception {
        AtomicInteger cancels = new AtomicInteger();
        Statement physical = statement(cancels::incrementAndGet);
        running.begin(logical, physical);
        running.cancel(statement(() -> {}));
        assertEquals(0, cancels.get());

        running.cancel(logical);
        running.cancel();
        assertEquals(2, cancels.get());

        running.end();
        running.cancel(logical);
        running.cancel();
        assertEquals(2, cancels.get());
    }

    @Test
    void a_cancel_that_comes_after_the_end_of_the_session_does_nothing() throws Exception {
        connectionIsClosed = true;
        AtomicInteger cancels = new AtomicInteger();
        running.begin(logical, statement(() -> {
            cancels.incrementAndGet();
            throw new SQLException("This connection has been closed.", "08003");
        }));
        running.cancel(logical);
        assertEquals(1, cancels.get());
    }

    @Test
    void a_cancel_that_fails_says_so() {
        SQLException failure = new SQLException("no", "08001");
        running.begin(logical, statement(() -> {
            throw failure;
        }));
        assertSame(failure, assertThrows(SQLException.class, () -> running.cancel(logical)));
    }

    @FunctionalInterface
    private interface Action {
        void run() throws Exception;
    }

    private static CompletableFuture<Void> inBackground(Action action) {
        CompletableFuture<Void> done = new CompletableFuture<>();
        Thread thread = new Thread(() -> {
            try {
                action.run();
                done.complete(null);
            } catch (Throwable e) {
                done.completeExceptionally(e);
            }
        });
        thread.setDaemon(true);
        thread.start();
        return done;
    }

    private Statement statement(Action onCancel) {
        return fake(Statement.class, (proxy, method, arguments) -> switch (method.getName()) {
            case "cancel" -> {
                onCancel.run();
                yield null;
            }
            case "getConnection" ->
                fake(Connection.class, (connection, call, none) -> {
                    assertEquals("isClosed", call.getName());
                    return connectionIsClosed;
                });
            default -> throw new UnsupportedOperationException(method.getName());
        });
    }

    private static <T> T fake(Class<T> type, InvocationHandler handler) {
        return type.cast(Proxy.newProxyInstance(type.getClassLoader(), new Class<?>[] {type}, handler));
    }
}
