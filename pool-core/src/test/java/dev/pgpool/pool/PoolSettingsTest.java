package dev.pgpool.pool;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

final class PoolSettingsTest {
    private static final PoolSettings DEFAULTS = PoolSettings.parse(Map.of(), "app@db:5432/orders");

    @Test
    void what_is_not_given_has_its_default() {
        assertEquals(
                new PoolSettings(
                        "app@db:5432/orders",
                        PoolMode.TRANSACTION,
                        ResetMode.AUTO,
                        10,
                        0,
                        10_000,
                        Duration.ofSeconds(30),
                        Duration.ofSeconds(30),
                        10_000,
                        Duration.ofSeconds(30),
                        Duration.ofMinutes(30),
                        Duration.ofMinutes(10),
                        Duration.ofMinutes(2),
                        Duration.ofMinutes(10),
                        Switch.ON),
                DEFAULTS);
    }

    @Test
    void every_property_is_read() {
        Map<String, String> texts = Map.ofEntries(
                Map.entry("pool.name", "orders"),
                Map.entry("pool.mode", "session"),
                Map.entry("pool.resetMode", "Always"),
                Map.entry("pool.maxPinned", "4"),
                Map.entry("pool.maxSize", "7"),
                Map.entry("pool.minIdle", "2"),
                Map.entry("pool.acquireTimeout", "1500ms"),
                Map.entry("pool.retryTimeout", "4s"),
                Map.entry("pool.jmx", "off"),
                Map.entry("pool.maxWaiters", "3"),
                Map.entry("pool.validateAfterIdle", "0"),
                Map.entry("pool.maxLifetime", "1h"),
                Map.entry("pool.idleTimeout", "20s"),
                Map.entry("pool.keepaliveTime", "40s"),
                Map.entry("pool.idlePoolTimeout", "1m"));
        assertEquals(PoolProperty.values().length, texts.size());
        assertEquals(
                new PoolSettings(
                        "orders",
                        PoolMode.SESSION,
                        ResetMode.ALWAYS,
                        7,
                        2,
                        4,
                        Duration.ofMillis(1500),
                        Duration.ofSeconds(4),
                        3,
                        Duration.ZERO,
                        Duration.ofHours(1),
                        Duration.ofSeconds(20),
                        Duration.ofSeconds(40),
                        Duration.ofMinutes(1),
                        Switch.OFF),
                PoolSettings.parse(texts, "unused"));
    }

    @ParameterizedTest
    @EnumSource(PoolProperty.class)
    void names_match_in_upper_and_lower_case(PoolProperty property) {
        String value = property == PoolProperty.NAME ? "orders" : property.defaultText();
        for (String name : List.of(
                property.fullName().toLowerCase(Locale.ROOT),
                property.fullName().toUpperCase(Locale.ROOT))) {
            assertEquals(property, PoolProperty.named(name).orElseThrow());
            PoolSettings.parse(Map.of(name, value), "default");
        }
    }

