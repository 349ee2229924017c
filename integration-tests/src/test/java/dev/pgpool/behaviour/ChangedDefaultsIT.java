package dev.pgpool.behaviour;

import static dev.pgpool.behaviour.SessionOfItsOwn.rows;
import static dev.pgpool.behaviour.SessionOfItsOwn.run;
import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.pgpool.jdbc.PgPoolDataSource;
import dev.pgpool.testserver.PostgresTest;
import dev.pgpool.testserver.TestDatabase;
import java.sql.Connection;
import java.sql.SQLException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * A session that was told a value keeps it, also if that was the default at the time and the administrator changes the
 * default; and nobody else is left with it. There is one physical connection only.
 */
@PostgresTest(ownServer = true)
@Timeout(120)
class ChangedDefaultsIT {
    private static final String QUESTION = "select current_setting('lock_timeout')";

    private TestDatabase database;
    private Connection owner;
    private PgPoolDataSource pool;
    private Connection one;
    private Connection two;

    @BeforeEach
    void open(TestDatabase database) throws SQLException {
        this.database = database;
        owner = database.connect();
        pool = new PgPoolDataSource();
        pool.setUrl(database.poolUrl());
        pool.setMaxSize(1);
        one = pool.getConnection();
        two = pool.getConnection();
    }

    @AfterEach
    void close() throws SQLException {
        one.close();
        two.close();
        pool.close();
        run(owner, "alter role current_user reset lock_timeout");
        reload("alter system reset lock_timeout");
        owner.close();
    }

    private void reload(String sql) throws SQLException {
        run(owner, sql);
        run(owner, "select pg_reload_conf()");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "set lock_timeout = 0",
                "set session lock_timeout to '0ms'",
                "reset lock_timeout; set lock_timeout = '0'",
                "begin; set lock_timeout = '3s'; set lock_timeout = '0'; commit"
            })
    void a_value_that_was_the_default_is_brought_along(String sql) throws SQLException {
        run(one, sql);
        run(owner, "alter role current_user set lock_timeout = '5s'");
        database.server().terminateBackends();
        owner.close();
        owner = database.connect();
        assertEquals("5s", rows(two, QUESTION));
        assertEquals("0", rows(one, QUESTION));
        one.setAutoCommit(false);
        run(one, "set lock_timeout = '7s'");
        one.rollback();
        assertEquals("0", rows(one, QUESTION));
        one.rollback();
        run(one, "reset lock_timeout");
        one.commit();
        assertEquals("5s", rows(one, QUESTION));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "set lock_timeout = '3s'; set lock_timeout to default",
                "set lock_timeout = '0'; reset lock_timeout",
                "set lock_timeout = '0'; reset all",
                "set lock_timeout = '0'; select set_config('lock_timeout', null, false)",
                "begin; set local lock_timeout = '0'; commit",
                "begin; set lock_timeout = '0'; rollback"
            })
    void whoever_goes_by_the_default_goes_by_the_new_one(String sql) throws SQLException {
        run(one, sql);
        run(owner, "alter role current_user set lock_timeout = '5s'");
        database.server().terminateBackends();
        owner.close();
        owner = database.connect();
        assertEquals("5s", rows(two, QUESTION));
        assertEquals("5s", rows(one, QUESTION));
    }

    @Test
    void a_value_that_was_the_default_is_left_to_nobody() throws SQLException {
        run(one, "set lock_timeout = '0'");
        String before = rows(one, "select pg_conf_load_time()");
        reload("alter system set lock_timeout = '4s'");
        while (rows(one, "select pg_conf_load_time()").equals(before)) {
            Thread.onSpinWait();
        }
        assertEquals("4s", rows(two, QUESTION));
        assertEquals("0", rows(one, QUESTION));
    }
}
