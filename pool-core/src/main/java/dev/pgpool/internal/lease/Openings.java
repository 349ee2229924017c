package dev.pgpool.internal.lease;

import dev.pgpool.internal.lease.Admission.Outcome;
import dev.pgpool.internal.lease.Admission.Ticket;
import dev.pgpool.internal.physical.Engine;
import dev.pgpool.internal.physical.Pace;
import dev.pgpool.internal.physical.PhysicalConnection;
import dev.pgpool.pool.PoolEvent;
import dev.pgpool.pool.PoolSettings;
import java.sql.SQLException;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Gets a connection for somebody who has a permit, over the server's passing refusals. */
final class Openings {
    /** What a server answers that is there, but full, starting, stopping, or told to end this session. */
    private static final Set<String> ANSWERS = Set.of("53300", "57P01", "57P03");

    /** What an attempt to connect that an interrupt ended fails with; but so does one for which there is no server. */
    private static final String INTERRUPTED = "08001";

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
        while (true) {
            try {
                PhysicalConnection physical = engine.obtain(patience::occupied);
                if (physical != null) {
                    return physical;
                }
            } catch (SQLException e) {
                if (Thread.currentThread().isInterrupted() && INTERRUPTED.equals(e.getSQLState())) {
                    throw refusal(Outcome.INTERRUPTED, startedAt, e);
                }
                if (patience.ended()) {
                    // Which has closed the session in the middle of its opening: pgjdbc may call that anything.
                    throw refusal(Outcome.ENDED, startedAt, e);
                }
                if (!passes(e, connectedBefore)) {
                    events.on(new PoolEvent.OpenFailed(e, null));
                    throw e;
                }
                events.on(new PoolEvent.OpenFailed(e, engine.pauseToOpen()));
            } finally {
                patience.occupied(null);
                admission.retry(engine.roomToOpen());
            }
            long now = System.nanoTime();
            if (now >= deadline) {
                throw timedOut(startedAt);
            }
            long until = Math.min(deadline, now + engine.pauseToOpen().toNanos());
            PhysicalConnection returned = await(patience, until, startedAt);
            if (returned != null) {
                return returned;
            }
        }
    }

    private @Nullable PhysicalConnection await(Patience patience, long until, long startedAt) throws SQLException {
        Ticket<PhysicalConnection> ticket = new Ticket<>(patience);
        Outcome outcome = admission.awaitReturned(ticket, until, () -> engine.roomToOpen() > 0);
        if (outcome == Outcome.ADMITTED) {
            return ticket.physical();
        }
        if (outcome == Outcome.TIMED_OUT) {
            return null;
        }
        throw refusal(outcome, startedAt, null);
    }

    private SQLException refusal(Outcome outcome, long startedAt, @Nullable SQLException cause) {
        return Refusals.error(outcome, Refusals.message(outcome, settings, engine, admission, startedAt), cause);
    }

    private SQLException timedOut(long startedAt) {
        SQLException refusal = engine.refusal();
        String message = Refusals.message(Outcome.TIMED_OUT, settings, engine, admission, startedAt);
        if (refusal != null) {
            message += "; the server refused a new one: " + refusal.getMessage();
        }
        events.on(new PoolEvent.WaitFailed(message, true));
        return Refusals.error(Outcome.TIMED_OUT, message, refusal);
    }

    private static boolean passes(SQLException e, boolean connectedBefore) {
        return Pace.passes(e)
                && !Thread.currentThread().isInterrupted()
                && (connectedBefore || ANSWERS.contains(e.getSQLState()));
    }
}
