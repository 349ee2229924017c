package dev.pgpool.behaviour;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.pgpool.testserver.PostgresServer;
import dev.pgpool.testserver.PostgresTest;
import dev.pgpool.testserver.TestDatabase;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.List;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The pool sends the server nothing that plain pgjdbc wouldn't: counted at the wire. */
@Timeout(120)
@PostgresTest
class RoundTripsIT {
    /** Enough for server-prepared statements to be in use. */
    private static final int WARM_UP = 10;

    @BeforeAll
    static void createTable(TestDatabase database) throws SQLException {
        try (Connection admin = database.connect();
                Statement statement = admin.createStatement()) {
            statement.execute("create table account(id int primary key, balance int)");
            statement.execute("insert into account values (1, 100), (2, 100)");
        }
    }

    private interface UnitOfWork {
        void on(Connection connection) throws SQLException;
    }

    private static List<String> messages(TestDatabase database, String prefix, String more, UnitOfWork work)
            throws Exception {
        PostgresServer server = database.server();
        try (MessageRecorder recorder = new MessageRecorder(server.host(), server.port())) {
            String url = prefix + "//127.0.0.1:" + recorder.port() + "/" + database.name() + "?user=" + server.user()
                    + (server.password() == null ? "" : "&password=" + server.password()) + "&sslmode=disable" + more;
            try (Connection connection = DriverManager.getConnection(url)) {
                for (int i = 0; i < WARM_UP; i++) {
                    work.on(connection);
                }
                recorder.take();
                work.on(connection);
                return recorder.take();
            }
        }
    }

    private static void assertNothingAdded(TestDatabase database, String mode, UnitOfWork work) throws Exception {
        List<String> plain = messages(database, "jdbc:postgresql:", "", work);
        List<String> pooled = messages(database, "jdbc:pgpool:", "&pool.idlePoolTimeout=1s&pool.mode=" + mode, work);
        assertTrue(plain.contains("S"), "the work reached the server: " + plain);
        assertEquals(plain, pooled);
    }

    private static void read(Connection connection, int id) throws SQLException {
        try (PreparedStatement statement = connection.prepareStatement("select balance from account where id = ?")) {
            statement.setInt(1, id);
            try (ResultSet rows = statement.executeQuery()) {
                assertTrue(rows.next());
            }
        }
    }

    private static void add(Connection connection, int id, int amount) throws SQLException {
        try (PreparedStatement statement =
                connection.prepareStatement("update account set balance = balance + ? where id = ?")) {
            statement.setInt(1, amount);
            statement.setInt(2, id);
            assertEquals(1, statement.executeUpdate());
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"transaction", "session", "statement"})
    void a_statement_in_autocommit(String mode, TestDatabase database) throws Exception {
        assertNothingAdded(database, mode, connection -> read(connection, 1));
    }

    @ParameterizedTest
    @ValueSource(strings = {"transaction", "session"})
    void a_transaction(String mode, TestDatabase database) throws Exception {
        assertNothingAdded(database, mode, connection -> {
            connection.setAutoCommit(false);
            add(connection, 1, -10);
            add(connection, 2, 10);
            read(connection, 1);
            connection.commit();
            connection.setAutoCommit(true);
        });
    }

    @Test
    void a_transaction_that_is_rolled_back(TestDatabase database) throws Exception {
        assertNothingAdded(database, "transaction", connection -> {
            connection.setAutoCommit(false);
            add(connection, 1, -10);
            connection.rollback();
            connection.setAutoCommit(true);
        });
    }

    @Test
    void a_read_only_transaction_as_spring_runs_it(TestDatabase database) throws Exception {
        assertNothingAdded(database, "transaction", connection -> {
            connection.setReadOnly(true);
            connection.setAutoCommit(false);
            read(connection, 1);
            connection.commit();
            connection.getWarnings();
            connection.clearWarnings();
            connection.setAutoCommit(true);
            connection.setReadOnly(false);
        });
    }

