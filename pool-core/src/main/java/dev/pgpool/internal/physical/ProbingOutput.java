package dev.pgpool.internal.physical;

import java.io.IOException;
import java.io.OutputStream;
import java.net.SocketException;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;
import java.nio.channels.SocketChannel;
import java.util.Objects;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * The bytes that go to the server.
 *
 * <p>A server that ends a session says why before it closes, but a client that is in the middle of a long request then
 * learns of a broken pipe only. So where a write fails and there is something to read, the failure is kept: this and
 * later writes seem to succeed, the reads give what the server had said, and at its end they throw the failure.
 */
final class ProbingOutput extends OutputStream {
    /** A write through a bigger heap buffer would cost a copy of that size outside the heap, again after each part. */
    private static final int MOST_AT_ONCE = 64 * 1024;

    private final ProbingSocket socket;
    private final ProbingInput input;
    private final SocketChannel channel;
    private final Readiness readiness;
    private final ReentrantLock lock = new ReentrantLock();
    private volatile @Nullable IOException failure;
    /** Written under the lock. */
    private volatile long accepted;

    private volatile boolean cutShort;

    ProbingOutput(ProbingSocket socket, ProbingInput input, SocketChannel channel, Readiness readiness) {
        this.socket = socket;
        this.input = input;
        this.channel = channel;
        this.readiness = readiness;
    }

    @Override
    public void write(int value) throws IOException {
        write(new byte[] {(byte) value}, 0, 1);
    }

    @Override
    public void write(byte[] from, int offset, int length) throws IOException {
        Objects.checkFromIndexSize(offset, length, from.length);
        lock.lock();
        try {
            if (socket.isClosed()) {
                throw ProbingSocket.closed();
            }
            if (socket.isOutputShutdown()) {
                throw new SocketException("Socket output is shutdown");
            }
            input.expectAnswer();
            if (failure == null) {
                send(from, offset, length);
            }
        } catch (IOException e) {
            throw ProbingSocket.asSocketException(e);
        } finally {
            lock.unlock();
        }
    }

    private void send(byte[] from, int offset, int length) throws IOException {
        int end = offset + length;
        try {
            for (int at = offset; at < end; at += MOST_AT_ONCE) {
                send(ByteBuffer.wrap(from, at, Math.min(MOST_AT_ONCE, end - at)));
            }
        } catch (IOException e) {
            cutShort = true;
            if (!channel.isOpen() || input.arrived() == 0) {
                throw e;
            }
            failure = ProbingSocket.asSocketException(e);
        }
    }

    private void send(ByteBuffer part) throws IOException {
        for (; ; ) {
            accepted += channel.write(part);
            if (!part.hasRemaining()) {
                return;
            }
            if (!readiness.await(SelectionKey.OP_WRITE, socket.giveUpAt())) {
                socket.requireTime();
            }
        }
    }

    /** How many bytes the network has taken so far. */
    long accepted() {
        return accepted;
    }

    /** Whether a write has failed, told or not, so that the last bytes written did not leave. */
    boolean cutShort() {
        return cutShort;
    }

    /** The failure that writers weren't told of, if any. */
    @Nullable IOException failure() {
        return failure;
    }

    @Override
    public void close() throws IOException {
        socket.close();
    }
}
