package dev.pgpool.internal.metrics;

import dev.pgpool.pool.AddedRoundTrip;
import dev.pgpool.pool.PinReason;
import dev.pgpool.pool.PoolCounts;
import dev.pgpool.pool.PoolEvent;
import dev.pgpool.pool.RetireReason;
import dev.pgpool.pool.Verdict;
import java.sql.SQLException;
import java.util.EnumMap;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.concurrent.atomic.LongAdder;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** How often what has happened in a pool. Safe for use by many threads. */
public final class PoolCounters implements PoolEvent.Listener {
    private static final int MOST_STATES = 100;
    /** In place of a SQLState where there is none. */
    private static final String NO_STATE = "none";

    private final LongAdder opened = new LongAdder();
    private final LongAdder resets = new LongAdder();
    private final LongAdder completeResets = new LongAdder();
    private final LongAdder refusals = new LongAdder();
    private final LongAdder timeouts = new LongAdder();
    private final LongAdder abandoned = new LongAdder();
    private final Map<PinReason, LongAdder> pins = adders(PinReason.class);
    private final Map<Verdict, LongAdder> repeated = adders(Verdict.class);
    private final Map<Verdict, LongAdder> reported = adders(Verdict.class);
    private final Map<RetireReason, LongAdder> retired = adders(RetireReason.class);
    private final Map<AddedRoundTrip, LongAdder> asked = adders(AddedRoundTrip.class);
    private final ConcurrentMap<String, LongAdder> failures = new ConcurrentHashMap<>();

    private static <E extends Enum<E>> Map<E, LongAdder> adders(Class<E> type) {
        Map<E, LongAdder> adders = new EnumMap<>(type);
        for (E constant : type.getEnumConstants()) {
            adders.put(constant, new LongAdder());
        }
        return adders;
    }

    @Override
    public void on(PoolEvent event) {
        if (event instanceof PoolEvent.Asked question) {
            count(asked, question.reason());
        } else if (event instanceof PoolEvent.Opened) {
            opened.increment();
        } else if (event instanceof PoolEvent.Retired ended) {
            count(retired, ended.reason());
        } else if (event instanceof PoolEvent.Pinned pinned) {
            count(pins, pinned.reason());
        } else if (event instanceof PoolEvent.Broke broke) {
            count(broke.repeated() ? repeated : reported, broke.verdict());
            countFailure(broke.cause());
        } else if (event instanceof PoolEvent.OpenFailed failed) {
            countFailure(failed.failure());
        } else if (event instanceof PoolEvent.Reset reset) {
            resets.increment();
            completeResets.add(reset.completely() ? 1 : 0);
        } else if (event instanceof PoolEvent.WaitFailed failed) {
            refusals.increment();
            timeouts.add(failed.timedOut() ? 1 : 0);
        } else if (event instanceof PoolEvent.Abandoned) {
            abandoned.increment();
        }
    }

    private static <E> void count(Map<E, LongAdder> adders, E reason) {
        LongAdder adder = adders.get(reason);
        if (adder != null) {
            adder.increment();
        }
    }

    // What a server calls a SQLState is its business, but it mustn't fill the memory.
    private void countFailure(@Nullable Exception cause) {
        String state = cause instanceof SQLException e ? e.getSQLState() : null;
        boolean known = state != null && (failures.containsKey(state) || failures.size() < MOST_STATES);
        failures.computeIfAbsent(known ? state : NO_STATE, absent -> new LongAdder())
                .increment();
    }

    /** The counts at this moment; those of zero are left out of the maps. */
    public PoolCounts counts(LeaseCounts queue) {
        return new PoolCounts(
                queue.leases(),
                queue.handOvers(),
                queue.waits(),
                opened.sum(),
                sums(retired),
                sums(pins),
                sums(repeated),
                sums(reported),
                sums(failures),
                sums(asked),
                resets.sum(),
                completeResets.sum(),
                refusals.sum(),
                timeouts.sum(),
                abandoned.sum());
    }

    private static <K> Map<K, Long> sums(Map<K, LongAdder> adders) {
        return adders.entrySet().stream()
                .filter(each -> each.getValue().sum() > 0)
                .collect(Collectors.toMap(
                        Map.Entry::getKey, each -> each.getValue().sum()));
    }
}
