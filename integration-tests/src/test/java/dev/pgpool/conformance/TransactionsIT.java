package dev.pgpool.conformance;

import static dev.pgpool.conformance.Jdbc.assertFails;
import static dev.pgpool.conformance.Jdbc.rows;
import static dev.pgpool.conformance.Jdbc.run;
import static dev.pgpool.conformance.Jdbc.value;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.List;

/** Beginning and ending transactions, and what errors do to them. */
@Conformance(
        schema = "create table item (id int primary key, name text);"
                + " create table late (id int references item deferrable initially deferred);"
                + " create table late_check (id int unique deferrable initially deferred)",
        data = "truncate item, late, late_check; insert into item values (1, 'one'), (2, 'two')")
final class TransactionsIT {
    private static String count(Connection connection) throws SQLException {
        return value(connection, "select count(*) from item");
    }

    private static void insert(Connection connection, int id) throws SQLException {
        run(connection, "insert into item values (" + id + ", 'new')");
    }

    @Conforms
    void a_new_connection_is_in_autocommit(Subject subject) throws SQLException {
        Connection connection = subject.open();
        assertTrue(connection.getAutoCommit());
        insert(connection, 3);
        assertEquals("3", count(subject.openPlain()));
    }

    @Conforms(transactions = true)
    void a_commit_makes_changes_visible_to_others(Subject subject) throws SQLException {
        Connection connection = subject.open();
        Connection other = subject.openPlain();
        connection.setAutoCommit(false);
        insert(connection, 3);
        assertEquals("2", count(other));
        connection.commit();
        assertEquals("3", count(other));
    }

    @Conforms(transactions = true)
    void a_rollback_undoes_changes(Connection connection) throws SQLException {
        connection.setAutoCommit(false);
        insert(connection, 3);
        connection.rollback();
        assertEquals("2", count(connection));
        connection.rollback();
    }

    @Conforms
    void autocommit_on_stays_on(Connection connection) throws SQLException {
        connection.setAutoCommit(true);
        assertTrue(connection.getAutoCommit());
        assertFails("25P01", connection::commit);
        assertFails("25P01", connection::rollback);
    }

    @Conforms(transactions = true)
    void commit_and_rollback_without_work_do_nothing(Connection connection) throws SQLException {
        connection.setAutoCommit(false);
        connection.commit();
        connection.rollback();
        connection.rollback();
        connection.commit();
        assertFalse(connection.getAutoCommit());
        connection.setAutoCommit(true);
    }

    @Conforms(transactions = true)
    void autocommit_switched_on_commits(Subject subject) throws SQLException {
        Connection connection = subject.open();
        connection.setAutoCommit(false);
        insert(connection, 3);
        connection.setAutoCommit(true);
        assertEquals("3", count(subject.openPlain()));
    }

    @Conforms(transactions = true)
    void autocommit_set_to_what_it_is_commits_nothing(Subject subject) throws SQLException {
        Connection connection = subject.open();
        connection.setAutoCommit(false);
        insert(connection, 3);
        connection.setAutoCommit(false);
        assertEquals("2", count(subject.openPlain()));
        connection.rollback();
    }

    @Conforms(transactions = true)
    void closing_rolls_back(Subject subject) throws SQLException {
        Connection connection = subject.open();
        connection.setAutoCommit(false);
        insert(connection, 3);
        connection.close();
        assertEquals("2", count(subject.openPlain()));
    }

    @Conforms(transactions = true)
    void an_error_fails_the_transaction_until_rollback(Connection connection) throws SQLException {
        connection.setAutoCommit(false);
        insert(connection, 3);
        assertFails("23505", () -> insert(connection, 1));
        assertFails("25P02", () -> count(connection));
        assertFails("25P02", () -> insert(connection, 4));
        connection.rollback();
        assertEquals("2", count(connection));
        connection.commit();
    }

    @Conforms(transactions = true)
    void a_commit_of_a_failed_transaction_rolls_back(Connection connection) throws SQLException {
        connection.setAutoCommit(false);
        insert(connection, 3);
        assertFails("23505", () -> insert(connection, 1));
        connection.commit();
        assertEquals("2", count(connection));
        connection.commit();
    }

    @Conforms(transactions = true)
    void ddl_is_part_of_the_transaction(Connection connection) throws SQLException {
        connection.setAutoCommit(false);
        run(connection, "create table made (x int)");
        run(connection, "insert into made values (1)");
        run(connection, "alter table made add y int");
        assertEquals("1,null", value(connection, "select * from made"));
        connection.rollback();
        assertFails("42P01", () -> rows(connection, "select * from made"));
        connection.rollback();
    }

    @Conforms(transactions = true)
    void a_deferred_constraint_fails_the_commit(Connection connection) throws SQLException {
        connection.setAutoCommit(false);
        run(connection, "insert into late values (99)");
        assertFails("23503", connection::commit);
        assertEquals("0", value(connection, "select count(*) from late"));
        connection.commit();
    }

