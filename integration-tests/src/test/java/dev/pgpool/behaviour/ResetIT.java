package dev.pgpool.behaviour;

import static dev.pgpool.behaviour.SessionOfItsOwn.rows;
import static dev.pgpool.behaviour.SessionOfItsOwn.run;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.pgpool.jdbc.PgPoolDataSource;
import dev.pgpool.pool.PoolCounts;
import dev.pgpool.pool.RetireReason;
import dev.pgpool.testserver.PostgresServer;
import dev.pgpool.testserver.PostgresTest;
import dev.pgpool.testserver.TestDatabase;
import java.io.IOException;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What a closed logical connection leaves in the one physical connection that there is, and what taking it out costs. */
@PostgresTest
@Tag("every-version")
@Timeout(120)
class ResetIT {
    private static final String EVERYTHING =
            "select pg_advisory_lock(7); listen news; prepare \"my \"\"own\" as select 1; prepare other as select 2;"
                    + " declare mine cursor with hold for select 1; select nextval('numbers')";

    /** Enough for server-prepared statements to be in use. */
    private static final int WARM_UP = 10;

    private final TestDatabase database;
    private final MessageRecorder recorder;
    private final PgPoolDataSource pool = new PgPoolDataSource();

    ResetIT(TestDatabase database) throws IOException {
        this.database = database;
        PostgresServer server = database.server();
        this.recorder = new MessageRecorder(server.host(), server.port());
        pool.setUrl("jdbc:pgpool://127.0.0.1:" + recorder.port() + "/" + database.name() + "?user=" + server.user()
                + (server.password() == null ? "" : "&password=" + server.password()) + "&sslmode=disable");
        pool.setMaxSize(1);
    }

    @BeforeEach
    void open() throws SQLException {
        try (Connection owner = database.connect()) {
            run(owner, """
                    drop table if exists item; create table item (name text); insert into item values ('of all');
                    create sequence if not exists numbers""");
        }
    }

    @AfterEach
    void close() throws IOException {
        pool.close();
        recorder.close();
    }

    private PoolCounts counts() throws SQLException {
        return pool.snapshot().orElseThrow().counts();
    }

    private static String read(Connection connection, String sql) throws SQLException {
        try (PreparedStatement statement = connection.prepareStatement(sql);
                ResultSet row = statement.executeQuery()) {
            assertTrue(row.next());
            return row.getString(1);
        }
    }

    private static void readOften(Connection connection, String sql) throws SQLException {
        for (int i = 0; i < WARM_UP; i++) {
            read(connection, sql);
        }
    }

