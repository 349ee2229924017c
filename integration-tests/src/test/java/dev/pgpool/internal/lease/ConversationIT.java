package dev.pgpool.internal.lease;

import static org.junit.jupiter.api.Assertions.assertDoesNotThrow;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.pgpool.conformance.Await;
import dev.pgpool.internal.lease.Admission.Ticket;
import dev.pgpool.internal.physical.Engine;
import dev.pgpool.internal.physical.PgjdbcSource;
import dev.pgpool.internal.physical.PhysicalConnection;
import dev.pgpool.internal.session.Parameters;
import dev.pgpool.internal.sql.SqlTraits;
import dev.pgpool.pool.PoolSettings;
import dev.pgpool.pool.RetireReason;
import dev.pgpool.testserver.PostgresTest;
import dev.pgpool.testserver.TestDatabase;
import java.lang.reflect.Field;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.SQLTransientConnectionException;
import java.sql.Statement;
import java.time.Duration;
import java.util.Map;
import java.util.Properties;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.locks.ReentrantLock;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.function.Executable;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@PostgresTest
class ConversationIT {
    private Pool pool;
    private TestDatabase database;

    @BeforeEach
    void openPool(TestDatabase database) throws SQLException {
        this.database = database;
        administer("drop function if exists lower(int)");
        pool = pool(Map.of("pool.maxSize", "2", "pool.acquireTimeout", "2s"));
    }

    private Pool pool(Map<String, String> settings) {
        return new Pool(
                PoolSettings.parse(settings, "test"), new PgjdbcSource(database.url(), new Properties()), () -> {});
    }

    @AfterEach
    void nothingIsLeased() {
        if (!pool.isClosed()) {
            assertEquals(0, pool.snapshot().leased());
            assertEquals(0, pool.snapshot().logical());
        }
        pool.close();
    }

    private static int backend(Conversation conversation) throws SQLException {
        return Integer.parseInt(ask(conversation, "select pg_backend_pid()"));
    }

    private static String ask(Conversation conversation, String sql) throws SQLException {
        return conversation.work(conversation.traits(sql), sql, Patience.unlimited(), physical -> {
            try (Statement statement = physical.pgjdbc().createStatement()) {
                if (!statement.execute(sql)) {
                    return "";
                }
                try (ResultSet result = statement.getResultSet()) {
                    result.next();
                    return String.valueOf(result.getString(1));
                }
            }
        });
    }

    @Test
    void a_statement_outside_a_transaction_gives_its_connection_back() throws Exception {
        Conversation one = pool.open(Parameters.NONE);
        Conversation two = pool.open(Parameters.NONE);
        int first = backend(one);
        assertFalse(one.leased());
        assertEquals(first, backend(two));
        one.close();
        two.close();
        assertEquals(1, pool.snapshot().open());
    }

    @Test
    void a_transaction_keeps_its_connection_to_its_end() throws Exception {
        Conversation one = pool.open(Parameters.NONE);
        Conversation two = pool.open(Parameters.NONE);
        one.setAutoCommit(false);
        int first = backend(one);
        assertTrue(one.leased());
        assertNotEquals(first, backend(two));
        assertEquals(first, backend(one));
        one.commit();
        assertFalse(one.leased());
        one.close();
        two.close();
    }

    @Test
    void session_state_stays_and_is_gone_after_close() throws Exception {
        Conversation one = pool.open(Parameters.NONE);
        ask(one, "set application_name = 'mine'");
        ask(one, "create temp table mine(id int)");
        int first = backend(one);
        assertTrue(one.leased());
        assertEquals(1, pool.snapshot().pinned());
        assertEquals("mine", ask(one, "select current_setting('application_name')"));
        assertEquals("0", ask(one, "select count(*) from mine"));
        one.close();
        Conversation two = pool.open(Parameters.NONE);
        assertEquals(first, backend(two));
        assertNotEquals("mine", ask(two, "select current_setting('application_name')"));
        assertThrows(SQLException.class, () -> ask(two, "select count(*) from mine"));
        two.close();
    }

