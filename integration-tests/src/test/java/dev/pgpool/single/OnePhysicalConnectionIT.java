package dev.pgpool.single;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.pgpool.testserver.PostgresTest;
import dev.pgpool.testserver.TestDatabase;
import java.sql.Connection;
import java.sql.SQLException;
import org.junit.jupiter.api.Test;

@PostgresTest
class OnePhysicalConnectionIT extends OnePhysicalConnectionScenario {
    private final TestDatabase database;

    OnePhysicalConnectionIT(TestDatabase database) {
        this.database = database;
    }

    @Override
    String url() {
        return database.poolUrl() + "&pool.maxSize=1&pool.acquireTimeout=60s&ApplicationName=single";
    }

    /** The numbers of the pool's backends, as the server sees them. */
    private String backends(Connection administrator) throws SQLException {
        return ask(
                administrator,
                "SELECT count(*) FROM pg_stat_activity WHERE application_name = 'single' AND datname = current_database()");
    }

    @Test
    void the_server_sees_one_session_however_many_are_open() throws Exception {
        try (Connection administrator = database.connect();
                Connection one = connect();
                Connection other = connect()) {
            assertEquals(ask(one, "SELECT pg_backend_pid()"), ask(other, "SELECT pg_backend_pid()"));
            assertEquals("1", backends(administrator));
        }
    }

    @Test
    void a_backend_that_is_terminated_between_two_transactions_is_replaced_unnoticed() throws Exception {
        try (Connection administrator = database.connect();
                Connection user = connect()) {
            for (int i = 0; i < 20; i++) {
                String backend = ask(user, "SELECT pg_backend_pid()");
                assertEquals("t", ask(administrator, "SELECT pg_terminate_backend(" + backend + ", 10000)"));
                assertEquals("1", ask(user, "SELECT 1"));
                assertEquals("1", backends(administrator));
            }
        }
    }
}
