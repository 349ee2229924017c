package dev.pgpool.harness;

import java.io.EOFException;
import java.io.IOException;
import java.net.SocketException;

/** What a proxy, or a server made for a test, does for one direction of a connection until that ends. */
@FunctionalInterface
public interface Transfer {
    void run() throws IOException;

    /** Runs a transfer in a thread of its own, which doesn't keep the JVM alive. */
    static void start(String name, Transfer transfer) {
        Thread thread = new Thread(
                () -> {
                    try {
                        transfer.run();
                    } catch (SocketException | EOFException e) {
                        // One side has closed; its other direction ends the same way.
                    } catch (IOException e) {
                        throw new AssertionError(e);
                    }
                },
                name);
        thread.setDaemon(true);
        thread.start();
    }
}