    @Test
    void settings_follow_and_are_seen_by_nobody_else() throws Exception {
        Conversation one = pool.open(Parameters.NONE);
        Conversation two = pool.open(Parameters.NONE);
        one.jdbc().setSchema("pg_catalog");
        one.jdbc().setTransactionIsolation(Connection.TRANSACTION_SERIALIZABLE);
        one.jdbc().setApplicationName("one");
        for (int round = 0; round < 3; round++) {
            assertEquals("pg_catalog", ask(one, "select current_schema()"));
            assertEquals("public", ask(two, "select current_schema()"));
            assertEquals("one", ask(one, "select current_setting('application_name')"));
            assertNotEquals("one", ask(two, "select current_setting('application_name')"));
            assertEquals("serializable", ask(one, "select current_setting('transaction_isolation')"));
            assertEquals("read committed", ask(two, "select current_setting('transaction_isolation')"));
        }
        assertEquals(1, pool.snapshot().open());
        one.close();
        two.close();
    }

    @Test
    void a_setter_on_a_pinned_connection_beats_what_sql_has_set() throws Exception {
        Conversation one = pool.open(Parameters.NONE);
        one.jdbc().setSchema("pg_catalog");
        ask(one, "set search_path = information_schema");
        assertEquals("information_schema", one.jdbc().schema());
        one.jdbc().setSchema("pg_catalog");
        assertEquals("pg_catalog", one.jdbc().schema());
        ask(one, "set application_name = 'by sql'");
        assertEquals("by sql", one.jdbc().applicationName());
        one.close();
    }

    @Test
    void a_setter_in_a_transaction_is_undone_by_its_rollback() throws Exception {
        Conversation one = pool.open(Parameters.NONE);
        one.setAutoCommit(false);
        one.jdbc().setSchema("information_schema");
        one.rollback();
        assertEquals("public", one.jdbc().schema());
        one.jdbc().setSchema("pg_catalog");
        one.rollback();
        assertEquals("public", one.jdbc().schema());
        one.jdbc().setSchema("pg_catalog");
        one.commit();
        one.rollback();
        assertEquals("pg_catalog", one.jdbc().schema());
        one.rollback();
        one.close();
    }

    @Test
    void a_thread_that_waits_for_itself_is_told_at_once() throws Exception {
        pool.close();
        pool = pool(Map.of("pool.maxSize", "1"));
        Conversation one = pool.open(Parameters.NONE);
        Conversation two = pool.open(Parameters.NONE);
        one.setAutoCommit(false);
        backend(one);
        SQLException refused = assertThrows(SQLException.class, () -> backend(two));
        assertEquals("08001", refused.getSQLState());
        assertTrue(refused.getMessage().contains("waiting would never end"), refused.getMessage());
        one.rollback();
        backend(two);
        one.close();
        two.close();
    }

    @Test
    void a_broken_transaction_is_refused_until_it_is_rolled_back() throws Exception {
        Conversation one = pool.open(Parameters.NONE);
        one.setAutoCommit(false);
        int first = backend(one);
        try (Connection admin = database.connect();
                Statement statement = admin.createStatement()) {
            statement.execute("select pg_terminate_backend(" + first + ", 5000)");
        }
        SQLException broken = assertThrows(SQLException.class, () -> backend(one));
        assertEquals("40001", broken.getSQLState());
        assertEquals("57P01", ((SQLException) broken.getCause()).getSQLState());
        assertEquals(
                "25P02", assertThrows(SQLException.class, () -> backend(one)).getSQLState());
        assertEquals("40001", assertThrows(SQLException.class, one::commit).getSQLState());
        assertNotEquals(first, backend(one));
        one.rollback();
        one.close();
    }

