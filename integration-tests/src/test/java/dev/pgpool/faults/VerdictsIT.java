package dev.pgpool.faults;

import static dev.pgpool.faults.Outcome.DONE;
import static dev.pgpool.faults.Outcome.NOT_DONE;
import static dev.pgpool.faults.Outcome.UNKNOWN;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.pgpool.conformance.Await;
import dev.pgpool.faults.Cut.Place;
import dev.pgpool.faults.Cut.Way;
import dev.pgpool.testserver.PostgresServer;
import dev.pgpool.testserver.PostgresTest;
import dev.pgpool.testserver.TestDatabase;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.EnumSet;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What an application is told when a connection ends at one place, and what the database then has. */
@PostgresTest(ownServer = true)
@Timeout(300)
class VerdictsIT {
    static final List<Cut> CUTS = List.of(
            new Cut(Place.BEFORE_REQUEST, Way.FIN),
            new Cut(Place.BEFORE_REQUEST, Way.RESET),
            new Cut(Place.BEFORE_REQUEST, Way.FATAL),
            new Cut(Place.IN_REQUEST, Way.FIN),
            new Cut(Place.AFTER_REQUEST, Way.RESET),
            new Cut(Place.BEFORE_ANSWER, Way.FIN),
            new Cut(Place.BEFORE_ANSWER, Way.RESET),
            new Cut(Place.BEFORE_READY, Way.FIN),
            new Cut(Place.AFTER_ANSWER, Way.FIN),
            new Cut(Place.AFTER_ANSWER, Way.HALF_CLOSED),
            new Cut(Place.AFTER_ANSWER, Way.FATAL));

    private static final AtomicInteger MARKS = new AtomicInteger();

    private static TestDatabase database;
    private static CuttingProxy proxy;
    private static Contender.Pooled pool;
    /** Batches become statements with several rows, and statements in transactions savepoints. */
    private static Contender.Pooled rewriting;

    @BeforeAll
    static void openPool(PostgresServer server, TestDatabase shared) throws Exception {
        database = shared;
        Operation.createSchema(database);
        proxy = new CuttingProxy(server);
        pool = Contender.PGPOOL.open(proxy.url(database), 1);
        rewriting = Contender.PGPOOL.open(proxy.url(database) + "&reWriteBatchedInserts=true&autosave=conservative", 1);
    }

    @AfterAll
    static void closePool() throws Exception {
        pool.close();
        rewriting.close();
        proxy.close();
    }

    static Stream<Arguments> operationsAndCuts() {
        Stream<Arguments> all = Stream.of(Operation.values())
                .flatMap(operation -> CUTS.stream().map(cut -> Arguments.of(operation, cut)));
        Cut confirmed = new Cut(Place.BEFORE_READY, Way.FATAL);
        return Stream.concat(
                all,
                EnumSet.of(
                                Operation.COMMIT,
                                Operation.COMMIT_BY_AUTOCOMMIT,
                                Operation.SECOND_OF_TRANSACTION,
                                Operation.END_OF_COPY)
                        .stream()
                        .map(operation -> Arguments.of(operation, confirmed)));
    }

    @ParameterizedTest
    @MethodSource("operationsAndCuts")
    void the_application_is_told_the_truth_about(Operation operation, Cut cut) throws Exception {
        assertTruth(pool, operation, cut);
    }

    static Stream<Arguments> batchesAndCuts() {
        return Stream.of(Operation.BATCH, Operation.BATCH_SECOND_OF_TRANSACTION)
                .flatMap(operation -> CUTS.stream().map(cut -> Arguments.of(operation, cut)));
    }

    @ParameterizedTest
    @MethodSource("batchesAndCuts")
    void the_truth_is_the_same_for_rewritten_batches_and_with_automatic_savepoints(Operation operation, Cut cut)
            throws Exception {
        assertTruth(rewriting, operation, cut);
    }

    private static void assertTruth(Contender.Pooled pool, Operation operation, Cut cut) throws Exception {
        String what = operation + ", " + cut;
        int mark = MARKS.incrementAndGet();
        Outcome told;
        try (Connection connection = pool.source().getConnection()) {
            warmUp(connection);
            Operation.Act act = operation.begin(connection, mark);
            int cuts = proxy.cuts();
            proxy.cutNext(cut);
            told = Outcome.toldBy(act);
            Await.until(() -> proxy.cuts() > cuts);
            assertEquals(operation.told(cut), told, what);
            if (told == DONE && !connection.getAutoCommit()) {
                told = Outcome.toldBy(() -> {
                    connection.commit();
                    return true;
                });
                boolean stillThere = cut.place() == Place.AFTER_ANSWER && !endsTransaction(operation);
                assertEquals(stillThere ? NOT_DONE : DONE, told, "commit after " + what);
            }
        }
        assertRows(operation, cut, told, mark);
    }

