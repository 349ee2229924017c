package dev.pgpool.behaviour;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.pgpool.jdbc.PgPoolDataSource;
import dev.pgpool.testserver.PostgresTest;
import dev.pgpool.testserver.TestDatabase;
import java.io.ByteArrayOutputStream;
import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** A log that is kept in the database, over the very pool that it tells of. */
@Timeout(value = 60, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
@PostgresTest
class LogInTheDatabaseIT {
    /** What SLF4J's simple logger prints to, as an appender with the usual guard against itself. */
    private static final class Appender extends OutputStream {
        private final PgPoolDataSource pool;
        private final ByteArrayOutputStream line = new ByteArrayOutputStream();
        private final List<Throwable> failures = new ArrayList<>();
        private int written;
        private boolean writing;

        Appender(PgPoolDataSource pool) {
            this.pool = pool;
        }

        @Override
        public synchronized void write(int part) {
            if (writing) {
                return;
            }
            line.write(part);
            if (part == '\n') {
                writing = true;
                try (Connection connection = pool.getConnection();
                        PreparedStatement insert = connection.prepareStatement("insert into log values (?)")) {
                    insert.setString(1, line.toString(StandardCharsets.UTF_8));
                    written += insert.executeUpdate();
                } catch (SQLException | RuntimeException e) {
                    failures.add(e);
                } finally {
                    line.reset();
                    writing = false;
                }
            }
        }
    }

    @Test
    void every_line_from_the_start_of_the_pool_on_is_written(TestDatabase database) throws Exception {
        try (Connection owner = database.connect();
                var statement = owner.createStatement()) {
            statement.execute("create table log (line text)");
        }
        PrintStream console = System.err;
        try (PgPoolDataSource pool = new PgPoolDataSource()) {
            pool.setUrl(database.poolUrl());
            pool.setMaxSize(2);
            Appender appender = new Appender(pool);
            System.setErr(new PrintStream(appender, true, StandardCharsets.UTF_8));
            try (Connection connection = pool.getConnection()) {
                assertTrue(connection.isValid(5));
            } finally {
                System.setErr(console);
            }
            assertEquals(List.of(), appender.failures);
            try (Connection connection = pool.getConnection();
                    var statement = connection.createStatement();
                    var rows = statement.executeQuery(
                            "select count(*), count(*) filter (where line like '% started: %') from log")) {
                assertTrue(rows.next());
                assertEquals(appender.written, rows.getInt(1));
                assertEquals(1, rows.getInt(2));
            }
        }
    }
}
