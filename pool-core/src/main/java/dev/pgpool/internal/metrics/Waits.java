package dev.pgpool.internal.metrics;

import dev.pgpool.pool.PoolCounts;
import java.time.Duration;
import java.util.concurrent.atomic.LongAccumulator;
import java.util.concurrent.atomic.LongAdder;

/** How many waits there were, and how long. Safe for use by many threads. */
public final class Waits {
    private final LongAdder count = new LongAdder();
    private final LongAdder totalNanos = new LongAdder();
    private final LongAccumulator longestNanos = new LongAccumulator(Math::max, 0);

    /** Adds one that is over. */
    public void add(long nanos) {
        count.increment();
        totalNanos.add(nanos);
        longestNanos.accumulate(nanos);
    }

    public PoolCounts.Waits sum() {
        return new PoolCounts.Waits(
                count.sum(), Duration.ofNanos(totalNanos.sum()), Duration.ofNanos(longestNanos.get()));
    }
}
