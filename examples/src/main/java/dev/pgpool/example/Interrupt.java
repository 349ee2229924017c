package dev.pgpool.example;

import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/** Ctrl-C as an interrupt of the main thread, which is given time to clear up. */
final class Interrupt {
    private static final long PATIENCE_SECONDS = 15;

    private final CountDownLatch done = new CountDownLatch(1);
    private final Thread hook;
    private volatile boolean passed;

    private Interrupt(Thread main) {
        hook = new Thread(() -> pass(main), "interrupt");
    }

    static Interrupt ofThisThread() {
        Interrupt interrupt = new Interrupt(Thread.currentThread());
        Runtime.getRuntime().addShutdownHook(interrupt.hook);
        return interrupt;
    }

    private void pass(Thread main) {
        passed = true;
        main.interrupt();
        try {
            done.await(PATIENCE_SECONDS, TimeUnit.SECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /** Whether Ctrl-C was pressed: then whatever fails fails for that, because other parts end too. */
    boolean passed() {
        return passed;
    }

    /** Says that all is cleared up; false if the JVM is on its way down, so that nobody else may end it. */
    boolean disarm() {
        done.countDown();
        try {
            return Runtime.getRuntime().removeShutdownHook(hook);
        } catch (IllegalStateException shuttingDown) {
            return false;
        }
    }
}
