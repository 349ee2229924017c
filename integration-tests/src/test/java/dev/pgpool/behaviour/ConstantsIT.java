package dev.pgpool.behaviour;

import static dev.pgpool.behaviour.SessionOfItsOwn.run;
import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.pgpool.jdbc.PgPoolDataSource;
import dev.pgpool.testserver.PostgresTest;
import dev.pgpool.testserver.TestDatabase;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * The server reads the constants of a prepared statement once, with the settings of that moment: each session must find
 * them read with its own.
 */
@PostgresTest
@Tag("every-version")
@Timeout(60)
class ConstantsIT {
    /** So often that pgjdbc prepares it on the server, and the server keeps a plan for it. */
    private static final int OFTEN = 12;

    private static final String MIDNIGHT =
            "select extract(epoch from timestamptz '2026-01-01 00:00')::int8 / 3600 % 24";

    private final TestDatabase database;

    ConstantsIT(TestDatabase database) {
        this.database = database;
    }

    /** Ways to run a query. */
    enum Way {
        PREPARED {
            @Override
            String ask(Connection session, String sql) throws SQLException {
                try (PreparedStatement statement = session.prepareStatement(sql);
                        ResultSet row = statement.executeQuery()) {
                    row.next();
                    return row.getString(1);
                }
            }
        },
        PLAIN {
            @Override
            String ask(Connection session, String sql) throws SQLException {
                try (Statement statement = session.createStatement();
                        ResultSet row = statement.executeQuery(sql)) {
                    row.next();
                    return row.getString(1);
                }
            }
        },
        FUNCTION {
            @Override
            String ask(Connection session, String sql) throws SQLException {
                return PREPARED.ask(session, sql.equals(MIDNIGHT) ? "select midnight()" : sql);
            }
        };

        abstract String ask(Connection session, String sql) throws SQLException;

        void askOften(Connection session, String sql, String expected) throws SQLException {
            for (int i = 0; i < OFTEN; i++) {
                assertEquals(expected, ask(session, sql));
            }
        }
    }

    @BeforeEach
    void function() throws SQLException {
        try (Connection owner = database.connect()) {
            run(
                    owner,
                    "create or replace function midnight() returns int8 language plpgsql as $$ begin return ("
                            + MIDNIGHT + "); end $$");
        }
    }

    private PgPoolDataSource pool() {
        PgPoolDataSource pool = new PgPoolDataSource();
        pool.setUrl(database.poolUrl());
        pool.setMaxSize(1);
        return pool;
    }

    @ParameterizedTest
    @EnumSource
    void a_time_is_read_in_the_time_zone_of_its_session(Way way) throws SQLException {
        try (PgPoolDataSource pool = pool();
                Connection utc = pool.getConnection();
                Connection tokyo = pool.getConnection()) {
            run(utc, "set time zone 'UTC'");
            way.askOften(utc, MIDNIGHT, "0");
            run(tokyo, "set time zone 'Asia/Tokyo'");
            way.askOften(tokyo, MIDNIGHT, "15");
            assertEquals("0", way.ask(utc, MIDNIGHT));
            assertEquals("15", way.ask(tokyo, MIDNIGHT));
        }
    }

    @ParameterizedTest
    @EnumSource
    void a_time_is_read_in_the_time_zone_of_its_transaction(Way way) throws SQLException {
        try (PgPoolDataSource pool = pool();
                Connection utc = pool.getConnection();
                Connection tokyo = pool.getConnection()) {
            run(utc, "set time zone 'UTC'");
            way.askOften(utc, MIDNIGHT, "0");
            tokyo.setAutoCommit(false);
            run(tokyo, "set local time zone 'Asia/Tokyo'");
            way.askOften(tokyo, MIDNIGHT, "15");
            tokyo.commit();
            assertEquals("0", way.ask(utc, MIDNIGHT));
        }
    }

    @Test
    void another_setting_that_moves_does_not_hide_it() throws SQLException {
        try (PgPoolDataSource pool = pool();
                Connection utc = pool.getConnection();
                Connection tokyo = pool.getConnection()) {
            run(utc, "set time zone 'UTC'");
            Way.PREPARED.askOften(utc, MIDNIGHT, "0");
            run(tokyo, "set time zone 'Asia/Tokyo'");
            tokyo.setClientInfo("ApplicationName", "tokyo");
            assertEquals("15", Way.PREPARED.ask(tokyo, MIDNIGHT));
        }
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '"',
            value = {
                "datestyle = 'ISO, DMY' | select '02/01/2026'::date | 2026-02-01 | 2026-01-02",
                "intervalstyle = sql_standard | select extract(epoch from interval '-1 2:00:00')::int | -79200 | -93600",
                "transform_null_equals = on | select coalesce((1 = null)::text, 'unknown') | unknown | false",
                "array_nulls = off | select ('{NULL}'::text[])[1] is null | t | f",
                "bytea_output = escape | select '\\x41'::bytea::text | \\x41 | A"
            })
    void a_constant_is_read_with_the_settings_of_its_session(
            String setting, String query, String asItStarts, String asItIsSet) throws SQLException {
        try (PgPoolDataSource pool = pool();
                Connection one = pool.getConnection();
                Connection other = pool.getConnection()) {
            Way.PREPARED.askOften(one, query, asItStarts);
            run(other, "set " + setting);
            Way.PREPARED.askOften(other, query, asItIsSet);
            assertEquals(asItStarts, Way.PREPARED.ask(one, query));
            assertEquals(asItIsSet, Way.PREPARED.ask(other, query));
        }
    }

    @Test
    void a_backslash_is_read_as_its_session_has_it() throws SQLException {
        String length = "select length('a\\nb')";
        try (PgPoolDataSource pool = pool();
                Connection standard = pool.getConnection();
                Connection escaping = pool.getConnection()) {
            run(escaping, "set standard_conforming_strings = off");
            Way.PREPARED.askOften(standard, length, "4");
            Way.PREPARED.askOften(escaping, length, "3");
            assertEquals("4", Way.PREPARED.ask(standard, length));
            assertEquals("3", Way.PREPARED.ask(escaping, length));
        }
    }

    @Test
    void a_trigger_that_sets_the_time_zone_for_its_transaction_is_noticed() throws SQLException {
        try (Connection owner = database.connect()) {
            run(owner, """
                    drop table if exists moving;
                    create table moving (a int);
                    create or replace function move() returns trigger language plpgsql as
                        $$ begin set local time zone 'Asia/Tokyo'; return new; end $$;
                    create trigger moving before insert on moving for each row execute function move()""");
        }
        try (PgPoolDataSource pool = pool();
                Connection session = pool.getConnection()) {
            run(session, "set time zone 'UTC'");
            Way.PREPARED.askOften(session, MIDNIGHT, "0");
            session.setAutoCommit(false);
            run(session, "insert into moving values (1)");
            assertEquals("15", Way.PREPARED.ask(session, MIDNIGHT));
            session.rollback();
            assertEquals("0", Way.PREPARED.ask(session, MIDNIGHT));
            session.commit();
        }
    }
}