    @Test
    void a_batch(TestDatabase database) throws Exception {
        assertNothingAdded(database, "transaction", connection -> {
            try (PreparedStatement statement =
                    connection.prepareStatement("update account set balance = balance + ? where id = ?")) {
                for (int i = 0; i < 5; i++) {
                    statement.setInt(1, i);
                    statement.setInt(2, 1);
                    statement.addBatch();
                }
                statement.executeBatch();
            }
        });
    }

    @Test
    void a_statement_kept_open_and_executed_again(TestDatabase database) throws Exception {
        assertNothingAdded(database, "transaction", connection -> {
            try (Statement statement = connection.createStatement()) {
                for (int i = 0; i < 3; i++) {
                    try (ResultSet rows = statement.executeQuery("select 1")) {
                        assertTrue(rows.next());
                    }
                }
            }
        });
    }

    @Test
    void a_new_logical_connection_for_each_transaction_costs_nothing_more(TestDatabase database) throws Exception {
        PostgresServer server = database.server();
        try (MessageRecorder recorder = new MessageRecorder(server.host(), server.port())) {
            String url = "jdbc:pgpool://127.0.0.1:" + recorder.port() + "/" + database.name() + "?user="
                    + server.user() + (server.password() == null ? "" : "&password=" + server.password())
                    + "&sslmode=disable&pool.idlePoolTimeout=1s";
            List<String> last = List.of();
            for (int i = 0; i < WARM_UP; i++) {
                recorder.take();
                try (Connection connection = DriverManager.getConnection(url)) {
                    connection.setAutoCommit(false);
                    read(connection, 1);
                    connection.commit();
                }
                last = recorder.take();
            }
            assertEquals(
                    messages(database, "jdbc:postgresql:", "", connection -> {
                        connection.setAutoCommit(false);
                        read(connection, 1);
                        connection.commit();
                    }),
                    last);
        }
    }

    private static long roundTrips(List<String> messages) {
        return messages.stream().filter("S"::equals).count();
    }

    @Test
    void session_state_is_brought_along_in_one_round_trip_and_only_to_another_session(TestDatabase database)
            throws Exception {
        PostgresServer server = database.server();
        try (MessageRecorder recorder = new MessageRecorder(server.host(), server.port())) {
            String url = "jdbc:pgpool://127.0.0.1:" + recorder.port() + "/" + database.name() + "?user="
                    + server.user() + (server.password() == null ? "" : "&password=" + server.password())
                    + "&sslmode=disable&pool.idlePoolTimeout=1s&pool.maxSize=1";
            try (Connection one = DriverManager.getConnection(url);
                    Connection two = DriverManager.getConnection(url);
                    Statement ofOne = one.createStatement();
                    Statement ofTwo = two.createStatement()) {
                ofOne.execute("set lock_timeout = '1s'; set myapp.tenant = 'a'; set search_path to pg_catalog, public");
                ofTwo.execute("set lock_timeout = '2s'; set myapp.tenant = 'b'; set role none");
                for (int i = 0; i < WARM_UP; i++) {
                    read(one, 1);
                    read(two, 1);
                }
                recorder.take();
                read(one, 1);
                assertEquals(2, roundTrips(recorder.take()), "one for all that differs");
                read(one, 2);
                assertEquals(1, roundTrips(recorder.take()), "the session has it already");
                read(two, 1);
                assertEquals(2, roundTrips(recorder.take()), "back to the other one's");
            }
        }
    }

    @Test
    void what_the_server_reports_by_itself_is_not_asked_for(TestDatabase database) throws Exception {
        assertNothingAdded(database, "transaction", connection -> {
            try (Statement statement = connection.createStatement()) {
                statement.execute("set time zone 'Europe/Berlin'");
                statement.execute("set application_name = 'told'");
                statement.execute("select set_config('myapp.tenant', 'a', true)");
            }
        });
    }
}
