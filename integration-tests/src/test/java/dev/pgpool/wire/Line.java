package dev.pgpool.wire;

import java.io.BufferedOutputStream;
import java.io.Closeable;
import java.io.IOException;
import java.io.OutputStream;
import java.net.Socket;

/** One connection of a client to a {@link Wire}. */
final class Line implements Closeable {
    private final Socket client;
    private final OutputStream out;
    /** How many bytes the client has sent since the end of the connection was passed on to it. */
    volatile long afterTheEnd;

    private volatile boolean ended;
    private volatile boolean left;

    Line(Socket client) throws IOException {
        this.client = client;
        client.setTcpNoDelay(true);
        out = new BufferedOutputStream(client.getOutputStream(), 65_536);
    }

    /** Keeps these bytes for the client until {@link #flush} or {@link #finish}: they arrive in one segment if they fit. */
    void send(byte[]... parts) throws IOException {
        for (byte[] part : parts) {
            if (!ended) {
                out.write(part);
            }
        }
    }

    void flush() throws IOException {
        if (!ended) {
            out.flush();
        }
    }

    /** Sends each of these bytes in a segment of its own. */
    void sendOneByOne(byte[] bytes) throws IOException {
        flush();
        OutputStream unbuffered = client.getOutputStream();
        for (byte one : bytes) {
            unbuffered.write(one);
        }
    }

    /** Sends the end of the stream, right behind what was kept. */
    void finish() throws IOException {
        if (ended) {
            return;
        }
        // Before anybody can have heard of it.
        ended = true;
        if (!client.isClosed() && !client.isOutputShutdown()) {
            out.flush();
            client.shutdownOutput();
        }
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