    @ParameterizedTest
    @EnumSource(PoolProperty.class)
    void every_default_can_be_written_out(PoolProperty property) {
        if (property != PoolProperty.NAME) {
            assertEquals(
                    DEFAULTS, PoolSettings.parse(Map.of(property.fullName(), property.defaultText()), DEFAULTS.name()));
        }
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "pool.acquireTimeout | 5000x | pool.acquireTimeout=5000x is not a duration; write a number with ms, s, m or h, for example 5s",
                "pool.acquireTimeout | 5000 | pool.acquireTimeout=5000 is not a duration; write a number with ms, s, m or h, for example 5s",
                "pool.acquireTimeout | -5s | pool.acquireTimeout=-5s is not a duration; write a number with ms, s, m or h, for example 5s",
                "pool.acquireTimeout | 0 | pool.acquireTimeout=0 is not allowed; write a duration from 1ms to 8760h",
                "pool.acquireTimeout | 999999999999h | pool.acquireTimeout=999999999999h is not allowed; write a duration from 1ms to 8760h",
                "pool.maxSize | 0 | pool.maxSize=0 is not allowed; write a whole number from 1 to 10000",
                "pool.maxSize | 10001 | pool.maxSize=10001 is not allowed; write a whole number from 1 to 10000",
                "pool.maxSize | ten | pool.maxSize=ten is not a whole number from 1 to 10000",
                "pool.maxSize | '' | pool.maxSize= is not a whole number from 1 to 10000",
                "pool.mode | transactional | pool.mode=transactional is not one of transaction, session, statement",
                "pool.name | ' ' | pool.name=  is not allowed; write a text that is not blank",
                "pool.maxLifetime | 29s | pool.maxLifetime=29s is not allowed; write a duration from 30s to 8760h, or 0 for no limit",
                "pool.idleTimeout | 9s | pool.idleTimeout=9s is not allowed; write a duration from 10s to 8760h, or 0 for never",
                "pool.keepaliveTime | 29s | pool.keepaliveTime=29s is not allowed; write a duration from 30s to 8760h, or 0 for never",
                "pool.minIdle | 11 | pool.minIdle=11 is more than pool.maxSize=10",
                "pool.keepaliveTime | 30m | pool.keepaliveTime=30m must be at least 1s less than pool.maxLifetime=30m, or 0 for never",
                "pool.idleTimeout | 30m | pool.idleTimeout=30m must be at least 1s less than pool.maxLifetime=30m, or 0 for never",
                "pool.maxSise | 5 | pool.maxSise=5 is not a property of the pool; did you mean pool.maxSize?",
                "pool.MAXSIZES | 5 | pool.MAXSIZES=5 is not a property of the pool; did you mean pool.maxSize?",
                "pool.size | 5 | pool.size=5 is not a property of the pool; there are pool.name, pool.mode, pool.resetMode, pool.maxSize, pool.minIdle, pool.maxPinned, pool.acquireTimeout, pool.retryTimeout, pool.maxWaiters, pool.validateAfterIdle, pool.maxLifetime, pool.idleTimeout, pool.keepaliveTime, pool.idlePoolTimeout, pool.jmx"
            })
    void a_wrong_property_is_named_with_its_value_and_what_is_allowed(String name, String value, String fault) {
        assertEquals(List.of(fault), faults(Map.of(name, value)));
    }

    @Test
    void all_faults_are_reported_at_once() {
        Map<String, String> texts = new LinkedHashMap<>();
        texts.put("pool.maxSize", "0");
        texts.put("pool.mode", "both");
        texts.put("pool.mod", "session");
        texts.put("pool.acquireTimeout", "soon");
        assertEquals(4, faults(texts).size(), () -> faults(texts).toString());
    }

    @Test
    void one_property_in_two_spellings_is_a_fault() {
        Map<String, String> texts = new LinkedHashMap<>();
        texts.put("pool.maxSize", "5");
        texts.put("pool.maxsize", "5");
        assertEquals(List.of("pool.maxSize is given twice, in different spellings"), faults(texts));
    }

    @Test
    void a_password_under_a_wrong_name_is_not_printed() {
        List<String> faults = faults(Map.of("pool.password", "s3cret"));
        assertFalse(faults.toString().contains("s3cret"), faults::toString);
        assertTrue(faults.toString().contains("pool.password=***"), faults::toString);
    }

    @Test
    void defaults_give_way_to_a_short_life_time() {
        PoolSettings settings = PoolSettings.parse(Map.of("pool.maxLifetime", "1m"), "orders");
        assertEquals(Duration.ZERO, settings.idleTimeout());
        assertEquals(Duration.ZERO, settings.keepaliveTime());
    }

    @Test
    void a_life_time_without_limit_goes_with_any_other_time() {
        PoolSettings settings =
                PoolSettings.parse(Map.of("pool.maxLifetime", "0", "pool.idleTimeout", "100h"), "orders");
        assertEquals(Duration.ofHours(100), settings.idleTimeout());
        assertEquals(Duration.ofMinutes(2), settings.keepaliveTime());
    }

    @Test
    void settings_cannot_be_made_of_values_that_are_not_allowed() {
        InvalidSettingsException invalid = assertThrows(
                InvalidSettingsException.class,
                () -> new PoolSettings(
                        "",
                        PoolMode.TRANSACTION,
                        ResetMode.AUTO,
                        0,
                        0,
                        0,
                        Duration.ofSeconds(-1),
                        Duration.ZERO,
                        1,
                        Duration.ZERO,
                        Duration.ZERO,
                        Duration.ZERO,
                        Duration.ZERO,
                        Duration.ZERO,
                        Switch.ON));
        assertEquals(3, invalid.faults().size(), invalid.getMessage());
    }

    private static List<String> faults(Map<String, String> texts) {
        return assertThrows(InvalidSettingsException.class, () -> PoolSettings.parse(texts, "default"))
                .faults();
    }
}
