package dev.pgpool.internal.physical;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.net.SocketException;
import java.net.SocketOption;
import java.net.SocketTimeoutException;
import java.net.UnknownHostException;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.SelectionKey;
import java.nio.channels.SocketChannel;
import java.time.Duration;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A socket that can tell, at the price of one system call, whether the PostgreSQL session behind it still lives.
 *
 * <p>It behaves as a plain socket does, but for interrupts: they neither end a wait nor close it, in no kind of thread,
 * and are kept pending, unless it is {@link #interruptible}; and for a limit to all waiting, see {@link #giveUpIn}. One thread may read while another writes;
 * any thread may close it.
 */
final class ProbingSocket extends ForwardingSocket {
    /** In seconds, but for the last one: a peer that has vanished is noticed within a minute. */
    private static final Map<String, Integer> KEEP_ALIVE =
            Map.of("TCP_KEEPIDLE", 30, "TCP_KEEPINTERVAL", 10, "TCP_KEEPCOUNT", 3);

    // Always non-blocking: a channel that blocks is closed by an interrupt of the thread that waits.
    private final SocketChannel channel;
    private final Readiness readable;
    private final Readiness writable;
    private final ProbingInput input;
    /** What deciphers what comes in, for pgjdbc; null if nothing of ours does. */
    private volatile @Nullable EndingInput readBy;

    private final ProbingOutput output;
    private final Duration toOpen;
    private volatile boolean connected;
    private volatile long giveUpAt = Readiness.FOREVER;

    ProbingSocket() throws IOException {
        this(Duration.ZERO);
    }

    /**
     * A socket that is not connected.
     *
     * @param toOpen how long, once it is connected, it may take to open a session; zero for ever
     */
    ProbingSocket(Duration toOpen) throws IOException {
        this(openChannel(), toOpen);
    }

    private ProbingSocket(SocketChannel channel, Duration toOpen) throws IOException {
        super(channel.socket());
        this.channel = channel;
        this.toOpen = toOpen;
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

    /**
     * From this time on, every read and write fails, whether or not there are bytes to read: unlike a time-out of reads,
     * this ends an answer that never ends. It replaces the former limit.
     *
     * @param time from now; zero for ever
     */
    void giveUpIn(Duration time) {
        giveUpAt = time.isZero() ? Readiness.FOREVER : Readiness.deadline(time);
    }

    /** Whether an interrupt ends the waits of this socket. */
    void interruptible(boolean ends) {
        readable.interruptible(ends);
        writable.interruptible(ends);
    }

    /** The end of all waiting: a value for {@link Readiness#await}. */
    long giveUpAt() {
        return giveUpAt;
    }

    /** Throws if the time is over. */
    void requireTime() throws SocketException {
        if (Readiness.passed(giveUpAt)) {
            throw new SocketException("the server did not answer completely in the time that it was given");
        }
    }

    @Override
    public void setKeepAlive(boolean on) throws SocketException {
        super.setKeepAlive(on);
        if (on) {
            try {
                // Where the platform has them: the hours that systems wait by default are of no use.
                for (SocketOption<?> option : channel.supportedOptions()) {
                    setKeepAlive(option);
                }
            } catch (IOException e) {
                throw asSocketException(e);
            }
        }
    }

    @SuppressWarnings("unchecked") // All options of these names have the type Integer.
    private <T> void setKeepAlive(SocketOption<T> option) throws IOException {
        Integer value = KEEP_ALIVE.get(option.name());
        if (value != null) {
            channel.setOption((SocketOption<Integer>) option, value);
        }
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
            giveUpIn(toOpen);
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

    /** Says that pgjdbc reads from there, over this socket. */
    void readBy(EndingInput above) {
        readBy = above;
    }

    /** What pgjdbc is told of the search path; null if what it reads is none of ours. */
    @Nullable PathReports pathReports() {
        EndingInput above = readBy;
        if (above != null) {
            return above.pathReports();
        }
        return input.encrypted() ? null : input.pathReports();
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
    static SocketException asSocketException(IOException failure) {
        if (failure instanceof SocketException socketFailure) {
            return socketFailure;
        }
        SocketException translated =
                failure instanceof ClosedChannelException ? closed() : new SocketException(failure.getMessage());
        translated.initCause(failure);
        return translated;
    }
}
