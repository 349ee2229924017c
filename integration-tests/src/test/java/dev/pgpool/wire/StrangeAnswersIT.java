package dev.pgpool.wire;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.pgpool.harness.SelfSigned;
import dev.pgpool.testserver.PostgresTest;
import dev.pgpool.testserver.TestDatabase;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.Random;
import javax.net.ssl.SSLContext;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Answers that are cut into pieces, too big, garbled, in the wrong order, or without an end. */
@PostgresTest
@Timeout(value = 60, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class StrangeAnswersIT {
    /** Of a row of the answer that the fault is meant for, so that it doesn't strike while a session is opened. */
    private static final String MARKER = "here it strikes";

    private static final String QUESTION = "select 'here it ' || 'strikes'";

    private TestDatabase database;

    @BeforeEach
    void remember(TestDatabase shared) {
        database = shared;
    }

    @Test
    void every_message_may_come_in_segments_of_one_byte() throws Exception {
        try (WiredPool wired = new WiredPool(database, 2, "")) {
            wired.wire.set((line, message) -> line.sendOneByOne(message.bytes()));
            assertEquals("3000", wired.ask("select length(repeat('x', 3000))"));
            assertEquals(3_000, wired.ask("select repeat('x', 3000)").length());
            wired.assertWhole();
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {65_536, 17_000_000})
    void a_message_may_be_large_in_both_directions(int size) throws Exception {
        try (WiredPool wired = new WiredPool(database, 2, "")) {
            assertEquals(size, wired.ask("select repeat('x', " + size + ")").length());
            assertEquals(Integer.toString(size), wired.ask("select length('" + "x".repeat(size) + "')"));
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
        AN_UNEXPECTED_AUTHENTICATION(new Message('R', new byte[4]).bytes()),
        COPY_IN_OF_NOBODY(Message.withLength('G', -20));

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

    /** A lost connection, or a read that could be repeated but for its time. */
    private static void assertClear(SQLException failure) {
        String state = failure.getSQLState();
        assertTrue(state.startsWith("08") || state.equals("40001"), state + " " + failure);
    }

    @ParameterizedTest
    @EnumSource(Nonsense.class)
    void nonsense_is_an_error_with_a_state_and_costs_one_connection(Nonsense nonsense) throws Exception {
        try (WiredPool wired = new WiredPool(database, 2, "&pool.retryTimeout=300ms&socketTimeout=1")) {
            wired.fill();
            wired.wire.set(Fault.at(MARKER, (line, message) -> line.send(nonsense.bytes)));
            assertClear(assertThrows(SQLException.class, () -> wired.ask(QUESTION)));
            assertEquals("1", wired.ask("select 1"));
            wired.assertWhole();
        }
    }

    @Test
    void a_write_whose_answer_is_nonsense_is_not_repeated() throws Exception {
        try (Connection owner = database.connect();
                Statement statement = owner.createStatement();
                WiredPool wired = new WiredPool(database, 2, "")) {
            statement.execute("drop table if exists item; create table item (name text)");
            wired.wire.set(Fault.at(MARKER, (line, message) -> line.send(row(-7))));
            SQLException failure = assertThrows(
                    SQLException.class, () -> wired.ask("insert into item values ('" + MARKER + "') returning name"));
            assertEquals("08007", failure.getSQLState());
            assertEquals("1", wired.ask("select count(*) from item"));
            wired.assertWhole();
        }
    }

    @Test
    void nonsense_while_a_session_is_opened_is_an_error_with_a_state() throws Exception {
        try (WiredPool wired = new WiredPool(database, 2, "&pool.acquireTimeout=500ms&loginTimeout=1")) {
            wired.wire.set((line, message) -> line.send(row(-7)));
            SQLException failure = assertThrows(SQLException.class, wired::connect);
            assertTrue(failure.getSQLState().startsWith("08"), failure.getSQLState() + " " + failure);
            wired.wire.set(Fault.NONE);
            assertEquals("1", wired.ask("select 1"));
            wired.assertWhole();
        }
    }

    @Test
    void nonsense_while_a_session_is_cleaned_is_an_error_with_a_state() throws Exception {
        try (WiredPool wired = new WiredPool(database, 2, "&pool.acquireTimeout=500ms&loginTimeout=1")) {
            wired.wire.set((line, message) ->
                    line.send(message.type() == Message.COMMAND_COMPLETE ? row(-7) : message.bytes()));
            SQLException failure = assertThrows(SQLException.class, wired::connect);
            assertTrue(failure.getSQLState().startsWith("08"), failure.getSQLState() + " " + failure);
            wired.wire.set(Fault.NONE);
            assertEquals("1", wired.ask("select 1"));
            wired.assertWhole();
        }
    }

    @Test
    void an_answer_that_nobody_asked_for_costs_the_connection() throws Exception {
        try (WiredPool wired = new WiredPool(database, 1, "")) {
            wired.fill();
            byte[] stray = new Message(Message.READY_FOR_QUERY, new byte[] {'I'}).bytes();
            wired.wire.say(stray);
            for (int i = 0; i < 10; i++) {
                assertEquals(Integer.toString(i), wired.ask("select " + i));
            }
            assertEquals(2, wired.wire.opened());
            wired.assertWhole();
        }
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void a_huge_column_that_never_comes_ends_with_the_connection(boolean encrypted, @TempDir Path folder)
            throws Exception {
        SSLContext tls = encrypted ? SelfSigned.in(folder).context() : null;
        try (WiredPool wired = new WiredPool(database, 2, "&pool.retryTimeout=300ms", tls)) {
            wired.fill();
            wired.wire.set(Fault.at(MARKER, (line, message) -> {
                line.send(row(Integer.MAX_VALUE));
                line.finish();
            }));
            long startedAt = System.nanoTime();
            assertClear(assertThrows(SQLException.class, () -> wired.ask(QUESTION)));
            assertTrue(Duration.ofNanos(System.nanoTime() - startedAt).toSeconds() < 10);
            wired.assertWhole();
        }
    }

    @Test
    void rows_without_end_stop_at_the_query_timeout() throws Exception {
        try (WiredPool wired = new WiredPool(database, 2, "&pool.retryTimeout=0&cancelSignalTimeout=1")) {
            wired.fill();
            wired.wire.set(Fault.at(MARKER, (line, message) -> {
                while (line.open()) {
                    line.send(message.bytes());
                }
            }));
            try (Connection connection = wired.connect();
                    Statement statement = connection.createStatement()) {
                statement.setQueryTimeout(1);
                SQLException failure = assertThrows(SQLException.class, () -> statement.executeQuery(QUESTION));
                assertEquals("57014", failure.getSQLState(), failure.toString());
            }
            wired.assertWhole();
        }
    }
}
