package dev.pgpool.pool;

import java.time.Duration;
import java.util.List;

/**
 * A pool at one moment. The numbers are read one after the other, so under load they may differ by the few leases that
 * began or ended meanwhile.
 *
 * @param name the pool's name
 * @param maxSize most physical connections
 * @param open physical connections that are open or being opened
 * @param leased physical connections that are leased
 * @param pins the leases that outlive their unit of work
 * @param waiting callers waiting for a physical connection
 * @param logical open logical connections
 * @param counts what has happened since the pool was opened
 */
public record PoolSnapshot(
        String name,
        int maxSize,
        int open,
        int leased,
        List<Pinned> pins,
        int waiting,
        int logical,
        PoolCounts counts) {
    /**
     * A lease that outlives its unit of work.
     *
     * @param backend process id of the physical connection's backend
     * @param reason the oldest reason
     * @param detail the SQL or call that pinned
     * @param site where in the application that was, as lines of a stack trace
     * @param age for how long
     */
    public record Pinned(int backend, PinReason reason, String detail, String site, Duration age) {}

    public PoolSnapshot {
        pins = List.copyOf(pins);
    }

    /** How many leases outlive their unit of work. */
    public int pinned() {
        return pins.size();
    }
}
