package dev.pgpool.internal.metrics;

import dev.pgpool.pool.PoolCounts;

/**
 * What the queue counts: see {@link PoolCounts}.
 *
 * @param leases how many permits it gave
 * @param handOvers how many of them from hand to hand
 * @param waits for them
 */
public record LeaseCounts(long leases, long handOvers, PoolCounts.Waits waits) {}
