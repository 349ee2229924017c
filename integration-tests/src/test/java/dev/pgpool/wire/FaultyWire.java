package dev.pgpool.wire;

import dev.pgpool.testserver.PostgresServer;
import dev.pgpool.testserver.TestDatabase;
import java.io.BufferedInputStream;
import java.io.Closeable;
import java.io.DataInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketException;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLSocket;
import org.jspecify.annotations.Nullable;

/**
 * A TCP proxy in front of a server, with a fault that may be changed at any time. Requests always pass; so does what a
 * server says in answer to anything but a start-up message.
 */
final class FaultyWire implements Closeable {
    private final ServerSocket door = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
    private final TestDatabase database;
    private final List<Line> lines = new CopyOnWriteArrayList<>();
    private final List<Socket> servers = new CopyOnWriteArrayList<>();
    private final @Nullable SSLContext tls;
    private volatile Fault fault = Fault.NONE;

    /** @param tls how clients are to encrypt what they say; null for not at all */
    FaultyWire(TestDatabase database, @Nullable SSLContext tls) throws IOException {
        this.database = database;
        this.tls = tls;
        start("door", this::accept);
    }

    /** The URL of the database through this wire and our driver. */
    String url(String more) {
        PostgresServer server = database.server();
        return "jdbc:pgpool://127.0.0.1:" + door.getLocalPort() + "/" + database.name() + "?user=" + server.user()
                + (server.password() == null ? "" : "&password=" + server.password()) + "&sslmode="
                + (tls == null ? "disable" : "require") + more;
    }

    /** From the next message on, and for connections from the next one on. */
    void set(Fault fault) {
        this.fault = fault;
    }

    /** Lets nothing more arrive over the connections that there are. */
    void silence() {
        lines.forEach(Line::silence);
    }

    /** Resets the connections that there are. */
    void reset() throws IOException {
        for (Line line : lines) {
            if (line.open()) {
                line.reset();
            }
        }
    }

    /** Says this to all clients, without having been asked. */
    void say(byte[] bytes) throws IOException {
        for (Line line : lines) {
            line.send(bytes);
        }
    }

    /** How many connections were opened so far. */
    int opened() {
        return lines.size();
    }

    /** How many clients there are that haven't closed their end. */
    long open() {
        return lines.stream().filter(Line::open).count();
    }

    /** How many connections there were whose end has been sent to the client. */
    long ended() {
        return lines.stream().filter(Line::ended).count();
    }

    /** How many bytes clients have sent to connections whose end had been sent to them. */
    long sentToTheDead() {
        return lines.stream().mapToLong(line -> line.afterTheEnd).sum();
    }

    private interface Transfer {
        void run() throws IOException;
    }

    private static void start(String name, Transfer transfer) {
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
                "wire-" + name);
        thread.setDaemon(true);
        thread.start();
    }

    private void accept() throws IOException {
        while (true) {
            Socket client = door.accept();
            Line line = new Line(tls == null ? client : encrypted(client, tls));
            lines.add(line);
            if (fault instanceof Fault.Refusal refusal) {
                start("requests", () -> listen(line, null));
                refusal.meet(line);
            } else {
                Socket server =
                        new Socket(database.server().host(), database.server().port());
                server.setTcpNoDelay(true);
                servers.add(server);
                start("requests", () -> listen(line, server));
                start("answers", () -> answer(line, server));
            }
        }
    }

    /** Answers the request for encryption, with which the client begins. */
    private static Socket encrypted(Socket client, SSLContext tls) throws IOException {
        client.getInputStream().readNBytes(8);
        client.getOutputStream().write('S');
        SSLSocket encrypted = (SSLSocket) tls.getSocketFactory().createSocket(client, null, client.getPort(), true);
        encrypted.setUseClientMode(false);
        return encrypted;
    }

    private void listen(Line line, @Nullable Socket server) throws IOException {
        try {
            InputStream in = line.client().getInputStream();
            byte[] buffer = new byte[65_536];
            for (int count = in.read(buffer); count >= 0; count = in.read(buffer)) {
                line.heard(count);
                if (server != null) {
                    passOn(buffer, count, server);
                }
            }
        } finally {
            line.left();
            line.close();
            if (server != null) {
                server.close();
            }
        }
    }

    private static void passOn(byte[] buffer, int count, Socket server) throws IOException {
        try {
            server.getOutputStream().write(buffer, 0, count);
        } catch (SocketException e) {
            // The server has closed; the client may go on talking to this wire.
        }
    }

    private void answer(Line line, Socket server) throws IOException {
        DataInputStream in = new DataInputStream(new BufferedInputStream(server.getInputStream()));
        try {
            while (true) {
                fault.pass(line, Message.read(in));
            }
        } catch (EOFException | SocketException e) {
            line.finish();
        }
    }

    @Override
    public void close() throws IOException {
        door.close();
        for (Line line : lines) {
            line.close();
        }
        for (Socket server : servers) {
            server.close();
        }
    }
}
