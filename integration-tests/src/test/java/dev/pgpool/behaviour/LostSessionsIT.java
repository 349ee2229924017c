package dev.pgpool.behaviour;

import static dev.pgpool.behaviour.SessionOfItsOwn.rows;
import static dev.pgpool.behaviour.SessionOfItsOwn.run;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.pgpool.jdbc.PgPoolDataSource;
import dev.pgpool.testserver.PostgresServer;
import dev.pgpool.testserver.PostgresTest;
import dev.pgpool.testserver.StopMode;
import dev.pgpool.testserver.TestDatabase;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Sessions that the server ends while they are idle, in a transaction, or pinned. */
@PostgresTest(ownServer = true)
@Timeout(120)
class LostSessionsIT {
    private TestDatabase database;

    @BeforeEach
    void table(TestDatabase shared) throws SQLException {
        database = shared;
        try (Connection owner = database.connect();
                Statement statement = owner.createStatement()) {
            statement.execute("drop table if exists item; create table item (id int primary key)");
        }
    }

    private PgPoolDataSource pool(int maxSize) {
        PgPoolDataSource pool = new PgPoolDataSource();
        pool.setUrl(database.poolUrl());
        pool.setMaxSize(maxSize);
        return pool;
    }

    private static String backend(Connection connection) throws SQLException {
        return rows(connection, "select pg_backend_pid()");
    }

    private void terminate(String backend) throws Exception {
        try (Connection owner = database.connect()) {
            assertEquals("t", rows(owner, "select pg_terminate_backend(" + backend + ", 10000)"));
        }
    }

    @Test
    void nobody_notices_that_all_idle_backends_were_terminated(PostgresServer server) throws Exception {
        try (PgPoolDataSource pool = pool(4)) {
            List<Connection> connections = new ArrayList<>();
            List<PreparedStatement> statements = new ArrayList<>();
            for (int i = 0; i < 12; i++) {
                Connection connection = pool.getConnection();
                connection.setSchema("public");
                connections.add(connection);
                statements.add(connection.prepareStatement("select ?::int + 1"));
            }
            for (int round = 0; round < 5; round++) {
                for (int i = 0; i < statements.size(); i++) {
                    statements.get(i).setInt(1, i);
                    try (ResultSet result = statements.get(i).executeQuery()) {
                        assertTrue(result.next());
                        assertEquals(i + 1, result.getInt(1));
                    }
                }
                server.terminateBackends();
                Backends.await(database, 0);
            }
            for (Connection connection : connections) {
                connection.close();
            }
        }
    }

    @Test
    void nobody_notices_a_restart_between_two_units_of_work(PostgresServer server) throws Exception {
        try (PgPoolDataSource pool = pool(2);
                Connection autocommit = pool.getConnection();
                Connection transactional = pool.getConnection()) {
            transactional.setAutoCommit(false);
            for (StopMode mode : List.of(StopMode.FAST, StopMode.IMMEDIATE)) {
                run(autocommit, "insert into item select coalesce(max(id), 0) + 1 from item");
                run(transactional, "insert into item select max(id) + 1 from item");
                transactional.commit();
                server.restart(mode);
            }
            assertEquals("4", rows(autocommit, "select count(*) from item"));
            assertEquals("4", rows(transactional, "select count(*) from item"));
            transactional.commit();
        }
    }

    @Test
    void a_transaction_that_lost_its_session_refuses_all_until_rollback() throws Exception {
        try (PgPoolDataSource pool = pool(2);
                Connection connection = pool.getConnection()) {
            connection.setAutoCommit(false);
            run(connection, "insert into item values (1)");
            String lost = backend(connection);
            terminate(lost);
            assertThrows(SQLException.class, () -> run(connection, "insert into item values (2)"));
            assertThrows(SQLException.class, () -> run(connection, "insert into item values (3)"));
            assertThrows(SQLException.class, connection::commit);
            connection.rollback();
            run(connection, "insert into item values (4)");
            assertNotEquals(lost, backend(connection));
            connection.commit();
            assertEquals("4", rows(connection, "select string_agg(id::text, ',') from item"));
            connection.commit();
            assertFalse(connection.isClosed());
        }
    }

    @Test
    void a_commit_of_a_lost_transaction_is_never_silent() throws Exception {
        try (PgPoolDataSource pool = pool(2);
                Connection connection = pool.getConnection()) {
            connection.setAutoCommit(false);
            run(connection, "insert into item values (1)");
            terminate(backend(connection));
            assertThrows(SQLException.class, connection::commit);
            connection.rollback();
            assertEquals("0", rows(connection, "select count(*) from item"));
            connection.rollback();
        }
    }

    @Test
    void closing_a_connection_whose_transaction_is_lost_is_quiet() throws Exception {
        try (PgPoolDataSource pool = pool(1)) {
            Connection connection = pool.getConnection();
            connection.setAutoCommit(false);
            run(connection, "insert into item values (1)");
            terminate(backend(connection));
            connection.close();
            try (Connection next = pool.getConnection()) {
                assertEquals("0", rows(next, "select count(*) from item"));
            }
        }
    }

    @Test
    void a_pinned_connection_that_lost_its_session_is_closed() throws Exception {
        try (PgPoolDataSource pool = pool(2);
                Connection connection = pool.getConnection()) {
            run(connection, "create temp table scratch (x int)");
            terminate(backend(connection));
            assertThrows(SQLException.class, () -> run(connection, "insert into scratch values (1)"));
            assertTrue(connection.isClosed());
            SQLException refusal = assertThrows(SQLException.class, () -> run(connection, "select 1"));
            assertEquals("08003", refusal.getSQLState());
            try (Connection next = pool.getConnection()) {
                assertEquals("1", rows(next, "select 1"));
            }
        }
    }

    @Test
    void a_statement_under_way_tells_that_its_session_was_ended() throws Exception {
        try (PgPoolDataSource pool = pool(2);
                Connection connection = pool.getConnection()) {
            SQLException failure = assertThrows(
                    SQLException.class, () -> run(connection, "select pg_terminate_backend(pg_backend_pid())"));
            assertEquals("08007", failure.getSQLState());
            assertEquals("57P01", ((SQLException) failure.getCause()).getSQLState());
            assertEquals("1", rows(connection, "select 1"));
        }
    }
}
