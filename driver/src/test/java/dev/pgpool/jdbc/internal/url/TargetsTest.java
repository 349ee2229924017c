package dev.pgpool.jdbc.internal.url;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.sql.SQLException;
import java.util.Properties;
import org.junit.jupiter.api.Test;

class TargetsTest {
    private static final String URL = "jdbc:pgpool://localhost/orders?user=app";

    private static Properties password(String password) {
        Properties properties = new Properties();
        properties.setProperty("password", password);
        return properties;
    }

    @Test
    void the_same_url_and_properties_are_read_once() throws SQLException {
        assertSame(Targets.of(URL, password("a")), Targets.of(URL, password("a")));
    }

    @Test
    void another_password_is_another_target() throws SQLException {
        assertNotEquals(
                Targets.of(URL, password("a")).identity(),
                Targets.of(URL, password("b")).identity());
    }

    @Test
    void properties_changed_after_the_call_are_seen_by_the_next() throws SQLException {
        Properties properties = password("a");
        properties.setProperty("pool.maxSize", "3");
        assertEquals(3, Targets.of(URL, properties).identity().settings().maxSize());
        properties.setProperty("pool.maxSize", "4");
        assertEquals(4, Targets.of(URL, properties).identity().settings().maxSize());
    }

    @Test
    void defaults_of_properties_count() throws SQLException {
        Properties defaults = new Properties();
        defaults.setProperty("pool.maxSize", "5");
        assertEquals(
                5,
                Targets.of(URL, new Properties(defaults)).identity().settings().maxSize());
        assertEquals(10, Targets.of(URL, new Properties()).identity().settings().maxSize());
    }

    @Test
    void a_wrong_property_is_told_each_time() {
        for (int i = 0; i < 2; i++) {
            assertEquals(
                    "22023",
                    assertThrows(SQLException.class, () -> Targets.of(URL + "&pool.maxSize=0", new Properties()))
                            .getSQLState());
        }
    }
}
