package dev.pgpool.pool;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;

/** What the values of a pool's properties must fulfil, alone and together. */
final class SettingsRules {
    private SettingsRules() {}

    /** All faults of these values; a property without a value has none. */
    static List<String> faultsOf(Map<PoolProperty, Object> values) {
        List<String> faults = new ArrayList<>();
        values.forEach((property, value) ->
                rangeFault(property, property.kind(), value).ifPresent(faults::add));
        if (faults.isEmpty()) {
            combinationFaults(values, faults);
        }
        return faults;
    }

    private static <T> Optional<String> rangeFault(PoolProperty property, PropertyKind<T> kind, Object value) {
        T typed = kind.type().cast(value);
        return kind.contains(typed)
                ? Optional.empty()
                : Optional.of(text(property, typed, kind) + " is not allowed; write " + kind.allowed());
    }

    private static void combinationFaults(Map<PoolProperty, Object> values, List<String> faults) {
        if (values.get(PoolProperty.MIN_IDLE) instanceof Integer minIdle
                && values.get(PoolProperty.MAX_SIZE) instanceof Integer maxSize
                && minIdle > maxSize) {
            faults.add("pool.minIdle=" + minIdle + " is more than pool.maxSize=" + maxSize);
        }
        for (PoolProperty property : List.of(PoolProperty.IDLE_TIMEOUT, PoolProperty.KEEPALIVE_TIME)) {
            if (!endsBeforeMaxLifetime(property, values)) {
                faults.add(text(property, values) + " must be at least 1s less than "
                        + text(PoolProperty.MAX_LIFETIME, values) + ", or 0 for never");
            }
        }
    }

    /** Whether this duration can pass at all before a physical connection is replaced because of its age. */
    static boolean endsBeforeMaxLifetime(PoolProperty property, Map<PoolProperty, Object> values) {
        return !(values.get(property) instanceof Duration duration
                        && values.get(PoolProperty.MAX_LIFETIME) instanceof Duration maxLifetime)
                || duration.isZero()
                || maxLifetime.isZero()
                || duration.plusSeconds(1).compareTo(maxLifetime) <= 0;
    }

    private static String text(PoolProperty property, Map<PoolProperty, Object> values) {
        return text(property, Objects.requireNonNull(values.get(property)), property.kind());
    }

    private static <T> String text(PoolProperty property, Object value, PropertyKind<T> kind) {
        return property.fullName() + "=" + kind.format(kind.type().cast(value));
    }
}
