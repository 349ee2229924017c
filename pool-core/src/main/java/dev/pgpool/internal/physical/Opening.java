package dev.pgpool.internal.physical;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.SocketException;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * The making of one connection, its first use by the pool included; knows its socket until it is over. Safe for use by many threads.
 *
 * <p>pgjdbc may make several sockets: for servers that refused, or that spoke otherwise; and later, for cancel requests.
 */
final class Opening {
    private final Duration perServer;
    private final CancelRequests cancels = new CancelRequests();
    private @Nullable ProbingSocket latest;
    private boolean connected;
    private boolean over;
    private boolean aborted;

    /** {@code perServer}: how long each server may take to open a session, once it is connected; zero for ever. */
    Opening(Duration perServer) {
        this.perServer = perServer;
    }

    /** A socket for the connection, or for a cancel request if that is open. */
    synchronized ProbingSocket socket() throws IOException {
        if (aborted) {
            throw new SocketException("nobody waits for this connection any more");
        }
        if (connected) {
            ProbingSocket socket = new ProbingSocket();
            cancels.over(socket);
            return socket;
        }
        ProbingSocket socket = new ProbingSocket(perServer);
        socket.interruptible(true);
        latest = socket;
        return socket;
    }

    /** The cancel requests of the connection. */
    CancelRequests cancels() {
        return cancels;
    }

    /** Says that pgjdbc has its connection, and gives the socket of it; null if that is none of ours. */
    synchronized @Nullable ProbingSocket connected() {
        connected = true;
        return latest == null || latest.isClosed() ? null : latest;
    }

    /** Says that the connection is ready for use. From now on it may wait as long as it likes. */
    synchronized void finish() {
        if (latest != null && !over) {
            latest.giveUpIn(Duration.ZERO);
            latest.interruptible(false);
        }
        over = true;
        latest = null;
    }

    /** Ends the making of a connection at once, whatever thread is at it; does nothing if it is over. */
    synchronized void abort() {
        if (over) {
            return;
        }
        connected = true;
        over = true;
        aborted = true;
        ProbingSocket last = latest;
        latest = null;
        if (last != null) {
            try {
                last.close();
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
    }
}
