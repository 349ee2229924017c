package dev.pgpool.jdbc.internal.url;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertSame;

import dev.pgpool.internal.session.Parameters;
import java.util.Map;
import java.util.Properties;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class StartSettingsTest {
    private static Properties properties(String... namesAndValues) {
        Properties properties = new Properties();
        for (int i = 0; i < namesAndValues.length; i += 2) {
            properties.setProperty(namesAndValues[i], namesAndValues[i + 1]);
        }
        return properties;
    }

    @Test
    void what_only_sets_parameters_is_taken_out() {
        Properties properties = properties(
                "user",
                "app",
                "currentSchema",
                "a,b",
                "ApplicationName",
                "orders",
                "options",
                "-c geqo=off --work-mem=1MB");
        assertEquals(
                Map.of("search_path", "a,b", "application_name", "orders", "geqo", "off", "work_mem", "1MB"),
                StartSettings.takeFrom(properties).values());
        assertEquals(properties("user", "app"), properties);
    }

    @Test
    void options_beat_the_properties_as_in_a_start_up_packet() {
        Properties properties = properties("currentSchema", "a", "options", "-csearch_path=b");
        assertEquals(
                Map.of("search_path", "b"), StartSettings.takeFrom(properties).values());
    }

    @Test
    void nothing_is_nothing() {
        assertSame(Parameters.NONE, StartSettings.takeFrom(properties("user", "app")));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "-c geqo=off -d 5",
                "-c log_connections=on",
                "-c role=other",
                "-c geqo",
                "-c",
                "-c my.text=two\\ words",
                "-c =5",
                "geqo=off"
            })
    void options_that_are_anything_else_are_left_to_the_start_of_the_physical_connection(String options) {
        Properties properties = properties("options", options);
        assertSame(Parameters.NONE, StartSettings.takeFrom(properties));
        assertEquals(properties("options", options), properties);
    }
}
