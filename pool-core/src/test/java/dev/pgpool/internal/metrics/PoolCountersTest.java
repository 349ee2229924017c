package dev.pgpool.internal.metrics;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.pgpool.pool.AddedRoundTrip;
import dev.pgpool.pool.PinReason;
import dev.pgpool.pool.PoolCounts;
import dev.pgpool.pool.PoolCounts.Waits;
import dev.pgpool.pool.PoolEvent;
import dev.pgpool.pool.RetireReason;
import dev.pgpool.pool.Verdict;
import java.io.IOException;
import java.sql.SQLException;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.Test;

class PoolCountersTest {
    private static final LeaseCounts QUEUE =
            new LeaseCounts(7, 3, new Waits(2, Duration.ofSeconds(4), Duration.ofSeconds(3)));

    private final PoolCounters counters = new PoolCounters();

    @Test
    void each_event_counts_where_it_belongs() {
        counters.on(new PoolEvent.Opened(1, Duration.ZERO));
        counters.on(new PoolEvent.Opened(2, Duration.ZERO));
        counters.on(new PoolEvent.Retired(1, RetireReason.PAUSED, Duration.ZERO, 1, null));
        counters.on(new PoolEvent.Pinned(2, PinReason.LISTEN, "listen news", ""));
        counters.on(new PoolEvent.Broke(2, Verdict.ROLLED_BACK, true, new SQLException("", "57P01")));
        counters.on(new PoolEvent.Broke(2, Verdict.UNKNOWN, false, new SQLException("", "08006")));
        counters.on(new PoolEvent.OpenFailed(new SQLException("", "57P01"), Duration.ZERO));
        counters.on(new PoolEvent.Asked(2, AddedRoundTrip.QUESTION));
        counters.on(new PoolEvent.Reset(2, true, Duration.ZERO));
        counters.on(new PoolEvent.Reset(2, false, Duration.ZERO));
        counters.on(new PoolEvent.WaitFailed("too late", true));
        counters.on(new PoolEvent.WaitFailed("too many", false));
        counters.on(new PoolEvent.Abandoned("", false));
        assertEquals(
                new PoolCounts(
                        7,
                        3,
                        QUEUE.waits(),
                        2,
                        Map.of(RetireReason.PAUSED, 1L),
                        Map.of(PinReason.LISTEN, 1L),
                        Map.of(Verdict.ROLLED_BACK, 1L),
                        Map.of(Verdict.UNKNOWN, 1L),
                        Map.of("57P01", 2L, "08006", 1L),
                        Map.of(AddedRoundTrip.QUESTION, 1L),
                        2,
                        1,
                        2,
                        1,
                        1),
                counters.counts(QUEUE));
    }

    @Test
    void failures_are_counted_with_and_without_a_state_and_never_by_more_than_a_hundred() {
        counters.on(new PoolEvent.Broke(1, Verdict.COMMITTED, false, null));
        counters.on(new PoolEvent.OpenFailed(new IOException(), null));
        for (int i = 0; i < 1_000; i++) {
            counters.on(new PoolEvent.OpenFailed(new SQLException("", "X" + i), null));
        }
        counters.on(new PoolEvent.OpenFailed(new SQLException("", "X0"), null));
        Map<String, Long> failures = counters.counts(QUEUE).failures();
        assertEquals(100, failures.size());
        assertEquals(2, failures.get("X0"));
        assertEquals(2 + 1_000 - 99, failures.get("none"));
    }

    @Test
    void waits_add_up() {
        Waits none = new dev.pgpool.internal.metrics.Waits().sum();
        assertEquals(Waits.NONE, none);
        dev.pgpool.internal.metrics.Waits waits = new dev.pgpool.internal.metrics.Waits();
        waits.add(3_000_000);
        waits.add(5_000_000);
        waits.add(1_000_000);
        assertEquals(new Waits(3, Duration.ofMillis(9), Duration.ofMillis(5)), waits.sum());
    }
}
