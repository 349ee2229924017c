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
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Statements that one logical connection has prepared are run by others: their names mean what they mean there. */
@PostgresTest
@Tag("every-version")
@Timeout(60)
class SharedPlansIT {
    private static final String READ = "select name from item";
    private static final int OFTEN = 10;

    private final TestDatabase database;

    SharedPlansIT(TestDatabase database) {
        this.database = database;
    }

    @BeforeEach
    void tables() throws SQLException {
        try (Connection owner = database.connect()) {
            run(owner, """
                    drop schema if exists tenant cascade; drop table if exists item;
                    create table item (name text); insert into item values ('of all');
                    create schema tenant; create table tenant.item (name text);
                    insert into tenant.item values ('of the tenant')""");
        }
    }

    private PgPoolDataSource pool() {
        PgPoolDataSource pool = new PgPoolDataSource();
        pool.setUrl(database.poolUrl());
        pool.setMaxSize(1);
        return pool;
    }

    private static String read(Connection connection) throws SQLException {
        return ask(connection, READ);
    }

    private static String ask(Connection connection, String sql) throws SQLException {
        try (PreparedStatement statement = connection.prepareStatement(sql);
                ResultSet row = statement.executeQuery()) {
            row.next();
            return row.getString(1);
        }
    }

    /** So often that the server has a plan that it keeps. */
    private static void readByAnother(PgPoolDataSource pool) throws SQLException {
        try (Connection another = pool.getConnection()) {
            // The temporary schema exists from now on, and is no news that would make the server look again.
            run(another, "create temp table scratch (x int); drop table scratch");
            for (int i = 0; i < OFTEN; i++) {
                assertEquals("of all", read(another));
            }
        }
    }

    @Test
    void a_temporary_table_hides_the_one_that_another_connection_has_read() throws SQLException {
        try (PgPoolDataSource pool = pool()) {
            readByAnother(pool);
            try (Connection connection = pool.getConnection()) {
                run(connection, "create temp table item as select 'my own'::text as name");
                assertEquals("my own", read(connection));
                run(connection, "drop table pg_temp.item");
                assertEquals("of all", read(connection));
            }
        }
    }

    @Test
    void a_temporary_table_of_a_transaction_hides_the_one_that_another_connection_has_read() throws SQLException {
        try (PgPoolDataSource pool = pool()) {
            readByAnother(pool);
            try (Connection connection = pool.getConnection()) {
                connection.setAutoCommit(false);
                assertEquals("of all", read(connection));
                run(connection, "create temp table item on commit drop as select 'my own'::text as name");
                assertEquals("my own", read(connection));
                connection.commit();
                assertEquals("of all", read(connection));
            }
        }
    }

    @Test
    void a_temporary_table_made_by_a_text_that_ends_its_transaction_leaves_none_open() throws SQLException {
        try (PgPoolDataSource pool = pool()) {
            readByAnother(pool);
            try (Connection connection = pool.getConnection()) {
                connection.setAutoCommit(false);
                run(
                        connection,
                        "create temp table item as select 'my own'::text as name; commit; drop table item; commit");
                assertEquals(0, pool.snapshot().orElseThrow().leased());
                assertEquals("of all", read(connection));
            }
        }
    }

    private static final String READ_ALL = "select * from item";

    private static void readAllOften(Connection connection, String expected) throws SQLException {
        for (int i = 0; i < OFTEN; i++) {
            assertEquals(expected, ask(connection, READ_ALL));
        }
    }

    @Test
    void a_temporary_table_with_other_columns_is_read_in_the_transaction_that_made_it() throws SQLException {
        try (PgPoolDataSource pool = pool()) {
            try (Connection another = pool.getConnection()) {
                readAllOften(another, "of all");
            }
            try (Connection connection = pool.getConnection()) {
                connection.setAutoCommit(false);
                run(connection, "create temp table item on commit drop as select 7 as id, 'my own'::text as name");
                assertEquals("7", ask(connection, READ_ALL));
                connection.commit();
            }
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "create temp table item (id) on commit drop as select 7",
                "create temp table item (id int) on commit drop; insert into item values (7)",
                "select 7 as id into temp item; savepoint made"
            })
    void a_temporary_table_with_other_columns_is_forgotten_with_its_transaction(String sql) throws SQLException {
        try (PgPoolDataSource pool = pool();
                Connection connection = pool.getConnection();
                Connection another = pool.getConnection()) {
            connection.setAutoCommit(false);
            run(connection, sql);
            readAllOften(connection, "7");
            if (sql.contains("on commit drop")) {
                connection.commit();
            } else {
                connection.rollback();
            }
            another.setAutoCommit(false);
            assertEquals("of all", ask(another, READ_ALL));
            another.commit();
        }
    }

    @Test
    void a_temporary_table_with_other_columns_is_forgotten_when_a_function_drops_it() throws SQLException {
        try (PgPoolDataSource pool = pool();
                Connection connection = pool.getConnection();
                Connection another = pool.getConnection()) {
            run(connection, "create temp table item (id) as select 7");
            readAllOften(connection, "7");
            run(connection, "do $$ begin drop table item; end $$");
            another.setAutoCommit(false);
            assertEquals("of all", ask(another, READ_ALL));
            another.commit();
        }
    }

