package dev.pgpool.internal.lease;

import dev.pgpool.internal.failure.Ending;
import dev.pgpool.internal.physical.Misunderstandings;
import dev.pgpool.internal.physical.PhysicalConnection;
import dev.pgpool.internal.sql.SqlTraits;
import dev.pgpool.pool.PoolEvent;
import dev.pgpool.pool.RetireReason;
import dev.pgpool.pool.Verdict;
import java.sql.SQLException;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * Runs the errands of one logical connection, each with a lease, and again on another one where nobody can notice.
 *
 * <p>Guarded by its conversation's lock.
 */
final class Errands {
    private final Pool pool;
    private final Openness openness;
    private final Transaction transaction;
    private final Ledger ledger;
    private final Tenancy tenancy;

    /** The work under way, the outermost if there is other work within it: only that ends the lease. */
    private volatile @Nullable Errand<?> underWay;

    /** The last work, if an Error ended it, or it is under way: then nobody knows what state the lease is in. */
    private @Nullable Errand<?> struck;

    Errands(Pool pool, Openness openness, Transaction transaction, Ledger ledger, Tenancy tenancy) {
        this.pool = pool;
        this.openness = openness;
        this.transaction = transaction;
        this.ledger = ledger;
        this.tenancy = tenancy;
    }

    /** The work under way; null if there is none. Also for threads without the lock. */
    @Nullable Errand<?> underWay() {
        return underWay;
    }

    /**
     * Runs one piece of work, within that under way if there is one.
     *
     * @param wait longest wait for a physical connection
     * @throws SQLException pgjdbc's own, as long as the physical connection lives; else see {@code failure.Report}
     */
    <T extends @Nullable Object> T run(Errand<T> errand, Duration wait) throws SQLException {
        Errand<?> outer = underWay;
        if (outer != null) {
            return perform(tenancy.requireLease(), errand, outer);
        }
        clearUp();
        underWay = errand;
        struck = errand;
        try {
            // Again: whoever closed this a moment ago found nothing under way that he could have ended.
            openness.require();
            T result = runUntilAnswered(errand, wait);
            struck = null;
            return result;
        } catch (SQLException | RuntimeException e) {
            struck = null;
            throw e;
        } finally {
            underWay = null;
        }
    }

    /** Ends a lease that an Error left where there was no room to end it, such as near the end of a stack. */
    void clearUp() {
        Errand<?> unfinished = struck;
        if (unfinished == null || underWay != null) {
            return;
        }
        Lease left = tenancy.lease();
        if (left != null) {
            boolean unknown = unfinished.verdict(left, Ending.LOST) == Verdict.UNKNOWN;
            SQLException cause =
                    new SQLException("an Error of the JVM struck the work before", unknown ? "08007" : "08006");
            tenancy.breakOff(left, cause);
            tenancy.lose(left, cause);
        }
        tenancy.giveUp();
        struck = null;
    }

    // The only place where taking and ending a lease are paired.
    private <T extends @Nullable Object> T runUntilAnswered(Errand<T> errand, Duration wait) throws SQLException {
        while (true) {
            transaction.require();
            boolean kept = tenancy.lease() != null;
            Lease current = tenancy.continued(errand, wait);
            PhysicalConnection physical = current.physical;
            boolean inTransaction = physical.inTransaction();
            boolean first = !kept || (!inTransaction || errand.rollsBack()) && !current.pinned();
            errand.begins(inTransaction || !transaction.autoCommit(), kept);
            SQLException failure = attempt(current, errand);
            if (failure == null) {
                tenancy.settle(current, null);
                return errand.result();
            }
            if (!physical.broken()) {
                tenancy.settle(current, failure);
                throw failure;
            }
            if (survives(current, errand, first, failure)) {
                return errand.result();
            }
            openness.require();
        }
    }

    /** How it failed; null if it didn't. */
    private @Nullable SQLException attempt(Lease current, Errand<?> errand) {
        try {
            perform(current, errand, errand);
            if (!current.physical.inTransaction()) {
                errand.endedTransaction();
                ledger.takeStock(current);
            }
            return null;
        } catch (SQLException e) {
            current.physical.failed(e);
            ledger.mayBeRolledBack(current);
            return e;
        } catch (RuntimeException | Error e) {
            tenancy.breakOff(current, e);
            tenancy.settle(current, e);
            throw e;
        }
    }

    /** Does what was asked for; within {@code outermost}, which may be the same. */
    private <T extends @Nullable Object> T perform(Lease current, Errand<T> errand, Errand<?> outermost)
            throws SQLException {
        PhysicalConnection physical = current.physical;
        physical.synchronise(ledger.wanted(), transaction.autoCommit());
        SqlTraits expected = ledger.expect(errand.traits, errand.sql, current);
        if (errand == outermost) {
            physical.requestBegins(errand.worthALook() && !errand.copies);
        }
        outermost.asks(expected.effect());
        T result = understood(current, errand.work);
        errand.answered(result);
        ledger.conclude(expected, current);
        return result;
    }

    /** Runs work. Where pgjdbc can't make sense of the server's answers, that is an error as any other. */
    private <T extends @Nullable Object> T understood(Lease current, Work<T> work) throws SQLException {
        try {
            return work.on(current.physical);
        } catch (RuntimeException | AssertionError e) {
            if (!Misunderstandings.is(e)) {
                throw e;
            }
            tenancy.breakOff(current, e);
            throw Misunderstandings.of(e, current.physical);
        }
    }

    /**
     * Deals with a physical connection that broke: true if the work is done, false if it is to be begun again.
     *
     * @param first whether the application has seen nothing yet of what went with the connection
     */
    private boolean survives(Lease current, Errand<?> errand, boolean first, SQLException failure) throws SQLException {
        PhysicalConnection physical = current.physical;
        Ending ending = PhysicalConnection.ending(failure);
        boolean again = first && errand.mayBeDoneTwice();
        if (errand.done() && !again) {
            // Only the session in which it was done is gone, with what it may have left there.
            openness.close(failure);
            tenancy.lose(current, failure);
            return true;
        }
        if (ending == Ending.TIMED_OUT) {
            // As JDBC wants it of setNetworkTimeout.
            openness.close(failure);
        }
        if (ending == Ending.ANSWERED || openness.isClosed() && errand.verdict(current, ending) != Verdict.UNKNOWN) {
            tenancy.lose(current, failure);
            throw failure;
        }
        Verdict verdict = errand.verdict(current, ending);
        String lostState = first ? null : Tenancy.lostState(current);
        String refusal = first ? errand.refusesRepeat(current, verdict, ending, failure) : null;
        if (first && refusal == null) {
            tenancy.discard(current, RetireReason.BROKEN, failure);
            refusal = errand.pauses(failure, pool.settings().retryTimeout());
            if (refusal == null) {
                pool.events().on(new PoolEvent.Broke(physical.backend(), verdict, true, failure));
                return false;
            }
            transaction.lose(failure);
        } else {
            tenancy.lose(current, failure);
        }
        pool.events().on(new PoolEvent.Broke(physical.backend(), verdict, false, failure));
        SQLException told = errand.report(current, verdict, failure, refusal, lostState);
        if (verdict == Verdict.UNKNOWN) {
            transaction.lostAs(told);
        }
        throw told;
    }
}
