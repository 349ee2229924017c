package dev.pgpool.internal.lease;

import java.time.Duration;

/** Why and since when a pool begins no units of work. */
record Pause(String why, long sinceNanos) {
    static Pause now(String why) {
        return new Pause(why, System.nanoTime());
    }

    Duration age() {
        return Duration.ofNanos(System.nanoTime() - sinceNanos);
    }
}
