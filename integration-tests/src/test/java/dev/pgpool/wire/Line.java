package dev.pgpool.wire;

import java.io.ByteArrayOutputStream;
import java.io.Closeable;
import java.io.IOException;
import java.io.OutputStream;
import java.net.Socket;
import java.net.SocketException;

/** One connection of a client through a {@link FaultyWire}. */
final class Line implements Closeable {
    private final Socket client;
    /** How many bytes the client has sent since the end of the connection was passed on to it. */
    volatile long afterTheEnd;

    private volatile boolean ended;
    private volatile boolean left;

    Line(Socket client) throws SocketException {
        this.client = client;
        client.setTcpNoDelay(true);
    }

    /** Sends these bytes to the client, in one segment if they fit into one. */
    void send(byte[]... parts) throws IOException {
        if (ended) {
            return;
        }
        ByteArrayOutputStream all = new ByteArrayOutputStream();
        for (byte[] part : parts) {
            all.writeBytes(part);
        }
        client.getOutputStream().write(all.toByteArray());
    }

    /** Sends each of these bytes in a segment of its own. */
    void sendOneByOne(byte[] bytes) throws IOException {
        OutputStream out = client.getOutputStream();
        for (byte one : bytes) {
            out.write(one);
        }
    }

    /** Sends the end of the stream. */
    void finish() throws IOException {
        if (ended) {
            return;
        }
        if (!client.isClosed() && !client.isOutputShutdown()) {
            client.shutdownOutput();
        }
        ended = true;
    }

    /** Ends the connection with a reset. */
    void reset() throws IOException {
        ended = true;
        client.setSoLinger(true, 0);
        client.close();
    }

    /** From now on nothing that the server says arrives, not even that it has gone. */
    void silence() {
        ended = true;
    }

    boolean ended() {
        return ended;
    }

    void heard(int count) {
        if (ended) {
            afterTheEnd += count;
        }
    }

    /** To be called when the client has gone. */
    void left() {
        left = true;
    }

    boolean open() {
        return !left && !client.isClosed();
    }

    Socket client() {
        return client;
    }

    @Override
    public void close() throws IOException {
        ended = true;
        client.close();
    }
}
