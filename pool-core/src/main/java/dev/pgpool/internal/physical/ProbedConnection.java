package dev.pgpool.internal.physical;

import dev.pgpool.internal.failure.Progress;
import java.io.IOException;
import java.sql.Connection;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * A pgjdbc connection, and the socket it uses where that is one of ours.
 *
 * @param pgjdbc the connection
 * @param socket null where the connection runs over a socket that can't be looked at
 * @param cancels its cancel requests; none is known of where the socket isn't ours
 */
record ProbedConnection(Connection pgjdbc, @Nullable ProbingSocket socket, CancelRequests cancels) {
    /**
     * Says what is known of the session without waiting or asking; to be called while nobody uses the connection. Always
     * SUSPECT where the socket isn't ours.
     */
    Liveness probe() {
        return socket == null ? Liveness.SUSPECT : socket.probe();
    }

    /** How many bytes the network has taken so far; not to be known where the socket isn't ours. */
    long accepted() {
        return socket == null ? 0 : socket.accepted();
    }

    /** How far what was written since the network had taken {@code before} bytes has got. */
    Progress since(long before) {
        if (socket == null) {
            return Progress.SENT;
        }
        if (socket.accepted() == before) {
            return Progress.NOTHING_SENT;
        }
        return socket.cutShort() ? Progress.PARTLY_SENT : Progress.SENT;
    }

    /** Limits the time that the server gets from now on, see {@link ProbingSocket#giveUpIn}; only where the socket is ours. */
    void giveUpIn(Duration time) {
        if (socket != null) {
            socket.giveUpIn(time);
        }
    }

    /** Closes the socket below everything, where it is ours. */
    void closeSocket() throws IOException {
        if (socket != null) {
            socket.close();
        }
    }

    /** Whether pgjdbc is to overlook what the server reports of the search path; only where the socket is ours. */
    void hidePathReports(boolean hide) {
        PathReports reports = socket == null ? null : socket.pathReports();
        if (reports != null) {
            reports.hide(hide);
        }
    }

    /** Whether a look at the socket can tell anything. */
    boolean canBeProbed() {
        return socket != null;
    }
}
