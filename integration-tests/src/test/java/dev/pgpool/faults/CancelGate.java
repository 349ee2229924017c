package dev.pgpool.faults;

import dev.pgpool.harness.Transfer;
import java.io.Closeable;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;

/** A TCP proxy in front of a server that lets everything through but cancel requests: these wait to be delivered. */
final class CancelGate implements Closeable {
    // https://www.postgresql.org/docs/current/protocol-message-formats.html
    private static final int CANCEL_REQUEST = 80877102;

    private final ServerSocket door = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
    private final List<Socket> sockets = Collections.synchronizedList(new ArrayList<>());
    private final List<byte[]> held = Collections.synchronizedList(new ArrayList<>());
    private final String host;
    private final int port;

    CancelGate(String host, int port) throws IOException {
        this.host = host;
        this.port = port;
        Transfer.start("gate-door", this::accept);
    }

    int port() {
        return door.getLocalPort();
    }

    /** How many cancel requests wait here. Their senders are left without an answer. */
    int waiting() {
        return held.size();
    }

    /** Delivers the cancel requests that wait here, and returns when the server has dealt with them. */
    void deliver() throws IOException {
        while (!held.isEmpty()) {
            byte[] request = held.remove(0);
            try (Socket server = new Socket(host, port)) {
                DataOutputStream out = new DataOutputStream(server.getOutputStream());
                out.writeInt(request.length + 4);
                out.write(request);
                out.flush();
                if (server.getInputStream().read() >= 0) {
                    throw new IOException("the server answered a cancel request");
                }
            }
        }
    }

    private void accept() throws IOException {
        while (true) {
            Socket client = door.accept();
            client.setTcpNoDelay(true);
            sockets.add(client);
            Transfer.start("gate-client", () -> serve(client));
        }
    }

    private void serve(Socket client) throws IOException {
        DataInputStream requests = new DataInputStream(client.getInputStream());
        byte[] first = new byte[requests.readInt() - 4];
        requests.readFully(first);
        int code = (first[0] & 0xFF) << 24 | (first[1] & 0xFF) << 16 | (first[2] & 0xFF) << 8 | first[3] & 0xFF;
        if (code == CANCEL_REQUEST) {
            held.add(first);
            return;
        }
        Socket server = new Socket(host, port);
        server.setTcpNoDelay(true);
        sockets.add(server);
        Transfer.start("gate-answers", () -> {
            try (client;
                    server) {
                server.getInputStream().transferTo(client.getOutputStream());
            }
        });
        try (client;
                server) {
            DataOutputStream out = new DataOutputStream(server.getOutputStream());
            out.writeInt(first.length + 4);
            out.write(first);
            out.flush();
            requests.transferTo(out);
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
