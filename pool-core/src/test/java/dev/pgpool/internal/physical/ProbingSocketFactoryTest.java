package dev.pgpool.internal.physical;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.lang.reflect.Proxy;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Properties;
import java.util.concurrent.FutureTask;
import javax.net.SocketFactory;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class ProbingSocketFactoryTest {
    private static final Connection CONNECTION = (Connection) Proxy.newProxyInstance(
            ProbingSocketFactoryTest.class.getClassLoader(),
            new Class<?>[] {Connection.class},
            (self, method, given) -> {
                throw new AssertionError("not to be called: " + method);
            });

    private final Properties properties = new Properties();
    private final List<Socket> made = new ArrayList<>();

    @AfterEach
    void no_opening_is_left_and_no_socket() throws IOException {
        for (Socket socket : made) {
            socket.close();
        }
        assertEquals(0, ProbingSocketFactory.openings());
    }

    /** Does with the properties what pgjdbc does. */
    private static SocketFactory factory(Properties properties) {
        assertEquals(ProbingSocketFactory.class.getName(), properties.getProperty("socketFactory"));
        return new ProbingSocketFactory(properties.getProperty("socketFactoryArg"));
    }

    private Socket make(SocketFactory factory) {
        try {
            Socket socket = factory.createSocket();
            made.add(socket);
            return socket;
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    @Test
    void the_latest_socket_of_an_opening_is_the_connections() throws SQLException {
        ProbedConnection opened = ProbingSocketFactory.open(properties, new Opening(Duration.ZERO), extended -> {
            SocketFactory factory = factory(extended);
            make(factory);
            make(factory);
            return CONNECTION;
        });
        assertSame(CONNECTION, opened.pgjdbc());
        assertTrue(opened.canBeProbed());
        assertSame(made.get(1), opened.socket());
    }

    @Test
    void the_properties_reach_pgjdbc_with_their_defaults_and_stay_unchanged() throws SQLException {
        Properties defaults = new Properties();
        defaults.setProperty("user", "somebody");
        Properties mine = new Properties(defaults);
        mine.setProperty("ApplicationName", "test");
        ProbingSocketFactory.open(mine, new Opening(Duration.ZERO), extended -> {
            assertEquals("somebody", extended.getProperty("user"));
            assertEquals("test", extended.getProperty("ApplicationName"));
            return CONNECTION;
        });
        assertNull(mine.getProperty("socketFactory"));
    }

    @Test
    void openings_at_the_same_time_do_not_mix() throws SQLException {
        ProbedConnection[] inner = new ProbedConnection[1];
        ProbedConnection outer = ProbingSocketFactory.open(properties, new Opening(Duration.ZERO), extended -> {
            SocketFactory factory = factory(extended);
            make(factory);
            inner[0] = ProbingSocketFactory.open(properties, new Opening(Duration.ZERO), others -> {
                make(factory(others));
                return CONNECTION;
            });
            return CONNECTION;
        });
        assertSame(made.get(0), outer.socket());
        assertSame(made.get(1), inner[0].socket());
    }

    @Test
    void a_socket_made_in_another_thread_is_found() throws SQLException {
        ProbedConnection opened = ProbingSocketFactory.open(properties, new Opening(Duration.ZERO), extended -> {
            FutureTask<Socket> making = new FutureTask<>(() -> make(factory(extended)));
            new Thread(making).start();
            try {
                making.get();
            } catch (Exception e) {
                throw new AssertionError(e);
            }
            return CONNECTION;
        });
        assertSame(made.get(0), opened.socket());
    }

    @Test
    void later_sockets_of_the_same_factory_change_nothing() throws SQLException {
        SocketFactory[] kept = new SocketFactory[1];
        ProbedConnection opened = ProbingSocketFactory.open(properties, new Opening(Duration.ZERO), extended -> {
            kept[0] = factory(extended);
            make(kept[0]);
            return CONNECTION;
        });
        make(kept[0]);
        assertSame(made.get(0), opened.socket());
    }

    @Test
    void a_failed_opening_is_forgotten() {
        SQLException failure = new SQLException("no");
        assertSame(
                failure,
                assertThrows(
                        SQLException.class,
                        () -> ProbingSocketFactory.open(properties, new Opening(Duration.ZERO), extended -> {
                            make(factory(extended));
                            throw failure;
                        })));
    }

    @Test
    void a_connection_whose_sockets_were_not_ours_cannot_be_probed() throws SQLException {
        ProbedConnection opened =
                ProbingSocketFactory.open(properties, new Opening(Duration.ZERO), extended -> CONNECTION);
        assertFalse(opened.canBeProbed());
        assertEquals(Liveness.SUSPECT, opened.probe());
    }

    @Test
    void a_users_socket_factory_stays() throws SQLException {
        properties.setProperty("socketFactory", "com.example.Theirs");
        properties.setProperty("socketFactoryArg", "theirs");
        ProbedConnection opened = ProbingSocketFactory.open(properties, new Opening(Duration.ZERO), given -> {
            assertSame(properties, given);
            return CONNECTION;
        });
        assertFalse(opened.canBeProbed());
    }

    @Test
    void a_factory_without_an_opening_makes_sockets_all_the_same() throws IOException {
        for (String number : new String[] {null, "", "no number", "-1"}) {
            make(new ProbingSocketFactory(number));
        }
        assertEquals(4, made.size());
    }

    @Test
    void a_factory_connects_sockets_where_asked_to() throws IOException {
        InetAddress loopback = InetAddress.getLoopbackAddress();
        SocketFactory factory = new ProbingSocketFactory(null);
        try (ServerSocket listener = new ServerSocket(0, 10, loopback)) {
            int port = listener.getLocalPort();
            String host = loopback.getHostAddress();
            made.add(factory.createSocket(host, port));
            made.add(factory.createSocket(loopback, port));
            made.add(factory.createSocket(host, port, loopback, 0));
            made.add(factory.createSocket(loopback, port, loopback, 0));
            for (Socket socket : made) {
                assertTrue(socket.isConnected());
                assertEquals(port, socket.getPort());
            }
        }
        assertThrows(IOException.class, () -> factory.createSocket("nowhere.invalid", 5432));
    }
}
