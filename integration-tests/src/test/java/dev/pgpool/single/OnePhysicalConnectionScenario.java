package dev.pgpool.single;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.Callable;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Many logical connections over one physical connection: what must hold on any server. */
@Timeout(value = 180, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
abstract class OnePhysicalConnectionScenario {
    private static final int SESSIONS = 50;
    private static final int ROUNDS = 8;
    private static final int BATCH = 20;

    /** A {@code jdbc:pgpool:} URL whose pool has one physical connection. */
    abstract String url();

    Connection connect() throws SQLException {
        return DriverManager.getConnection(url());
    }

    @BeforeEach
    void createTables() throws SQLException {
        try (Connection connection = connect();
                Statement statement = connection.createStatement()) {
            statement.execute("DROP TABLE IF EXISTS entry, turn, arrival");
            statement.execute(
                    "CREATE TABLE entry (session int, round int, item int, PRIMARY KEY (session, round, item))");
            statement.execute("CREATE TABLE turn (holder int)");
            statement.execute("INSERT INTO turn VALUES (-1)");
            statement.execute("CREATE TABLE arrival (position serial, session int)");
        }
    }

    @Test
    void sessions_own_it_from_the_beginning_to_the_end_of_each_transaction() throws Exception {
        Set<String> backends = ConcurrentHashMap.newKeySet();
        CountDownLatch start = new CountDownLatch(1);
        List<FutureTask<Integer>> sessions = new ArrayList<>();
        for (int number = 0; number < SESSIONS; number++) {
            int session = number;
            sessions.add(started(() -> {
                try (Connection connection = connect()) {
                    start.await();
                    backends.add(ask(connection, "SELECT pg_backend_pid()"));
                    return new Session(connection, session).run();
                }
            }));
        }
        start.countDown();
        Map<Integer, Integer> expected = new TreeMap<>();
        for (int session = 0; session < SESSIONS; session++) {
            expected.put(session, resultOf(sessions.get(session)));
        }
        assertEquals(expected, entries());
        assertEquals(1, backends.size(), backends::toString);
    }

    /** One user of the pool, who does all kinds of work and knows what must be left of it. */
    private record Session(Connection connection, int number) {
        /** Returns how many entries it has committed. */
        int run() throws SQLException {
            int committed = 0;
            for (int round = 0; round < ROUNDS; round++) {
                committed += switch ((number + round) % 4) {
                    case 0 -> statements(round);
                    case 1 -> batch(round);
                    case 2 -> failedTransaction(round);
                    default -> autocommit(round);
                };
            }
            return committed;
        }

        private int statements(int round) throws SQLException {
            String transaction = begin();
            insert(round, 1);
            insert(round, 2);
            assertEquals(
                    "2",
                    ask(connection, "SELECT count(*) FROM entry WHERE session = " + number + " AND round = " + round));
            insert(round, 3);
            assertStillMine(transaction);
            connection.commit();
            return 3;
        }

        private int batch(int round) throws SQLException {
            String transaction = begin();
            try (PreparedStatement insert = connection.prepareStatement("INSERT INTO entry VALUES (?, ?, ?)")) {
                for (int item = 0; item < BATCH; item++) {
                    insert.setInt(1, number);
                    insert.setInt(2, round);
                    insert.setInt(3, item);
                    insert.addBatch();
                }
                int[] counts = insert.executeBatch();
                assertEquals(BATCH, Arrays.stream(counts).sum());
            }
            assertStillMine(transaction);
            connection.commit();
            return BATCH;
        }

        private int failedTransaction(int round) throws SQLException {
            begin();
            insert(round, 1);
            assertEquals("23505", failureOf(() -> insert(round, 1)));
            assertEquals("25P02", failureOf(() -> insert(round, 2)));
            connection.rollback();
            return 0;
        }

        private int autocommit(int round) throws SQLException {
            connection.setAutoCommit(true);
            insert(round, 1);
            assertEquals("22012", failureOf(() -> ask(connection, "SELECT 1 / 0")));
            assertEquals(
                    "" + number, ask(connection, "SELECT session FROM entry WHERE session = " + number + " LIMIT 1"));
            return 1;
        }

        /** Begins a transaction that leaves a mark, which any stranger's statement within it would overwrite or reveal. */
        private String begin() throws SQLException {
            connection.setAutoCommit(false);
            try (PreparedStatement mark = connection.prepareStatement("UPDATE turn SET holder = ?")) {
                mark.setInt(1, number);
                assertEquals(1, mark.executeUpdate());
            }
            return ask(connection, "SELECT pg_current_xact_id()::text");
        }

        private void assertStillMine(String transaction) throws SQLException {
            assertEquals("" + number, ask(connection, "SELECT holder FROM turn"));
            assertEquals(transaction, ask(connection, "SELECT pg_current_xact_id()::text"));
        }

        private void insert(int round, int item) throws SQLException {
            try (PreparedStatement insert = connection.prepareStatement("INSERT INTO entry VALUES (?, ?, ?)")) {
                insert.setInt(1, number);
                insert.setInt(2, round);
                insert.setInt(3, item);
                assertEquals(1, insert.executeUpdate());
            }
        }
    }

    @Test
    void those_who_wait_are_served_first_come_first_served() throws Exception {
        List<FutureTask<Integer>> waiters = new ArrayList<>();
        try (Connection holder = connect()) {
            begin(holder, 0);
            for (int session = 0; session < 10; session++) {
                int number = session;
                FutureTask<Integer> waiter = new FutureTask<>(() -> {
                    try (Connection connection = connect();
                            PreparedStatement arrive =
                                    connection.prepareStatement("INSERT INTO arrival (session) VALUES (?)")) {
                        arrive.setInt(1, number);
                        return arrive.executeUpdate();
                    }
                });
                waiters.add(waiter);
                awaitWaiting(start(waiter));
            }
            holder.commit();
        }
        for (FutureTask<Integer> waiter : waiters) {
            assertEquals(1, resultOf(waiter));
        }
        try (Connection connection = connect()) {
            assertEquals(
                    String.join(
                            ",",
                            IntStream.range(0, 10).mapToObj(Integer::toString).toList()),
                    ask(connection, "SELECT string_agg(session::text, ',' ORDER BY position) FROM arrival"));
        }
    }

    @Test
    void a_waiter_who_is_interrupted_leaves_the_queue_and_harms_nobody() throws Exception {
        FutureTask<String> leaving = new FutureTask<>(this::askOnce);
        FutureTask<String> staying = new FutureTask<>(this::askOnce);
        try (Connection holder = connect()) {
            begin(holder, 0);
            Thread impatient = start(leaving);
            awaitWaiting(impatient);
            awaitWaiting(start(staying));
            impatient.interrupt();
            ExecutionException failure = assertThrows(ExecutionException.class, () -> resultOf(leaving));
            assertTrue(failure.getCause() instanceof SQLException, () -> "was " + failure.getCause());
            holder.commit();
        }
        assertEquals("1", resultOf(staying));
        assertEquals(Map.of(0, 1), entries());
    }

    @Test
    void a_user_who_is_interrupted_while_working_keeps_the_connection_usable() throws Exception {
        FutureTask<Boolean> work = started(() -> {
            try (Connection connection = connect()) {
                Thread.currentThread().interrupt();
                begin(connection, 1);
                connection.commit();
                return Thread.interrupted();
            }
        });
        assertTrue(resultOf(work));
        assertEquals(Map.of(1, 1), entries());
    }

    @Test
    void a_user_who_closes_in_the_middle_of_a_transaction_leaves_nothing_behind() throws Exception {
        try (Connection careless = connect()) {
            begin(careless, 1);
        }
        assertEquals(Map.of(), entries());
    }

    @Test
    void a_user_whose_connection_is_aborted_in_a_transaction_harms_nobody() throws Exception {
        FutureTask<String> waiting = new FutureTask<>(this::askOnce);
        Connection killed = connect();
        begin(killed, 1);
        awaitWaiting(start(waiting));
        killed.abort(Runnable::run);
        assertEquals("1", resultOf(waiting));
        assertTrue(killed.isClosed());
        assertEquals(Map.of(), entries());
    }

    @Test
    void a_user_who_vanishes_in_a_transaction_harms_nobody() throws Exception {
        FutureTask<Void> vanishing = started(() -> {
            begin(connect(), 1);
            return null;
        });
        resultOf(vanishing);
        FutureTask<String> waiting = started(this::askOnce);
        long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(60);
        while (!waiting.isDone() && System.nanoTime() < deadline) {
            System.gc();
            Thread.yield();
        }
        assertEquals("1", resultOf(waiting));
        assertEquals(Map.of(), entries());
    }

    private String askOnce() throws SQLException {
        try (Connection connection = connect()) {
            return ask(connection, "SELECT 1");
        }
    }

    /** Begins a transaction and makes one entry in it. */
    private static void begin(Connection connection, int session) throws SQLException {
        connection.setAutoCommit(false);
        try (Statement statement = connection.createStatement()) {
            statement.executeUpdate("INSERT INTO entry VALUES (" + session + ", 0, 0)");
        }
    }

    /** How many committed entries each session has. */
    Map<Integer, Integer> entries() throws SQLException {
        Map<Integer, Integer> counts = new TreeMap<>();
        try (Connection connection = connect();
                Statement statement = connection.createStatement();
                ResultSet rows = statement.executeQuery("SELECT session, count(*) FROM entry GROUP BY session")) {
            while (rows.next()) {
                counts.put(rows.getInt(1), rows.getInt(2));
            }
        }
        return counts;
    }

    static String ask(Connection connection, String query) throws SQLException {
        try (Statement statement = connection.createStatement();
                ResultSet rows = statement.executeQuery(query)) {
            rows.next();
            return rows.getString(1);
        }
    }

    private interface Attempt {
        void run() throws SQLException;
    }

    private static String failureOf(Attempt attempt) {
        return assertThrows(SQLException.class, attempt::run).getSQLState();
    }

    static Thread start(FutureTask<?> task) {
        Thread thread = new Thread(task);
        thread.setDaemon(true);
        thread.start();
        return thread;
    }

    static <T> FutureTask<T> started(Callable<T> work) {
        FutureTask<T> task = new FutureTask<>(work);
        start(task);
        return task;
    }

    static <T> T resultOf(FutureTask<T> task) throws Exception {
        return task.get(120, TimeUnit.SECONDS);
    }

    /** Waits until the thread waits for a lease. */
    static void awaitWaiting(Thread thread) {
        while (true) {
            boolean waits =
                    thread.getState() == Thread.State.WAITING || thread.getState() == Thread.State.TIMED_WAITING;
            if (waits
                    && Arrays.stream(thread.getStackTrace())
                            .anyMatch(frame -> frame.getClassName().startsWith("dev.pgpool.internal.lease."))) {
                return;
            }
            assertTrue(thread.isAlive(), "the thread ended before it had to wait");
            Thread.yield();
        }
    }
}
