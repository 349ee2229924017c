package dev.pgpool.behaviour;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.pgpool.jdbc.PgPoolDataSource;
import dev.pgpool.testserver.PostgresTest;
import dev.pgpool.testserver.TestDatabase;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.SQLTransientConnectionException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Many logical connections over few physical ones, each beside a session of plain pgjdbc that nobody shares: both must
 * always look the same.
 */
@PostgresTest
@Tag("every-version")
@Timeout(180)
class SessionStateIT {
    private static final int LOGICAL = 20;
    private static final int PHYSICAL = 3;
    private static final int STEPS = 200;

    private static TestDatabase database;

    /** A logical connection and the private session that it is compared with. */
    private static final class Pair {
        private final PgPoolDataSource pool;
        private Connection logical;
        private Connection oracle;

        Pair(PgPoolDataSource pool) throws SQLException {
            this.pool = pool;
            open();
        }

        private void open() throws SQLException {
            logical = pool.getConnection();
            // As in a pool: then RESET ALL brings back the application's name instead of an empty one.
            oracle = DriverManager.getConnection(database.url() + "&assumeMinServerVersion=9.0");
        }

        void close() throws SQLException {
            logical.close();
            oracle.close();
        }

        void reopen() throws SQLException {
            close();
            open();
        }
    }

    @BeforeAll
    static void tables(TestDatabase fresh) throws SQLException {
        database = fresh;
        try (Connection owner = database.connect();
                Statement statement = owner.createStatement()) {
            statement.execute("create schema tenant_a; create schema tenant_b; create table item (id int);"
                    + " create table tenant_a.item (id int);"
                    + " create table tenant_b.item (id int);"
                    + " do $$ begin create role reader; exception when duplicate_object then null; end $$;"
                    + " grant usage on schema public, tenant_a, tenant_b to reader");
        }
    }

    @AfterAll
    static void forget() {
        database = null;
    }

    private static PgPoolDataSource pool(int maxSize) {
        PgPoolDataSource pool = new PgPoolDataSource();
        pool.setUrl(database.poolUrl());
        pool.setMaxSize(maxSize);
        return pool;
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2, PHYSICAL})
    void nothing_leaks_and_nothing_is_lost_in_known_interleavings(int physical) throws SQLException {
        interleave(4711, physical);
    }

    @RepeatedTest(2)
    void nothing_leaks_and_nothing_is_lost_in_random_interleavings() throws SQLException {
        interleave(System.nanoTime(), PHYSICAL);
    }

    private static void interleave(long seed, int physical) throws SQLException {
        System.out.println("SessionStateIT: seed " + seed + ", " + physical + " physical connections");
        Random random = new Random(seed);
        try (PgPoolDataSource pool = pool(physical)) {
            List<Pair> pairs = new ArrayList<>();
            for (int i = 0; i < LOGICAL; i++) {
                pairs.add(new Pair(pool));
            }
            for (int step = 0; step < STEPS; step++) {
                int chosen = random.nextInt(LOGICAL);
                String where = "seed " + seed + ", step " + step + ", connection " + chosen;
                if (random.nextInt(25) == 0) {
                    pairs.get(chosen).reopen();
                } else {
                    step(pairs, pairs.get(chosen), SessionOfItsOwn.any(random), random, where);
                }
            }
            for (Pair pair : pairs) {
                step(pairs, pair, SessionOfItsOwn::seen, random, "seed " + seed + ", at the end");
            }
            for (Pair pair : pairs) {
                pair.close();
            }
            assertPristine(pool, physical, seed);
        }
    }

    private static void step(List<Pair> pairs, Pair pair, SessionOfItsOwn.Deed deed, Random random, String where)
            throws SQLException {
        String told = refusedWhileOthersHoldAll(pairs, pair, deed, random);
        assertEquals(outcome(deed, pair.oracle), told, where);
    }

    /** All physical connections are in the hands of transactions and pins of this one thread: some have to go. */
    private static String refusedWhileOthersHoldAll(
            List<Pair> pairs, Pair pair, SessionOfItsOwn.Deed deed, Random random) throws SQLException {
        for (int attempt = 0; attempt < 1000; attempt++) {
            try {
                return deed.on(pair.logical);
            } catch (SQLTransientConnectionException refused) {
                Pair victim = pairs.get(random.nextInt(LOGICAL));
                if (victim != pair) {
                    victim.reopen();
                }
            } catch (SQLException e) {
                return e.getSQLState();
            }
        }
        throw new AssertionError("no physical connection although others were closed");
    }

    private static String outcome(SessionOfItsOwn.Deed deed, Connection connection) {
        try {
            return deed.on(connection);
        } catch (SQLException e) {
            return e.getSQLState();
        }
    }

    /** Takes all physical connections at once and compares each with a session that was just opened. */
    private static void assertPristine(PgPoolDataSource pool, int physical, long seed) throws SQLException {
        String settings = "select name, setting from pg_settings where name not like 'transaction%' order by name";
        List<Connection> all = new ArrayList<>();
        try (Connection fresh = DriverManager.getConnection(database.url() + "&assumeMinServerVersion=9.0")) {
            fresh.setAutoCommit(false);
            String expected = SessionOfItsOwn.seen(fresh) + SessionOfItsOwn.rows(fresh, settings);
            for (int i = 0; i < physical; i++) {
                Connection connection = pool.getConnection();
                all.add(connection);
                connection.setAutoCommit(false);
                assertEquals(
                        expected,
                        SessionOfItsOwn.seen(connection) + SessionOfItsOwn.rows(connection, settings),
                        "left behind after seed " + seed);
            }
        } finally {
            for (Connection connection : all) {
                connection.close();
            }
        }
    }
}
