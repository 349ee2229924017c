package dev.pgpool.internal.lease;

import dev.pgpool.pool.PinReason;
import java.time.Duration;

/**
 * A reason why a lease outlives its unit of work.
 *
 * @param detail the SQL or call that made it necessary
 * @param site where in the application that was
 */
record Pin(PinReason reason, String detail, CallSite site, long sinceNanos) {
    static Pin now(PinReason reason, String detail) {
        return new Pin(reason, detail, CallSite.here(), System.nanoTime());
    }

    Duration age() {
        return Duration.ofNanos(System.nanoTime() - sinceNanos);
    }
}
