package dev.pgpool.internal.physical;

import static dev.pgpool.internal.physical.Peer.READY;
import static dev.pgpool.internal.physical.Peer.join;
import static dev.pgpool.internal.physical.Peer.message;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTimeoutPreemptively;

import com.sun.management.ThreadMXBean;
import java.io.IOException;
import java.io.InputStream;
import java.lang.management.ManagementFactory;
import java.net.SocketException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Arrays;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class ProbingSocketProbeTest {
    private static final byte[] NOTIFICATION = message('A', "\0\0\0\7channel\0payload\0");
    private static final byte[] FATAL = message('E', "SFATAL\0VFATAL\0C57P01\0Mterminating connection\0\0");

    private Peer peer;

    @BeforeEach
    void connect() throws IOException {
        peer = Peer.idle();
    }

    @AfterEach
    void close() throws IOException {
        peer.close();
    }

    /** What the probe says once what was sent has arrived; loopback delivers soon, but not within the send. */
    private Liveness probeBeyond(Liveness before) {
        return assertTimeoutPreemptively(Duration.ofSeconds(10), () -> {
            Liveness seen = peer.client().probe();
            while (seen == before) {
                Thread.yield();
                seen = peer.client().probe();
            }
            return seen;
        });
    }

    private void awaitAvailable(int count) {
        assertTimeoutPreemptively(Duration.ofSeconds(10), () -> {
            while (peer.client().getInputStream().available() < count) {
                Thread.yield();
            }
        });
    }

    @Test
    void an_idle_session_is_alive() {
        for (int i = 0; i < 1000; i++) {
            assertEquals(Liveness.ALIVE, peer.client().probe());
        }
    }

    @Test
    void a_session_that_was_closed_by_the_server_is_dead() throws IOException {
        peer.server().close();
        assertEquals(Liveness.DEAD, probeBeyond(Liveness.ALIVE));
        assertEquals(-1, peer.client().getInputStream().read());
        assertEquals(-1, peer.client().getInputStream().read());
    }

    @Test
    void a_session_that_was_reset_is_dead() throws IOException {
        peer.resets();
        assertEquals(Liveness.DEAD, probeBeyond(Liveness.ALIVE));
        assertEquals(Liveness.DEAD, peer.client().probe());
        InputStream input = peer.client().getInputStream();
        for (int i = 0; i < 2; i++) {
            SocketException failure = assertThrows(SocketException.class, input::read);
            assertEquals("Connection reset", failure.getMessage());
        }
    }

    @Test
    void a_session_that_we_closed_is_dead() throws IOException {
        peer.client().close();
        assertEquals(Liveness.DEAD, peer.client().probe());
    }

    @Test
    void a_session_that_got_a_fatal_error_is_dead_and_the_error_can_be_read() throws IOException {
        peer.says(FATAL);
        awaitAvailable(FATAL.length);
        assertEquals(Liveness.DEAD, peer.client().probe());
        assertArrayEquals(FATAL, peer.client().getInputStream().readNBytes(FATAL.length));
    }

    @Test
    void a_farewell_in_any_language_is_death_once_the_stream_has_ended() throws IOException {
        byte[] encrypted = "\27\3\3\0\5*****".getBytes(StandardCharsets.ISO_8859_1);
        peer.says(encrypted);
        peer.server().close();
        awaitAvailable(encrypted.length);
        assertEquals(Liveness.DEAD, probeBeyond(Liveness.SUSPECT));
        assertArrayEquals(encrypted, peer.client().getInputStream().readAllBytes());
    }

    @Test
    void news_leave_a_session_alive_and_reach_the_reader_byte_by_byte() throws IOException {
        byte[] news = join(NOTIFICATION, message('S', "TimeZone\0UTC\0"), NOTIFICATION);
        peer.says(news);
        awaitAvailable(news.length);
        assertEquals(Liveness.ALIVE, peer.client().probe());
        peer.asks();
        peer.says(READY);
        InputStream input = peer.client().getInputStream();
        for (byte expected : join(news, READY)) {
            assertEquals(expected, (byte) input.read());
        }
        assertEquals(Liveness.ALIVE, peer.client().probe());
    }

    @Test
    void a_read_takes_what_was_kept_before_what_comes() throws IOException {
        peer.says(NOTIFICATION);
        awaitAvailable(NOTIFICATION.length);
        peer.says(NOTIFICATION);
        byte[] into = new byte[100];
        assertEquals(NOTIFICATION.length - 1, peer.client().getInputStream().read(into, 1, NOTIFICATION.length - 1));
        byte[] rest = peer.client().getInputStream().readNBytes(1 + NOTIFICATION.length);
        System.arraycopy(rest, 0, into, NOTIFICATION.length, rest.length);
        assertArrayEquals(join(NOTIFICATION, NOTIFICATION), Arrays.copyOfRange(into, 1, 1 + 2 * NOTIFICATION.length));
    }

    @Test
    void a_part_of_a_message_is_suspect_until_its_rest_has_come() throws IOException {
        peer.says(Arrays.copyOf(NOTIFICATION, 7));
        assertEquals(Liveness.SUSPECT, probeBeyond(Liveness.ALIVE));
        peer.says(Arrays.copyOfRange(NOTIFICATION, 7, NOTIFICATION.length));
        assertEquals(Liveness.ALIVE, probeBeyond(Liveness.SUSPECT));
        assertArrayEquals(NOTIFICATION, peer.client().getInputStream().readNBytes(NOTIFICATION.length));
    }

    @Test
    void more_news_than_are_kept_are_suspect_and_none_is_lost() throws IOException {
        byte[] one = message('A', "x".repeat(59));
        byte[] news = {};
        for (int i = 0; i < 50; i++) {
            news = join(news, one);
        }
        peer.says(news);
        awaitAvailable(1024);
        assertEquals(Liveness.SUSPECT, peer.client().probe());
        assertArrayEquals(news, peer.client().getInputStream().readNBytes(news.length));
    }

    @Test
    void an_answer_that_was_not_read_to_its_end_is_suspect() throws IOException {
        byte[] answer = message('C', "SELECT 1\0");
        peer.asks();
        peer.says(answer);
        peer.client().getInputStream().readNBytes(answer.length);
        assertEquals(Liveness.SUSPECT, peer.client().probe());
        peer.says(READY);
        peer.client().getInputStream().readNBytes(READY.length);
        assertEquals(Liveness.ALIVE, peer.client().probe());
    }

    @Test
    void two_answers_to_one_request_are_suspect_until_the_next_one_is_answered() throws IOException {
        byte[] two = join(READY, message('C', "SELECT 1\0"), READY);
        peer.asks();
        peer.says(two);
        peer.client().getInputStream().readNBytes(two.length);
        assertEquals(Liveness.SUSPECT, peer.client().probe());
        peer.asks();
        peer.says(READY);
        peer.client().getInputStream().readNBytes(READY.length);
        assertEquals(Liveness.ALIVE, peer.client().probe());
    }

    @Test
    void a_fatal_error_that_the_reader_got_with_the_last_answer_is_suspect() throws IOException {
        byte[] both = join(READY, FATAL);
        peer.says(both);
        peer.client().getInputStream().readNBytes(both.length);
        assertEquals(Liveness.SUSPECT, peer.client().probe());
    }

    @Test
    void a_session_in_use_by_a_reader_is_suspect() throws Exception {
        Thread reader = new Thread(() -> {
            try {
                peer.client().getInputStream().read();
            } catch (IOException e) {
                throw new AssertionError(e);
            }
        });
        reader.start();
        assertEquals(Liveness.SUSPECT, probeBeyond(Liveness.ALIVE));
        peer.says(READY);
        reader.join(10_000);
        assertFalse(reader.isAlive());
    }

    @Test
    void encrypted_bytes_are_suspect_and_silence_is_alive() throws IOException {
        try (Peer encrypted = Peer.connect()) {
            encrypted.says(new byte[] {'S'});
            assertEquals('S', encrypted.client().getInputStream().read());
            assertEquals(Liveness.ALIVE, encrypted.client().probe());
            encrypted.says(NOTIFICATION);
            assertTimeoutPreemptively(Duration.ofSeconds(10), () -> {
                while (encrypted.client().probe() == Liveness.ALIVE) {
                    Thread.yield();
                }
            });
            assertEquals(Liveness.SUSPECT, encrypted.client().probe());
        }
    }

    @Test
    void a_look_allocates_nothing() {
        ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
        int looks = 10_000;
        long allocated = Long.MAX_VALUE;
        for (int round = 0; round < 3; round++) {
            long before = threads.getCurrentThreadAllocatedBytes();
            for (int i = 0; i < looks; i++) {
                assertEquals(Liveness.ALIVE, peer.client().probe());
            }
            allocated = threads.getCurrentThreadAllocatedBytes() - before;
        }
        assertEquals(0, allocated / looks);
    }
}
