package dev.pgpool.jdbc.internal.facade;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.lang.reflect.Proxy;
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

    private static Statement statement(Action onCancel) {
        return (Statement) Proxy.newProxyInstance(
                RunningStatementTest.class.getClassLoader(),
                new Class<?>[] {Statement.class},
                (proxy, method, arguments) -> {
                    if (!method.getName().equals("cancel")) {
                        throw new UnsupportedOperationException(method.getName());
                    }
                    onCancel.run();
                    return null;
                });
    }
}