    @Test
    void a_connection_that_died_while_idle_is_not_handed_out() throws Exception {
        Conversation one = pool.open(Parameters.NONE);
        try (Connection admin = database.connect();
                Statement statement = admin.createStatement()) {
            for (int round = 0; round < 20; round++) {
                int idle = backend(one);
                statement.execute("select pg_terminate_backend(" + idle + ", 5000)");
                assertNotEquals(idle, backend(one));
            }
        }
        one.close();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "create function f() returns trigger language plpgsql as "
                        + "$$begin perform set_config('my.x', 'leaked', false); return new; end$$",
                "create function f() returns trigger language plpgsql as "
                        + "$$begin /* set */ SET my.x = 'leaked'; return new; end$$",
                "create function f() returns trigger language plpgsql as "
                        + "$$begin execute 'SET my.x = leaked'; return new; end$$"
            })
    void what_a_trigger_sets_follows_its_logical_connection(String function) throws Exception {
        pool.close();
        administer(
                "create table t(id int)",
                function,
                "create trigger g before insert on t for each row execute function f()");
        pool = pool(Map.of("pool.maxSize", "1"));
        Conversation one = pool.open(Parameters.NONE);
        ask(one, "insert into t values (1)");
        assertEquals(0, pool.snapshot().pinned());
        Conversation two = pool.open(Parameters.NONE);
        assertNotEquals("leaked", ask(two, "select current_setting('my.x', true)"));
        assertEquals("leaked", ask(one, "select current_setting('my.x', true)"));
        assertNotEquals("leaked", ask(two, "select current_setting('my.x', true)"));
        one.close();
        two.close();
    }

    @Test
    void a_trigger_created_through_the_pool_is_noticed_at_once() throws Exception {
        administer("create table t(id int)");
        Conversation one = pool.open(Parameters.NONE);
        ask(one, "insert into t values (1)");
        assertFalse(one.leased());
        one.setAutoCommit(false);
        ask(
                one,
                "create function f() returns trigger language plpgsql as "
                        + "$$begin execute tg_argv[0]; return new; end$$");
        ask(one, "create trigger g before insert on t for each row execute function f('select 1')");
        one.commit();
        one.setAutoCommit(true);
        ask(one, "insert into t values (1)");
        assertTrue(one.leased());
        one.close();
    }

    @Test
    void what_is_defined_and_run_in_one_transaction_is_judged_when_it_ends() throws Exception {
        administer("create table t(id int)");
        Conversation one = pool.open(Parameters.NONE);
        one.setAutoCommit(false);
        ask(one, "create function f() returns int language sql as 'select 1'");
        ask(one, "select f()");
        one.commit();
        assertFalse(one.leased());
        ask(one, "select f()");
        one.commit();
        assertFalse(one.leased());
        ask(one, "create or replace function f() returns int language sql as 'select 1 from pg_advisory_lock(4711)'");
        ask(one, "select f()");
        one.commit();
        assertTrue(one.leased());
        one.setAutoCommit(true);
        assertEquals("t", ask(one, "select pg_advisory_unlock(4711)"));
        one.close();
    }

    @Test
    void a_function_replaced_from_elsewhere_is_read_again_with_the_next_definition() throws Exception {
        pool.close();
        administer("create table t(id int)", "create function f() returns int language sql as 'select 1'");
        pool = pool(Map.of());
        Conversation one = pool.open(Parameters.NONE);
        ask(one, "select f()");
        assertFalse(one.leased());
        administer("create or replace function f() returns int language sql as 'select 1 from pg_advisory_lock(4711)'");
        ask(one, "create table if not exists t(id int)");
        assertFalse(one.leased());
        ask(one, "select f()");
        assertTrue(one.leased());
        ask(one, "select pg_advisory_unlock(4711)");
        assertFalse(one.leased());
        one.close();
    }

    @Test
    void a_block_is_judged_by_what_it_runs() throws Exception {
        pool.close();
        administer(
                "create table t(id int)",
                "create function f() returns int language plpgsql as 'begin insert into t values (1); return 1; end'");
        pool = pool(Map.of());
        Conversation one = pool.open(Parameters.NONE);
        ask(one, "do $$begin perform f(); end$$");
        assertFalse(one.leased());
        ask(one, "do $$begin execute concat('select ', f()); end$$");
        assertTrue(one.leased());
        one.close();
    }

    @Test
    void a_call_of_an_ordinary_function_pins_nothing() throws Exception {
        pool.close();
        administer(
                "create table t(id int)",
                "create function f() returns int language plpgsql as 'begin insert into t values (1); return 1; end'");
        pool = pool(Map.of());
        Conversation one = pool.open(Parameters.NONE);
        assertEquals("1", ask(one, "select f()"));
        assertFalse(one.leased());
        ask(one, "select pg_notify('x', f()::text)");
        assertFalse(one.leased());
        one.close();
    }

    @Test
    void a_user_function_behind_a_built_in_name_is_noticed() throws Exception {
        pool.close();
        administer(
                "create function lower(int) returns text language sql as $$select set_config('my.x', 'leaked', false)$$");
        pool = pool(Map.of("pool.maxSize", "1"));
        Conversation one = pool.open(Parameters.NONE);
        Conversation two = pool.open(Parameters.NONE);
        assertEquals("leaked", ask(one, "select lower(1)"));
        assertNotEquals("leaked", ask(two, "select current_setting('my.x', true)"));
        assertEquals("leaked", ask(one, "select current_setting('my.x', true)"));
        one.close();
        two.close();
    }

    @Test
    void what_can_not_be_known_of_a_trigger_pins() throws Exception {
        pool.close();
        administer(
                "create table t(id int)",
                "create function f() returns trigger language plpgsql as 'begin execute tg_argv[0]; return new; end'",
                "create trigger g before insert on t for each row execute function f('set my.x = leaked')");
        pool = pool(Map.of("pool.maxSize", "1"));
        Conversation one = pool.open(Parameters.NONE);
        ask(one, "insert into t values (1)");
        assertEquals(1, pool.snapshot().pinned());
        assertEquals("leaked", ask(one, "select current_setting('my.x', true)"));
        one.close();
        Conversation two = pool.open(Parameters.NONE);
        assertNotEquals("leaked", ask(two, "select current_setting('my.x', true)"));
        two.close();
    }

    @Test
    void an_ordinary_trigger_pins_nothing() throws Exception {
        pool.close();
        administer(
                "create table t(id int, at timestamptz)",
                """
                create function f() returns trigger language plpgsql as $$
                begin
                    -- set the time
                    update t
                    set at = now() where id = new.id;
                    new.at := now();
                    return new;
                end$$""",
                "create trigger g before insert on t for each row execute function f()");
        pool = pool(Map.of());
        Conversation one = pool.open(Parameters.NONE);
        ask(one, "insert into t values (1)");
        assertFalse(one.leased());
        one.close();
    }

    private void administer(String... statements) throws SQLException {
        try (Connection admin = database.connect();
                Statement statement = admin.createStatement()) {
            statement.execute("drop table if exists t; drop function if exists f()");
            for (String sql : statements) {
                statement.execute(sql);
            }
        }
    }

    @Test
    void work_within_work_uses_the_same_lease() throws Exception {
        Conversation one = pool.open(Parameters.NONE);
        int[] backends = one.work(SqlTraits.HARMLESS, physical -> new int[] {physical.backend(), backend(one)});
        assertEquals(backends[0], backends[1]);
        assertFalse(one.leased());
        one.close();
    }

    @Test
    void one_that_was_aborted_while_it_waited_runs_nothing() throws Exception {
        pool.close();
        pool = pool(Map.of("pool.maxSize", "1"));
        Conversation busy = pool.open(Parameters.NONE);
        Conversation waiting = pool.open(Parameters.NONE);
        busy.setAutoCommit(false);
        backend(busy);
        AtomicReference<SQLException> refusal = new AtomicReference<>();
        Thread waiter = new Thread(() -> refusal.set(assertThrows(SQLException.class, () -> backend(waiting))));
        waiter.start();
        while (pool.snapshot().waiting() == 0) {
            Thread.onSpinWait();
        }
        waiting.abort(Runnable::run);
        busy.rollback();
        waiter.join();
        assertEquals("08003", refusal.get().getSQLState());
        busy.close();
    }

    @Test
    void a_lease_that_ends_while_it_is_aborted_gives_its_permit_back() throws Exception {
        pool.close();
        pool = pool(Map.of("pool.maxSize", "1", "pool.acquireTimeout", "2s"));
        Conversation one = pool.open(Parameters.NONE);
        Lease lease = pool.leases().take(new Ticket<>(Patience.unlimited()), one, any -> true, Duration.ofSeconds(2));
        pool.leases().abort(lease);
        pool.leases().giveBack(lease);
        backend(one);
        one.close();
    }

    @Test
    void an_abort_that_comes_too_late_leaves_the_next_user_alone() throws Exception {
        pool.close();
        pool = pool(Map.of("pool.maxSize", "1", "pool.acquireTimeout", "2s"));
        Conversation one = pool.open(Parameters.NONE);
        Lease over = pool.leases().take(new Ticket<>(Patience.unlimited()), one, any -> true, Duration.ofSeconds(2));
        assertTrue(over.end());
        pool.leases().giveBack(over);
        Conversation two = pool.open(Parameters.NONE);
        two.setAutoCommit(false);
        int backend = backend(two);
        pool.leases().abort(over);
        assertEquals(backend, backend(two));
        two.commit();
        one.close();
        two.close();
    }

    @Test
    void what_an_abort_is_about_to_close_is_not_handed_on() throws Exception {
        Conversation one = pool.open(Parameters.NONE);
        int backend = one.work(SqlTraits.HARMLESS, physical -> {
            assertTrue(part(part(one, "tenancy", Tenancy.class), "lease", Lease.class)
                    .end());
            return physical.backend();
        });
        assertNotEquals(backend, backend(one));
        one.close();
        PoolInvariants.assertHold(pool);
    }

    /** As an Error leaves it that strikes again where it is dealt with, near the end of a stack for example. */
    private static void strike(Conversation conversation) {
        Errand<Boolean> work = Errand.statement(SqlTraits.HARMLESS, "", Patience.unlimited(), physical -> true);
        field(part(conversation, "errands", Errands.class), "struck", (field, of) -> {
            field.set(of, work);
            return work;
        });
    }

    @Test
    void a_lease_that_an_error_has_left_is_not_used_again() throws Exception {
        Conversation one = pool.open(Parameters.NONE);
        one.setAutoCommit(false);
        int backend = backend(one);
        strike(one);
        assertEquals(
                "25P02", assertThrows(SQLException.class, () -> backend(one)).getSQLState());
        one.rollback();
        assertNotEquals(backend, backend(one));
        strike(one);
        assertEquals("40001", assertThrows(SQLException.class, one::commit).getSQLState());
        one.close();
        PoolInvariants.assertHold(pool);
    }

    @Test
    void what_an_error_has_left_ends_with_the_logical_connection() throws Exception {
        Conversation one = pool.open(Parameters.NONE);
        one.setAutoCommit(false);
        backend(one);
        strike(one);
        one.close();
        assertEquals(
                Map.of(RetireReason.INTERRUPTED_WORK, 1L),
                pool.snapshot().counts().retired());
        PoolInvariants.assertHold(pool);
    }

    @Test
    void a_permit_that_an_error_has_left_is_given_back_once() throws Exception {
        Conversation one = pool.open(Parameters.NONE);
        Ticket<PhysicalConnection> left = new Ticket<>(Patience.unlimited());
        pool.leases().take(left, one, any -> true, Duration.ofSeconds(2));
        pool.leases().giveUp(left);
        pool.leases().giveUp(left);
        Ticket<PhysicalConnection> returned = new Ticket<>(Patience.unlimited());
        pool.leases().giveBack(pool.leases().take(returned, one, any -> true, Duration.ofSeconds(2)));
        pool.leases().giveUp(returned);
        one.close();
        PoolInvariants.assertHold(pool);
    }

    @Test
    void an_idle_connection_that_nobody_knows_is_replaced() throws Exception {
        pool.close();
        pool = pool(Map.of("pool.maxSize", "1", "pool.acquireTimeout", "30s"));
        Conversation one = pool.open(Parameters.NONE);
        int backend = backend(one);
        // As if an Error had struck between here and its next owner.
        Await.until(() -> lost(backend));
        assertNotEquals(backend, backend(one));
        one.close();
        PoolInvariants.assertHold(pool);
    }

    /** Takes a parked connection away from HikariCP without a permit. */
    private boolean lost(int backend) throws SQLException {
        Engine engine = (Engine) field(pool, "engine", Field::get);
        PhysicalConnection taken = engine.obtain(way -> {});
        return taken != null && taken.backend() == backend;
    }

    @Test
    void abort_gives_the_permit_back() throws Exception {
        Conversation one = pool.open(Parameters.NONE);
        one.setAutoCommit(false);
        backend(one);
        one.abort(Runnable::run);
        assertTrue(one.isClosed());
        assertEquals(0, pool.snapshot().leased());
        assertEquals(
                "08003",
                assertThrows(SQLException.class, () -> one.work(SqlTraits.HARMLESS, p -> 1))
                        .getSQLState());
    }

    @Test
    void an_abort_that_meets_a_call_at_its_very_end_gives_the_permit_back() throws Exception {
        Conversation one = pool.open(Parameters.NONE);
        one.setAutoCommit(false);
        backend(one);
        ReentrantLock call = part(one, "lock", ReentrantLock.class);
        Thread aborter = new Thread(() -> assertDoesNotThrow(() -> one.abort(Runnable::run)));
        call.lock();
        try {
            // A call that keeps the lease for its transaction, and has only to return.
            aborter.start();
            aborter.join();
        } finally {
            call.unlock();
        }
        Await.until(() -> pool.snapshot().leased() == 0);
        PoolInvariants.assertHold(pool);
    }

    private static <T> T part(Object whole, String name, Class<T> type) {
        return type.cast(field(whole, name, Field::get));
    }

    @FunctionalInterface
    private interface Access {
        Object of(Field field, Object whole) throws IllegalAccessException;
    }

    private static Object field(Object whole, String name, Access access) {
        try {
            Field field = whole.getClass().getDeclaredField(name);
            field.setAccessible(true);
            return access.of(field, whole);
        } catch (ReflectiveOperationException e) {
            throw new AssertionError(e);
        }
    }

    @Test
    void a_connection_out_of_step_with_its_server_is_replaced_and_costs_no_permit() throws Exception {
        pool.close();
        pool = pool(Map.of("pool.maxSize", "1", "pool.acquireTimeout", "2s"));
        Conversation one = pool.open(Parameters.NONE);
        for (int i = 0; i < 50; i++) {
            // Mostly pgjdbc takes the rest of a copy that it has cancelled for the answer to what comes next.
            expectAnythingButAWait(() -> one.run(
                    SqlTraits.HARMLESS,
                    physical -> physical.pgjdbc()
                            .getCopyAPI()
                            .copyOut("copy (select generate_series(1, 3)) to stdout")
                            .cancelCopy()));
            expectAnythingButAWait(() -> ask(one, "select 1"));
            expectAnythingButAWait(() -> ask(one, "select 1"));
            expectAnythingButAWait(() -> ask(one, "select 1"));
        }
        assertEquals("1", ask(one, "select 1"));
        one.close();
    }

    private static void expectAnythingButAWait(Executable call) {
        try {
            call.execute();
        } catch (Throwable e) {
            assertFalse(e instanceof SQLTransientConnectionException, e::toString);
        }
    }
}
