package dev.pgpool.jdbc.internal.url;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.sql.SQLException;
import org.junit.jupiter.api.Test;

final class ServerAddressTest {
    private final ServerAddress address = new ServerAddress();

    @Test
    void hosts_ports_and_database_make_a_url() throws SQLException {
        address.setHosts(new String[] {"a", "::1", "[::2]"});
        address.setPorts(new int[] {6432, 0, 1});
        address.setDatabase("my db/x?");
        assertEquals("jdbc:pgpool://a:6432,[::1],[::2]:1/my+db%2Fx%3F", address.url());
        assertEquals(
                "my db/x?",
                Target.of(address.url(), new java.util.Properties())
                        .identity()
                        .properties()
                        .get("PGDBNAME"));
    }

    @Test
    void a_database_alone_is_on_this_machine() throws SQLException {
        address.setDatabase("orders");
        assertEquals("jdbc:pgpool://localhost/orders", address.url());
    }
}
