package dev.pgpool.jdbc.internal.spring;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;

import dev.pgpool.jdbc.PgPoolDriver;
import java.util.HashMap;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.core.env.MapPropertySource;
import org.springframework.core.env.StandardEnvironment;

final class DriverClassSourceTest {
    private static final String OURS = PgPoolDriver.class.getName();

    private final Map<String, Object> application = new HashMap<>();
    private final StandardEnvironment environment = new StandardEnvironment();

    DriverClassSourceTest() {
        environment.getPropertySources().addFirst(new MapPropertySource("application", application));
        environment.getPropertySources().addFirst(new DriverClassSource(environment));
    }

    @ParameterizedTest
    @ValueSource(strings = {"spring.datasource", "spring.flyway", "spring.liquibase", "app.orders"})
    void our_url_has_our_driver(String parent) {
        assertNull(environment.getProperty(parent + ".driver-class-name"));
        application.put(parent + ".url", "jdbc:pgpool://localhost/orders");
        assertEquals(OURS, environment.getProperty(parent + ".driver-class-name"));
        application.put(parent + ".driver-class-name", "org.postgresql.Driver");
        assertEquals(OURS, environment.getProperty(parent + ".driver-class-name"));
    }

    @Test
    void a_url_may_come_through_a_placeholder() {
        application.put("database.url", "jdbc:pgpool:orders");
        application.put("spring.datasource.url", "${database.url}");
        assertEquals(OURS, environment.getProperty("spring.datasource.driver-class-name"));
    }

    @Test
    void a_pool_in_front_takes_the_url_of_its_data_source() {
        application.put("spring.datasource.url", "jdbc:pgpool:orders");
        application.put("spring.datasource.hikari.driver-class-name", "org.postgresql.Driver");
        assertEquals(OURS, environment.getProperty("spring.datasource.hikari.driver-class-name"));
    }

    @Test
    void other_urls_and_other_drivers_are_left_alone() {
        application.put("spring.datasource.url", "jdbc:postgresql:orders");
        application.put("spring.datasource.driver-class-name", "org.postgresql.Driver");
        assertEquals("org.postgresql.Driver", environment.getProperty("spring.datasource.driver-class-name"));
        application.put("spring.datasource.url", "jdbc:pgpool:orders");
        application.put("spring.datasource.driver-class-name", "com.example.TracingDriver");
        assertEquals("com.example.TracingDriver", environment.getProperty("spring.datasource.driver-class-name"));
        assertEquals("jdbc:pgpool:orders", environment.getProperty("spring.datasource.url"));
    }
}