    private void assertNothingIsLeft(Connection next) throws SQLException {
        try (Connection fresh = database.connect()) {
            assertEquals(SessionOfItsOwn.seen(fresh), SessionOfItsOwn.seen(next));
        }
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "1 | select pg_advisory_lock(7), pg_advisory_lock(7), pg_advisory_lock_shared(8)",
                "1 | listen news",
                "2 | prepare \"my \"\"own\" as select 1; prepare other as select 2",
                "1 | declare mine cursor with hold for select 1",
                "1 | select pg_advisory_lock(7); listen news; declare mine cursor with hold for select 1",
                "2 | " + EVERYTHING
            })
    void only_what_is_there_is_taken_out_and_what_the_driver_has_prepared_stays(int roundTrips, String sql)
            throws SQLException {
        Connection one = pool.getConnection();
        try (Connection other = pool.getConnection()) {
            readOften(other, "select name from item");
            run(one, sql);
            recorder.take();
            one.close();
            assertEquals(roundTrips, Collections.frequency(recorder.take(), "S"));
            assertEquals("of all", read(other, "select name from item"));
            assertEquals(List.of("B", "E", "S"), recorder.take());
            assertNothingIsLeft(other);
            assertEquals(1, counts().resets());
            assertEquals(1, counts().opened());
        }
    }

    @Test
    void a_close_in_a_transaction_takes_out_what_no_rollback_undoes() throws SQLException {
        Connection one = pool.getConnection();
        try (Connection other = pool.getConnection()) {
            readOften(other, "select name from item");
            one.setAutoCommit(false);
            run(one, "set lock_timeout = '7s'; select pg_advisory_lock(7); listen news; prepare mine as select 1");
            one.close();
            recorder.take();
            assertEquals("of all", read(other, "select name from item"));
            assertEquals(List.of("B", "E", "S"), recorder.take());
            assertNothingIsLeft(other);
        }
    }

    @Test
    void a_close_in_a_transaction_that_changed_what_the_server_reports_costs_only_the_rollback() throws SQLException {
        Connection one = pool.getConnection();
        one.setAutoCommit(false);
        run(one, "set application_name = 'mine'");
        recorder.take();
        one.close();
        assertEquals(1, Collections.frequency(recorder.take(), "S"));
        try (Connection other = pool.getConnection()) {
            assertNothingIsLeft(other);
        }
    }

    @Test
    void in_session_mode_too_only_what_is_there_is_taken_out() throws SQLException {
        pool.setMode("session");
        try (Connection one = pool.getConnection()) {
            readOften(one, "select name from item");
            run(one, "set lock_timeout = '7s'; set application_name = 'mine'");
            run(one, EVERYTHING);
        }
        try (Connection other = pool.getConnection()) {
            recorder.take();
            read(other, "select name from item");
            List<String> messages = recorder.take();
            assertEquals(List.of("B", "E", "S"), messages.subList(messages.size() - 3, messages.size()));
            assertNothingIsLeft(other);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"simple", "extended", "extendedForPrepared", "extendedCacheEverything"})
    void whatever_way_the_driver_sends_queries(String mode) throws SQLException {
        pool.setUrl(pool.getUrl() + "&preferQueryMode=" + mode);
        for (int i = 0; i < WARM_UP; i++) {
            try (Connection one = pool.getConnection()) {
                run(one, "set lock_timeout = '7s'");
                run(one, EVERYTHING);
            }
            try (Connection other = pool.getConnection()) {
                assertNothingIsLeft(other);
            }
        }
        assertEquals(WARM_UP, counts().resets());
        assertEquals(Map.of(), counts().retired());
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "create temp table item as select 1 as id, 2 as name",
                "select 1 as id, 2 as name into temp item",
                "set search_path to pg_temp, public; select 1 as id, 2 as name into item"
            })
    void statements_about_temporary_objects_go_with_these(String sql) throws SQLException {
        try (Connection one = pool.getConnection()) {
            run(one, sql);
            readOften(one, "select * from item");
        }
        try (Connection other = pool.getConnection()) {
            other.setAutoCommit(false);
            assertEquals("of all", read(other, "select * from item"));
            other.setAutoCommit(true);
            assertNothingIsLeft(other);
        }
    }

    @Test
    void what_cannot_be_told_is_discarded_as_a_whole() throws SQLException {
        try (Connection one = pool.getConnection()) {
            run(one, "do $$ begin execute 'set lock_timeout = 7000'; end $$");
            run(one, "listen news");
        }
        try (Connection other = pool.getConnection()) {
            assertNothingIsLeft(other);
        }
        assertEquals(1, counts().resets());
    }

    @Test
    void numbers_drawn_are_discarded_when_the_next_session_draws_its_own() throws SQLException {
        try (Connection owner = database.connect()) {
            run(owner, "create sequence first_numbers; create sequence second_numbers");
        }
        try (Connection one = pool.getConnection()) {
            run(one, "select nextval('first_numbers')");
            assertEquals("1", rows(one, "select currval('first_numbers')"));
            recorder.take();
        }
        assertEquals(List.of(), recorder.take());
        try (Connection other = pool.getConnection()) {
            run(other, "select nextval('second_numbers')");
            SQLException refusal =
                    assertThrows(SQLException.class, () -> rows(other, "select currval('first_numbers')"));
            assertEquals("55000", refusal.getSQLState());
            assertEquals("1", rows(other, "select lastval()"));
        }
    }

    @Test
    void a_session_that_cannot_be_reset_ends() throws SQLException {
        try (Connection owner = database.connect()) {
            run(owner, """
                    do $$ begin create role unlocking; exception when duplicate_object then null; end $$;
                    revoke execute on function pg_advisory_unlock_all() from public""");
        }
        String backend;
        try (Connection one = pool.getConnection()) {
            run(one, "select pg_advisory_lock(7)");
            backend = rows(one, "select pg_backend_pid()");
            run(one, "set session authorization unlocking");
        }
        assertEquals(Map.of(RetireReason.RESET_FAILED, 1L), counts().retired());
        try (Connection other = pool.getConnection()) {
            assertNotEquals(backend, rows(other, "select pg_backend_pid()"));
            assertNothingIsLeft(other);
        }
    }
}
