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

    private static final int LONGEST_CHAIN = 10;

    private Endings() {}

    static Ending of(SQLException failure) {
        ServerErrorMessage answer = answer(failure);
        if (answer != null) {
            if (!endsSession(answer)) {
                return Ending.ANSWERED;
            }
            // Poolers in between end sessions too, but they know nothing of the transaction, nor of the source.
            return answer.getRoutine() == null ? Ending.LOST : Ending.FATAL;
        }
        for (Throwable each = failure; each != null; each = each.getCause()) {
            if (each instanceof SocketTimeoutException) {
                return Ending.TIMED_OUT;
            }
            if (each instanceof IOException || each instanceof RuntimeException) {
                return Ending.LOST;
            }
        }
        // Without a cause it is pgjdbc that objects, for example to another client_encoding, and closes the connection.
        return CLOSED_BEFORE.equals(failure.getSQLState()) ? Ending.LOST : Ending.ANSWERED;
    }

    private static boolean endsSession(ServerErrorMessage answer) {
        return "FATAL".equals(answer.getSeverity())
                || "PANIC".equals(answer.getSeverity())
                || ENDS_SESSION.contains(String.valueOf(answer.getSQLState()));
    }

    /** The first thing that the server said; null if it said nothing. */
    private static @Nullable ServerErrorMessage answer(SQLException failure) {
        SQLException each = failure;
        for (int i = 0; each != null && i < LONGEST_CHAIN; i++) {
            if (each instanceof PSQLException pgjdbc && pgjdbc.getServerErrorMessage() != null) {
                return pgjdbc.getServerErrorMessage();
            }
            each = each.getCause() instanceof SQLException cause ? cause : each.getNextException();
        }
        return null;
    }
}
