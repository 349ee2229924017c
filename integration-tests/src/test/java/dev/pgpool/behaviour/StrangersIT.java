package dev.pgpool.behaviour;

import static dev.pgpool.behaviour.SessionOfItsOwn.rows;
import static dev.pgpool.behaviour.SessionOfItsOwn.run;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.pgpool.jdbc.PgPoolDataSource;
import dev.pgpool.pool.PinReason;
import dev.pgpool.pool.PoolSnapshot;
import dev.pgpool.testserver.PostgresTest;
import dev.pgpool.testserver.TestDatabase;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.postgresql.PGConnection;
import org.postgresql.PGNotification;

/**
 * What one session does to itself in ways that are hard to see or to undo is seen by nobody else, and hinders nobody.
 * There is one physical connection only.
 */
@PostgresTest
@Tag("every-version")
@Timeout(120)
class StrangersIT {
    private static TestDatabase database;

    private PgPoolDataSource pool;
    private Connection one;
    private Connection two;

    @BeforeAll
    static void roles(TestDatabase fresh) throws SQLException {
        database = fresh;
        try (Connection owner = database.connect();
                Statement statement = owner.createStatement()) {
            statement.execute(
                    "do $$ begin create role ordinary login; exception when duplicate_object then null; end $$;"
                            + " do $$ begin create role mighty superuser; exception when duplicate_object then null; end $$;"
                            + " do $$ begin create role nobody; exception when duplicate_object then null; end $$;"
                            + " do $$ begin create role homeless login; exception when duplicate_object then null; end $$;"
                            + " alter role homeless set search_path = pg_temp;"
                            + " grant mighty to ordinary; grant all on schema public to ordinary;"
                            + " create function public.make_by_clause() returns void language sql set search_path = pg_temp"
                            + " as 'create table unseen (id int)'");
        }
    }

    @BeforeEach
    void open() throws SQLException {
        open(database.poolUrl());
    }

    private void reopenAs(String user) throws SQLException {
        close();
        open(database.poolUrl().replaceAll("user=[^&]*", "user=" + user));
    }

    private void open(String url) throws SQLException {
        pool = new PgPoolDataSource();
        pool.setUrl(url);
        pool.setMaxSize(1);
        pool.setMaxWaiters(0);
        one = pool.getConnection();
        two = pool.getConnection();
    }

    @AfterEach
    void close() throws SQLException {
        one.close();
        two.close();
        assertEquals(0, snapshot().leased());
        pool.close();
    }

    private PoolSnapshot snapshot() throws SQLException {
        return pool.snapshot().orElseThrow();
    }

    private static List<String> heard(Connection connection) throws SQLException {
        List<String> heard = new ArrayList<>();
        for (PGNotification notification : connection.unwrap(PGConnection.class).getNotifications(1)) {
            heard.add(notification.getName() + "=" + notification.getParameter());
        }
        return heard;
    }

    @Test
    void notifications_that_nobody_has_asked_for_stay_with_who_listened() throws SQLException {
        run(one, "listen news");
        run(one, "notify news, 'early'");
        run(one, "unlisten news");
        run(two, "listen gossip");
        run(two, "notify gossip, 'late'");
        assertEquals(List.of("gossip=late"), heard(two));
        run(two, "unlisten *");
        assertEquals(List.of("news=early"), heard(one));
        assertEquals(List.of(), heard(one));
        two.setAutoCommit(false);
        run(two, "select 1");
        assertEquals(List.of(), heard(two));
    }

    @Test
    void notifications_of_several_turns_are_heard_in_their_order() throws SQLException {
        run(one, "listen news");
        run(one, "notify news, '1'");
        run(one, "unlisten news");
        run(one, "listen news; notify news, '2'");
        run(one, "notify news, '3'");
        assertEquals(List.of("news=1", "news=2", "news=3"), heard(one));
    }

    @Test
    void a_setting_whose_name_is_a_parameter_moves() throws SQLException {
        String question = "select current_setting('lock_timeout'), current_setting('My.tenant', true)";
        String pristine = rows(two, question);
        try (PreparedStatement statement = one.prepareStatement("select set_config(?, ?, ?)")) {
            statement.setString(1, "Lock_Timeout");
            statement.setString(2, "7s");
            statement.setBoolean(3, false);
            statement.executeQuery().close();
            assertEquals("0", rows(two, "select current_setting('lock_timeout')"));
            statement.setObject(1, "My.Tenant");
            statement.setObject(2, "it's; lock_timeout");
            for (int i = 0; i < 7; i++) {
                statement.executeQuery().close();
                assertEquals("0", rows(two, "select current_setting('lock_timeout')"));
                assertEquals("7s | it's; lock_timeout", rows(one, question));
            }
            one.setAutoCommit(false);
            statement.setString(2, "another");
            statement.executeQuery().close();
            assertEquals("7s | another", rows(one, question));
            one.rollback();
            one.setAutoCommit(true);
            assertEquals("7s | it's; lock_timeout", rows(one, question));
        }
        assertEquals(List.of(), snapshot().pins());
        run(one, "select set_config('my.tenant', '', false)");
        one.close();
        assertEquals(pristine.replace("null", ""), rows(two, question));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '"',
            value = {
                "select set_config(?::text, ?, false) | lock_timeout",
                "select set_config(? , concat(?, ''), false), set_config(lower('STATEMENT_TIMEOUT'), '7s', false) | lock_timeout",
                "select set_config(?, ?, false) | temp_buffers",
                "select set_config(?, ?, false) | naïve.setting",
                "select set_config(n, v, false) from (values (?, ?)) x(n, v) | lock_timeout"
            })
    void a_setting_whose_name_is_not_told_by_a_parameter_alone_pins(String sql, String name) throws SQLException {
        try (PreparedStatement statement = one.prepareStatement(sql)) {
            statement.setString(1, name);
            statement.setString(2, "700");
            statement.executeQuery().close();
        }
        assertEquals(
                List.of(PinReason.SETTING),
                snapshot().pins().stream().map(PoolSnapshot.Pinned::reason).toList());
    }

