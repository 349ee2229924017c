package dev.pgpool.internal.lease;

import dev.pgpool.internal.lease.Admission.Outcome;
import dev.pgpool.internal.physical.Engine;
import dev.pgpool.internal.physical.PhysicalConnection;
import dev.pgpool.pool.PinReason;
import dev.pgpool.pool.PoolSettings;
import java.sql.SQLException;
import java.sql.SQLTransientConnectionException;
import java.util.Locale;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** What a caller is told who gets no physical connection: the numbers, who holds them, and what to do. */
final class Refusals {
    private Refusals() {}

    static String message(
            Outcome outcome, PoolSettings settings, Engine engine, Admission<?> admission, long startedAt) {
        String pool = "pool " + settings.name() + ": ";
        Pause pause = admission.pause();
        String state = (pause == null ? "" : "paused for " + seconds(pause.sinceNanos()) + ": " + pause.why() + "; ")
                + holders(settings, engine, admission.waiting());
        return switch (outcome) {
            case TIMED_OUT ->
                pool + "no physical connection in " + seconds(startedAt) + " (" + state + "); "
                        + (pause == null
                                ? "raise pool.maxSize or end the long lease"
                                : "resume the pool, or raise pool.acquireTimeout");
            case INTERRUPTED ->
                pool + "interrupted after waiting " + seconds(startedAt) + " for a physical connection (" + state + ")";
            case ENDED ->
                pool + "canceled after waiting " + seconds(startedAt) + " for a physical connection (" + state + ")";
            case QUEUE_FULL ->
                pool + "pool.maxWaiters=" + settings.maxWaiters()
                        + " callers wait for a physical connection already (" + state + "); "
                        + (pause == null ? "raise pool.maxSize, " : "resume the pool, ")
                        + "or raise pool.maxWaiters if they may wait longer";
            case WOULD_NEVER_END ->
                pool + "waiting would never end: each of the " + settings.maxSize()
                        + " physical connections is in the transaction of a thread that itself waits here for another one ("
                        + state
                        + "); raise pool.maxSize above the number of threads that need two connections at once";
            case CLOSED -> pool + "was closed";
            case ADMITTED -> throw new IllegalStateException("bug: admission is no refusal");
        };
    }

    /**
     * The error that carries a message.
     *
     * @param cause what the server said last to somebody who tried to connect; null if nothing
     */
    static SQLException error(Outcome outcome, String message, @Nullable SQLException cause) {
        return switch (outcome) {
            case CLOSED -> new SQLException(message, "08003", cause);
            case ENDED -> new SQLException(message, "57014", cause);
            default -> new SQLTransientConnectionException(message, "08001", cause);
        };
    }

    /** Why a statement that would pin was refused. */
    static String pins(PoolSettings settings, Engine engine, PinReason reason, String detail) {
        StringBuilder text = new StringBuilder("pool " + settings.name() + ": pool.maxPinned=" + settings.maxPinned()
                + " physical connections are pinned already, and this statement would pin another one by "
                + reason.description() + "; it was not run. Pinned are:");
        for (PhysicalConnection physical : engine.all()) {
            Pin pin = physical.tenant() instanceof Tenancy tenant ? tenant.pin() : null;
            if (pin != null) {
                text.append(" backend ")
                        .append(physical.backend())
                        .append(" for ")
                        .append(seconds(pin.sinceNanos()))
                        .append(" by ")
                        .append(pin.reason().description())
                        .append(" (")
                        .append(pin.detail())
                        .append(");");
            }
        }
        return text.append(" end one of these, or raise pool.maxPinned. Refused: ")
                .append(detail)
                .toString();
    }

    private static String holders(PoolSettings settings, Engine engine, int waiting) {
        int leased = 0;
        int pinned = 0;
        Tenancy longest = null;
        for (PhysicalConnection physical : engine.all()) {
            if (physical.tenant() instanceof Tenancy tenant) {
                leased++;
                pinned += tenant.pinned() ? 1 : 0;
                if (longest == null || tenant.leasedAtNanos() - longest.leasedAtNanos() < 0) {
                    longest = tenant;
                }
            }
        }
        StringBuilder text = new StringBuilder()
                .append(leased)
                .append(" of ")
                .append(settings.maxSize())
                .append(" leased, ")
                .append(pinned)
                .append(" pinned, ")
                .append(waiting)
                .append(" waiting");
        if (longest != null) {
            text.append(", longest lease ")
                    .append(seconds(longest.leasedAtNanos()))
                    .append(longest.holder());
        }
        return text.toString();
    }

    /** The time since then, as messages tell it. */
    static String seconds(long sinceNanos) {
        return String.format(
                Locale.ROOT, "%.1f s", (System.nanoTime() - sinceNanos) / (double) TimeUnit.SECONDS.toNanos(1));
    }
}
