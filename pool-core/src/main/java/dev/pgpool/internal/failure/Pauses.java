package dev.pgpool.internal.failure;

import java.time.Duration;

/** How long to wait between two attempts: not at all before the second, then longer and longer, and never in step. */
public final class Pauses {
    private static final Duration FIRST = Duration.ofMillis(10);
    private static final Duration LONGEST = Duration.ofMillis(250);

    private Pauses() {}

    /**
     * The pause before an attempt.
     *
     * @param failures how many attempts have failed; at least one
     * @param chance a number from 0 to 1, not the same for all
     */
    public static Duration after(int failures, double chance) {
        if (failures == 1) {
            return Duration.ZERO;
        }
        long full = Math.min(LONGEST.toNanos(), FIRST.toNanos() << Math.min(failures - 2, 10));
        return Duration.ofNanos((long) (full * (1 + chance) / 2));
    }
}
