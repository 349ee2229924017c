package dev.pgpool.internal.lease;

import dev.pgpool.internal.lease.Admission.Ticket;
import dev.pgpool.internal.physical.PhysicalConnection;
import dev.pgpool.pool.PinReason;
import dev.pgpool.pool.PoolMode;
import dev.pgpool.pool.PoolSnapshot;
import dev.pgpool.pool.ResetMode;
import dev.pgpool.pool.RetireReason;
import java.sql.SQLException;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * The lease of one logical connection, as long as it has one: how it is taken, what keeps it, how it ends.
 *
 * <p>Guarded by its conversation's lock, but for the questions, which any thread may ask.
 */
final class Tenancy {
    private final Pool pool;
    private final Ledger ledger;
    private final Openness openness;
    private final Transaction transaction;
    private final Warnings warnings;

    private volatile @Nullable Lease lease;
    /** That of the lease, or of the wait for one; noted first, so that it is found whatever Error comes next. */
    private @Nullable Ticket<PhysicalConnection> ticket;

    /** The thread that used the lease last, while the lease is kept and nobody is at work on it. */
    private volatile @Nullable Thread keeper;

    private volatile @Nullable Thread holder;

    Tenancy(Pool pool, Ledger ledger, Openness openness, Transaction transaction, Warnings warnings) {
        this.pool = pool;
        this.ledger = ledger;
        this.openness = openness;
        this.transaction = transaction;
        this.warnings = warnings;
    }

    /** The lease; null if there is none at the moment. */
    @Nullable Lease lease() {
        return lease;
    }

    /** The lease, for work under way. */
    Lease requireLease() {
        Lease current = lease;
        if (current == null) {
            throw new IllegalStateException("bug: to be called within work");
        }
        return current;
    }

    /** Throws SQLState 55006 if a COPY is under way, which lets nothing else be asked of its session. */
    void requireNoCopy() throws SQLException {
        Lease current = lease;
        if (current != null && current.physical.copies().underWay()) {
            throw new SQLException(
                    "a COPY is under way on this connection, and until it has ended nothing else can be asked of the"
                            + " server: end it first (CopyIn.endCopy, or CopyOut.readFromCopy until there is no more), or"
                            + " cancel it (cancelCopy)",
                    "55006");
        }
    }

    /** The lease that an earlier piece of work left open, or a new one. */
    Lease continued(Errand<?> errand, Duration wait) throws SQLException {
        Lease kept = lease;
        Lease current = kept != null ? kept : take(errand, wait);
        keeper = null;
        return current;
    }

    private Lease take(Errand<?> errand, Duration wait) throws SQLException {
        Lease taken;
        try {
            ticket = new Ticket<>(errand.patience);
            taken = pool.leases().take(ticket, this, ledger.fits(errand.traits), errand.wait(wait));
            lease = taken;
        } catch (SQLException e) {
            openness.require();
            throw errand.noConnection(e);
        }
        if (pool.settings().mode() == PoolMode.SESSION) {
            taken.pin(Pin.now(PinReason.SESSION_MODE, ""));
        }
        holder = Thread.currentThread();
        ledger.pinIfTemporaryByDefault(taken);
        if (openness.isClosed()) {
            // Aborted, or the pool closed, while this waited.
            settle(taken, null);
            openness.require();
        }
        return taken;
    }

    /** Ends the lease unless something keeps it. */
    void settle(Lease current, @Nullable Throwable failure) {
        try {
            settleInStep(current, failure);
        } catch (RuntimeException | Error e) {
            // Our own questions to the server went wrong, and nobody knows what state the session is in.
            breakOff(current, e);
            if (lease == current) {
                openness.close(e);
                lose(current, e);
            }
            if (e instanceof Error error) {
                throw error;
            }
        }
    }

    private void settleInStep(Lease current, @Nullable Throwable failure) {
        PhysicalConnection physical = current.physical;
        if (physical.broken()) {
            lose(current, failure);
            return;
        }
        if (openness.isClosedItself()) {
            release(current);
            return;
        }
        boolean inTransaction = physical.inTransaction();
        if (!inTransaction) {
            try {
                ledger.takeStock(current);
            } catch (SQLException e) {
                openness.close(e);
                lose(current, e);
                return;
            }
        }
        if (inTransaction || current.pinned() || current.held()) {
            keeper = Thread.currentThread();
            return;
        }
        end(current);
    }

