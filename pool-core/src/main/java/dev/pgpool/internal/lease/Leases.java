package dev.pgpool.internal.lease;

import dev.pgpool.internal.lease.Admission.Outcome;
import dev.pgpool.internal.lease.Admission.Ticket;
import dev.pgpool.internal.physical.Engine;
import dev.pgpool.internal.physical.Leftovers;
import dev.pgpool.internal.physical.PhysicalConnection;
import dev.pgpool.pool.PoolEvent;
import dev.pgpool.pool.PoolSettings;
import dev.pgpool.pool.ResetMode;
import dev.pgpool.pool.RetireReason;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.function.BooleanSupplier;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * How leases of a pool begin and end: a permit and a physical connection that is alive, and where both go afterwards.
 *
 * <p>Safe for use by many threads.
 */
final class Leases {
    private final PoolSettings settings;
    private final Engine engine;
    private final Admission<PhysicalConnection> admission;
    private final Openings openings;
    private final PoolEvent.Listener events;
    private final BooleanSupplier poolClosed;
    /** Whether the server was ever reached. */
    private volatile boolean connected;

    private volatile long endedAtNanos = System.nanoTime();

    Leases(
            PoolSettings settings,
            Engine engine,
            Admission<PhysicalConnection> admission,
            PoolEvent.Listener events,
            BooleanSupplier poolClosed) {
        this.settings = settings;
        this.engine = engine;
        this.admission = admission;
        this.openings = new Openings(settings, engine, admission, events);
        this.events = events;
        this.poolClosed = poolClosed;
    }

    /** When the last one ended, as {@link System#nanoTime} told it; before the first, when this began. */
    long endedAtNanos() {
        return endedAtNanos;
    }

    /** Gets the permit, and perhaps a physical connection with it. */
    private void admit(Ticket<PhysicalConnection> ticket, Predicate<PhysicalConnection> fits, long deadline)
            throws SQLException {
        long startedAt = System.nanoTime();
        Outcome outcome = admission.enter(ticket, fits, deadline, this::keepersOfAll);
        if (outcome != Outcome.ADMITTED) {
            throw refusal(outcome, startedAt);
        }
    }

    /** A physical connection, idle, for somebody who has a permit, which he keeps unless this fails. */
    private PhysicalConnection obtain(Ticket<PhysicalConnection> permit, long startedAt, long deadline)
            throws SQLException {
        try {
            PhysicalConnection physical = openings.obtain(permit.patience(), startedAt, deadline, connected);
            permit.physical(physical);
            return physical;
        } catch (SQLException | RuntimeException | Error e) {
            admission.leave(permit, null);
            throw e;
        }
    }

    /**
     * Leases a physical connection that is alive.
     *
     * @param ticket a fresh one, of this thread; if this ends by an Error, see {@link #giveUp}
     * @param fits which one to prefer among those that are ready
     * @param wait longest wait, within the caller's patience
     */
    Lease take(Ticket<PhysicalConnection> ticket, Object tenant, Predicate<PhysicalConnection> fits, Duration wait)
            throws SQLException {
        long startedAt = System.nanoTime();
        long deadline = ticket.patience().deadline(wait);
        admit(ticket, fits, deadline);
        for (; ; ) {
            PhysicalConnection ready = ticket.physical();
            // With the permit in hand: whoever met a dead connection doesn't lose his place too.
            PhysicalConnection physical = ready == null ? obtain(ticket, startedAt, deadline) : ready;
            Lease lease = lease(physical, ticket, tenant);
            if (lease != null) {
                if (!connected) {
                    connected = true;
                }
                return lease;
            }
        }
    }

    /** Ends what an Error has left of a {@link #take}, or of the lease it led to, if that wasn't given back. */
    void giveUp(Ticket<PhysicalConnection> ticket) {
        PhysicalConnection left = admission.giveUp(ticket);
        if (left != null) {
            engine.retire(left, RetireReason.INTERRUPTED_WORK, null);
        }
    }

    /** Leases an idle connection; if it is dead, retires it and answers null, and the permit is still the caller's. */
    @Nullable Lease lease(PhysicalConnection physical, Ticket<PhysicalConnection> permit, Object tenant) {
        try {
            if (physical.take(tenant, settings.validateAfterIdle())) {
                return new Lease(physical, permit);
            }
            engine.retire(physical, RetireReason.DIED_IDLE, null);
            permit.physical(null);
            return null;
        } catch (RuntimeException | Error e) {
            retire(physical, permit, RetireReason.DIED_IDLE, e);
            throw e;
        }
    }

