package dev.pgpool.behaviour;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.pgpool.jdbc.PgPoolDataSource;
import dev.pgpool.testserver.PostgresTest;
import dev.pgpool.testserver.TestDatabase;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Logical connections that nobody closed and nobody can reach. */
@Timeout(120)
@PostgresTest
class AbandonedConnectionsIT {
    @Test
    void what_an_abandoned_connection_held_comes_back_with_a_warning(TestDatabase database) throws Exception {
        PrintStream console = System.err;
        ByteArrayOutputStream log = new ByteArrayOutputStream();
        System.setErr(new PrintStream(log, true, StandardCharsets.UTF_8));
        try (PgPoolDataSource dataSource = new PgPoolDataSource()) {
            dataSource.setUrl(database.poolUrl());
            dataSource.setMaxSize(1);
            dataSource.setAcquireTimeout("100ms");
            try (Statement statement = dataSource.getConnection().createStatement()) {
                statement.execute("create table left_open(id int)");
            }
            leaveOpen(dataSource);
            try (Connection next = dataSource.getConnection()) {
                assertEquals(0, rows(next));
            }
        } finally {
            System.setErr(console);
        }
        String warnings = log.toString(StandardCharsets.UTF_8);
        assertTrue(warnings.contains("a logical connection was never closed"), warnings);
        assertTrue(warnings.contains("AbandonedConnectionsIT.leaveOpen"), warnings);
    }

    private static void leaveOpen(PgPoolDataSource dataSource) throws SQLException {
        Connection abandoned = dataSource.getConnection();
        abandoned.setAutoCommit(false);
        try (Statement statement = abandoned.createStatement()) {
            statement.execute("insert into left_open values (1)");
        }
    }

    /** Counts as soon as the garbage collector has found the abandoned one. */
    private static int rows(Connection connection) throws SQLException {
        for (int attempt = 0; ; attempt++) {
            System.gc();
            try (Statement statement = connection.createStatement();
                    ResultSet rows = statement.executeQuery("select count(*) from left_open")) {
                rows.next();
                return rows.getInt(1);
            } catch (SQLException e) {
                if (attempt == 100) {
                    throw e;
                }
            }
        }
    }
}
