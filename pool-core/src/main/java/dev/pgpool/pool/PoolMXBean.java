package dev.pgpool.pool;

import java.util.List;
import java.util.Map;

/**
 * A pool as JMX shows it, under the name {@code dev.pgpool:type=Pool,name="…"}; the numbers are those of
 * {@link PoolSnapshot} and {@link PoolCounts}, the operations those of {@link PoolControl}.
 *
 * <p>Where several pools have the same name, the later ones have {@code ,number=2} and so on behind it.
 */
public interface PoolMXBean {
    String getName();

    /** Most physical connections. */
    int getMaxSize();

    /** Physical connections that are open or being opened. */
    int getOpen();

    /** Physical connections that are leased. */
    int getLeased();

    /** Leases that outlive their unit of work. */
    int getPinned();

    /** Callers waiting for a physical connection. */
    int getWaiting();

    /** Open logical connections. */
    int getLogical();

    /** Who has a physical connection, since when, and what pins it; a line for each. */
    List<String> getHolders();

    /** Why and since when the pool is paused; empty if it isn't. */
    String getPaused();

    /** See {@link PoolCounts#leases}. */
    long getLeases();

    /** See {@link PoolCounts#handOvers}. */
    long getHandOvers();

    /** How many waits for a lease are over. */
    long getWaits();

    /** How long all waits took together. */
    double getWaitSeconds();

    /** How long the longest wait took. */
    double getLongestWaitSeconds();

    /** Physical connections opened. */
    long getOpened();

    /** Physical connections closed, by {@link RetireReason}. */
    Map<String, Long> getRetired();

    /** Leases that came to outlive their unit of work, by {@link PinReason}. */
    Map<String, Long> getPins();

    /** Work done again because its connection broke, by {@link Verdict}. */
    Map<String, Long> getRepeated();

    /** Work whose connection broke and that was not done again, by {@link Verdict}. */
    Map<String, Long> getReported();

    /** See {@link PoolCounts#failures}. */
    Map<String, Long> getFailures();

    /** See {@link PoolCounts#addedRoundTrips}. */
    Map<String, Long> getAddedRoundTrips();

    /** See {@link PoolCounts#resets}. */
    long getResets();

    /** See {@link PoolCounts#completeResets}. */
    long getCompleteResets();

    /** Callers who got no physical connection. */
    long getRefusals();

    /** Those who had waited for {@code pool.acquireTimeout}. */
    long getTimeouts();

    /** Logical connections that were never closed. */
    long getAbandoned();

    /** As {@link PoolControl#pause}. */
    boolean pause(String why);

    /**
     * As {@link PoolControl#drain}: empty if the pool is drained, else a line for each physical connection that is still
     * leased.
     */
    List<String> drain(int longestSeconds) throws InterruptedException;

    /** As {@link PoolControl#resume}. */
    boolean resume();

    /** As {@link PoolControl#reconnect}. */
    int reconnect();
}
