package dev.pgpool.pool;

import java.time.Duration;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * A pool at one moment. The numbers are read one after the other, so under load they may differ by the few leases that
 * began or ended meanwhile.
 *
 * @param name the pool's name
 * @param maxSize most physical connections
 * @param open physical connections that are open or being opened
 * @param leases who has a physical connection
 * @param waiting callers waiting for a physical connection
 * @param logical open logical connections
 * @param pause why no unit of work begins; null if they do
 * @param counts what has happened since the pool was opened
 */
public record PoolSnapshot(
        String name,
        int maxSize,
        int open,
        List<Leased> leases,
        int waiting,
        int logical,
        @Nullable Pause pause,
        PoolCounts counts) {
    /**
     * A physical connection that a logical one has.
     *
     * @param backend process id of the physical connection's backend
     * @param age since when
     * @param thread name of the thread that took it
     * @param pin why it outlives its unit of work; null if it doesn't
     */
    public record Leased(
            int backend,
            Duration age,
            String thread,
            @Nullable Pinned pin) {}

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

    /**
     * A pool that begins no units of work.
     *
     * @param why as told by whoever paused it
     * @param age since when
     */
    public record Pause(String why, Duration age) {}

    public PoolSnapshot {
        leases = List.copyOf(leases);
    }

    /** How many physical connections are leased. */
    public int leased() {
        return leases.size();
    }

    /** How many leases outlive their unit of work. */
    public int pinned() {
        return pins().size();
    }

    /** The leases that outlive their unit of work. */
    public List<Pinned> pins() {
        return leases.stream().map(Leased::pin).filter(Objects::nonNull).toList();
    }
}
