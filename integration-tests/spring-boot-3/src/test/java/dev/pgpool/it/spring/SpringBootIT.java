package dev.pgpool.it.spring;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.zaxxer.hikari.HikariDataSource;
import dev.pgpool.jdbc.PgPoolDriver;
import dev.pgpool.testserver.PostgresTest;
import dev.pgpool.testserver.TestDatabase;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import javax.sql.DataSource;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.boot.WebApplicationType;
import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.context.ConfigurableApplicationContext;

/** A real Spring Boot application, with its HikariCP in front and H2 on its class path, on a swapped URL. */
@PostgresTest
final class SpringBootIT {
    @ParameterizedTest
    @ValueSource(
            strings = {
                "", // nothing but the URL
                "spring.datasource.driver-class-name=org.postgresql.Driver",
                "spring.datasource.driverClassName=org.postgresql.Driver",
                "spring.datasource.hikari.driver-class-name=org.postgresql.Driver",
                "spring.datasource.driver-class-name=dev.pgpool.jdbc.PgPoolDriver"
            })
    void swapping_the_url_is_all(String leftInPlace, TestDatabase database) throws SQLException {
        try (ConfigurableApplicationContext application =
                start(Map.of("spring.datasource.url", database.poolUrl()), leftInPlace)) {
            OrderService orders = application.getBean(OrderService.class);
            long id = orders.place("Ada");
            orders.rename(id, "Grace");
            assertThrows(IllegalStateException.class, () -> orders.renameInVain(id, "Nobody"));
            assertEquals("Grace", orders.customerOf(id));
            assertEquals(
                    1, application.getBean(Orders.class).findByCustomer("Grace").size());

            DataSource dataSource = application.getBean(DataSource.class);
            assertEquals(HikariDataSource.class, dataSource.getClass());
            try (Connection connection = dataSource.getConnection()) {
                assertEquals("PostgreSQL", connection.getMetaData().getDatabaseProductName());
                assertTrue(
                        connection.unwrap(Connection.class).getClass().getName().startsWith("dev.pgpool."));
            }
        }
    }

    @Test
    void the_url_may_come_from_a_placeholder(TestDatabase database) {
        Map<String, Object> properties =
                Map.of("spring.datasource.url", "${database.url}", "database.url", database.poolUrl());
        try (ConfigurableApplicationContext application = start(properties, "")) {
            assertTrue(application.getBean(OrderService.class).place("Ada") > 0);
        }
    }

    @Test
    void a_plain_url_still_has_pgjdbcs_driver(TestDatabase database) throws SQLException {
        try (ConfigurableApplicationContext application = start(Map.of("spring.datasource.url", database.url()), "");
                Connection connection = application.getBean(DataSource.class).getConnection()) {
            assertTrue(connection.unwrap(Connection.class).getClass().getName().startsWith("org.postgresql."));
        }
    }

    @ParameterizedTest
    @CsvSource({"flyway, flyway_schema_history", "liquibase, databasechangelog"})
    void migrations_run_through_the_data_source(String tool, String history, TestDatabase database)
            throws SQLException {
        Map<String, Object> properties =
                Map.of("spring.datasource.url", database.poolUrl(), "spring." + tool + ".enabled", "true");
        assertMigrates(properties, history, database);
    }

    @ParameterizedTest
    @CsvSource({"flyway, flyway_schema_history", "liquibase, databasechangelog"})
    void migrations_run_through_a_url_of_their_own(String tool, String history, TestDatabase database)
            throws SQLException {
        Map<String, Object> properties = Map.of(
                "spring.datasource.url",
                database.url(),
                "spring." + tool + ".url",
                database.poolUrl(),
                // Without it, the tools would use the user of the data source.
                "spring." + tool + ".user",
                "postgres",
                "spring." + tool + ".driver-class-name",
                "org.postgresql.Driver",
                "spring." + tool + ".enabled",
                "true");
        assertMigrates(properties, history, database);
    }

    private static void assertMigrates(Map<String, Object> properties, String history, TestDatabase database)
            throws SQLException {
        try (Connection connection = DriverManager.getConnection(database.url());
                Statement statement = connection.createStatement()) {
            statement.execute("drop table if exists migrated, " + history);
            long before = leases();
            start(properties, "").close();
            assertTrue(leases() > before, "went past the pool");
            try (ResultSet rows =
                    statement.executeQuery("select by from migrated where exists (select from " + history + ")")) {
                assertTrue(rows.next());
                assertEquals(history, rows.getString(1));
            }
        }
    }

    private static long leases() {
        return PgPoolDriver.pools().stream()
                .mapToLong(pool -> pool.snapshot().counts().leases())
                .sum();
    }

    private static ConfigurableApplicationContext start(Map<String, Object> properties, String leftInPlace) {
        Map<String, Object> all = new HashMap<>();
        all.put("spring.flyway.enabled", "false");
        // As applications do that know several databases; Flyway finds no migrations, and says nothing, if it knows
        // none.
        all.put("spring.flyway.locations", "classpath:db/flyway/{vendor}");
        all.put("spring.flyway.baseline-on-migrate", "true");
        all.put("spring.flyway.baseline-version", "0");
        all.put("spring.liquibase.enabled", "false");
        all.put("spring.liquibase.change-log", "classpath:db/liquibase/changes.sql");
        all.putAll(properties);
        all.put("spring.jpa.hibernate.ddl-auto", "create");
        all.put("spring.jpa.open-in-view", "false");
        List<String> lines = leftInPlace.isEmpty() ? List.of() : List.of(leftInPlace);
        return new SpringApplicationBuilder(OrderApplication.class)
                .web(WebApplicationType.NONE)
                .bannerMode(org.springframework.boot.Banner.Mode.OFF)
                .logStartupInfo(false)
                .properties(all)
                .run(lines.stream().map(line -> "--" + line).toArray(String[]::new));
    }
}
