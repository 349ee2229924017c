package dev.pgpool.internal.lease;

import dev.pgpool.internal.failure.Diagnosis;
import dev.pgpool.internal.failure.Ending;
import dev.pgpool.internal.failure.Pauses;
import dev.pgpool.internal.failure.Progress;
import dev.pgpool.internal.failure.Report;
import dev.pgpool.internal.failure.Request;
import dev.pgpool.internal.physical.PhysicalConnection;
import dev.pgpool.internal.sql.Effect;
import dev.pgpool.internal.sql.SeveralStatements;
import dev.pgpool.internal.sql.SqlTraits;
import dev.pgpool.pool.PinReason;
import dev.pgpool.pool.Verdict;
import java.sql.SQLException;
import java.sql.SQLTimeoutException;
import java.time.Duration;
import java.util.concurrent.ThreadLocalRandom;
import org.jspecify.annotations.Nullable;

/**
 * One piece of work on its way: what is asked for, how far the attempt under way has got, and whether another may follow.
 *
 * <p>Guarded by its conversation's lock.
 */
final class Errand<T extends @Nullable Object> {
    /** A statement that makes its backend crash takes all other sessions of the server with it. */
    private static final int MOST_LOSSES = 5;

    final SqlTraits traits;
    /** For messages. */
    final String sql;

    final Work<T> work;
    final Patience patience;
    /** Whether it is a part of a COPY under way. */
    final boolean copies;

    private final boolean commits;
    /** Of all that the attempt has begun to ask for; null as long as that is nothing. */
    private @Nullable Effect asked;

    private boolean inTransaction;
    private boolean kept;
    private boolean unfinished;
    private boolean answered;
    private @Nullable T result;
    private int failures;
    private int losses;
    private long retryUntilNanos;
    private @Nullable SQLException firstFailure;

    private Errand(SqlTraits traits, String sql, boolean copies, boolean commits, Patience patience, Work<T> work) {
        this.traits = traits;
        this.sql = sql;
        this.copies = copies;
        this.commits = commits;
        this.patience = patience;
        this.work = work;
    }

    static <T extends @Nullable Object> Errand<T> statement(
            SqlTraits traits, String sql, Patience patience, Work<T> work) {
        return new Errand<>(traits, sql, false, false, patience, work);
    }

    /** A call on an object that lives on the held physical connection. */
    static <T extends @Nullable Object> Errand<T> held(boolean copies, Effect effect, Hold.Call<T> call) {
        SqlTraits traits = SqlTraits.HARMLESS.withEffect(effect);
        return new Errand<>(traits, "", copies, false, Patience.unlimited(), new Work<T>() {
            @Override
            public T on(PhysicalConnection physical) throws SQLException {
                return call.run();
            }

            @Override
            public String whyOnlyOnce() {
                return "it needs an object that lived in the broken session";
            }
        });
    }

    /** The end of a transaction. */
    static <T extends @Nullable Object> Errand<T> commit(Work<T> work) {
        return new Errand<>(SqlTraits.HARMLESS, "COMMIT", false, true, Patience.unlimited(), work);
    }

    /**
     * Begins an attempt.
     *
     * @param kept whether nobody has looked since the last request whether the physical connection lives
     */
    void begins(boolean inTransaction, boolean kept) {
        this.inTransaction = inTransaction;
        this.kept = kept;
        asked = null;
        unfinished = false;
        answered = false;
    }

    /** Whether a look at the connection before could make the difference between unknown and not sent. */
    boolean worthALook() {
        return kept && (commits || !inTransaction);
    }

    /** Whether it is a ROLLBACK by its text: the end of the session has done the same. */
    boolean rollsBack() {
        return traits.effect() == Effect.BEGINS_OR_ROLLS_BACK && !traits.begins();
    }

    /** Notes that something with this effect will now be asked of the server, by this work or by one within it. */
    void asks(Effect effect) {
        asked = asked == null ? effect : asked.and(effect);
    }

    /** Of all that the attempt has begun to ask for; {@link Effect#READS} if that is nothing. */
    Effect effect() {
        return asked == null ? Effect.READS : asked;
    }

    /** Notes whether the server waits for more of the request before it commits. */
    void unfinished(boolean waits) {
        unfinished = waits;
    }

    /** Notes that the work is done; what may follow is the driver's own. */
    void answered(T result) {
        this.result = result;
        answered = true;
    }

    /** The result, if the server has answered. */
    @SuppressWarnings("NullAway") // Null only where T is nullable.
    T result() {
        return result;
    }

