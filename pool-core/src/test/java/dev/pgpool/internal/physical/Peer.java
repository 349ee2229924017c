package dev.pgpool.internal.physical;

import java.io.ByteArrayOutputStream;
import java.io.Closeable;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;

/** A probing socket and the plain socket at its other end. */
record Peer(ProbingSocket client, Socket server) implements Closeable {
    static final byte[] READY = message('Z', "I");

    static Peer connect() throws IOException {
        try (ServerSocket listener = new ServerSocket(0, 10, InetAddress.getLoopbackAddress())) {
            ProbingSocket client = new ProbingSocket();
            client.connect(new InetSocketAddress(listener.getInetAddress(), listener.getLocalPort()), 10_000);
            return new Peer(client, listener.accept());
        }
    }

    /** A pair whose client has read the end of a start-up, as an idle session has. */
    static Peer idle() throws IOException {
        Peer peer = connect();
        byte[] startUp = join(message('R', "\0\0\0\0"), READY);
        peer.says(startUp);
        peer.client.getInputStream().readNBytes(startUp.length);
        return peer;
    }

    /** The client sends a request, so that it may be answered. */
    void asks() throws IOException {
        client.getOutputStream().write(message('S', ""));
    }

    void says(byte[] bytes) throws IOException {
        server.getOutputStream().write(bytes);
    }

    /** Closes the server's end with a RST. */
    void resets() throws IOException {
        server.setSoLinger(true, 0);
        server.close();
    }

    static byte[] message(char type, String body) {
        byte[] content = body.getBytes(StandardCharsets.UTF_8);
        return ByteBuffer.allocate(5 + content.length)
                .put((byte) type)
                .putInt(4 + content.length)
                .put(content)
                .array();
    }

    static byte[] join(byte[]... parts) {
        ByteArrayOutputStream all = new ByteArrayOutputStream();
        for (byte[] part : parts) {
            all.writeBytes(part);
        }
        return all.toByteArray();
    }

    @Override
    public void close() throws IOException {
        try (server;
                client) {
            // both, whatever one of them says
        }
    }
}
