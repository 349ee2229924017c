package dev.pgpool.pool;

import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.EnumSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Set;

/** Makes settings of names and values, and collects every fault on the way. Used once, by one thread. */
final class SettingsReader {
    private final List<String> faults = new ArrayList<>();
    private final Set<PoolProperty> given = EnumSet.noneOf(PoolProperty.class);
    private final Map<PoolProperty, Object> values = new EnumMap<>(PoolProperty.class);

    PoolSettings read(Map<String, String> texts, String defaultName) {
        texts.forEach(this::readOne);
        addDefaults(defaultName);
        faults.addAll(SettingsRules.faultsOf(values));
        if (!faults.isEmpty()) {
            throw new InvalidSettingsException(faults);
        }
        return new PoolSettings(
                value(PoolProperty.NAME, String.class),
                value(PoolProperty.MODE, PoolMode.class),
                value(PoolProperty.RESET_MODE, ResetMode.class),
                value(PoolProperty.MAX_SIZE, Integer.class),
                value(PoolProperty.MIN_IDLE, Integer.class),
                value(PoolProperty.MAX_PINNED, Integer.class),
                value(PoolProperty.ACQUIRE_TIMEOUT, Duration.class),
                value(PoolProperty.RETRY_TIMEOUT, Duration.class),
                value(PoolProperty.MAX_WAITERS, Integer.class),
                value(PoolProperty.VALIDATE_AFTER_IDLE, Duration.class),
                value(PoolProperty.MAX_LIFETIME, Duration.class),
                value(PoolProperty.IDLE_TIMEOUT, Duration.class),
                value(PoolProperty.KEEPALIVE_TIME, Duration.class),
                value(PoolProperty.IDLE_POOL_TIMEOUT, Duration.class),
                value(PoolProperty.JMX, Switch.class));
    }

    private <T> T value(PoolProperty property, Class<T> type) {
        return type.cast(Objects.requireNonNull(values.get(property)));
    }

    private void readOne(String name, String text) {
        PoolProperty property = PoolProperty.named(name).orElse(null);
        if (property == null) {
            faults.add(unknown(name, text));
            return;
        }
        if (!given.add(property)) {
            faults.add(property.fullName() + " is given twice, in different spellings");
            return;
        }
        try {
            values.put(property, property.kind().parse(text));
        } catch (IllegalArgumentException e) {
            faults.add(property.fullName() + "=" + text + " " + e.getMessage());
        }
    }

    private void addDefaults(String defaultName) {
        for (PoolProperty property : PoolProperty.values()) {
            if (property == PoolProperty.NAME) {
                addDefault(property, defaultName);
            } else {
                addDefault(property, property.kind().parse(property.defaultText()));
            }
        }
        // Only a wish must be possible to fulfil; a default gives way to the age that was wished for.
        for (PoolProperty property : List.of(PoolProperty.IDLE_TIMEOUT, PoolProperty.KEEPALIVE_TIME)) {
            if (!given.contains(property) && !SettingsRules.endsBeforeMaxLifetime(property, values)) {
                values.put(property, Duration.ZERO);
            }
        }
    }

    private void addDefault(PoolProperty property, Object value) {
        if (!given.contains(property)) {
            values.put(property, value);
        }
    }

    private static String unknown(String name, String text) {
        // A password that ended up under a wrong name must not end up in a log.
        boolean secret = name.toLowerCase(Locale.ROOT).contains("password");
        String fault = name + "=" + (secret ? "***" : text) + " is not a property of the pool; ";
        PoolProperty nearest = nearest(name);
        // One typing error in three characters still leaves the name recognisable.
        if (3 * distance(nearest, name) <= nearest.shortName().length()) {
            return fault + "did you mean " + nearest.fullName() + "?";
        }
        List<String> names = List.of(PoolProperty.values()).stream()
                .map(PoolProperty::fullName)
                .toList();
        return fault + "there are " + String.join(", ", names);
    }

    private static PoolProperty nearest(String name) {
        PoolProperty nearest = PoolProperty.NAME;
        for (PoolProperty property : PoolProperty.values()) {
            if (distance(property, name) < distance(nearest, name)) {
                nearest = property;
            }
        }
        return nearest;
    }

    private static int distance(PoolProperty property, String name) {
        return EditDistance.between(property.fullName().toLowerCase(Locale.ROOT), name.toLowerCase(Locale.ROOT));
    }
}
