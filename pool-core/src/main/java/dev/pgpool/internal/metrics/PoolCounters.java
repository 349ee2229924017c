package dev.pgpool.internal.metrics;

import dev.pgpool.pool.PinReason;
import dev.pgpool.pool.PoolCounts;
import dev.pgpool.pool.PoolEvent;
import dev.pgpool.pool.RetireReason;
import dev.pgpool.pool.Verdict;
import java.util.EnumMap;
import java.util.Map;
import java.util.concurrent.atomic.LongAdder;
import java.util.stream.Collectors;

/** How often what has happened in a pool. Safe for use by many threads. */
public final class PoolCounters implements PoolEvent.Listener {
    private final LongAdder opened = new LongAdder();
    private final LongAdder resets = new LongAdder();
    private final LongAdder refusals = new LongAdder();
    private final LongAdder abandoned = new LongAdder();
    private final Map<PinReason, LongAdder> pins = adders(PinReason.class);
    private final Map<Verdict, LongAdder> repeated = adders(Verdict.class);
    private final Map<Verdict, LongAdder> reported = adders(Verdict.class);
    private final Map<RetireReason, LongAdder> retired = adders(RetireReason.class);

    private static <E extends Enum<E>> Map<E, LongAdder> adders(Class<E> type) {
        Map<E, LongAdder> adders = new EnumMap<>(type);
        for (E constant : type.getEnumConstants()) {
            adders.put(constant, new LongAdder());
        }
        return adders;
    }

    @Override
    public void on(PoolEvent event) {
        if (event instanceof PoolEvent.Opened) {
            opened.increment();
        } else if (event instanceof PoolEvent.Retired ended) {
            count(retired, ended.reason());
        } else if (event instanceof PoolEvent.Pinned pinned) {
            count(pins, pinned.reason());
        } else if (event instanceof PoolEvent.Broke broke) {
            count(broke.repeated() ? repeated : reported, broke.verdict());
        } else if (event instanceof PoolEvent.Reset) {
            resets.increment();
        } else if (event instanceof PoolEvent.WaitFailed) {
            refusals.increment();
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

    /** The counts at this moment; those of zero are left out of the maps. */
    public PoolCounts counts() {
        return new PoolCounts(
                opened.sum(),
                sums(retired),
                sums(pins),
                sums(repeated),
                sums(reported),
                resets.sum(),
                refusals.sum(),
                abandoned.sum());
    }

    private static <E extends Enum<E>> Map<E, Long> sums(Map<E, LongAdder> adders) {
        return adders.entrySet().stream()
                .filter(each -> each.getValue().sum() > 0)
                .collect(Collectors.toMap(
                        Map.Entry::getKey, each -> each.getValue().sum()));
    }
}
