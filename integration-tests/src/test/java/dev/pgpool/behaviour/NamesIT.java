package dev.pgpool.behaviour;

import static dev.pgpool.behaviour.SessionOfItsOwn.run;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.pgpool.jdbc.PgPoolDataSource;
import dev.pgpool.testserver.PostgresTest;
import dev.pgpool.testserver.TestDatabase;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.postgresql.PGConnection;
import org.postgresql.util.PGobject;

/** A name without a schema means what it means in the session that uses it, whoever has used it there before. */
@PostgresTest
@Tag("every-version")
@Timeout(60)
class NamesIT {
    private final TestDatabase database;

    NamesIT(TestDatabase database) {
        this.database = database;
    }

    @BeforeEach
    void types() throws SQLException {
        try (Connection owner = database.connect()) {
            run(owner, """
                    drop schema if exists one cascade; drop schema if exists other cascade;
                    create schema one; create type one.mood as enum ('good');
                    create table one.day (mood one.mood, moods one.mood[]);
                    create schema other; create type other.mood as enum ('bad');
                    create table other.day (mood other.mood, moods other.mood[])""");
        }
    }

    private PgPoolDataSource pool() {
        PgPoolDataSource pool = new PgPoolDataSource();
        pool.setUrl(database.poolUrl());
        pool.setMaxSize(1);
        return pool;
    }

    private static void insert(Connection session, String mood) throws SQLException {
        try (PreparedStatement statement = session.prepareStatement("insert into day (mood) values (?)")) {
            PGobject value = new PGobject();
            value.setType("mood");
            value.setValue(mood);
            statement.setObject(1, value);
            assertEquals(1, statement.executeUpdate());
        }
    }

    private static void insertArray(Connection session, String mood) throws SQLException {
        try (PreparedStatement statement = session.prepareStatement("insert into day (moods) values (?)")) {
            statement.setArray(1, session.createArrayOf("mood", new String[] {mood}));
            assertEquals(1, statement.executeUpdate());
        }
    }

    private static String typeName(Connection session, String column) throws SQLException {
        try (PreparedStatement statement = session.prepareStatement("select " + column + " from day");
                ResultSet rows = statement.executeQuery()) {
            return rows.getMetaData().getColumnTypeName(1);
        }
    }

    @Test
    void a_value_is_of_the_type_that_its_session_names() throws SQLException {
        inTheirSchemas(NamesIT::insert);
    }

    @Test
    void an_array_is_of_the_type_that_its_session_names() throws SQLException {
        inTheirSchemas(NamesIT::insertArray);
    }

    /** What a session does with a mood. */
    private interface Deed {
        void with(Connection session, String mood) throws SQLException;
    }

    private void inTheirSchemas(Deed deed) throws SQLException {
        try (PgPoolDataSource pool = pool();
                Connection one = pool.getConnection();
                Connection other = pool.getConnection()) {
            one.setSchema("one");
            other.setSchema("other");
            deed.with(one, "good");
            deed.with(other, "bad");
        }
    }

    @Test
    void names_are_told_apart_after_a_copy_in_pieces() throws SQLException {
        try (PgPoolDataSource pool = pool();
                Connection one = pool.getConnection();
                Connection other = pool.getConnection()) {
            one.setSchema("one");
            other.setSchema("other");
            one.unwrap(PGConnection.class)
                    .getCopyAPI()
                    .copyIn("copy day from stdin")
                    .endCopy();
            insert(one, "good");
            insert(other, "bad");
        }
    }

    @Test
    void a_pinned_session_names_types_by_the_path_it_has() throws SQLException {
        try (PgPoolDataSource pool = pool();
                Connection session = pool.getConnection()) {
            run(session, "select set_config('myapp.' || 'setting', '1', false)");
            session.setSchema("one");
            insert(session, "good");
            session.setSchema("other");
            insert(session, "bad");
        }
    }

    @Test
    void a_value_is_of_the_type_that_its_transaction_names() throws SQLException {
        try (PgPoolDataSource pool = pool();
                Connection session = pool.getConnection()) {
            session.setAutoCommit(false);
            for (int i = 0; i < 2; i++) {
                run(session, "set local search_path = one");
                insert(session, "good");
                run(session, "set local search_path = other");
                insert(session, "bad");
                insertArray(session, "bad");
                session.commit();
            }
            session.setAutoCommit(true);
            run(session, "set search_path = one");
            insert(session, "good");
        }
    }

