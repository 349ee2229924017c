package dev.pgpool.pool;

import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Something that happened in a pool, told at the moment it happened; log and counters live on nothing else. */
public sealed interface PoolEvent {
    /** The pool exists; it has opened nothing yet. */
    record Started(PoolSettings settings) implements PoolEvent {}

    /** The pool and all its physical connections were closed. */
    record Closed(String why) implements PoolEvent {}

    /** A physical connection was opened. */
    record Opened(int backend, Duration took) implements PoolEvent {}

    /** A physical connection could not be opened; {@code retryIn} is null if the failure went to a caller. */
    record OpenFailed(Exception failure, @Nullable Duration retryIn) implements PoolEvent {}

    /** A physical connection was closed. */
    record Retired(
            int backend,
            RetireReason reason,
            Duration age,
            long leases,
            @Nullable Throwable cause) implements PoolEvent {}

    /**
     * A physical connection broke under work.
     *
     * @param verdict what is known of the work
     * @param repeated whether it is done again, unseen by the application
     */
    record Broke(
            int backend,
            Verdict verdict,
            boolean repeated,
            @Nullable Exception cause) implements PoolEvent {}

    /** A caller got no physical connection; {@code timedOut} if he had waited as long as he may. */
    record WaitFailed(String message, boolean timedOut) implements PoolEvent {}

    /**
     * A logical connection keeps its physical one beyond the unit of work; {@code detail} is the SQL or call, {@code site}
     * where in the application that was.
     */
    record Pinned(int backend, PinReason reason, String detail, String site) implements PoolEvent {}

    /** A reason to keep the physical connection is gone; it lasted for {@code held}. */
    record Unpinned(int backend, PinReason reason, Duration held) implements PoolEvent {}

    /** The driver asked the server something of its own: a round trip that the application hadn't asked for. */
    record Asked(int backend, AddedRoundTrip reason) implements PoolEvent {}

    /**
     * A session was reset before its physical connection serves somebody else: {@code completely}, or of what was known to
     * be in it.
     */
    record Reset(int backend, boolean completely, Duration took) implements PoolEvent {}

    /**
     * It became known whether triggers, views and the like of this database may change sessions; if so, all data changes
     * pin.
     *
     * @param inQueries whether mere queries may run them, and pin too
     * @param functions some that are the cause
     * @param failure why the server could not tell; null if it did
     */
    record HiddenCode(
            boolean possible,
            boolean inQueries,
            List<String> functions,
            @Nullable Exception failure) implements PoolEvent {}

    /** New units of work wait from now on; so many physical connections are still to be closed. */
    record Paused(String why, int open) implements PoolEvent {}

    /** A pause is over, and so many who waited are let in. */
    record Resumed(Duration after, int waiting) implements PoolEvent {}

    /** All physical connections are to be replaced; so many of them when their lease ends. */
    record Reconnecting(int leased) implements PoolEvent {}

    /** The pool can't be seen by JMX. */
    record NotRegistered(Exception failure) implements PoolEvent {}

    /** Looking after idle connections failed; it is tried again in a second. A bug. */
    record MaintenanceFailed(Throwable failure) implements PoolEvent {}

    /** A logical connection became unreachable without having been closed. */
    record Abandoned(String openedAt, boolean heldLease) implements PoolEvent {}

    /** Hears of events, in the thread in which they happen: an implementation returns fast and doesn't throw. */
    @FunctionalInterface
    interface Listener {
        void on(PoolEvent event);
    }
}
