package dev.pgpool.internal.failure;

import dev.pgpool.pool.Verdict;
import java.sql.BatchUpdateException;
import java.sql.SQLException;
import java.sql.SQLNonTransientConnectionException;
import java.sql.SQLTransactionRollbackException;
import java.sql.Statement;
import java.time.Duration;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.LongStream;
import org.jspecify.annotations.Nullable;

/**
 * What an application is told of work whose connection broke and which is not repeated.
 *
 * @param request what was asked for
 * @param sql its text, or a name for what it was; only its first word is told
 * @param took how long the call had taken
 * @param backend process id of the backend
 * @param notRepeated why what could be repeated wasn't, as a clause; null if it can't be
 * @param lostState what the session held that can't be moved, as a noun phrase; null if nothing
 */
public record Report(
        Request request,
        String sql,
        Duration took,
        int backend,
        @Nullable String notRepeated,
        @Nullable String lostState) {
    /** PostgreSQL's connection_failure. */
    private static final String CONNECTION_FAILURE = "08006";
    /** PostgreSQL's transaction_resolution_unknown. */
    private static final String UNKNOWN = "08007";
    /** PostgreSQL's serialization_failure: the state on which applications repeat a transaction. */
    private static final String REPEAT = "40001";

    /** PostgreSQL's, and pgjdbc's, out_of_memory. Nobody repeats work because of it. */
    private static final String OUT_OF_MEMORY = "53200";

    private static final Pattern FIRST_WORD = Pattern.compile("[({\\s]*(\\p{Alpha}+)");

    /**
     * The error.
     *
     * @param cause pgjdbc's own
     */
    public SQLException error(Verdict verdict, SQLException cause) {
        boolean inPart = !request.inTransaction() && isDoneInPart(cause);
        String remains = inPart ? ". The entries that have an update count were done and remain" : "";
        String what = inPart ? "the rest of this batch (" + what() + ")" : "this " + what();
        if (verdict == Verdict.UNKNOWN) {
            return error(unknown(what) + remains + state(), UNKNOWN, cause);
        }
        if (Diagnosis.outOfMemory(cause)) {
            String undone = request.inTransaction()
                    ? "the transaction was rolled back: the memory ran out over the answer to this " + what()
                    : what + " has had no lasting effect: the memory ran out over its answer";
            String message = undone + ", after " + took.toMillis() + " ms, so its connection was closed (backend "
                    + backend + "). Read less at once, for example with a fetch size in a transaction";
            return error(message + remains + state(), OUT_OF_MEMORY, cause);
        }
        if (request.inTransaction() || request.commits()) {
            String undone = "the transaction was rolled back: its connection broke " + during()
                    + ". It is safe to repeat the transaction";
            return error(undone + state(), REPEAT, cause);
        }
        String fate = verdict == Verdict.NOT_SENT ? " was not sent" : " has had no lasting effect";
        String message = what + fate + ": its connection broke " + during() + ". It is safe to repeat "
                + (inPart ? "that rest" : "it")
                + (notRepeated == null ? "" : "; the pool didn't, because " + notRepeated);
        boolean asWhole = lostState == null && !inPart;
        return error(message + remains + state(), asWhole ? REPEAT : CONNECTION_FAILURE, cause);
    }

    /**
     * What is told of a transaction that is to be committed, and whose connection broke before.
     *
     * @param why pgjdbc's own error; or that of a report, where its own text may have committed it
     */
    public static SQLException lostTransaction(SQLException why) {
        return mayBeCommitted(why)
                ? error("the server may or may not have committed this transaction", UNKNOWN, why)
                : error(
                        "the transaction was rolled back by the server when its physical connection broke; it is safe to"
                                + " repeat it",
                        REPEAT,
                        why);
    }

    /** What is told of a statement in such a transaction. */
    public static SQLException inLostTransaction(SQLException why) {
        return new SQLException(
                "current transaction is aborted, commands ignored until end of transaction block: its physical"
                        + " connection broke"
                        + (mayBeCommitted(why)
                                ? ", and nobody knows whether it was committed"
                                : " and the server rolled it back"),
                "25P02",
                why);
    }

    private static boolean mayBeCommitted(SQLException why) {
        return UNKNOWN.equals(why.getSQLState());
    }

    private static boolean isDoneInPart(SQLException cause) {
        return cause instanceof BatchUpdateException batch
                && LongStream.of(batch.getLargeUpdateCounts()).anyMatch(count -> count != Statement.EXECUTE_FAILED);
    }

    private String unknown(String what) {
        String doubt = request.commits() ? "have committed this transaction" : "have run " + what;
        return "the server may or may not " + doubt + ": its connection broke after " + took.toMillis()
                + " ms, before the answer (backend " + backend + "). It was not repeated";
    }

    private String during() {
        String when = request.commits() ? "before the server committed" : "during this " + what();
        return when + ", after " + took.toMillis() + " ms (backend " + backend + ")";
    }

    private String what() {
        Matcher word = FIRST_WORD.matcher(sql);
        return word.lookingAt() ? word.group(1).toUpperCase(Locale.ROOT) : "statement";
    }

    private String state() {
        return lostState == null
                ? ""
                : ". With it went " + lostState
                        + ", which can't be moved to another session: this logical connection is closed; open a new one";
    }

    private static SQLException error(String message, String state, SQLException cause) {
        if (cause instanceof BatchUpdateException batch) {
            SQLException error = new BatchUpdateException(message, state, 0, batch.getLargeUpdateCounts(), cause);
            error.setNextException(cause);
            return error;
        }
        return state.equals(REPEAT)
                ? new SQLTransactionRollbackException(message, state, cause)
                : new SQLNonTransientConnectionException(message, state, cause);
    }
}
