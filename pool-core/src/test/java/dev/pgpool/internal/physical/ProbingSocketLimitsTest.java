package dev.pgpool.internal.physical;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketException;
import java.net.SocketOption;
import java.net.SocketTimeoutException;
import java.time.Duration;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What ends a wait for a server that says nothing, too little, or too much. */
@Timeout(value = 60, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class ProbingSocketLimitsTest {
    private static final Duration SHORT = Duration.ofMillis(50);

    @Test
    void a_limit_ends_a_read_of_a_silent_server_which_is_no_time_out_that_pgjdbc_would_ignore() throws IOException {
        try (Peer peer = Peer.connect()) {
            peer.client().giveUpIn(SHORT);
            IOException failure = assertThrows(
                    IOException.class, () -> peer.client().getInputStream().read());
            assertFalse(failure instanceof SocketTimeoutException);
            assertInstanceOf(SocketException.class, failure);
        }
    }

    @Test
    void a_limit_ends_an_answer_that_never_ends() throws IOException {
        try (Peer peer = Peer.connect()) {
            FutureTask<Void> endless = new FutureTask<>(() -> {
                while (true) {
                    peer.says(new byte[8_192]);
                }
            });
            new Thread(endless).start();
            peer.client().giveUpIn(SHORT);
            InputStream in = peer.client().getInputStream();
            byte[] buffer = new byte[8_192];
            assertThrows(SocketException.class, () -> {
                while (in.read(buffer) > 0) {}
            });
        }
    }

    @Test
    void a_limit_ends_a_write_that_nobody_reads() throws IOException {
        try (Peer peer = Peer.connect()) {
            peer.client().giveUpIn(SHORT);
            assertThrows(SocketException.class, () -> {
                while (true) {
                    peer.client().getOutputStream().write(new byte[65_536]);
                }
            });
        }
    }

    @Test
    void a_limit_that_is_taken_away_ends_nothing() throws Exception {
        try (Peer peer = Peer.connect()) {
            peer.client().giveUpIn(Duration.ofNanos(1));
            assertThrows(
                    SocketException.class, () -> peer.client().getInputStream().read());
            peer.client().giveUpIn(Duration.ZERO);
            peer.says(new byte[] {7});
            assertEquals(7, peer.client().getInputStream().read());
        }
    }

    @Test
    void a_time_out_of_reads_is_still_one_where_there_is_a_later_limit() throws IOException {
        try (Peer peer = Peer.connect()) {
            peer.client().giveUpIn(Duration.ofMinutes(5));
            peer.client().setSoTimeout(20);
            assertThrows(
                    SocketTimeoutException.class,
                    () -> peer.client().getInputStream().read());
        }
    }

    @Test
    void the_time_to_open_a_session_begins_with_the_connection() throws IOException {
        try (ServerSocket silent = new ServerSocket(0, 10, InetAddress.getLoopbackAddress());
                ProbingSocket socket = new Opening(SHORT).socket()) {
            socket.connect(new InetSocketAddress(silent.getInetAddress(), silent.getLocalPort()));
            assertThrows(SocketException.class, () -> socket.getInputStream().read());
        }
    }

    @Test
    void a_finished_opening_sets_no_limit() throws IOException {
        try (ServerSocket server = new ServerSocket(0, 10, InetAddress.getLoopbackAddress())) {
            Opening opening = new Opening(Duration.ofNanos(1));
            try (ProbingSocket socket = opening.socket()) {
                socket.connect(new InetSocketAddress(server.getInetAddress(), server.getLocalPort()));
                opening.connected();
                opening.finish();
                opening.abort();
                try (Socket accepted = server.accept()) {
                    accepted.getOutputStream().write(3);
                    assertEquals(3, socket.getInputStream().read());
                }
            }
        }
    }

    @Test
    void an_aborted_opening_wakes_its_reader_and_makes_no_more_sockets() throws Exception {
        try (ServerSocket silent = new ServerSocket(0, 10, InetAddress.getLoopbackAddress())) {
            Opening opening = new Opening(Duration.ZERO);
            ProbingSocket socket = opening.socket();
            socket.connect(new InetSocketAddress(silent.getInetAddress(), silent.getLocalPort()));
            CountDownLatch reading = new CountDownLatch(1);
            FutureTask<Integer> reader = new FutureTask<>(() -> {
                reading.countDown();
                return socket.getInputStream().read();
            });
            new Thread(reader).start();
            reading.await();
            opening.abort();
            ExecutionException failure = assertThrows(ExecutionException.class, () -> reader.get(30, TimeUnit.SECONDS));
            assertInstanceOf(SocketException.class, failure.getCause());
            assertTrue(socket.isClosed());
            assertThrows(SocketException.class, opening::socket);
        }
    }

    @Test
    void skipping_bytes_that_come_skips_all_of_them() throws IOException {
        try (Peer peer = Peer.connect()) {
            byte[] bytes = new byte[20_001];
            bytes[20_000] = 5;
            peer.says(bytes);
            InputStream in = peer.client().getInputStream();
            long skipped = 0;
            while (skipped < 20_000) {
                skipped += in.skip(20_000 - skipped);
            }
            assertEquals(0, in.skip(0));
            assertEquals(5, in.read());
        }
    }

    @Test
    void skipping_at_the_end_of_the_stream_fails_as_nobody_else_would_end_the_loop() throws IOException {
        try (Peer peer = Peer.connect()) {
            peer.says(new byte[10]);
            peer.server().close();
            InputStream in = peer.client().getInputStream();
            assertThrows(EOFException.class, () -> {
                long skipped = 0;
                while (skipped < 1_000_000) {
                    skipped += in.skip(1_000_000 - skipped);
                }
            });
        }
    }

    @Test
    void keep_alive_notices_a_vanished_peer_within_a_minute() throws IOException {
        try (Peer peer = Peer.connect()) {
            peer.client().setKeepAlive(true);
            assertTrue(peer.client().getKeepAlive());
            Map<String, Integer> intervals = new TreeMap<>();
            for (SocketOption<?> option : peer.client().supportedOptions()) {
                if (option.name().startsWith("TCP_KEEP")) {
                    intervals.put(option.name(), (Integer) peer.client().getOption(option));
                }
            }
            // All of them, or none on platforms that have none.
            if (!intervals.isEmpty()) {
                assertEquals(Map.of("TCP_KEEPCOUNT", 3, "TCP_KEEPIDLE", 30, "TCP_KEEPINTERVAL", 10), intervals);
            }
        }
    }
}