    /** Runs work of the pool's own with a lease for it alone. */
    void work(Object tenant, Predicate<PhysicalConnection> fits, Duration wait, Task work) throws SQLException {
        Ticket<PhysicalConnection> ticket = new Ticket<>(Patience.unlimited());
        try {
            work(take(ticket, tenant, fits, wait), work);
        } catch (Error e) {
            giveUp(ticket);
            throw e;
        }
    }

    /** Runs work of the pool's own, and ends the lease; if this ends by an Error, see {@link #giveUp}. */
    void work(Lease lease, Task work) throws SQLException {
        try {
            work.on(lease.physical);
        } catch (SQLException e) {
            giveBack(lease);
            throw e;
        } catch (RuntimeException | Error e) {
            // pgjdbc and the server are out of step.
            retire(lease, RetireReason.INTERRUPTED_WORK, e);
            throw e;
        }
        giveBack(lease);
    }

    /** Ends a lease whose session is clean. */
    void giveBack(Lease lease) {
        if (lease.physical.giveBack()) {
            handOn(lease);
        } else {
            admission.leave(lease.permit, null);
        }
    }

    /** Ends a lease whose session is not clean, but can be cleaned. */
    void resetAndGiveBack(Lease lease) {
        PhysicalConnection physical = lease.physical;
        long startedAt = System.nanoTime();
        Leftovers left = settings.resetMode() == ResetMode.ALWAYS ? null : lease.leftovers();
        try {
            if (left == null) {
                physical.reset();
            } else {
                physical.reset(left);
            }
        } catch (SQLException | RuntimeException e) {
            retire(lease, RetireReason.RESET_FAILED, e);
            return;
        } catch (Error e) {
            retire(lease, RetireReason.RESET_FAILED, e);
            throw e;
        }
        events.on(
                new PoolEvent.Reset(physical.backend(), left == null, Duration.ofNanos(System.nanoTime() - startedAt)));
        handOn(lease);
    }

    private void handOn(Lease lease) {
        PhysicalConnection physical = lease.physical;
        endedAtNanos = System.nanoTime();
        if (physical.expired(settings.maxLifetime())) {
            retire(lease, RetireReason.MAX_LIFETIME, null);
        } else if (physical.broken()) {
            retire(lease, poolClosed.getAsBoolean() ? RetireReason.POOL_CLOSED : RetireReason.BROKEN, null);
        } else if (physical.cancelMayArrive()) {
            retire(lease, RetireReason.CANCEL_UNANSWERED, null);
        } else if (engine.unwanted(physical)) {
            retire(lease, admission.pause() == null ? RetireReason.RECONNECT : RetireReason.PAUSED, null);
        } else {
            admission.leave(lease.permit, physical);
        }
    }

    /** Ends a lease together with its physical connection. */
    void retire(Lease lease, RetireReason reason, @Nullable Throwable cause) {
        retire(lease.physical, lease.permit, reason, cause);
    }

    private void retire(
            PhysicalConnection physical,
            Ticket<PhysicalConnection> permit,
            RetireReason reason,
            @Nullable Throwable cause) {
        engine.retire(physical, reason, cause);
        // Not if an Error strikes before: then both stay together, for giveUp.
        admission.leave(permit, null);
    }

    /** Closes the socket below somebody's feet, from any thread, unless he has ended his lease; he gives the permit back. */
    void abort(Lease lease) {
        if (lease.end()) {
            engine.retire(lease.physical, RetireReason.ABORTED, null);
        }
    }

    /** Closes a connection in the middle of its work, for whoever is at work on it; the permit comes back with the lease. */
    void breakOff(PhysicalConnection physical, Throwable cause) {
        engine.retire(physical, RetireReason.INTERRUPTED_WORK, cause);
    }

    // Every connection is leased, and no thread is at work on any: then these threads are all that can end a lease.
    private Collection<Thread> keepersOfAll() {
        List<Thread> keepers = new ArrayList<>(settings.maxSize());
        for (PhysicalConnection physical : engine.all()) {
            Thread keeper = physical.tenant() instanceof Tenancy tenant ? tenant.keeper() : null;
            if (keeper == null) {
                return List.of();
            }
            keepers.add(keeper);
        }
        return keepers.size() == settings.maxSize() ? keepers : List.of();
    }

    private SQLException refusal(Outcome outcome, long startedAt) {
        String message = Refusals.message(outcome, settings, engine, admission, startedAt);
        events.on(new PoolEvent.WaitFailed(message, outcome == Outcome.TIMED_OUT));
        return Refusals.error(outcome, message, null);
    }
}
