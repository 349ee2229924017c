package dev.pgpool.example;

import java.lang.reflect.Method;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.locks.LockSupport;
import java.util.function.IntFunction;

/** The threads of the sessions: virtual ones where the JDK has them. They run until told to stop. */
final class Sessions {
    private final List<Thread> threads = new ArrayList<>();
    private volatile boolean over;

    /** Starts so many threads, each with the work for its number, which counts from 1. */
    void start(int count, IntFunction<Runnable> work) {
        ThreadFactory factory = factory();
        for (int number = 1; number <= count; number++) {
            Thread thread = factory.newThread(work.apply(number));
            threads.add(thread);
        }
        threads.forEach(Thread::start);
    }

    boolean over() {
        return over;
    }

    /** Thinks for a random time around this mean; not at all once the end has come. */
    void think(Duration mean) {
        if (mean.isZero()) {
            return;
        }
        long nanos = ThreadLocalRandom.current().nextLong(mean.toNanos() / 2, mean.toNanos() * 3 / 2);
        long end = System.nanoTime() + nanos;
        for (long left = nanos; left > 0 && !over; left = end - System.nanoTime()) {
            LockSupport.parkNanos(this, left);
        }
    }

    /**
     * Lets all end what they are at, and waits for them.
     *
     * @return how many have not ended in time
     */
    int stop(Duration patience) throws InterruptedException {
        over = true;
        threads.forEach(LockSupport::unpark);
        long end = System.nanoTime() + patience.toNanos();
        for (Thread thread : threads) {
            thread.join(Math.max(1, (end - System.nanoTime()) / 1_000_000));
        }
        return (int) threads.stream().filter(Thread::isAlive).count();
    }

    /** Whether {@link #start} uses virtual threads. */
    static boolean virtual() {
        return Runtime.version().feature() >= 21;
    }

    // The example is compiled for Java 17, where virtual threads can only be reached by reflection.
    private static ThreadFactory factory() {
        if (!virtual()) {
            return work -> {
                Thread thread = new Thread(null, work, "session", 256 * 1024);
                thread.setDaemon(true);
                return thread;
            };
        }
        try {
            Object builder = Thread.class.getMethod("ofVirtual").invoke(null);
            Method factory = Class.forName("java.lang.Thread$Builder").getMethod("factory");
            return (ThreadFactory) factory.invoke(builder);
        } catch (ReflectiveOperationException e) {
            throw new IllegalStateException("bug: JDK " + Runtime.version() + " has no virtual threads", e);
        }
    }
}