    @Conforms
    void a_deferred_constraint_fails_an_autocommit_statement(Connection connection) throws SQLException {
        run(connection, "insert into late_check values (1)");
        assertFails("23505", () -> run(connection, "insert into late_check values (1)"));
        assertEquals("1", value(connection, "select count(*) from late_check"));
    }

    @Conforms(transactions = true)
    void begin_and_commit_by_sql(Subject subject) throws SQLException {
        Connection connection = subject.open();
        Connection other = subject.openPlain();
        run(connection, "begin");
        insert(connection, 3);
        assertEquals("2", count(other));
        run(connection, "commit");
        assertEquals("3", count(other));
        assertTrue(connection.getAutoCommit());
        run(connection, "start transaction read only");
        assertFails("25006", () -> insert(connection, 4));
        run(connection, "rollback");
        insert(connection, 4);
        assertEquals("4", count(other));
    }

    @Conforms(transactions = true)
    void a_transaction_ended_by_sql_is_followed_by_a_new_one(Subject subject) throws SQLException {
        Connection connection = subject.open();
        connection.setAutoCommit(false);
        insert(connection, 3);
        run(connection, "commit");
        assertEquals("3", count(subject.openPlain()));
        insert(connection, 4);
        run(connection, "rollback");
        assertEquals("3", count(connection));
        connection.commit();
    }

    @Conforms(transactions = true)
    void commit_and_chain(Connection connection) throws SQLException {
        connection.setAutoCommit(false);
        insert(connection, 3);
        run(connection, "commit and chain");
        insert(connection, 4);
        connection.rollback();
        assertEquals("3", count(connection));
        connection.commit();
    }

    @Conforms(transactions = true)
    void several_statements_with_begin_in_one_text(Connection connection) throws SQLException {
        run(connection, "begin; insert into item values (3, 'x'); commit");
        assertEquals("3", count(connection));
        run(connection, "begin; insert into item values (4, 'x')");
        run(connection, "rollback");
        assertEquals("3", count(connection));
    }

    @Conforms(transactions = true)
    void isolation_levels(Connection connection) throws SQLException {
        assertEquals(Connection.TRANSACTION_READ_COMMITTED, connection.getTransactionIsolation());
        for (int level : new int[] {
            Connection.TRANSACTION_SERIALIZABLE,
            Connection.TRANSACTION_REPEATABLE_READ,
            Connection.TRANSACTION_READ_UNCOMMITTED,
            Connection.TRANSACTION_READ_COMMITTED
        }) {
            connection.setTransactionIsolation(level);
            assertEquals(level, connection.getTransactionIsolation());
        }
        connection.setTransactionIsolation(Connection.TRANSACTION_SERIALIZABLE);
        connection.setAutoCommit(false);
        assertEquals("serializable", value(connection, "show transaction_isolation"));
        connection.commit();
        assertEquals("serializable", value(connection, "show transaction_isolation"));
        connection.commit();
    }

    @Conforms
    void isolation_in_autocommit(Connection connection) throws SQLException {
        connection.setTransactionIsolation(Connection.TRANSACTION_REPEATABLE_READ);
        assertEquals("repeatable read", value(connection, "show transaction_isolation"));
        assertEquals("repeatable read", value(connection, "show transaction_isolation"));
        assertFails("0A000", () -> connection.setTransactionIsolation(Connection.TRANSACTION_NONE));
        assertFails("0A000", () -> connection.setTransactionIsolation(77));
    }

    @Conforms(transactions = true)
    void isolation_can_not_change_in_a_transaction(Connection connection) throws SQLException {
        connection.setAutoCommit(false);
        insert(connection, 3);
        assertFails("25001", () -> connection.setTransactionIsolation(Connection.TRANSACTION_SERIALIZABLE));
        connection.commit();
        assertEquals(Connection.TRANSACTION_READ_COMMITTED, connection.getTransactionIsolation());
    }

    @Conforms(transactions = true)
    void a_read_only_transaction_refuses_changes(Connection connection) throws SQLException {
        assertFalse(connection.isReadOnly());
        connection.setReadOnly(true);
        assertTrue(connection.isReadOnly());
        connection.setAutoCommit(false);
        assertFails("25006", () -> insert(connection, 3));
        connection.rollback();
        connection.setReadOnly(false);
        insert(connection, 3);
        connection.commit();
        assertEquals("3", count(connection));
        connection.commit();
    }

    @Conforms
    void read_only_in_autocommit_is_as_on_pgjdbc(Subject subject) throws Exception {
        for (String mode : List.of("readOnlyMode=ignore", "readOnlyMode=transaction", "readOnlyMode=always")) {
            subject.assertSameAsPlain(
                    connection -> {
                        run(connection, "delete from item where id = 30");
                        connection.setReadOnly(true);
                        try {
                            insert(connection, 30);
                            return "inserted";
                        } catch (SQLException e) {
                            return e.getSQLState() + e.getMessage();
                        }
                    },
                    mode);
        }
    }

    @Conforms(transactions = true)
    void read_only_can_not_change_in_a_transaction(Connection connection) throws SQLException {
        connection.setAutoCommit(false);
        insert(connection, 3);
        assertFails("25001", () -> connection.setReadOnly(true));
        connection.rollback();
    }

