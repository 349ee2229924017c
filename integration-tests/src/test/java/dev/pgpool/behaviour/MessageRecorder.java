package dev.pgpool.behaviour;

import dev.pgpool.harness.Transfer;
import java.io.Closeable;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;

/**
 * A TCP proxy in front of a server that writes down the messages of all clients.
 *
 * @see <a href="https://www.postgresql.org/docs/current/protocol-message-formats.html">Message formats</a>
 */
final class MessageRecorder implements Closeable {
    private final ServerSocket door = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
    private final List<Socket> sockets = Collections.synchronizedList(new ArrayList<>());
    private final List<String> messages = Collections.synchronizedList(new ArrayList<>());
    private final String host;
    private final int port;

    MessageRecorder(String host, int port) throws IOException {
        this.host = host;
        this.port = port;
        Transfer.start("recorder-door", this::accept);
    }

    int port() {
        return door.getLocalPort();
    }

    /** The types of all messages that clients have sent since the last call: Parse is P, Sync is S, and so on. */
    List<String> take() {
        synchronized (messages) {
            List<String> taken = List.copyOf(messages);
            messages.clear();
            return taken;
        }
    }

    private void accept() throws IOException {
        while (true) {
            Socket client = door.accept();
            Socket server = new Socket(host, port);
            client.setTcpNoDelay(true);
            server.setTcpNoDelay(true);
            sockets.add(client);
            sockets.add(server);
            Transfer.start("recorder-requests", () -> {
                try (client;
                        server) {
                    record(new DataInputStream(client.getInputStream()), server.getOutputStream());
                }
            });
            Transfer.start("recorder-answers", () -> {
                try (client;
                        server) {
                    copy(server.getInputStream(), client.getOutputStream());
                }
            });
        }
    }

    private void record(DataInputStream from, OutputStream to) throws IOException {
        DataOutputStream out = new DataOutputStream(to);
        boolean started = false;
        while (true) {
            int type = started ? from.readUnsignedByte() : -1;
            byte[] body = new byte[from.readInt() - 4];
            from.readFully(body);
            if (started) {
                messages.add(String.valueOf((char) type));
                out.writeByte(type);
            }
            started = true;
            out.writeInt(body.length + 4);
            out.write(body);
            out.flush();
        }
    }

    private static void copy(InputStream from, OutputStream to) throws IOException {
        byte[] buffer = new byte[8192];
        for (int read = from.read(buffer); read >= 0; read = from.read(buffer)) {
            to.write(buffer, 0, read);
            to.flush();
        }
    }

    @Override
    public void close() throws IOException {
        door.close();
        for (Socket socket : List.copyOf(sockets)) {
            socket.close();
        }
    }
}