    @Test
    void a_transaction_that_its_own_text_may_have_committed_is_never_called_rolled_back() throws Exception {
        int mark = MARKS.incrementAndGet();
        try (Connection connection = pool.source().getConnection();
                Statement statement = connection.createStatement()) {
            connection.setAutoCommit(false);
            statement.execute("insert into item values (" + mark + ")");
            proxy.cutNext(new Cut(Place.BEFORE_ANSWER, Way.FIN));
            assertEquals(UNKNOWN, Outcome.toldBy(() -> statement.execute("commit")));
            SQLException refused = assertThrows(SQLException.class, () -> statement.execute("select 1"));
            assertEquals("25P02", refused.getSQLState());
            assertFalse(refused.getMessage().contains("rolled"), refused.getMessage());
            assertEquals(UNKNOWN, Outcome.toldBy(() -> {
                connection.commit();
                return true;
            }));
            statement.execute("select 1");
            connection.rollback();
        }
        assertEquals(1, ask("select count(*) from item where mark = " + mark));
    }

    @Test
    void a_rollback_of_a_definition_is_done_when_its_session_has_ended() throws Exception {
        try (Connection connection = pool.source().getConnection();
                Statement statement = connection.createStatement()) {
            statement.execute("begin");
            statement.execute("create table undone (id int)");
            proxy.cutNext(new Cut(Place.BEFORE_ANSWER, Way.FIN));
            assertEquals(DONE, Outcome.toldBy(() -> statement.execute("rollback")));
            assertFalse(connection.isClosed());
            statement.execute("create table undone (id int); drop table undone");
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"any", "primary", "preferSecondary"})
    void work_goes_on_with_the_next_server_of_the_url(String type, PostgresServer server) throws Exception {
        CuttingProxy first = new CuttingProxy(server);
        String host = server.host() + ":";
        String both = first.url(database).replace(host + first.port(), host + first.port() + "," + host + proxy.port());
        try (Contender.Pooled two = Contender.PGPOOL.open(both + "&targetServerType=" + type, 2);
                Connection inTransaction = two.source().getConnection();
                Connection connection = two.source().getConnection()) {
            inTransaction.setAutoCommit(false);
            warmUp(inTransaction);
            warmUp(connection);
            int accepted = proxy.accepted();
            first.close();
            assertEquals(
                    DONE, Outcome.toldBy(() -> connection.createStatement().execute("insert into item values (0)")));
            assertTrue(proxy.accepted() > accepted);
            assertEquals(
                    NOT_DONE,
                    Outcome.toldBy(() -> inTransaction.createStatement().execute("select")));
            inTransaction.rollback();
            warmUp(inTransaction);
            inTransaction.commit();
        }
    }

    /** Whatever the pool asks on its own account, of a new physical connection or for this logical one, is asked here. */
    private static void warmUp(Connection connection) throws SQLException {
        try (Statement statement = connection.createStatement()) {
            statement.execute("select");
        }
    }

    private static boolean endsTransaction(Operation operation) {
        return EnumSet.of(
                        Operation.COMMIT,
                        Operation.ROLLBACK,
                        Operation.ROLLBACK_AS_TEXT_IN_JDBC_TRANSACTION,
                        Operation.ROLLBACK_AND_INSERT)
                .contains(operation);
    }

    private static void assertRows(Operation operation, Cut cut, Outcome told, int mark) throws Exception {
        // A backend whose client is gone may still be at work.
        Await.until(() -> ask("select count(*) from pg_stat_activity where datname = current_database()"
                        + " and pid <> pg_backend_pid() and state <> 'idle'")
                == 0);
        int rows = ask("select count(*) from item where mark = " + mark);
        if (told == UNKNOWN && cut.place() == Place.BEFORE_REQUEST) {
            assertEquals(0, rows, "rows of " + operation + ", " + cut);
        } else if (told == UNKNOWN && cut.place() != Place.BEFORE_ANSWER && cut.place() != Place.BEFORE_READY) {
            assertTrue(rows == 0 || rows == operation.rows(), () -> rows + " rows of " + operation + ", " + cut);
        } else {
            assertEquals(told == NOT_DONE ? 0 : operation.rows(), rows, "rows of " + operation + ", " + cut);
        }
    }

    private static int ask(String question) throws SQLException {
        try (Connection owner = database.connect();
                Statement statement = owner.createStatement();
                ResultSet rows = statement.executeQuery(question)) {
            rows.next();
            return rows.getInt(1);
        }
    }
}
