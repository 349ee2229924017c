package dev.pgpool.internal.failure;

import dev.pgpool.internal.sql.Effect;
import dev.pgpool.pool.Verdict;
import java.sql.SQLException;
import org.jspecify.annotations.Nullable;

/**
 * The verdict on a request whose connection broke: one table, read from top to bottom. Each row is justified in
 * docs/failures.md.
 */
public final class Diagnosis {
    /** Of causes and of what comes next. */
    private static final int DEEPEST = 10;

    private Diagnosis() {}

    /** {@code ending} is not {@link Ending#ANSWERED}: then the answer is the verdict. */
    public static Verdict of(Request request, Progress progress, Ending ending) {
        if (progress == Progress.NOTHING_SENT) {
            return Verdict.NOT_SENT;
        }
        if (request.commits()) {
            // A COMMIT that the server confirmed, FATAL or not, is no failure and doesn't come here.
            return progress == Progress.PARTLY_SENT || ending == Ending.FATAL ? Verdict.ROLLED_BACK : Verdict.UNKNOWN;
        }
        if (!request.effect().lasts()) {
            return Verdict.ROLLED_BACK;
        }
        if (request.inTransaction() && request.effect() != Effect.ENDS_TRANSACTION) {
            return Verdict.ROLLED_BACK;
        }
        if (request.effect() == Effect.CHANGES) {
            if (progress == Progress.UNFINISHED) {
                return Verdict.ROLLED_BACK;
            }
            boolean notAskedToCommit = progress == Progress.PARTLY_SENT;
            boolean endedBeforeCommit = ending == Ending.FATAL;
            if (!request.answersLate() && (notAskedToCommit || endedBeforeCommit)) {
                return Verdict.ROLLED_BACK;
            }
        }
        return Verdict.UNKNOWN;
    }

    /**
     * Whether doing it again can't be told from doing it once. What was rolled back may still have had effects that no
     * rollback undoes.
     */
    public static boolean repeatable(Request request, Verdict verdict) {
        return switch (verdict) {
            case NOT_SENT -> true;
            case ROLLED_BACK -> !request.effect().lasts() || request.effect() == Effect.CHANGES;
            case COMMITTED, UNKNOWN -> false;
        };
    }

    /** Whether the memory ran out over the answer: then it most likely would again. */
    public static boolean outOfMemory(SQLException failure) {
        return outOfMemory(failure, DEEPEST);
    }

    private static boolean outOfMemory(@Nullable Throwable failure, int depth) {
        if (failure == null || depth == 0) {
            return false;
        }
        return failure instanceof OutOfMemoryError
                || outOfMemory(failure.getCause(), depth - 1)
                || failure instanceof SQLException e && outOfMemory(e.getNextException(), depth - 1);
    }
}
