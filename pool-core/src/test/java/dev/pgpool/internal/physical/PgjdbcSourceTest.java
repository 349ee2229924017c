package dev.pgpool.internal.physical;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.sql.DriverManager;
import java.time.Duration;
import java.util.Properties;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class PgjdbcSourceTest {
    private final int before = DriverManager.getLoginTimeout();

    @AfterEach
    void restore() {
        DriverManager.setLoginTimeout(before);
    }

    @Test
    void the_login_timeout_is_the_propertys_else_that_of_all_drivers_else_ten_seconds() {
        Properties properties = new Properties();
        DriverManager.setLoginTimeout(0);
        assertEquals(Duration.ofSeconds(10), PgjdbcSource.loginTimeout(properties));
        DriverManager.setLoginTimeout(30);
        assertEquals(Duration.ofSeconds(30), PgjdbcSource.loginTimeout(properties));
        properties.setProperty("loginTimeout", "soon");
        assertEquals(Duration.ofSeconds(30), PgjdbcSource.loginTimeout(properties));
        properties.setProperty("loginTimeout", "0.5");
        assertEquals(Duration.ofMillis(500), PgjdbcSource.loginTimeout(properties));
    }
}
