package dev.pgpool.testserver;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ThreadLocalRandom;

/**
 * Free ports for servers.
 *
 * <p>All are below the range from which the operating system takes the ports of outgoing connections. Else a client
 * that connects again and again while the server is down could take the server's port, or even connect to itself.
 */
final class Ports {
    private static final int FIRST = 15_000;
    private static final int END = 30_000;
    private static final int ATTEMPTS = 1_000;
    private static final Set<Integer> TAKEN = ConcurrentHashMap.newKeySet();

    private Ports() {}

    /** A port that was free a moment ago and that this JVM gives to nobody else. */
    static int take() {
        for (int attempt = 0; attempt < ATTEMPTS; attempt++) {
            int port = ThreadLocalRandom.current().nextInt(FIRST, END);
            if (isFree(port) && TAKEN.add(port)) {
                return port;
            }
        }
        throw new IllegalStateException("none of " + ATTEMPTS + " ports tried between " + FIRST + " and " + END
                + " is free on the loopback address");
    }

    static void giveBack(int port) {
        TAKEN.remove(port);
    }

    static boolean isFree(int port) {
        try (ServerSocket socket = new ServerSocket(port, 1, InetAddress.getLoopbackAddress())) {
            return socket.isBound();
        } catch (IOException taken) {
            return false;
        }
    }
}
