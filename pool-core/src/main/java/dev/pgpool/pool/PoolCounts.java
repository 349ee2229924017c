package dev.pgpool.pool;

import java.util.Map;

/**
 * How often what has happened in a pool since it was opened.
 *
 * @param opened physical connections opened
 * @param retired physical connections closed, by reason
 * @param pins leases that came to outlive their unit of work, by reason
 * @param repeated work done again, unseen by the application, because its connection broke, by what was known of it
 * @param reported work whose connection broke and that was not done again, by what is known of it
 * @param resets sessions discarded before they served somebody else
 * @param refusals callers who got no physical connection
 * @param abandoned logical connections that were never closed
 */
public record PoolCounts(
        long opened,
        Map<RetireReason, Long> retired,
        Map<PinReason, Long> pins,
        Map<Verdict, Long> repeated,
        Map<Verdict, Long> reported,
        long resets,
        long refusals,
        long abandoned) {
    public PoolCounts {
        retired = Map.copyOf(retired);
        pins = Map.copyOf(pins);
        repeated = Map.copyOf(repeated);
        reported = Map.copyOf(reported);
    }
}