    @Test
    void names_of_settings_in_a_batch_pin() throws SQLException {
        try (PreparedStatement statement = one.prepareStatement("select set_config(?, '7s', false)")) {
            statement.setString(1, "lock_timeout");
            statement.addBatch();
            statement.setString(1, "statement_timeout");
            statement.addBatch();
            statement.executeBatch();
        }
        assertEquals(
                List.of(PinReason.SETTING),
                snapshot().pins().stream().map(PoolSnapshot.Pinned::reason).toList());
        one.close();
        assertEquals("0", rows(two, "select current_setting('lock_timeout')"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "&preferQueryMode=simple"})
    void whatever_the_setting_it_is_taken_back(String parameters) throws SQLException {
        close();
        open(database.poolUrl() + parameters);
        run(one, "set array_nulls = off; set lock_timeout = '3s'");
        assertEquals("on | 0", rows(two, "select current_setting('array_nulls'), current_setting('lock_timeout')"));
        assertEquals("off | 3s", rows(one, "select current_setting('array_nulls'), current_setting('lock_timeout')"));
    }

    @Test
    void a_setting_that_only_another_role_may_change_is_taken_back_and_brought_along() throws SQLException {
        reopenAs("ordinary");
        String question = "select current_user, current_setting('session_replication_role'),"
                + " current_setting('lock_timeout'), current_setting('application_name')";
        String pristine = rows(two, question);
        run(one, "set role mighty");
        run(one, "set session_replication_role = replica; set lock_timeout = '3s'; set application_name = 'one'");
        assertEquals(pristine, rows(two, question));
        assertEquals("mighty | replica | 3s | one", rows(one, question));
        assertEquals(pristine, rows(two, question));
        one.close();
        assertEquals(pristine, rows(two, question));
    }

    @Test
    void who_can_not_have_his_settings_hinders_nobody_else() throws SQLException {
        try (Connection owner = database.connect()) {
            run(owner, "create role passing");
            run(one, "set role passing; set lock_timeout = '3s'");
            assertEquals("0", rows(two, "select current_setting('lock_timeout')"));
            run(owner, "drop role passing");
        }
        assertEquals(
                "22023",
                assertThrows(SQLException.class, () -> rows(one, "select 1")).getSQLState());
        assertEquals("0", rows(two, "select current_setting('lock_timeout')"));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "set max_connections = 7",
                "set log_timezone = 'UTC'; set lock_timeout = '3s'",
                "begin; set lock_timeout = '3s'; set post_auth_delay = 1; commit",
                "set ignore_system_indexes = off"
            })
    void what_no_session_may_set_pins_nothing(String sql) throws SQLException {
        assertEquals(
                "55P02", assertThrows(SQLException.class, () -> run(one, sql)).getSQLState());
        if (sql.startsWith("begin")) {
            run(one, "rollback");
        }
        assertEquals(List.of(), snapshot().pins());
        assertEquals("0", rows(two, "select current_setting('lock_timeout')"));
        assertEquals("0", rows(one, "select current_setting('lock_timeout')"));
    }

    @Test
    void a_default_that_its_role_may_not_ask_for_pins_nothing() throws SQLException {
        run(one, "begin; set session_replication_role = replica; set role nobody; commit");
        assertEquals(List.of(), snapshot().pins());
        String question = "select current_setting('role'), current_setting('session_replication_role')";
        assertEquals("none | origin", rows(two, question));
        assertEquals("nobody | replica", rows(one, question));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "begin; set local search_path to 'pg_temp'; create table unseen (id int); commit",
                "begin; set search_path = 'pg_temp', 'public'; create table unseen (id int);"
                        + " set search_path to public; commit",
                "begin; select set_config('search_path', 'pg_temp', true); create view unseen as select 1 as id; commit",
                "begin; select set_config('search_path', 'pg_temp', true); select 1 as id into unseen; commit",
                "begin; select set_config('search_path', 'pg_temp', true); create table unseen as select 1 as id; commit",
                "begin; select set_config('search_path', 'pg_temp', true); create type unseen as (id int); commit",
                "select public.make_by_clause()"
            })
    void an_object_that_only_the_search_path_makes_temporary_pins(String sql) throws SQLException {
        run(one, sql);
        assertOnlyItsMakerSeesIt();
    }

    @Test
    void an_object_that_the_search_path_of_a_role_makes_temporary_pins() throws SQLException {
        reopenAs("homeless");
        run(one, "create table unseen (id int)");
        assertOnlyItsMakerSeesIt();
    }

    private void assertOnlyItsMakerSeesIt() throws SQLException {
        String question = "select count(*) from pg_class where relname = 'unseen'";
        assertEquals(
                List.of(PinReason.TEMPORARY_OBJECT),
                snapshot().pins().stream().map(PoolSnapshot.Pinned::reason).toList());
        assertEquals("1", rows(one, question));
        assertThrows(SQLException.class, () -> rows(two, question), "the only connection is pinned");
        one.close();
        assertEquals("0", rows(two, question));
    }

    @Test
    void an_object_of_a_schema_pins_nothing() throws SQLException {
        run(one, "create table visible (id int)");
        run(one, "select 2 as id into visible_too");
        assertEquals(List.of(), snapshot().pins());
        run(two, "drop table visible, visible_too");
        assertEquals(List.of(), snapshot().pins());
    }
}