    @Test
    void a_value_is_of_the_type_that_a_function_has_put_in_front() throws SQLException {
        try (PgPoolDataSource pool = pool();
                Connection owner = database.connect();
                Connection session = pool.getConnection()) {
            run(owner, """
                    create or replace function work_for(tenant text) returns void language plpgsql as
                        $$ begin execute 'set search_path = ' || tenant; end $$""");
            session.setAutoCommit(false);
            run(session, "select work_for('one')");
            insert(session, "good");
            run(session, "select public.work_for('other')");
            insert(session, "bad");
            session.commit();
            session.setAutoCommit(true);
            run(session, "select public.work_for('one')");
            insert(session, "good");
        }
    }

    @Test
    void a_value_is_of_the_type_that_its_session_names_in_session_mode() throws SQLException {
        try (PgPoolDataSource pool = pool()) {
            pool.setMode("session");
            for (String schema : new String[] {"one", "other", "one"}) {
                try (Connection session = pool.getConnection()) {
                    run(session, "set search_path = " + schema);
                    insert(session, schema.equals("one") ? "good" : "bad");
                }
            }
        }
    }

    @Test
    void a_type_that_a_pinned_session_has_named_is_not_the_next_one_s() throws SQLException {
        try (Connection owner = database.connect()) {
            run(owner, """
                    drop schema if exists painter cascade; drop role if exists painter;
                    drop table if exists day; drop type if exists mood;
                    create role painter; create schema authorization painter;
                    set role painter; create type painter.mood as enum ('good');
                    create table painter.day (mood painter.mood); create sequence painter.drawn; reset role;
                    create type mood as enum ('bad'); create table day (mood mood)""");
        }
        try (PgPoolDataSource pool = pool()) {
            try (Connection session = pool.getConnection()) {
                // From now on who draws is pinned, and leaves nothing that would have to be discarded with all the
                // rest.
                assertThrows(SQLException.class, () -> run(session, "select currval('painter.drawn')"));
            }
            try (Connection session = pool.getConnection()) {
                run(session, "set role painter; select nextval('painter.drawn')");
                assertEquals(1, pool.snapshot().orElseThrow().pinned());
                insert(session, "good");
            }
            try (Connection session = pool.getConnection()) {
                insert(session, "bad");
            }
        }
    }

    @Test
    void a_type_that_was_not_there_is_found_when_it_is() throws SQLException {
        try (PgPoolDataSource pool = pool();
                Connection one = pool.getConnection();
                Connection other = pool.getConnection()) {
            one.setSchema("one");
            assertThrows(SQLException.class, () -> one.createArrayOf("weather", new String[] {"fair"}));
            run(other, "create type one.weather as enum ('fair')");
            assertEquals(
                    "{\"fair\"}",
                    one.createArrayOf("weather", new String[] {"fair"}).toString());
        }
    }

    @Test
    void a_column_tells_its_type_as_its_session_names_it() throws SQLException {
        try (PgPoolDataSource pool = pool();
                Connection one = pool.getConnection();
                Connection other = pool.getConnection()) {
            one.setSchema("one");
            other.setSchema("other");
            assertEquals("mood", typeName(one, "mood"));
            assertEquals("mood", typeName(other, "mood"));
            assertEquals("_mood", typeName(other, "moods"));
        }
    }

    @Test
    void a_statement_reads_the_tables_of_the_role_that_runs_it() throws SQLException {
        try (Connection owner = database.connect()) {
            run(owner, """
                    drop schema if exists first_role cascade; drop schema if exists second_role cascade;
                    drop role if exists first_role; drop role if exists second_role;
                    create role first_role; create role second_role;
                    create schema authorization first_role; create schema authorization second_role;
                    set role first_role; create table first_role.mine as select 1 as a; reset role;
                    set role second_role; create table second_role.mine as select 'text'::text as b""");
        }
        try (PgPoolDataSource pool = pool();
                Connection one = pool.getConnection();
                Connection other = pool.getConnection()) {
            run(one, "set role first_role");
            run(other, "set role second_role");
            one.setAutoCommit(false);
            other.setAutoCommit(false);
            for (int i = 0; i < 10; i++) {
                read(one, "1");
                one.commit();
                read(other, "text");
                other.commit();
            }
        }
    }

    private static void read(Connection session, String expected) throws SQLException {
        try (PreparedStatement statement = session.prepareStatement("select * from mine");
                ResultSet rows = statement.executeQuery()) {
            rows.next();
            assertEquals(expected, rows.getString(1));
        }
    }
}
