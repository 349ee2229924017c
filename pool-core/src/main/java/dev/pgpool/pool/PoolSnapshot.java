package dev.pgpool.pool;

/**
 * A pool at one moment. The numbers are read one after the other, so under load they may differ by the few leases that
 * began or ended meanwhile.
 *
 * @param name the pool's name
 * @param maxSize most physical connections
 * @param open physical connections that are open or being opened
 * @param leased physical connections that are leased
 * @param pinned leases that outlive their unit of work
 * @param waiting callers waiting for a physical connection
 * @param logical open logical connections
 */
public record PoolSnapshot(String name, int maxSize, int open, int leased, int pinned, int waiting, int logical) {}
