package dev.pgpool.internal.physical;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;

@EnabledOnOs(OS.LINUX)
@Timeout(value = 120, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class ProbingSocketResourcesTest {
    private static final int CYCLES = 1000;
    private static final byte[] MORE_THAN_FITS = new byte[16 << 20];
    /** Of the JVM itself, which may open and close files at any time. */
    private static final int NOISE = 20;

    private interface Cycle {
        void run() throws Exception;
    }

    private static long openFiles() throws IOException {
        try (Stream<Path> files = Files.list(Path.of("/proc/self/fd"))) {
            return files.count();
        }
    }

    private static void assertNothingIsLeftBehind(Cycle cycle) throws Exception {
        for (int i = 0; i < 20; i++) {
            cycle.run();
        }
        long before = openFiles();
        for (int i = 0; i < CYCLES; i++) {
            cycle.run();
        }
        long after = openFiles();
        assertTrue(Math.abs(after - before) < NOISE, () -> before + " open files became " + after);
    }

    @Test
    void a_used_socket_leaves_nothing_behind() throws Exception {
        assertNothingIsLeftBehind(() -> {
            try (Peer peer = Peer.connect()) {
                peer.client().setSoTimeout(1);
                var input = peer.client().getInputStream();
                assertThrows(IOException.class, input::read);
                peer.says(new byte[] {1});
                peer.client().setSoTimeout(0);
                assertEquals(1, input.read());
                peer.client().probe();
            }
        });
    }

    @Test
    void a_socket_that_was_closed_under_a_reader_and_a_writer_leaves_nothing_behind() throws Exception {
        assertNothingIsLeftBehind(() -> {
            Peer peer = Peer.connect();
            peer.client().setSendBufferSize(4096);
            peer.server().setReceiveBufferSize(4096);
            FutureTask<Throwable> read = new FutureTask<>(() -> assertThrows(
                    IOException.class, () -> peer.client().getInputStream().read()));
            FutureTask<Throwable> write = new FutureTask<>(() -> assertThrows(
                    IOException.class, () -> peer.client().getOutputStream().write(MORE_THAN_FITS)));
            new Thread(read).start();
            new Thread(write).start();
            peer.server().getInputStream().read();
            peer.client().close();
            read.get(10, TimeUnit.SECONDS);
            write.get(10, TimeUnit.SECONDS);
            peer.close();
        });
    }

    @Test
    void a_failed_attempt_to_connect_leaves_nothing_behind() throws Exception {
        InetSocketAddress nobody;
        try (ServerSocket listener = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            nobody = new InetSocketAddress(listener.getInetAddress(), listener.getLocalPort());
        }
        assertNothingIsLeftBehind(
                () -> assertThrows(IOException.class, () -> new ProbingSocket().connect(nobody, 1000)));
    }

    @Test
    void a_socket_that_was_never_connected_leaves_nothing_behind() throws Exception {
        assertNothingIsLeftBehind(() -> new ProbingSocket().close());
    }
}
