package dev.pgpool.behaviour;

import java.io.Closeable;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;

/** A TCP proxy in front of a server that can be shut: then all connections end, and new ones end as soon as they begin. */
final class Door implements Closeable {
    private final ServerSocket listener = new ServerSocket(0, 200, InetAddress.getLoopbackAddress());
    private final Set<Socket> sockets = ConcurrentHashMap.newKeySet();
    private final AtomicInteger knocks = new AtomicInteger();
    private final String host;
    private final int port;
    private boolean open = true;

    Door(String host, int port) throws IOException {
        this.host = host;
        this.port = port;
        start("door", this::accept);
    }

    int port() {
        return listener.getLocalPort();
    }

    /** How many TCP connections were asked for so far, while open or shut. */
    int knocks() {
        return knocks.get();
    }

    synchronized void shut() throws IOException {
        open = false;
        for (Socket socket : List.copyOf(sockets)) {
            socket.close();
        }
    }

    synchronized void open() {
        open = true;
    }

    private interface Transfer {
        void run() throws IOException;
    }

    private static void start(String name, Transfer transfer) {
        Thread thread = new Thread(
                () -> {
                    try {
                        transfer.run();
                    } catch (IOException e) {
                        // One side has closed, or the door is shut: that ends both directions.
                    }
                },
                name);
        thread.setDaemon(true);
        thread.start();
    }

    private void accept() throws IOException {
        while (true) {
            Socket client = listener.accept();
            knocks.incrementAndGet();
            Socket server = connect(client);
            if (server == null) {
                client.close();
                continue;
            }
            start("requests", () -> copy(client, server));
            start("answers", () -> copy(server, client));
        }
    }

    private synchronized Socket connect(Socket client) throws IOException {
        if (!open) {
            return null;
        }
        Socket server = new Socket(host, port);
        client.setTcpNoDelay(true);
        server.setTcpNoDelay(true);
        sockets.add(client);
        sockets.add(server);
        return server;
    }

    private void copy(Socket from, Socket to) throws IOException {
        try (from;
                to) {
            InputStream in = from.getInputStream();
            OutputStream out = to.getOutputStream();
            byte[] buffer = new byte[8192];
            for (int read = in.read(buffer); read >= 0; read = in.read(buffer)) {
                out.write(buffer, 0, read);
                out.flush();
            }
        } finally {
            sockets.remove(from);
            sockets.remove(to);
        }
    }

    @Override
    public void close() throws IOException {
        listener.close();
        for (Socket socket : new ArrayList<>(sockets)) {
            socket.close();
        }
    }
}
