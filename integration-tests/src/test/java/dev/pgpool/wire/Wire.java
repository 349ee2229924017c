package dev.pgpool.wire;

import dev.pgpool.harness.Transfer;
import java.io.Closeable;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLSocket;
import org.jspecify.annotations.Nullable;

/** Where clients connect to what they take for a server, with a fault that may be changed at any time. */
abstract class Wire implements Closeable {
    private final ServerSocket door = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
    private final List<Line> lines = new CopyOnWriteArrayList<>();
    private final @Nullable SSLContext tls;
    private volatile Fault fault = Fault.NONE;

    /** @param tls how clients are to encrypt what they say; null for not at all */
    Wire(@Nullable SSLContext tls) throws IOException {
        this.tls = tls;
    }

    /** The part of the URL behind host and port, with at least one parameter. */
    abstract String target();

    /** Serves a client until it leaves; in a thread of its own. */
    abstract void serve(Line line) throws IOException;

    /** The URL for our driver. */
    final String url(String more) {
        String sslmode = more.contains("sslmode=") ? "" : "&sslmode=" + (tls == null ? "disable" : "require");
        return "jdbc:pgpool://127.0.0.1:" + door.getLocalPort() + "/" + target() + sslmode + more;
    }

    /** Begins to let clients in. */
    final void open() {
        Transfer.start("wire-door", this::accept);
    }

    /** From the next message on, and for connections from the next one on. */
    final void set(Fault fault) {
        this.fault = fault;
    }

    /** Sends a message of the server, or what becomes of it. */
    final void pass(Line line, Message message) throws IOException {
        fault.pass(line, message);
    }

    /** Lets nothing more arrive over the connections that there are. */
    final void silence() {
        lines.forEach(Line::silence);
    }

    /** Resets the connections that there are. */
    final void reset() throws IOException {
        for (Line line : lines) {
            if (line.open()) {
                line.reset();
            }
        }
    }

    /** Says this to all clients, without having been asked. */
    final void say(byte[] bytes) throws IOException {
        for (Line line : lines) {
            line.send(bytes);
            line.flush();
        }
    }

    /** How many connections were opened so far. */
    final int opened() {
        return lines.size();
    }

    /** How many clients there are that haven't closed their end. */
    final long clients() {
        return lines.stream().filter(Line::open).count();
    }

    /** How many connections there were whose end has been sent to the client. */
    final long ended() {
        return lines.stream().filter(Line::ended).count();
    }

    /** How many clients there are to whom nothing more is said. */
    final long silenced() {
        return lines.stream().filter(line -> line.ended() && line.open()).count();
    }

    /** How many bytes clients have sent to connections whose end had been sent to them. */
    final long sentToTheDead() {
        return lines.stream().mapToLong(line -> line.afterTheEnd).sum();
    }

    private void accept() throws IOException {
        while (true) {
            Socket client = door.accept();
            Line line = new Line(tls == null ? client : encrypted(client, tls));
            lines.add(line);
            if (fault instanceof Fault.Refusal refusal) {
                refusal.meet(line);
                Transfer.start("wire-refused", () -> listen(line));
            } else {
                Transfer.start("wire-served", () -> serve(line));
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

    /** Takes what a client says, until it leaves. */
    private static void listen(Line line) throws IOException {
        try (line) {
            InputStream in = line.client().getInputStream();
            byte[] buffer = new byte[8_192];
            while (in.read(buffer) >= 0) {
                // Nobody answers.
            }
        } finally {
            line.left();
        }
    }

    @Override
    public void close() throws IOException {
        door.close();
        for (Line line : lines) {
            line.close();
        }
    }
}