    @Conforms(transactions = true)
    void set_transaction_and_set_local_end_with_the_transaction(Connection connection) throws SQLException {
        connection.setAutoCommit(false);
        run(connection, "set transaction isolation level serializable");
        run(connection, "set local lock_timeout = '1234ms'");
        assertEquals("serializable", value(connection, "show transaction_isolation"));
        assertEquals("1234ms", value(connection, "show lock_timeout"));
        connection.commit();
        assertEquals("read committed", value(connection, "show transaction_isolation"));
        assertEquals("0", value(connection, "show lock_timeout"));
        connection.commit();
    }

    @Conforms(transactions = true)
    void a_serialisation_failure_is_reported_as_such(Subject subject) throws SQLException {
        Connection one = subject.open();
        Connection two = subject.open();
        for (Connection connection : List.of(one, two)) {
            connection.setTransactionIsolation(Connection.TRANSACTION_REPEATABLE_READ);
            connection.setAutoCommit(false);
            assertEquals("2", count(connection));
        }
        run(one, "update item set name = 'first' where id = 1");
        one.commit();
        assertFails("40001", () -> run(two, "update item set name = 'second' where id = 1"));
        two.rollback();
        run(two, "update item set name = 'third' where id = 1");
        two.commit();
        assertEquals("third", value(one, "select name from item where id = 1"));
        one.commit();
    }

    @Conforms(transactions = true)
    void two_transactions_of_one_driver_do_not_see_each_other(Subject subject) throws SQLException {
        Connection one = subject.open();
        Connection two = subject.open();
        one.setAutoCommit(false);
        two.setAutoCommit(false);
        insert(one, 3);
        insert(two, 4);
        assertEquals("3", count(one));
        assertEquals("3", count(two));
        one.rollback();
        assertEquals("3", count(two));
        two.commit();
        assertEquals("3", count(one));
        one.commit();
    }

    @Conforms(transactions = true)
    void the_transaction_time_stands_still(Connection connection) throws SQLException {
        connection.setAutoCommit(false);
        String first = value(connection, "select now()");
        value(connection, "select pg_sleep(0.002)");
        assertEquals(first, value(connection, "select now()"));
        connection.commit();
        assertFalse(first.equals(value(connection, "select now()")));
        connection.commit();
    }

    @Conforms(transactions = true)
    void a_transaction_stays_on_one_backend(Connection connection) throws SQLException {
        connection.setAutoCommit(false);
        String pid = value(connection, "select pg_backend_pid()");
        for (int i = 0; i < 20; i++) {
            assertEquals(pid, value(connection, "select pg_backend_pid()"));
        }
        connection.commit();
    }

    @Conforms(transactions = true)
    void two_phase_commit_statements_are_passed_on(Subject subject) throws SQLException {
        Connection connection = subject.open();
        connection.setAutoCommit(false);
        String name = "tx_" + subject.target();
        insert(connection, 3);
        if (value(subject.openPlain(), "show max_prepared_transactions").equals("0")) {
            assertFails("55000", () -> run(connection, "prepare transaction '" + name + "'"));
            connection.rollback();
        } else {
            run(connection, "prepare transaction '" + name + "'");
            connection.setAutoCommit(true);
            run(connection, "rollback prepared '" + name + "'");
        }
        assertEquals("2", count(subject.openPlain()));
    }

    @Conforms
    void a_statement_that_needs_no_transaction_works_in_autocommit(Connection connection) throws SQLException {
        run(connection, "vacuum item");
        run(connection, "create index concurrently made_index on item (name)");
        run(connection, "drop index made_index");
    }

    @Conforms(transactions = true)
    void a_statement_that_needs_no_transaction_fails_in_one(Connection connection) throws SQLException {
        connection.setAutoCommit(false);
        assertFails("25001", () -> run(connection, "vacuum item"));
        connection.rollback();
    }

    @Conforms(transactions = true)
    void locks_are_kept_to_the_end_of_the_transaction(Subject subject) throws SQLException {
        Connection connection = subject.open();
        Connection other = subject.openPlain();
        connection.setAutoCommit(false);
        rows(connection, "select * from item where id = 1 for update");
        assertFails("55P03", () -> rows(other, "select * from item where id = 1 for update nowait"));
        assertEquals(List.of("2"), rows(other, "select id from item for update skip locked"));
        connection.commit();
        assertEquals(2, rows(other, "select * from item for update nowait").size());
    }

    @Conforms(transactions = true)
    void statements_made_before_the_transaction_take_part_in_it(Connection connection) throws SQLException {
        try (PreparedStatement update = connection.prepareStatement("update item set name = ? where id = 1");
                Statement plain = connection.createStatement()) {
            connection.setAutoCommit(false);
            update.setString(1, "gone");
            update.executeUpdate();
            plain.executeUpdate("delete from item where id = 2");
            connection.rollback();
            connection.setAutoCommit(true);
            assertEquals(List.of("1,one", "2,two"), rows(plain.executeQuery("select * from item order by id")));
        }
    }
}
