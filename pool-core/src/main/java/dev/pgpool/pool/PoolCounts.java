package dev.pgpool.pool;

import java.time.Duration;
import java.util.Map;

/**
 * How often what has happened in a pool since it was opened.
 *
 * @param leases physical connections given to a caller, or the permission to open one
 * @param handOvers those of {@code leases} that went straight from one who gave it back to one who waited
 * @param waits waits for a lease that are over, whatever their end
 * @param opened physical connections opened
 * @param retired physical connections closed, by reason
 * @param pins leases that came to outlive their unit of work, by reason
 * @param repeated work done again, unseen by the application, because its connection broke, by what was known of it
 * @param reported work whose connection broke and that was not done again, by what is known of it
 * @param failures physical connections that broke under work, or could not be opened, by the SQLState of the cause
 * @param addedRoundTrips what the driver asked the server on its own account, by reason: a round trip each, and another
 *     one where a physical connection meets a parameter for the first time or the server refused
 * @param resets sessions cleaned before they served somebody else
 * @param completeResets those of {@code resets} that discarded everything, statements that pgjdbc had prepared included
 * @param refusals callers who got no physical connection
 * @param timeouts those of {@code refusals} who had waited for {@code pool.acquireTimeout}
 * @param abandoned logical connections that were never closed
 */
public record PoolCounts(
        long leases,
        long handOvers,
        Waits waits,
        long opened,
        Map<RetireReason, Long> retired,
        Map<PinReason, Long> pins,
        Map<Verdict, Long> repeated,
        Map<Verdict, Long> reported,
        Map<String, Long> failures,
        Map<AddedRoundTrip, Long> addedRoundTrips,
        long resets,
        long completeResets,
        long refusals,
        long timeouts,
        long abandoned) {
    /**
     * Waits for a lease, because all were taken or the pool was paused.
     *
     * @param count how many
     * @param total how long all together
     * @param longest how long the longest
     */
    public record Waits(long count, Duration total, Duration longest) {
        /** No waits. */
        public static final Waits NONE = new Waits(0, Duration.ZERO, Duration.ZERO);
    }

    public PoolCounts {
        retired = Map.copyOf(retired);
        pins = Map.copyOf(pins);
        repeated = Map.copyOf(repeated);
        reported = Map.copyOf(reported);
        failures = Map.copyOf(failures);
        addedRoundTrips = Map.copyOf(addedRoundTrips);
    }
}
