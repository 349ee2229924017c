package dev.pgpool.benchmark;

import java.lang.reflect.Method;

/** Threads, virtual ones too where the JDK has them; the benchmarks are compiled for Java 17, which hasn't. */
final class Threads {
    private static final int STACK_BYTES = 256 * 1024;

    private Threads() {}

    static boolean virtualExist() {
        return Runtime.version().feature() >= 21;
    }

    static void start(Runnable work, boolean virtual) {
        if (!virtual) {
            new Thread(null, work, "reader", STACK_BYTES).start();
            return;
        }
        try {
            Method start = Thread.class.getMethod("startVirtualThread", Runnable.class);
            start.invoke(null, work);
        } catch (ReflectiveOperationException e) {
            throw new IllegalStateException("bug: JDK " + Runtime.version() + " has no virtual threads", e);
        }
    }
}
