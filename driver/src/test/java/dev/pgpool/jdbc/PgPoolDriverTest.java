package dev.pgpool.jdbc;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.pgpool.pool.PoolProperty;
import java.sql.Driver;
import java.sql.DriverManager;
import java.sql.DriverPropertyInfo;
import java.sql.SQLException;
import java.util.Arrays;
import java.util.Map;
import java.util.Properties;
import java.util.ServiceLoader;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.postgresql.PGProperty;

final class PgPoolDriverTest {
    private final Driver driver = new PgPoolDriver();

    @Test
    void the_service_loader_finds_it() {
        assertEquals(
                1,
                ServiceLoader.load(Driver.class).stream()
                        .filter(provider -> provider.type() == PgPoolDriver.class)
                        .count());
    }

    @Test
    void the_driver_manager_tells_the_two_drivers_apart() throws SQLException {
        assertInstanceOf(PgPoolDriver.class, DriverManager.getDriver("jdbc:pgpool://localhost/orders"));
        assertInstanceOf(org.postgresql.Driver.class, DriverManager.getDriver("jdbc:postgresql://localhost/orders"));
        assertFalse(new org.postgresql.Driver().acceptsURL("jdbc:pgpool://localhost/orders"));
    }

    @Test
    void other_urls_are_left_to_others() throws SQLException {
        for (String url : new String[] {"jdbc:postgresql://localhost/orders", "jdbc:h2:mem:", ""}) {
            assertFalse(driver.acceptsURL(url));
            assertNull(driver.connect(url, new Properties()));
        }
    }

    @Test
    void no_url_is_an_error_as_in_pgjdbc() {
        assertThrows(SQLException.class, () -> driver.connect(null, new Properties()));
        assertThrows(SQLException.class, () -> driver.acceptsURL(null));
        assertThrows(SQLException.class, () -> driver.getPropertyInfo(null, null));
    }

    @Test
    void a_malformed_url_is_accepted_and_its_faults_are_reported() throws SQLException {
        String url = "jdbc:pgpool://localhost?pool.mode=both";
        assertTrue(driver.acceptsURL(url));
        SQLException fault = assertThrows(SQLException.class, () -> driver.connect(url, null));
        assertEquals("22023", fault.getSQLState());
        assertEquals(
                "wrong settings for jdbc:pgpool://localhost:\n- a / is missing after the host, which is needed without a"
                        + " database too: //localhost/\n- pool.mode=both is not one of transaction, session, statement",
                fault.getMessage());
    }

    @Test
    void the_version_is_the_builds() {
        assertEquals(new Version(driver.getMajorVersion(), driver.getMinorVersion()), Version.CURRENT);
        assertTrue(driver.getMajorVersion() + driver.getMinorVersion() > 0);
        assertEquals(new Version(12, 3), Version.parse("12.3.4-SNAPSHOT"));
        assertThrows(IllegalStateException.class, () -> Version.parse("${project.version}"));
    }

    @Test
    void every_property_is_described() throws SQLException {
        Map<String, DriverPropertyInfo> infos = infos("jdbc:pgpool://localhost/orders", new Properties());
        assertEquals(PGProperty.values().length + PoolProperty.values().length, infos.size());
        for (DriverPropertyInfo info : infos.values()) {
            assertNotNull(info.description, info.name);
        }
        DriverPropertyInfo mode = infos.get("pool.mode");
        assertEquals("transaction", mode.value);
        assertArrayEquals(new String[] {"transaction", "session", "statement"}, mode.choices);
        assertEquals(
                "Most physical connections of the pool. Allowed: a whole number from 1 to 10000.",
                infos.get("pool.maxSize").description);
        assertNull(infos.get("pool.maxSize").choices);
        assertNull(infos.get("pool.name").value);
        assertEquals("orders", infos.get("PGDBNAME").value);
        assertEquals("9.0", infos.get("assumeMinServerVersion").value);
    }

    @Test
    void property_info_shows_the_present_values() throws SQLException {
        Properties given = new Properties();
        given.setProperty("pool.MAXSIZE", "7");
        given.setProperty("sslmode", "require");
        Map<String, DriverPropertyInfo> infos =
                infos("jdbc:pgpool://db/orders?pool.mode=session&sslmode=disable&user=app", given);
        assertEquals("7", infos.get("pool.maxSize").value);
        assertEquals("session", infos.get("pool.mode").value);
        assertEquals("disable", infos.get("sslmode").value);
        assertEquals("app", infos.get("user").value);
        assertEquals("db", infos.get("PGHOST").value);
    }

    @Test
    void property_info_of_an_unfinished_url_is_no_error() throws SQLException {
        Map<String, DriverPropertyInfo> infos = infos("jdbc:pgpool://db?pool.maxSize=x&pool.name=%", new Properties());
        assertEquals("x", infos.get("pool.maxSize").value);
        assertNull(infos.get("PGDBNAME").value);
    }

    private Map<String, DriverPropertyInfo> infos(String url, Properties given) throws SQLException {
        return Arrays.stream(driver.getPropertyInfo(url, given))
                .collect(Collectors.toMap(info -> info.name, Function.identity()));
    }
}
