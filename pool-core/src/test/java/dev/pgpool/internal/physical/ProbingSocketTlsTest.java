package dev.pgpool.internal.physical;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.time.Duration;
import java.util.Random;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLSocket;
import javax.net.ssl.TrustManagerFactory;
import org.junit.jupiter.api.Assertions;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@Timeout(value = 60, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class ProbingSocketTlsTest {
    private static final String PASSWORD = "only for this test";
    private static final byte[] HELLO = "hello".getBytes(StandardCharsets.US_ASCII);

    @TempDir
    private static Path folder;

    private static SSLContext context;

    @BeforeAll
    static void makeKey() throws Exception {
        Path file = folder.resolve("server.p12");
        Path keytool = Path.of(System.getProperty("java.home"), "bin", "keytool");
        Process making = new ProcessBuilder(
                        keytool.toString(),
                        "-genkeypair",
                        "-alias",
                        "server",
                        "-keyalg",
                        "EC",
                        "-dname",
                        "CN=localhost",
                        "-ext",
                        "san=dns:localhost",
                        "-storetype",
                        "PKCS12",
                        "-keystore",
                        file.toString(),
                        "-storepass",
                        PASSWORD)
                .redirectErrorStream(true)
                .start();
        String said = new String(making.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertEquals(0, making.waitFor(), said);
        context = contextOf(file);
    }

    private static SSLContext contextOf(Path file) throws IOException, GeneralSecurityException {
        KeyStore store = KeyStore.getInstance("PKCS12");
        try (InputStream in = Files.newInputStream(file)) {
            store.load(in, PASSWORD.toCharArray());
        }
        KeyManagerFactory keys = KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
        keys.init(store, PASSWORD.toCharArray());
        TrustManagerFactory trust = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
        trust.init(store);
        SSLContext context = SSLContext.getInstance("TLS");
        context.init(keys.getKeyManagers(), trust.getTrustManagers(), null);
        return context;
    }

    /** Both ends of a session that agreed on TLS as PostgreSQL does, and exchanged a word. */
    private record Session(Peer peer, SSLSocket client, SSLSocket server) {
        static Session start(String protocol) throws Exception {
            Peer peer = Peer.connect();
            peer.client().getOutputStream().write(new byte[] {0, 0, 0, 8, 4, (byte) 210, 22, 47});
            peer.server().getInputStream().readNBytes(8);
            peer.says(new byte[] {'S'});
            assertEquals('S', peer.client().getInputStream().read());
            SSLSocket server = layer(peer.server(), protocol);
            server.setUseClientMode(false);
            FutureTask<Void> handshake = new FutureTask<>(() -> {
                server.startHandshake();
                return null;
            });
            new Thread(handshake).start();
            SSLSocket client = layer(peer.client(), protocol);
            client.startHandshake();
            handshake.get(30, TimeUnit.SECONDS);
            Session session = new Session(peer, client, server);
            session.serverSays(HELLO);
            assertArrayEquals(HELLO, client.getInputStream().readNBytes(HELLO.length));
            return session;
        }

        private static SSLSocket layer(Socket socket, String protocol) throws IOException {
            SSLSocket layered =
                    (SSLSocket) context.getSocketFactory().createSocket(socket, "localhost", socket.getPort(), true);
            layered.setEnabledProtocols(new String[] {protocol});
            return layered;
        }

        void serverSays(byte[] bytes) throws IOException {
            OutputStream output = server.getOutputStream();
            output.write(bytes);
            output.flush();
        }

        Liveness probeBeyond(Liveness before) {
            return Assertions.assertTimeoutPreemptively(Duration.ofSeconds(10), () -> {
                Liveness seen = peer.client().probe();
                while (seen == before) {
                    Thread.yield();
                    seen = peer.client().probe();
                }
                return seen;
            });
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"TLSv1.2", "TLSv1.3"})
    void an_idle_session_is_alive_and_a_closed_one_dead(String protocol) throws Exception {
        Session session = Session.start(protocol);
        assertEquals(Liveness.ALIVE, session.peer().client().probe());
        session.peer().server().close();
        assertEquals(Liveness.DEAD, session.probeBeyond(Liveness.ALIVE));
        session.client().close();
        assertTrue(session.peer().client().isClosed());
    }

    @ParameterizedTest
    @ValueSource(strings = {"TLSv1.2", "TLSv1.3"})
    void what_comes_while_idle_is_suspect_and_reaches_the_reader(String protocol) throws Exception {
        Session session = Session.start(protocol);
        session.serverSays(HELLO);
        assertEquals(Liveness.SUSPECT, session.probeBeyond(Liveness.ALIVE));
        assertArrayEquals(HELLO, session.client().getInputStream().readNBytes(HELLO.length));
        assertEquals(Liveness.ALIVE, session.peer().client().probe());
        session.peer().close();
    }

    @ParameterizedTest
    @ValueSource(strings = {"TLSv1.2", "TLSv1.3"})
    void a_farewell_and_the_end_are_death_and_the_farewell_reaches_the_reader(String protocol) throws Exception {
        Session session = Session.start(protocol);
        session.serverSays(HELLO);
        session.server().close();
        session.probeBeyond(Liveness.ALIVE);
        assertEquals(Liveness.DEAD, session.probeBeyond(Liveness.SUSPECT));
        assertArrayEquals(HELLO, session.client().getInputStream().readAllBytes());
        session.peer().close();
    }

    @ParameterizedTest
    @ValueSource(strings = {"TLSv1.2", "TLSv1.3"})
    void much_can_be_read_with_looks_in_between(String protocol) throws Exception {
        byte[] much = new byte[4 << 20];
        new Random(3).nextBytes(much);
        Session session = Session.start(protocol);
        FutureTask<Void> writing = new FutureTask<>(() -> {
            session.serverSays(much);
            return null;
        });
        new Thread(writing).start();
        byte[] seen = new byte[much.length];
        for (int at = 0; at < seen.length; ) {
            session.peer().client().probe();
            at += session.client().getInputStream().readNBytes(seen, at, Math.min(50_000, seen.length - at));
        }
        writing.get(30, TimeUnit.SECONDS);
        assertArrayEquals(much, seen);
        assertEquals(Liveness.ALIVE, session.peer().client().probe());
        session.peer().close();
    }
}
