package dev.pgpool.internal.physical;

import java.io.IOException;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;

/**
 * The cancel requests that pgjdbc has sent for one connection, each over a socket of its own.
 *
 * <p>The server closes the socket of a request once it has interrupted the session. Until that was seen, the request may
 * still be on its way, and would interrupt whatever the session does when it arrives. Safe for use by many threads.
 */
final class CancelRequests {
    private final List<ProbingSocket> unanswered = new ArrayList<>(0);

    /** To be told of each socket before it is connected. */
    synchronized void over(ProbingSocket socket) {
        unanswered.removeIf(CancelRequests::isDone);
        unanswered.add(socket);
    }

    /** Whether one is under way, or was given up without an answer. */
    synchronized boolean mayArrive() {
        if (unanswered.isEmpty()) {
            return false;
        }
        unanswered.removeIf(CancelRequests::isDone);
        return !unanswered.isEmpty();
    }

    private static boolean isDone(ProbingSocket socket) {
        return socket.isClosed() && (socket.accepted() == 0 || socket.ended());
    }

    /** Lets those go who wait for an answer. */
    synchronized void giveUp() throws SQLException {
        for (ProbingSocket socket : unanswered) {
            try {
                socket.close();
            } catch (IOException e) {
                throw new SQLException("the socket of a cancel request could not be closed", "08006", e);
            }
        }
    }
}
