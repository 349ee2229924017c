package dev.pgpool.faults;

import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.function.Executable;

/** Work in threads of its own. */
final class Threads {
    private Threads() {}

    /** Starts a thread that does this; the future holds what it throws. */
    static CompletableFuture<Void> start(Executable work) {
        CompletableFuture<Void> done = new CompletableFuture<>();
        begin(work, done);
        return done;
    }

    /** As {@link #start}, for those who want the thread. */
    static Thread begin(Executable work, CompletableFuture<Void> done) {
        Thread thread = new Thread(() -> {
            try {
                work.execute();
                done.complete(null);
            } catch (Throwable e) {
                done.completeExceptionally(e);
            }
        });
        thread.setDaemon(true);
        thread.start();
        return thread;
    }
}
