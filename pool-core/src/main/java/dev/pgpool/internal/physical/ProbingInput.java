package dev.pgpool.internal.physical;

import java.io.IOException;
import java.net.SocketTimeoutException;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;
import java.nio.channels.SocketChannel;
import java.util.Objects;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * The bytes that come from the server, with a way to look ahead.
 *
 * <p>What a look has found is kept and given to the next reads, in order, and so is an end or a failure of the stream.
 */
final class ProbingInput extends EndingInput {
    /** Room for what a server may tell an idle session; much news more than that is a case for a round trip. */
    private static final int MOST_AHEAD = 1024;

    /** A read through a bigger heap buffer would cost a copy of that size outside the heap. */
    private static final int MOST_AT_ONCE = 64 * 1024;

    private final ProbingSocket socket;
    private final SocketChannel channel;
    private final Readiness readiness;
    private final ReentrantLock lock = new ReentrantLock();

    // Guarded by no lock: a wrong value makes the next read slower by a system call, or the next probe by a round trip.
    private boolean awaitsAnswer;

    // The rest is guarded by the lock.
    private final ByteBuffer ahead = ByteBuffer.allocate(MOST_AHEAD).limit(0);
    private final DeliveredBytes delivered = new DeliveredBytes();
    private volatile boolean ended;
    private @Nullable IOException failure;

    ProbingInput(ProbingSocket socket, SocketChannel channel, Readiness readiness) {
        this.socket = socket;
        this.channel = channel;
        this.readiness = readiness;
    }

    @Override
    int receive(byte[] into, int offset, int length) throws IOException {
        Objects.checkFromIndexSize(offset, length, into.length);
        if (length == 0) {
            return 0;
        }
        lock.lock();
        try {
            int count = ahead.hasRemaining() ? takeKept(into, offset, length) : receiveMore(into, offset, length);
            if (count > 0) {
                delivered.add(into, offset, count);
            }
            return count;
        } catch (SocketTimeoutException e) {
            throw e;
        } catch (IOException e) {
            throw ProbingSocket.asSocketException(e);
        } finally {
            lock.unlock();
        }
    }

    /** Says that a request is on its way, so that the next read will hardly find anything before it has waited. */
    void expectAnswer() {
        awaitsAnswer = true;
    }

    private int takeKept(byte[] into, int offset, int length) {
        int count = Math.min(length, ahead.remaining());
        ahead.get(into, offset, count);
        return count;
    }

    private int receiveMore(byte[] into, int offset, int length) throws IOException {
        if (socket.isClosed()) {
            throw ProbingSocket.closed();
        }
        if (failure != null) {
            throw failure;
        }
        if (ended) {
            return atEnd();
        }
        socket.requireTime();
        long deadline = Readiness.earlier(Readiness.deadline(socket.getSoTimeout()), socket.giveUpAt());
        ByteBuffer target = ByteBuffer.wrap(into, offset, Math.min(length, MOST_AT_ONCE));
        int count = 0;
        if (awaitsAnswer) {
            awaitsAnswer = false;
            delivered.answerBegins();
        } else {
            count = channel.read(target);
        }
        while (count == 0) {
            if (!readiness.await(SelectionKey.OP_READ, deadline)) {
                socket.requireTime();
                throw new SocketTimeoutException("Read timed out");
            }
            count = channel.read(target);
        }
        if (count < 0) {
            ended = true;
            return atEnd();
        }
        return count;
    }

    /** The end as it looks to the reader: a failure to write that was kept from the writer comes up here. */
    private int atEnd() throws IOException {
        IOException unsaid = socket.writeFailure();
        if (unsaid != null) {
            throw unsaid;
        }
        return -1;
    }

    /** The number of bytes that are known to have come; zero also at the end, or while another thread reads. */
    @Override
    public int available() throws IOException {
        if (socket.isClosed()) {
            throw ProbingSocket.closed();
        }
        return arrived();
    }

    /** The same, without complaints. */
    int arrived() {
        if (!lock.tryLock()) {
            return 0;
        }
        try {
            lookAhead();
            return ahead.remaining();
        } finally {
            lock.unlock();
        }
    }

    /** Says what is known of the session without waiting or asking; to be called while nobody uses the socket. */
    Liveness probe() {
        if (!lock.tryLock()) {
            return Liveness.SUSPECT;
        }
        try {
            lookAhead();
            if (ended || failure != null || socket.writeFailure() != null) {
                return Liveness.DEAD;
            }
            if (delivered.encrypted()) {
                return ahead.hasRemaining() ? Liveness.SUSPECT : Liveness.ALIVE;
            }
            if (!delivered.endWithReadyForQuery()
                    || delivered.haveSeveralAnswers()
                    || ahead.remaining() == ahead.capacity()) {
                return Liveness.SUSPECT;
            }
            return UnaskedMessages.judge(ahead);
        } finally {
            lock.unlock();
        }
    }

    /** Whether what comes in is in cipher. */
    boolean encrypted() {
        lock.lock();
        try {
            return delivered.encrypted();
        } finally {
            lock.unlock();
        }
    }

    /** Whether the end of the stream was seen. */
    boolean ended() {
        return ended;
    }

    /** Keeps what the channel has by now, as far as there is room. */
    private void lookAhead() {
        if (ended || failure != null) {
            return;
        }
        ahead.compact();
        try {
            int count;
            do {
                count = channel.read(ahead);
            } while (count > 0 && ahead.hasRemaining());
            ended = count < 0;
        } catch (IOException e) {
            failure = e;
        } finally {
            ahead.flip();
        }
    }

    @Override
    public void close() throws IOException {
        socket.close();
    }
}