    private static final String DEALLOCATING = """
            create or replace function deallocating() returns int language plpgsql as
                $$ begin execute 'deallocate all'; return 1; end $$;
            create or replace function deallocating_sql() returns void language sql as 'deallocate all';
            create or replace procedure deallocating_procedure() language plpgsql as $$ begin deallocate all; end $$;
            create or replace function deallocating_trigger() returns trigger language plpgsql as
                $$ begin deallocate all; return new; end $$;
            create table watched (a int);
            create trigger deallocating before insert on watched
                for each row execute function deallocating_trigger()""";

    @ParameterizedTest
    @ValueSource(
            strings = {
                "do $$ begin execute 'deallocate all'; end $$",
                "do $$ begin deallocate all; end $$",
                "do $$ begin execute 'deallocate ' || 'all'; end $$",
                "do $$ begin execute 'deallocate all'; raise 'refused'; end $$",
                "begin; do $$ begin deallocate all; raise 'refused'; end $$",
                "select deallocating()",
                "select deallocating_sql()",
                "call deallocating_procedure()",
                "insert into watched values (1)",
                "create function f() returns int language sql as 'select deallocating()'; select f()",
                "prepare mine as select 1; do $$ begin deallocate all; end $$",
                "prepare mine as select 1; do $$ begin deallocate all; end $$; prepare mine as select 2; execute mine",
                "prepare mine as select deallocating(); execute mine",
                "do $$ declare n text; begin for n in select name from pg_prepared_statements where name like 'S\\_%'"
                        + " loop execute format('deallocate %I', n); end loop; end $$"
            })
    void what_code_deallocates_is_prepared_again_for_others(String sql) throws SQLException {
        try (Connection owner = database.connect()) {
            run(owner, "drop table if exists watched; drop function if exists f()");
            run(owner, DEALLOCATING);
        }
        try (PgPoolDataSource pool = pool();
                Connection another = pool.getConnection()) {
            try (Connection connection = pool.getConnection()) {
                for (int i = 0; i < OFTEN; i++) {
                    assertEquals("of all", read(another));
                    assertEquals("of all", read(connection));
                }
                if (sql.contains("refused")) {
                    assertThrows(SQLException.class, () -> run(connection, sql));
                } else {
                    run(connection, sql);
                }
            }
            another.setAutoCommit(false);
            assertEquals("of all", read(another));
            another.commit();
        }
    }

    @Test
    void a_statement_prepared_by_the_driver_and_deallocated_by_its_name_is_prepared_again() throws SQLException {
        try (PgPoolDataSource pool = pool();
                Connection connection = pool.getConnection();
                Connection another = pool.getConnection()) {
            for (int i = 0; i < OFTEN; i++) {
                assertEquals("of all", read(another));
            }
            String name = ask(connection, "select name from pg_prepared_statements where statement = '" + READ + "'");
            run(connection, "deallocate \"" + name + "\"");
            another.setAutoCommit(false);
            assertEquals("of all", read(another));
            another.commit();
        }
    }

    @Test
    void a_session_runs_in_the_same_transaction_what_others_have_prepared_and_it_has_deallocated() throws SQLException {
        try (PgPoolDataSource pool = pool();
                Connection connection = pool.getConnection();
                Connection another = pool.getConnection()) {
            for (int i = 0; i < OFTEN; i++) {
                assertEquals("of all", read(another));
            }
            connection.setAutoCommit(false);
            run(connection, "do $$ begin deallocate all; end $$");
            assertEquals("of all", read(connection));
            run(connection, "prepare mine as select 'prepared'");
            assertEquals("prepared", ask(connection, "execute mine"));
            connection.commit();
            assertEquals("prepared", ask(connection, "execute mine"));
            run(connection, "do $$ begin deallocate all; end $$");
            assertEquals(
                    "26000",
                    assertThrows(SQLException.class, () -> ask(connection, "execute mine"))
                            .getSQLState());
            connection.rollback();
            assertEquals("of all", read(another));
        }
    }

    @Test
    void the_search_path_of_each_connection_decides_what_a_statement_reads() throws SQLException {
        try (PgPoolDataSource pool = pool();
                Connection connection = pool.getConnection();
                Connection tenant = pool.getConnection()) {
            tenant.setSchema("tenant");
            for (int i = 0; i < OFTEN; i++) {
                assertEquals("of all", read(connection));
                assertEquals("of the tenant", read(tenant));
            }
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "user, Tenant_A", "\"select\", \"$user\"", "a,b", "it''s\\odd"})
    void a_search_path_moves_letter_by_letter(String path) throws SQLException {
        try (PgPoolDataSource pool = pool();
                Connection connection = pool.getConnection();
                Connection another = pool.getConnection()) {
            run(
                    connection,
                    "select set_config('search_path', '" + path + "', false), set_config('work_mem', '5MB', false)");
            assertEquals("of all", read(another));
            String moved = ask(connection, "select current_setting('search_path') || current_setting('work_mem')");
            assertEquals(path.replace("''", "'") + "5MB", moved);
            assertEquals(
                    "\"$user\", public4MB",
                    ask(another, "select current_setting('search_path') || current_setting('work_mem')"));
        }
    }

    @Test
    void an_empty_search_path_moves() throws SQLException {
        try (PgPoolDataSource pool = pool();
                Connection connection = pool.getConnection();
                Connection another = pool.getConnection()) {
            run(connection, "set search_path = ''");
            assertEquals("of all", read(another));
            assertEquals("\"\"", ask(connection, "show search_path"));
        }
    }
}