    /** Whether what was asked for lasts as soon as the server has answered. */
    boolean lastsAtOnce() {
        return !inTransaction && asked != null && asked.lasts();
    }

    /** Notes that the server, having answered, has no transaction open: it was a COMMIT, or the like. */
    void endedTransaction() {
        inTransaction = false;
    }

    /** Whether the server has done the work and can't undo it any more. */
    boolean done() {
        return answered && !inTransaction;
    }

    /** Whether it makes no difference if it is done again after it was done. */
    boolean mayBeDoneTwice() {
        return asked != null && !asked.lasts() && !commits && work.whyOnlyOnce() == null;
    }

    /** What is known of the attempt, whose connection broke. */
    Verdict verdict(Lease lease, Ending ending) {
        return Diagnosis.of(request(lease), progress(lease), ending);
    }

    private Progress progress(Lease lease) {
        Progress progress = asked == null ? Progress.NOTHING_SENT : lease.physical.progress();
        return unfinished && progress != Progress.NOTHING_SENT ? Progress.UNFINISHED : progress;
    }

    private Request request(Lease lease) {
        // Between a commit and its answer, a session that listens is sent its notifications. Between the statements of
        // one text pgjdbc sends a Sync, which commits, where their answers may need more room than its buffer has.
        boolean answersLate =
                lease.physical.commitsPiecemeal() || lease.pinnedBy(PinReason.LISTEN) || SeveralStatements.mayBeIn(sql);
        return new Request(asked == null ? traits.effect() : asked, commits, inTransaction, answersLate);
    }

    /** Why there can't be another attempt, as a clause; null if there can. */
    @Nullable String refusesRepeat(Lease lease, Verdict verdict, Ending ending, SQLException failure) {
        if (commits || !Diagnosis.repeatable(request(lease), verdict)) {
            return "what it does may not be done twice";
        }
        if (Diagnosis.outOfMemory(failure)) {
            return "its answer needs more memory than there is";
        }
        if (ending == Ending.LOST && verdict != Verdict.NOT_SENT && ++losses >= MOST_LOSSES) {
            return "its connection broke " + losses + " times without a word of the server, and it may be the cause";
        }
        return work.whyOnlyOnce();
    }

    /**
     * Waits before the next attempt. Says as a clause why there won't be one; null if there will.
     *
     * @param timeout for all attempts, from the first failure on
     */
    @Nullable String pauses(SQLException failure, Duration timeout) {
        if (failures++ == 0) {
            firstFailure = failure;
            retryUntilNanos = patience.deadline(timeout);
        }
        if (!timeLeft().isZero() && patience.pause(nextPause()) && !timeLeft().isZero()) {
            return null;
        }
        if (patience.ended()) {
            return "it was canceled";
        }
        return Thread.currentThread().isInterrupted()
                ? "the thread was interrupted"
                : "its time was over (pool.retryTimeout=" + timeout.toMillis() + "ms)";
    }

    private Duration nextPause() {
        return Pauses.after(failures, ThreadLocalRandom.current().nextDouble());
    }

    private Duration timeLeft() {
        return Duration.ofNanos(Math.max(0, retryUntilNanos - System.nanoTime()));
    }

    /** How long to wait for a physical connection, where the first attempt waits {@code longest}. */
    Duration wait(Duration longest) {
        return failures == 0 || longest.compareTo(timeLeft()) < 0 ? longest : timeLeft();
    }

    /** The error for somebody who gets no physical connection. */
    SQLException noConnection(SQLException refusal) {
        SQLException first = firstFailure;
        if (first != null && first != refusal) {
            refusal.addSuppressed(first);
        }
        return patience.expired()
                ? new SQLTimeoutException("the query timeout is over: " + refusal.getMessage(), "57014", refusal)
                : refusal;
    }

    /**
     * The error for the application.
     *
     * @param lostState what the session held that can't be moved, as a noun phrase; null if nothing
     */
    SQLException report(
            Lease lease,
            Verdict verdict,
            SQLException failure,
            @Nullable String notRepeated,
            @Nullable String lostState) {
        Report report =
                new Report(request(lease), sql, patience.elapsed(), lease.physical.backend(), notRepeated, lostState);
        SQLException error = report.error(verdict, failure);
        if (verdict != Verdict.UNKNOWN && patience.expired()) {
            return new SQLTimeoutException("the query timeout is over: " + error.getMessage(), "57014", error);
        }
        if (verdict != Verdict.UNKNOWN && patience.ended()) {
            return new SQLException("canceled: " + error.getMessage(), "57014", error);
        }
        return error;
    }
}
