package dev.pgpool.internal.physical;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.Map;
import java.util.Properties;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;
import javax.net.SocketFactory;
import org.jspecify.annotations.Nullable;
import org.postgresql.Driver;
import org.postgresql.PGProperty;

/**
 * Gives pgjdbc sockets that can be looked at, and finds the one that a new connection uses.
 *
 * <p>pgjdbc makes a factory for each connection it opens, maybe in a thread of its own, and keeps it for the cancel
 * requests of that connection. It knows a factory by its class name and one text. So each opening gets a number, which
 * travels in this text and is known here while the opening lasts.
 */
public final class ProbingSocketFactory extends SocketFactory {
    private static final String NAME = ProbingSocketFactory.class.getName();
    static final boolean SEEN_BY_PGJDBC = seenByPgjdbc();
    private static final Map<String, Opening> OPENINGS = new ConcurrentHashMap<>();
    private static final AtomicLong NUMBERS = new AtomicLong();

    private final @Nullable Opening opening;

    /** How to open a connection with these properties. */
    @FunctionalInterface
    interface Opener {
        Connection open(Properties properties) throws SQLException;
    }

    /**
     * For pgjdbc.
     *
     * @param number of the opening; null or unknown where somebody else named this class, which does no harm
     */
    public ProbingSocketFactory(@Nullable String number) {
        this.opening = number == null ? null : OPENINGS.get(number);
    }

    /**
     * Opens a connection over a socket that can be looked at, unless the properties name a socket factory, a SOCKS proxy
     * is set for this JVM, or pgjdbc's class loader doesn't see this class.
     *
     * @param properties of the connection; not changed
     * @param opening a fresh one; to be finished or aborted by the caller
     */
    static ProbedConnection open(Properties properties, Opening opening, Opener opener) throws SQLException {
        if (!SEEN_BY_PGJDBC || isSet(properties.getProperty(PGProperty.SOCKET_FACTORY.getName())) || behindSocks()) {
            return new ProbedConnection(opener.open(properties), null, new CancelRequests());
        }
        String number = Long.toString(NUMBERS.incrementAndGet());
        OPENINGS.put(number, opening);
        try {
            Connection connection = opener.open(withFactory(properties, number));
            return new ProbedConnection(connection, opening.connected(), opening.cancels());
        } finally {
            OPENINGS.remove(number);
        }
    }

    private static Properties withFactory(Properties properties, String number) {
        Properties extended = new Properties();
        properties.stringPropertyNames().forEach(name -> extended.setProperty(name, properties.getProperty(name)));
        extended.setProperty(PGProperty.SOCKET_FACTORY.getName(), NAME);
        extended.setProperty(PGProperty.SOCKET_FACTORY_ARG.getName(), number);
        return extended;
    }

    // Channels know nothing of SOCKS.
    private static boolean behindSocks() {
        return isSet(System.getProperty("socksProxyHost"));
    }

    private static boolean isSet(@Nullable String value) {
        return value != null && !value.isBlank();
    }

    private static boolean seenByPgjdbc() {
        try {
            return Class.forName(NAME, false, Driver.class.getClassLoader()) == ProbingSocketFactory.class;
        } catch (ClassNotFoundException e) {
            return false;
        }
    }

    /** How many openings are under way. */
    static int openings() {
        return OPENINGS.size();
    }

    @Override
    public Socket createSocket() throws IOException {
        return opening == null ? new ProbingSocket() : opening.socket();
    }

    @Override
    public Socket createSocket(String host, int port) throws IOException {
        return connected(new InetSocketAddress(host, port), null);
    }

    @Override
    public Socket createSocket(String host, int port, InetAddress localHost, int localPort) throws IOException {
        return connected(new InetSocketAddress(host, port), new InetSocketAddress(localHost, localPort));
    }

    @Override
    public Socket createSocket(InetAddress host, int port) throws IOException {
        return connected(new InetSocketAddress(host, port), null);
    }

    @Override
    public Socket createSocket(InetAddress host, int port, InetAddress localHost, int localPort) throws IOException {
        return connected(new InetSocketAddress(host, port), new InetSocketAddress(localHost, localPort));
    }

    private Socket connected(InetSocketAddress remote, @Nullable InetSocketAddress local) throws IOException {
        Socket socket = createSocket();
        try {
            if (local != null) {
                socket.bind(local);
            }
            socket.connect(remote);
            return socket;
        } catch (IOException | RuntimeException e) {
            try (socket) {
                throw e;
            }
        }
    }
}
