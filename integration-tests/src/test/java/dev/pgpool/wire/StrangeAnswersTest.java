package dev.pgpool.wire;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.pgpool.conformance.Await;
import dev.pgpool.harness.SelfSigned;
import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Answers that are cut into pieces, too big, garbled, in the wrong order, or without an end. */
@Timeout(value = 60, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class StrangeAnswersTest {
    /** Of a row of the answer that the fault is meant for, so that it doesn't strike while a session is opened. */
    private static final String MARKER = "here it strikes";

    private static final String QUESTION = "select '" + MARKER + "'";
    private static final String WRITE = "insert into item values (1) returning name";

    private FakeServer server;

    @BeforeEach
    void start() throws IOException {
        server = new FakeServer();
        server.answers(WRITE, new Answer(1, List.of(List.of(MARKER)), "INSERT 0 1"));
        server.answers("insert into item values (1)", Answer.done("INSERT 0 1"));
    }

    private WiredPool pool(int maxSize, String more) {
        return new WiredPool(server, maxSize, more);
    }

    @Test
    void every_message_may_come_in_segments_of_one_byte() throws Exception {
        String text = "x".repeat(3_000);
        server.answers("select long", Answer.row(text));
        try (WiredPool wired = pool(2, "")) {
            server.set((line, message) -> line.sendOneByOne(message.bytes()));
            assertEquals(text, wired.ask("select long"));
            try (Connection connection = wired.connect();
                    Statement statement = connection.createStatement()) {
                connection.setAutoCommit(false);
                for (int i = 0; i < 20; i++) {
                    statement.addBatch("insert into item values (1)");
                }
                assertEquals(20, Arrays.stream(statement.executeBatch()).sum());
                SQLException failure = assertThrows(SQLException.class, () -> statement.execute("select nothing"));
                assertEquals("42601", failure.getSQLState());
                connection.rollback();
                assertEquals("1", WiredPool.ask(connection, "select 1"));
                connection.commit();
            }
            assertEquals(1, server.opened());
            wired.assertWhole();
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {65_536, 17_000_000})
    void a_message_may_be_large_in_both_directions(int size) throws Exception {
        String text = "x".repeat(size);
        server.answers("select large", Answer.row(text));
        try (WiredPool wired = pool(2, "")) {
            assertEquals(text, wired.ask("select large"));
            assertEquals(text, wired.ask("select '" + text + "'"));
            assertEquals(1, server.opened());
            wired.assertWhole();
        }
    }

    /** What comes in place of a row, and after it the rest of the true answer. */
    enum Nonsense {
        UNKNOWN_TYPE(new Message('?', new byte[4]).bytes()),
        LETTERS("HTTP/1.1 400 Bad Request\r\n\r\n".getBytes(StandardCharsets.US_ASCII)),
        NOISE(noise()),
        NEGATIVE_COLUMN(row(-7)),
        LENGTH_OF_A_STATUS_NEGATIVE(Message.withLength('C', -5)),
        LENGTH_OF_A_STATUS_TOO_SHORT(Message.withLength('C', 1, new byte[8])),
        LENGTH_OF_READY_WRONG(Message.withLength('Z', 77, (byte) 'I')),
        LENGTH_OF_AN_ERROR_NEGATIVE(Message.withLength('E', -1)),
        TOO_MANY_COLUMNS(Message.withLength('D', 6, (byte) 0x7F, (byte) 0xFF)),
        AN_UNEXPECTED_PARSE_COMPLETE(new Message('1', new byte[0]).bytes()),
        AN_UNEXPECTED_BIND_COMPLETE(new Message('2', new byte[0]).bytes()),
        AN_UNEXPECTED_EMPTY_QUERY(new Message('I', new byte[0]).bytes(), new Message('I', new byte[0]).bytes()),
        AN_UNEXPECTED_AUTHENTICATION(new Message('R', new byte[4]).bytes());

        private final byte[][] bytes;

        Nonsense(byte[]... bytes) {
            this.bytes = bytes;
        }

        private static byte[] noise() {
            byte[] noise = new byte[1_000];
            new Random(4711).nextBytes(noise);
            return noise;
        }
    }

    /** A row with one column of this length, without the column. */
    private static byte[] row(int length) {
        return Message.withLength(
                'D',
                10,
                ByteBuffer.allocate(6).putShort((short) 1).putInt(length).array());
    }

    private static String contents(File file) {
        try {
            return Files.readString(file.toPath());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** A lost connection, or a read that could be repeated but for its time. */
    private static void assertClear(SQLException failure) {
        String state = failure.getSQLState();
        assertTrue(state.startsWith("08") || state.equals("40001"), state + " " + failure);
    }

    @ParameterizedTest
    @EnumSource(Nonsense.class)
    void nonsense_is_an_error_with_a_state_and_costs_one_connection(Nonsense nonsense) throws Exception {
        try (WiredPool wired = pool(2, "&pool.retryTimeout=300ms&socketTimeout=1")) {
            wired.fill();
            server.set(Fault.at(MARKER, Fault.saying(nonsense.bytes)));
            assertClear(assertThrows(SQLException.class, () -> wired.ask(QUESTION)));
            assertEquals("1", wired.ask("select 1"));
            wired.assertWhole();
        }
    }

    @ParameterizedTest
    @EnumSource(
            value = Nonsense.class,
            names = {"UNKNOWN_TYPE", "NEGATIVE_COLUMN", "LENGTH_OF_READY_WRONG", "AN_UNEXPECTED_BIND_COMPLETE"})
    void a_write_whose_answer_is_nonsense_is_not_repeated(Nonsense nonsense) throws Exception {
        try (WiredPool wired = pool(2, "&socketTimeout=1")) {
            server.set(Fault.at(MARKER, Fault.saying(nonsense.bytes)));
            SQLException failure = assertThrows(SQLException.class, () -> wired.ask(WRITE));
            assertEquals("08007", failure.getSQLState(), failure.toString());
            assertEquals(1, server.executed(WRITE));
            wired.assertWhole();
        }
    }

    @ParameterizedTest
    @EnumSource(Nonsense.class)
    void nonsense_while_a_session_is_opened_is_an_error_with_a_state(Nonsense nonsense) throws Exception {
        try (WiredPool wired = pool(2, "&pool.acquireTimeout=500ms&loginTimeout=1")) {
            server.set(Fault.at(Message.PARAMETER_STATUS, Fault.saying(nonsense.bytes)));
            SQLException failure = assertThrows(SQLException.class, wired::connect);
            assertTrue(failure.getSQLState().startsWith("08"), failure.getSQLState() + " " + failure);
            wired.assertWhole();
        }
    }

    /** What a server says out of turn. */
    enum Disorder {
        ROW_BEFORE_ITS_DESCRIPTION(Fault.at('T', Fault.saying(stray(), description()))),
        ROW_WITHOUT_DESCRIPTION(Fault.at('T', Fault.saying(stray()))),
        ROW_AFTER_THE_END(Fault.at(Message.COMMAND_COMPLETE, (line, message) -> line.send(message.bytes(), stray()))),
        COPY_OF_NOBODY(Fault.at(Message.DATA_ROW, Fault.saying(Message.withLength('G', -20)))),
        DONE_BEFORE_IT_WAS_BEGUN(
                Fault.at('1', Fault.saying(Message.commandComplete("SELECT 0").bytes()))),
        DONE_TWICE(Fault.at(Message.COMMAND_COMPLETE, (line, message) -> line.send(message.bytes(), message.bytes()))),
        READY_BEFORE_IT_WAS_DONE(Fault.at(Message.COMMAND_COMPLETE, Fault.saying(ready()))),
        READY_BEFORE_IT_WAS_BEGUN(Fault.at('1', (line, message) -> line.send(ready(), message.bytes()))),
        READY_TWICE(Fault.at(Message.READY_FOR_QUERY, (line, message) -> line.send(message.bytes(), message.bytes())));

        private final Fault fault;

        Disorder(Fault fault) {
            this.fault = fault;
        }

        private static byte[] stray() {
            return Answer.row("stray").data().get(0).bytes();
        }

        private static byte[] description() {
            return Answer.noRow(1).description().bytes();
        }

        private static byte[] ready() {
            return new Message(Message.READY_FOR_QUERY, new byte[] {'I'}).bytes();
        }
    }

    static Stream<Object[]> disorderInAndOutOfTransactions() {
        return Stream.of(Disorder.values())
                .flatMap(disorder -> Stream.of(new Object[] {disorder, false}, new Object[] {disorder, true}));
    }

    @ParameterizedTest
    @MethodSource("disorderInAndOutOfTransactions")
    void what_is_said_out_of_turn_never_answers_another_session(Disorder disorder, boolean inTransaction)
            throws Exception {
        try (WiredPool wired = pool(2, "&pool.retryTimeout=300ms&socketTimeout=1")) {
            wired.fill();
            for (int i = 0; i < 3; i++) {
                server.set(disorder.fault);
                String question = "select " + (100 + i);
                try (Connection connection = wired.connect()) {
                    connection.setAutoCommit(!inTransaction);
                    assertEquals(Integer.toString(100 + i), WiredPool.ask(connection, question));
                    server.set(Fault.NONE);
                    connection.setAutoCommit(true);
                } catch (SQLException e) {
                    assertNotNull(e.getSQLState(), e.toString());
                }
                server.set(Fault.NONE);
                for (int j = 0; j < 5; j++) {
                    assertEquals(Integer.toString(j), wired.ask("select " + j), "after " + question);
                }
            }
            wired.assertWhole();
        }
    }

    @Test
    void nonsense_while_a_session_is_cleaned_is_an_error_with_a_state() throws Exception {
        try (WiredPool wired = pool(2, "&pool.acquireTimeout=500ms&loginTimeout=1")) {
            server.set((line, message) ->
                    line.send(message.type() == Message.COMMAND_COMPLETE ? row(-7) : message.bytes()));
            SQLException failure = assertThrows(SQLException.class, wired::connect);
            assertTrue(failure.getSQLState().startsWith("08"), failure.getSQLState() + " " + failure);
            wired.assertWhole();
        }
    }

    @Test
    void an_answer_that_nobody_asked_for_costs_the_connection() throws Exception {
        try (WiredPool wired = pool(1, "")) {
            wired.fill();
            byte[] stray = new Message(Message.READY_FOR_QUERY, new byte[] {'I'}).bytes();
            server.say(stray);
            for (int i = 0; i < 10; i++) {
                assertEquals(Integer.toString(i), wired.ask("select " + i));
            }
            assertEquals(2, server.opened());
            wired.assertWhole();
        }
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void a_huge_column_that_never_comes_ends_with_the_connection(boolean encrypted, @TempDir Path folder)
            throws Exception {
        if (encrypted) {
            server.close();
            server = new FakeServer(SelfSigned.in(folder).context());
        }
        try (WiredPool wired = new WiredPool(server, 2, "&pool.retryTimeout=300ms")) {
            wired.fill();
            server.set(Fault.at(MARKER, Fault.endingWith(row(Integer.MAX_VALUE))));
            long startedAt = System.nanoTime();
            assertClear(assertThrows(SQLException.class, () -> wired.ask(QUESTION)));
            assertTrue(Duration.ofNanos(System.nanoTime() - startedAt).toSeconds() < 10);
            wired.assertWhole();
        }
    }

    @Test
    void rows_without_end_stop_at_the_query_timeout_and_a_rollback_without_end_stops_too() throws Exception {
        String parts = "select parts";
        server.answers(parts, new Answer(1, List.of(List.of("first"), List.of("second")), "SELECT 2"));
        try (WiredPool wired = pool(3, "&pool.retryTimeout=0&cancelSignalTimeout=1")) {
            wired.fill();
            server.set((line, message) -> {
                if (says(message, Message.DATA_ROW, MARKER) || says(message, Message.COMMAND_COMPLETE, "ROLLBACK")) {
                    Fault.endless().pass(line, message);
                } else if (says(message, Message.COMMAND_COMPLETE, "SELECT 2")) {
                    // There is more.
                    line.send(new Message('s', new byte[0]).bytes());
                } else {
                    line.send(message.bytes());
                }
            });
            CompletableFuture<String> inParts = apart(() -> stateAtTimeout(wired, false));
            CompletableFuture<String> stoppedEarly = apart(() -> {
                try (Connection connection = wired.connect()) {
                    connection.setAutoCommit(false);
                    try (Statement statement = connection.createStatement()) {
                        statement.setFetchSize(2);
                        statement.executeQuery(parts).next();
                    }
                }
                return "closed";
            });
            assertEquals("57014", stateAtTimeout(wired, true));
            assertEquals("57014", inParts.get(10, TimeUnit.SECONDS));
            assertEquals("closed", stoppedEarly.get(10, TimeUnit.SECONDS));
            wired.assertWhole();
        }
    }

    private static boolean says(Message message, char type, String text) {
        return message.type() == type && message.contains(text.getBytes(StandardCharsets.UTF_8));
    }

    private static String stateAtTimeout(WiredPool wired, boolean autoCommit) throws SQLException {
        try (Connection connection = wired.connect();
                Statement statement = connection.createStatement()) {
            connection.setAutoCommit(autoCommit);
            statement.setFetchSize(10);
            statement.setQueryTimeout(1);
            return assertThrows(SQLException.class, () -> statement.executeQuery(QUESTION))
                    .getSQLState();
        }
    }

    private static <T> CompletableFuture<T> apart(Callable<T> call) {
        CompletableFuture<T> outcome = new CompletableFuture<>();
        Thread thread = new Thread(() -> {
            try {
                outcome.complete(call.call());
            } catch (Exception | Error e) {
                outcome.completeExceptionally(e);
            }
        });
        thread.setDaemon(true);
        thread.start();
        return outcome;
    }

    @Test
    void rows_without_end_stop_where_the_memory_does_and_cost_one_connection(@TempDir Path folder) throws Exception {
        String big = "select big";
        server.answers(big, new Answer(1, List.of(List.of(MARKER + "x".repeat(9_000_000))), "SELECT 1"));
        String bigWrite = "insert into item values (1) returning big";
        server.answers(bigWrite, new Answer(1, List.of(List.of(MARKER + "x".repeat(1_000_000))), "INSERT 0 1"));
        server.set(Fault.at(MARKER, Fault.endless()));
        File said = folder.resolve("said").toFile();
        Process application = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-Xmx40m",
                        "-XX:+UseSerialGC",
                        "-XX:TieredStopAtLevel=1",
                        "-cp",
                        System.getProperty("java.class.path"),
                        EndlessAnswers.class.getName(),
                        server.url(""),
                        QUESTION,
                        "OutOfMemoryError|53200",
                        "OutOfMemoryError|53200",
                        big,
                        "53200",
                        "53200",
                        bigWrite,
                        "08007",
                        "53200")
                .redirectErrorStream(true)
                .redirectOutput(said)
                .start();
        try {
            assertTrue(application.waitFor(50, TimeUnit.SECONDS));
            assertEquals(0, application.exitValue(), () -> contents(said));
        } finally {
            application.destroyForcibly();
        }
        for (String sql : List.of(QUESTION, big, bigWrite)) {
            assertEquals(2, server.executed(sql), sql);
        }
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void rows_without_end_stop_when_the_connection_or_the_pool_is_closed(boolean pool) throws Exception {
        try (WiredPool wired = pool(2, "")) {
            wired.fill();
            server.set(Fault.at(MARKER, Fault.endless()));
            Connection connection = wired.connect();
            CompletableFuture<String> answer = CompletableFuture.supplyAsync(() -> {
                try {
                    return WiredPool.ask(connection, QUESTION);
                } catch (SQLException e) {
                    return e.getSQLState();
                }
            });
            Await.until(() -> server.executed(QUESTION) == 1);
            if (pool) {
                wired.pool.close();
            } else {
                connection.abort(Runnable::run);
            }
            String state = answer.get(5, TimeUnit.SECONDS);
            assertTrue(state.startsWith("08"), state);
            if (!pool) {
                wired.assertWhole();
            }
        }
    }

    @Test
    void a_huge_column_in_the_answer_to_the_pools_first_question_does_no_harm() throws Exception {
        try (WiredPool wired = pool(2, "&pool.acquireTimeout=500ms")) {
            server.set(Fault.at("no code", Fault.endingWith(row(Integer.MAX_VALUE))));
            assertEquals("1", wired.ask("select 1"));
            wired.assertWhole();
        }
    }
}
