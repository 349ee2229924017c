package dev.pgpool.internal.lease;

import dev.pgpool.internal.lease.Admission.Outcome;
import dev.pgpool.internal.lease.Admission.Ticket;
import dev.pgpool.internal.physical.Engine;
import dev.pgpool.internal.physical.PhysicalConnection;
import dev.pgpool.pool.PoolEvent;
import dev.pgpool.pool.PoolSettings;
import java.sql.SQLException;
import java.time.Duration;
import java.util.concurrent.ThreadLocalRandom;
import org.jspecify.annotations.Nullable;

/** Gets a connection for somebody who has a permit, over the server's passing refusals. */
final class Openings {
    private static final Duration FIRST_PAUSE = Duration.ofMillis(20);
    private static final Duration LONGEST_PAUSE = Duration.ofSeconds(1);

    private final PoolSettings settings;
    private final Engine engine;
    private final Admission<PhysicalConnection> admission;
    private final PoolEvent.Listener events;

    Openings(PoolSettings settings, Engine engine, Admission<PhysicalConnection> admission, PoolEvent.Listener events) {
        this.settings = settings;
        this.engine = engine;
        this.admission = admission;
        this.events = events;
    }

    /**
     * An idle connection: a parked one, a new one, or, while the server refuses new ones, one that comes back.
     *
     * @param patience of the caller
     * @param connectedBefore whether the server was ever reached: then a refused TCP connection is a restart, not a typo
     */
    PhysicalConnection obtain(Patience patience, long startedAt, long deadline, boolean connectedBefore)
            throws SQLException {
        Duration pause = FIRST_PAUSE;
        SQLException refusal = null;
        while (true) {
            try {
                PhysicalConnection physical = engine.obtain();
                if (physical != null) {
                    return physical;
                }
            } catch (SQLException e) {
                if (!passes(e, connectedBefore)) {
                    events.on(new PoolEvent.OpenFailed(e, null));
                    throw e;
                }
                refusal = e;
            }
            long now = System.nanoTime();
            if (now >= deadline) {
                throw timedOut(startedAt, refusal);
            }
            if (refusal != null) {
                events.on(new PoolEvent.OpenFailed(refusal, pause));
            }
            PhysicalConnection returned = await(patience, Math.min(deadline, now + jittered(pause)), startedAt);
            if (returned != null) {
                return returned;
            }
            pause = pause.multipliedBy(2).compareTo(LONGEST_PAUSE) < 0 ? pause.multipliedBy(2) : LONGEST_PAUSE;
        }
    }

    private @Nullable PhysicalConnection await(Patience patience, long until, long startedAt) throws SQLException {
        Ticket<PhysicalConnection> ticket = new Ticket<>(patience);
        Outcome outcome = admission.awaitReturned(ticket, until);
        if (outcome == Outcome.ADMITTED) {
            return ticket.physical();
        }
        if (outcome == Outcome.TIMED_OUT) {
            return null;
        }
        throw Refusals.error(
                outcome, Refusals.message(outcome, settings, engine, admission.waiting(), startedAt), null);
    }

    private SQLException timedOut(long startedAt, @Nullable SQLException refusal) {
        String message = Refusals.message(Outcome.TIMED_OUT, settings, engine, admission.waiting(), startedAt);
        if (refusal != null) {
            message += "; the server refused a new one: " + refusal.getMessage();
        }
        events.on(new PoolEvent.WaitFailed(message));
        return Refusals.error(Outcome.TIMED_OUT, message, refusal);
    }

    // 53300 too_many_connections; 57P03 cannot_connect_now: starting up, shutting down, in recovery.
    private static boolean passes(SQLException e, boolean connectedBefore) {
        String state = e.getSQLState();
        if (state == null || Thread.currentThread().isInterrupted()) {
            return false;
        }
        return state.equals("53300")
                || state.equals("57P03")
                || (connectedBefore && (state.equals("08001") || state.equals("08006") || state.equals("57P01")));
    }

    private static long jittered(Duration pause) {
        long nanos = pause.toNanos();
        return nanos / 2 + ThreadLocalRandom.current().nextLong(nanos / 2 + 1);
    }
}
