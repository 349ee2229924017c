package dev.pgpool.internal.physical;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.InputStream;
import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import java.net.ConnectException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketException;
import java.net.SocketTimeoutException;
import java.net.StandardSocketOptions;
import java.net.UnknownHostException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

@Timeout(value = 60, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class ProbingSocketTest {
    private static final InetAddress LOOPBACK = InetAddress.getLoopbackAddress();

    /** The ways to start a thread that this JDK has. */
    static Stream<ThreadStarter> threads() throws ReflectiveOperationException {
        ThreadStarter platform = task -> {
            Thread thread = new Thread(task);
            thread.start();
            return thread;
        };
        if (Runtime.version().feature() < 21) {
            return Stream.of(platform);
        }
        Method startVirtual = Thread.class.getMethod("startVirtualThread", Runnable.class);
        return Stream.of(platform, task -> (Thread) startVirtual.invoke(null, task));
    }

    interface ThreadStarter {
        Thread start(Runnable task) throws ReflectiveOperationException;
    }

    private static <T> T resultOf(FutureTask<T> task) throws Exception {
        return task.get(30, TimeUnit.SECONDS);
    }

    private static Throwable failureOf(FutureTask<?> task) {
        return assertThrows(ExecutionException.class, () -> resultOf(task)).getCause();
    }

    /** Waits until the thread waits, in a selector or, if virtual, parked. */
    private static void awaitBlockedIn(Thread thread, String method) {
        while (Arrays.stream(thread.getStackTrace())
                .noneMatch(frame -> frame.getMethodName().equals(method))) {
            Thread.yield();
        }
    }

    @Test
    void every_public_method_of_a_socket_is_answered_by_ours() {
        List<String> forgotten = new ArrayList<>();
        for (Method method : Socket.class.getMethods()) {
            if (method.getDeclaringClass() == Socket.class && !Modifier.isStatic(method.getModifiers())) {
                forgotten.add(method.toString());
            }
        }
        for (Method method : ProbingSocket.class.getMethods()) {
            if (method.getDeclaringClass() != Socket.class) {
                forgotten.removeIf(signature -> signature.contains("Socket." + signatureOf(method)));
            }
        }
        assertEquals(List.of(), forgotten);
    }

    private static String signatureOf(Method method) {
        String text = method.toString();
        int open = text.indexOf('(');
        return text.substring(text.lastIndexOf('.', open) + 1, text.indexOf(')') + 1);
    }

    @Test
    void it_knows_its_addresses_and_states_as_a_plain_socket_does() throws Exception {
        try (ServerSocket listener = new ServerSocket(0, 10, LOOPBACK);
                Socket plain = new Socket();
                Socket ours = new ProbingSocket()) {
            for (Socket socket : new Socket[] {plain, ours}) {
                assertFalse(socket.isConnected());
                assertFalse(socket.isBound());
                assertNull(socket.getInetAddress());
                assertNull(socket.getRemoteSocketAddress());
                assertNull(socket.getLocalSocketAddress());
                assertEquals(0, socket.getPort());
                assertEquals(-1, socket.getLocalPort());
                assertTrue(socket.getLocalAddress().isAnyLocalAddress());
                assertTrue(socket.toString().endsWith("[unconnected]"));
                assertThrows(SocketException.class, socket::getInputStream);
                assertThrows(SocketException.class, socket::getOutputStream);

                socket.bind(new InetSocketAddress(LOOPBACK, 0));
                socket.connect(listener.getLocalSocketAddress());
                listener.accept().close();
                assertTrue(socket.isConnected());
                assertTrue(socket.isBound());
                assertEquals(LOOPBACK, socket.getInetAddress());
                assertEquals(LOOPBACK, socket.getLocalAddress());
                assertEquals(listener.getLocalPort(), socket.getPort());
                assertEquals(listener.getLocalSocketAddress(), socket.getRemoteSocketAddress());
                assertEquals(new InetSocketAddress(LOOPBACK, socket.getLocalPort()), socket.getLocalSocketAddress());
                assertThrows(SocketException.class, () -> socket.connect(listener.getLocalSocketAddress()));

                socket.close();
                assertTrue(socket.isClosed());
                assertTrue(socket.isConnected());
                assertTrue(socket.isBound());
                assertEquals(listener.getLocalPort(), socket.getPort());
                assertThrows(SocketException.class, socket::getInputStream);
                assertThrows(SocketException.class, socket::getOutputStream);
                assertThrows(SocketException.class, socket::getSoTimeout);
                assertThrows(SocketException.class, () -> socket.connect(listener.getLocalSocketAddress()));
                socket.close();
            }
        }
    }

    @Test
    void its_options_are_the_channels() throws Exception {
        try (Peer peer = Peer.connect()) {
            ProbingSocket socket = peer.client();
            socket.setTcpNoDelay(true);
            assertTrue(socket.getTcpNoDelay());
            assertTrue(socket.getOption(StandardSocketOptions.TCP_NODELAY));
            socket.setOption(StandardSocketOptions.SO_KEEPALIVE, true);
            assertTrue(socket.getKeepAlive());
            socket.setSoLinger(true, 7);
            assertEquals(7, socket.getSoLinger());
            int receive = socket.getReceiveBufferSize();
            socket.setReceiveBufferSize(receive / 2);
            assertTrue(socket.getReceiveBufferSize() < receive);
            socket.setSendBufferSize(20_000);
            assertTrue(socket.getSendBufferSize() >= 20_000);
            socket.setSoTimeout(123);
            assertEquals(123, socket.getSoTimeout());
            assertTrue(socket.supportedOptions().contains(StandardSocketOptions.SO_RCVBUF));
            assertNull(socket.getChannel());
        }
    }

    @Test
    void a_host_without_an_address_is_unknown() throws Exception {
        ProbingSocket socket = new ProbingSocket();
        InetSocketAddress nowhere = InetSocketAddress.createUnresolved("nowhere.invalid", 5432);
        UnknownHostException failure = assertThrows(UnknownHostException.class, () -> socket.connect(nowhere, 1000));
        assertEquals("nowhere.invalid", failure.getMessage());
        assertTrue(socket.isClosed());
    }

    @Test
    void a_port_without_a_server_refuses() throws Exception {
        InetSocketAddress nobody;
        try (ServerSocket listener = new ServerSocket(0, 10, LOOPBACK)) {
            nobody = new InetSocketAddress(LOOPBACK, listener.getLocalPort());
        }
        ProbingSocket socket = new ProbingSocket();
        assertThrows(ConnectException.class, () -> socket.connect(nobody, 5000));
        assertTrue(socket.isClosed());
    }

    @Test
    void an_attempt_to_connect_ends_with_its_time() throws Exception {
        // A full backlog leaves further connections unanswered.
        try (ServerSocket listener = new ServerSocket(0, 1, LOOPBACK)) {
            List<ProbingSocket> sockets = new ArrayList<>();
            try {
                SocketTimeoutException failure = assertThrows(SocketTimeoutException.class, () -> {
                    while (sockets.size() < 20) {
                        ProbingSocket socket = new ProbingSocket();
                        sockets.add(socket);
                        socket.connect(listener.getLocalSocketAddress(), 200);
                    }
                });
                assertEquals("Connect timed out", failure.getMessage());
                assertTrue(sockets.get(sockets.size() - 1).isClosed());
            } finally {
                for (ProbingSocket socket : sockets) {
                    socket.close();
                }
            }
        }
    }

    @ParameterizedTest
    @MethodSource("threads")
    void a_read_ends_with_its_time_and_can_be_repeated(ThreadStarter threads) throws Exception {
        try (Peer peer = Peer.connect()) {
            peer.client().setSoTimeout(50);
            FutureTask<Duration> read = new FutureTask<>(() -> {
                long before = System.nanoTime();
                for (int i = 0; i < 2; i++) {
                    InputStream input = peer.client().getInputStream();
                    SocketTimeoutException late = assertThrows(SocketTimeoutException.class, input::read);
                    assertEquals("Read timed out", late.getMessage());
                }
                return Duration.ofNanos(System.nanoTime() - before);
            });
            threads.start(read);
            Duration taken = resultOf(read);
            assertTrue(taken.toMillis() >= 100, () -> "took " + taken);
            peer.says(new byte[] {42});
            assertEquals(42, peer.client().getInputStream().read());
        }
    }

    @ParameterizedTest
    @MethodSource("threads")
    void an_interrupt_neither_ends_a_read_nor_closes_the_connection_nor_spins(ThreadStarter threads) throws Exception {
        try (Peer peer = Peer.connect()) {
            FutureTask<Boolean> read = new FutureTask<>(() -> {
                assertEquals(1, peer.client().getInputStream().read());
                assertTrue(Thread.currentThread().isInterrupted());
                assertEquals(2, peer.client().getInputStream().read());
                return Thread.interrupted();
            });
            Thread reader = threads.start(read);
            awaitBlockedIn(reader, "select");
            reader.interrupt();
            // Consumed by the wait: a flag that stays set would make the selector return for ever.
            while (reader.isInterrupted()) {
                Thread.yield();
            }
            assertFalse(read.isDone());
            peer.says(new byte[] {1});
            peer.says(new byte[] {2});
            assertTrue(resultOf(read));
            assertFalse(peer.client().isClosed());
        }
    }

    @Test
    void a_thread_that_is_interrupted_already_connects_reads_and_writes() throws Exception {
        FutureTask<Boolean> work = new FutureTask<>(() -> {
            Thread.currentThread().interrupt();
            try (Peer peer = Peer.connect()) {
                peer.client().getOutputStream().write(5);
                assertEquals(5, peer.server().getInputStream().read());
                peer.says(new byte[] {6});
                assertEquals(6, peer.client().getInputStream().read());
            }
            return Thread.interrupted();
        });
        new Thread(work).start();
        assertTrue(resultOf(work));
    }

    @ParameterizedTest
    @MethodSource("threads")
    void closing_wakes_a_reader(ThreadStarter threads) throws Exception {
        try (Peer peer = Peer.connect()) {
            FutureTask<Integer> read =
                    new FutureTask<>(() -> peer.client().getInputStream().read());
            Thread reader = threads.start(read);
            awaitBlockedIn(reader, "select");
            peer.client().close();
            SocketException failure = assertInstanceOf(SocketException.class, failureOf(read));
            assertEquals("Socket closed", failure.getMessage());
            assertEquals(-1, peer.server().getInputStream().read());
        }
    }

    @ParameterizedTest
    @MethodSource("threads")
    void closing_wakes_a_writer(ThreadStarter threads) throws Exception {
        try (Peer peer = Peer.connect()) {
            FutureTask<Void> write = new FutureTask<>(() -> {
                peer.client().getOutputStream().write(new byte[64 << 20]);
                return null;
            });
            Thread writer = threads.start(write);
            awaitBlockedIn(writer, "select");
            peer.client().close();
            SocketException failure = assertInstanceOf(SocketException.class, failureOf(write));
            assertEquals("Socket closed", failure.getMessage());
        }
    }

    @Test
    void closing_a_stream_closes_the_socket() throws Exception {
        try (Peer one = Peer.connect();
                Peer other = Peer.connect()) {
            InputStream input = one.client().getInputStream();
            input.close();
            assertTrue(one.client().isClosed());
            assertEquals(
                    "Socket closed",
                    assertThrows(SocketException.class, input::read).getMessage());
            assertThrows(SocketException.class, input::available);
            other.client().getOutputStream().close();
            assertTrue(other.client().isClosed());
        }
    }

    @Test
    void a_half_closed_connection_still_reads() throws Exception {
        try (Peer peer = Peer.connect()) {
            var output = peer.client().getOutputStream();
            output.write(9);
            peer.client().shutdownOutput();
            assertTrue(peer.client().isOutputShutdown());
            assertThrows(SocketException.class, () -> output.write(1));
            assertThrows(SocketException.class, () -> peer.client().getOutputStream());
            assertArrayEquals(new byte[] {9}, peer.server().getInputStream().readAllBytes());
            peer.says(new byte[] {1, 2});
            assertArrayEquals(new byte[] {1, 2}, peer.client().getInputStream().readNBytes(2));
        }
    }

    @Test
    void reads_after_a_local_end_of_input_are_at_the_end() throws Exception {
        try (Peer peer = Peer.connect()) {
            InputStream input = peer.client().getInputStream();
            FutureTask<Integer> read = new FutureTask<>(input::read);
            Thread reader = new Thread(read);
            reader.start();
            awaitBlockedIn(reader, "select");
            peer.client().shutdownInput();
            assertEquals(-1, resultOf(read));
            assertEquals(-1, input.read());
            assertThrows(SocketException.class, () -> peer.client().getInputStream());
        }
    }

    @Test
    void reads_of_nothing_and_beyond_the_array_are_as_usual() throws Exception {
        try (Peer peer = Peer.connect()) {
            InputStream input = peer.client().getInputStream();
            assertEquals(0, input.read(new byte[3], 3, 0));
            assertThrows(IndexOutOfBoundsException.class, () -> input.read(new byte[3], 1, 3));
            assertThrows(
                    IndexOutOfBoundsException.class,
                    () -> peer.client().getOutputStream().write(new byte[3], -1, 2));
        }
    }

    @ParameterizedTest
    @MethodSource("threads")
    void much_can_go_both_ways_at_once(ThreadStarter threads) throws Exception {
        byte[] there = new byte[16 << 20];
        byte[] back = new byte[16 << 20];
        new Random(1).nextBytes(there);
        new Random(2).nextBytes(back);
        try (Peer peer = Peer.connect()) {
            List<FutureTask<byte[]>> tasks = Stream.<Callable<byte[]>>of(
                            () -> {
                                peer.client().getOutputStream().write(there);
                                peer.client().shutdownOutput();
                                return there;
                            },
                            () -> peer.server().getInputStream().readAllBytes(),
                            () -> {
                                peer.server().getOutputStream().write(back);
                                peer.server().shutdownOutput();
                                return back;
                            },
                            () -> peer.client().getInputStream().readAllBytes())
                    .map(FutureTask::new)
                    .toList();
            for (FutureTask<byte[]> task : tasks) {
                threads.start(task);
            }
            assertArrayEquals(there, resultOf(tasks.get(1)));
            assertArrayEquals(back, resultOf(tasks.get(3)));
        }
    }

    @ParameterizedTest
    @MethodSource("threads")
    void many_threads_each_read_on_their_own_socket(ThreadStarter threads) throws Exception {
        List<Peer> peers = new ArrayList<>();
        List<FutureTask<Integer>> reads = new ArrayList<>();
        try {
            for (int i = 0; i < 300; i++) {
                Peer peer = Peer.connect();
                peers.add(peer);
                FutureTask<Integer> read =
                        new FutureTask<>(() -> peer.client().getInputStream().read());
                reads.add(read);
                threads.start(read);
            }
            // In the opposite order, so that no reader can wait for an earlier one.
            for (int i = peers.size() - 1; i >= 0; i--) {
                peers.get(i).says(new byte[] {(byte) (i % 100)});
                assertEquals(i % 100, resultOf(reads.get(i)));
            }
        } finally {
            for (Peer peer : peers) {
                peer.close();
            }
        }
    }

    @Test
    void what_the_server_said_before_it_closed_is_read_in_spite_of_a_broken_pipe() throws Exception {
        byte[] farewell = Peer.message('E', "SFATAL\0VFATAL\0C57P01\0\0");
        try (Peer peer = Peer.idle()) {
            peer.says(farewell);
            peer.server().close();
            // Far more than buffers hold, so that the reset comes in the middle.
            peer.client().getOutputStream().write(new byte[64 << 20]);
            assertNotNull(peer.client().writeFailure());
            peer.client().getOutputStream().write(1);
            InputStream input = peer.client().getInputStream();
            assertArrayEquals(farewell, input.readNBytes(farewell.length));
            SocketException failure = assertThrows(SocketException.class, input::read);
            assertTrue(
                    List.of("Broken pipe", "Connection reset", "Connection reset by peer")
                            .contains(failure.getMessage()),
                    failure::getMessage);
            assertEquals(Liveness.DEAD, peer.client().probe());
        }
    }

    @Test
    void a_broken_pipe_without_a_word_of_the_server_fails_the_write() throws Exception {
        try (Peer peer = Peer.idle()) {
            peer.resets();
            var output = peer.client().getOutputStream();
            assertThrows(SocketException.class, () -> output.write(new byte[64 << 20]));
            assertNull(peer.client().writeFailure());
        }
    }
}
