package dev.pgpool.internal.physical;

import dev.pgpool.internal.failure.Ending;
import java.io.IOException;
import java.net.SocketTimeoutException;
import java.sql.SQLException;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.postgresql.util.PSQLException;
import org.postgresql.util.ServerErrorMessage;

/** Tells from pgjdbc's exception how an exchange ended that broke its connection. */
final class Endings {
    /** What {@code ProcessInterrupts} in postgres.c ends a session with, by state: its severity is in words of lc_messages. */
    private static final Set<String> ENDS_SESSION = Set.of("57P01", "57P04", "57P05", "25P03", "25P04");

    /** What pgjdbc says of every request on a connection that is closed. */
    private static final String CLOSED_BEFORE = "08003";

    /** Of causes: a chain of them may be a ring. */
    private static final int DEEPEST = 10;

    private Endings() {}

    static Ending of(SQLException failure) {
        ServerErrorMessage answer = answer(failure, DEEPEST);
        if (answer != null) {
            if (!endsSession(answer)) {
                return Ending.ANSWERED;
            }
            // Poolers in between end sessions too, but they know nothing of the transaction, nor of the source.
            return answer.getRoutine() == null ? Ending.LOST : Ending.FATAL;
        }
        Ending told = ofStream(failure, DEEPEST);
        if (told != null) {
            return told;
        }
        // Without a cause it is pgjdbc that objects, for example to another client_encoding, and closes the connection.
        return CLOSED_BEFORE.equals(failure.getSQLState()) ? Ending.LOST : Ending.ANSWERED;
    }

    /** How the stream ended, if it did: the first sign of it, in depth. Null if there is none. */
    private static @Nullable Ending ofStream(@Nullable Throwable failure, int depth) {
        if (failure == null || depth == 0) {
            return null;
        }
        if (failure instanceof SocketTimeoutException) {
            return Ending.TIMED_OUT;
        }
        if (failure instanceof IOException || failure instanceof RuntimeException) {
            return Ending.LOST;
        }
        Ending told = ofStream(failure.getCause(), depth - 1);
        SQLException each = failure instanceof SQLException e ? e.getNextException() : null;
        // Memory that ran out is told first, of each of perhaps thousands of rows, and then what became of the rest.
        while (told == null && each != null) {
            told = ofStream(each.getCause(), depth - 1);
            each = each.getNextException();
        }
        return told;
    }

    private static boolean endsSession(ServerErrorMessage answer) {
        return "FATAL".equals(answer.getSeverity())
                || "PANIC".equals(answer.getSeverity())
                || ENDS_SESSION.contains(String.valueOf(answer.getSQLState()));
    }

    /** The first thing that the server said; null if it said nothing. */
    private static @Nullable ServerErrorMessage answer(SQLException failure, int depth) {
        ServerErrorMessage answer = null;
        for (SQLException each = failure; answer == null && each != null && depth > 0; each = each.getNextException()) {
            if (each instanceof PSQLException pgjdbc) {
                answer = pgjdbc.getServerErrorMessage();
            }
            if (answer == null && each.getCause() instanceof SQLException cause) {
                answer = answer(cause, depth - 1);
            }
        }
        return answer;
    }
}