    /** Rolls back what is open, and ends the lease. */
    void release(Lease current) {
        PhysicalConnection physical = current.physical;
        try {
            if (!physical.broken() && !current.endsItsSession()) {
                if (physical.inTransaction()) {
                    ledger.mayBeRolledBack(current);
                }
                physical.rollback();
            }
        } catch (SQLException | RuntimeException e) {
            // The transaction ends with its session, then.
            lose(current, e);
            return;
        } catch (Error e) {
            // Nobody calls close again.
            lose(current, e);
            throw e;
        }
        if (physical.broken()) {
            lose(current, null);
        } else {
            end(current);
        }
    }

    /** Ends a lease with no transaction open. */
    private void end(Lease current) {
        warnings.takeFrom(current.physical);
        if (!current.end()) {
            discard(current, RetireReason.ABORTED, null);
            return;
        }
        forget(current);
        if (current.endsItsSession()) {
            pool.leases().retire(current, RetireReason.NOT_RESETTABLE, null);
        } else if (current.soiled() || pool.settings().resetMode() == ResetMode.ALWAYS) {
            pool.leases().resetAndGiveBack(current);
        } else {
            pool.leases().giveBack(current);
        }
        ticket = null;
    }

    /** The physical connection broke: says what that means for the logical one. */
    void lose(Lease current, @Nullable Throwable failure) {
        SQLException cause = failure instanceof SQLException e
                ? e
                : new SQLException(
                        "the physical connection (backend " + current.physical.backend() + ") broke", "08006", failure);
        if (current.pinned() || (transaction.autoCommit() && current.physical.inTransaction())) {
            openness.close(cause);
        } else {
            transaction.lose(cause);
        }
        discard(current, RetireReason.BROKEN, cause);
    }

    /** Ends a lease together with its physical connection. */
    void discard(Lease current, RetireReason reason, @Nullable Throwable cause) {
        forget(current);
        pool.leases().retire(current, reason, cause);
        ticket = null;
    }

    private void forget(Lease current) {
        lease = null;
        holder = null;
        keeper = null;
        current.endHolds();
        pool.pins().ended(current);
    }

    /** Closes the physical connection, since nobody knows where in the protocol this struck. */
    void breakOff(Lease current, Throwable cause) {
        pool.leases().breakOff(current.physical, cause);
    }

    /** Gives back what an Error left of a wait or of a lease's end. */
    void giveUp() {
        if (ticket != null) {
            pool.leases().giveUp(ticket);
            ticket = null;
        }
    }

    /** What is lost with the session of this lease, as a noun phrase; null if nothing. */
    static @Nullable String lostState(Lease current) {
        Pin pin = current.pin();
        if (pin == null) {
            return null;
        }
        return pin.reason() == PinReason.SESSION_MODE
                ? "the session that pool.mode=session keeps for it"
                : pin.reason().description();
    }

    /** Whether the server has a transaction open, as far as it has said. */
    boolean inTransaction() {
        Lease current = lease;
        return current != null && current.physical.inTransaction();
    }

    boolean pinned() {
        return pin() != null;
    }

    /** Why its lease outlives the unit of work; null if it doesn't. */
    @Nullable Pin pin() {
        Lease current = lease;
        return current == null ? null : current.pin();
    }

    long leasedAtNanos() {
        Lease current = lease;
        return current == null ? System.nanoTime() : current.takenAtNanos;
    }

    /** The lease of this physical connection, which there is, or was a moment ago. */
    PoolSnapshot.Leased leased(int backend) {
        Thread thread = holder;
        Pin pin = pin();
        return new PoolSnapshot.Leased(
                backend,
                Duration.ofNanos(System.nanoTime() - leasedAtNanos()),
                thread == null ? "" : thread.getName(),
                pin == null
                        ? null
                        : new PoolSnapshot.Pinned(
                                backend, pin.reason(), pin.detail(), pin.site().toString(), pin.age()));
    }

    /** Who holds the lease and why, as the end of a message. */
    String holder() {
        Thread thread = holder;
        Pin pin = pin();
        return (thread == null ? "" : " by thread " + thread.getName())
                + (pin == null ? "" : ", pinned by " + pin.reason().description());
    }

    /** The thread that keeps the lease between two calls; null while one is at work, or if there is no lease. */
    @Nullable Thread keeper() {
        return keeper;
    }
}
