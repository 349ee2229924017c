package dev.pgpool.internal.physical;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.net.SocketException;
import java.net.SocketTimeoutException;
import java.net.UnknownHostException;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.SelectionKey;
import java.nio.channels.SocketChannel;
import org.jspecify.annotations.Nullable;

/**
 * A socket that can tell, at the price of one system call, whether the PostgreSQL session behind it still lives.
 *
 * <p>It behaves as a plain socket does, but for interrupts: they neither end a wait nor close it, in no kind of thread,
 * and are kept pending. One thread may read while another writes; any thread may close it.
 */
final class ProbingSocket extends ForwardingSocket {
    // Always non-blocking: a channel that blocks is closed by an interrupt of the thread that waits.
    private final SocketChannel channel;
    private final Readiness readable;
    private final Readiness writable;
    private final ProbingInput input;
    private final ProbingOutput output;
    private volatile boolean connected;

    ProbingSocket() throws IOException {
        this(openChannel());
    }

    private ProbingSocket(SocketChannel channel) throws IOException {
        super(channel.socket());
        this.channel = channel;
        readable = new Readiness(channel);
        writable = new Readiness(channel);
        input = new ProbingInput(this, channel, readable);
        output = new ProbingOutput(this, input, channel, writable);
    }

    private static SocketChannel openChannel() throws IOException {
        SocketChannel channel = SocketChannel.open();
        try {
            channel.configureBlocking(false);
            return channel;
        } catch (IOException e) {
            channel.close();
            throw e;
        }
    }

    /** Says what is known of the session without waiting or asking; to be called while nobody uses the socket. */
    Liveness probe() {
        return input.probe();
    }

    @Override
    public void connect(SocketAddress endpoint) throws IOException {
        connect(endpoint, 0);
    }

    @Override
    public void connect(SocketAddress endpoint, int timeoutMillis) throws IOException {
        InetSocketAddress address = checked(endpoint, timeoutMillis);
        try {
            if (address.isUnresolved()) {
                throw new UnknownHostException(address.getHostName());
            }
            connectTo(address, Readiness.deadline(timeoutMillis));
            connected = true;
        } catch (IOException | RuntimeException e) {
            closeAfter(e);
            throw e;
        }
    }

    private InetSocketAddress checked(SocketAddress endpoint, int timeoutMillis) throws SocketException {
        if (timeoutMillis < 0) {
            throw new IllegalArgumentException("the time to connect cannot be negative: " + timeoutMillis + " ms");
        }
        if (isClosed()) {
            throw new SocketException("Socket is closed");
        }
        if (connected) {
            throw new SocketException("already connected");
        }
        if (endpoint instanceof InetSocketAddress address) {
            return address;
        }
        throw new IllegalArgumentException("not an internet address: " + endpoint);
    }

    private void connectTo(InetSocketAddress address, long deadline) throws IOException {
        try {
            boolean done = channel.connect(address);
            while (!done) {
                if (!readable.await(SelectionKey.OP_CONNECT, deadline)) {
                    throw new SocketTimeoutException("Connect timed out");
                }
                done = channel.finishConnect();
            }
        } catch (SocketTimeoutException e) {
            throw e;
        } catch (IOException e) {
            throw asSocketException(e);
        }
    }

    private void closeAfter(Exception failure) {
        try {
            close();
        } catch (IOException e) {
            failure.addSuppressed(e);
        }
    }

    @Override
    public InputStream getInputStream() throws IOException {
        requireConnected();
        if (isInputShutdown()) {
            throw new SocketException("Socket input is shutdown");
        }
        return input;
    }

    @Override
    public OutputStream getOutputStream() throws IOException {
        requireConnected();
        if (isOutputShutdown()) {
            throw new SocketException("Socket output is shutdown");
        }
        return output;
    }

    private void requireConnected() throws SocketException {
        if (isClosed()) {
            throw new SocketException("Socket is closed");
        }
        if (!connected) {
            throw new SocketException("Socket is not connected");
        }
    }

    /** How many bytes the network has taken so far. */
    long accepted() {
        return output.accepted();
    }

    /** Whether a reader has come to the end of the stream. */
    boolean ended() {
        return input.ended();
    }

    /** Whether a write has failed, so that the last bytes written did not leave. */
    boolean cutShort() {
        return output.cutShort();
    }

    /** The failure that writers weren't told of, if any: see {@link ProbingOutput}. */
    @Nullable IOException writeFailure() {
        return output.failure();
    }

    /** Closes the connection and wakes who waits for it. */
    @Override
    public void close() throws IOException {
        try (writable;
                readable) {
            channel.close();
        }
    }

    /** As of a plain socket, true even after it was closed. */
    @Override
    public boolean isConnected() {
        return connected;
    }

    /** None, so that nobody reads past what a look ahead has kept. */
    @Override
    public @Nullable SocketChannel getChannel() {
        return null;
    }

    @Override
    public String toString() {
        return connected ? "ProbingSocket[" + getRemoteSocketAddress() + "]" : "ProbingSocket[unconnected]";
    }

    static SocketException closed() {
        return new SocketException("Socket closed");
    }

    /** The failure of a channel as a plain socket would report it. */
    static IOException asSocketException(IOException failure) {
        if (failure instanceof SocketException) {
            return failure;
        }
        SocketException translated =
                failure instanceof ClosedChannelException ? closed() : new SocketException(failure.getMessage());
        translated.initCause(failure);
        return translated;
    }
}
