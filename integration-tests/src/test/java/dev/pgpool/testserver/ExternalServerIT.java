package dev.pgpool.testserver;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.sql.Connection;
import java.sql.SQLException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@PostgresTest
class ExternalServerIT {

    @Test
    void it_is_reached_by_its_url_in_each_database(TestDatabase database) throws SQLException {
        PostgresServer server = database.server();
        PostgresServer external = new ExternalServer(server.url("postgres"));

        assertEquals(server.host(), external.host());
        assertEquals(server.port(), external.port());
        assertEquals(server.user(), external.user());
        try (Connection connection = external.connect(database.name())) {
            assertEquals(database.name(), connection.getCatalog());
        }
    }

    @Test
    void closing_it_leaves_it_running(PostgresServer server) throws SQLException {
        PostgresServer external = new ExternalServer(server.url("postgres"));
        external.close();

        try (Connection connection = external.connect()) {
            assertTrue(connection.isValid(5));
        }
    }

    @Test
    void it_cannot_be_stopped_or_started(PostgresServer server) {
        PostgresServer external = new ExternalServer(server.url("postgres"));

        assertThrows(UnsupportedOperationException.class, () -> external.stop(StopMode.FAST));
        assertThrows(UnsupportedOperationException.class, () -> external.restart(StopMode.FAST));
        assertThrows(UnsupportedOperationException.class, external::kill);
        assertThrows(UnsupportedOperationException.class, external::start);
    }

    @ParameterizedTest
    @ValueSource(strings = {"jdbc:postgresql:orders", "jdbc:mysql://db/orders", "jdbc:postgresql://db", "db"})
    void another_kind_of_url_is_refused_with_the_name_of_the_variable(String url) {
        IllegalArgumentException refused = assertThrows(IllegalArgumentException.class, () -> new ExternalServer(url));

        assertTrue(refused.getMessage().contains("PGPOOL_TEST_URL"));
    }
}
