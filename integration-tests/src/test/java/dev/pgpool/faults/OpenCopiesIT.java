package dev.pgpool.faults;

import static dev.pgpool.faults.Victims.run;
import static dev.pgpool.faults.Victims.value;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.pgpool.conformance.Await;
import dev.pgpool.pool.RetireReason;
import dev.pgpool.testserver.PostgresTest;
import dev.pgpool.testserver.TestDatabase;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Named;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.postgresql.PGConnection;
import org.postgresql.copy.CopyIn;
import org.postgresql.copy.CopyManager;
import org.postgresql.copy.CopyOperation;
import org.postgresql.copy.CopyOut;

/** What else is asked of a connection with a COPY under way, where pgjdbc would wait for its end for ever. */
@PostgresTest
@Timeout(value = 60, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class OpenCopiesIT {
    private static final String COPY_IN = "copy item from stdin";
    private static final String COPY_OUT =
            "copy (select i, repeat('x', 1000) from generate_series(1, 100000) i) to stdout";

    private Victims victims;

    @BeforeEach
    void open(TestDatabase database) throws SQLException {
        victims = new Victims(database);
    }

    @AfterEach
    void nobodySuffers() throws Exception {
        try (Victims all = victims) {
            all.assertUnharmed();
        }
    }

    /** Which way the rows go. */
    enum Direction {
        IN {
            @Override
            CopyOperation begin(CopyManager manager) throws SQLException {
                CopyIn copy = manager.copyIn(COPY_IN);
                byte[] row = "2000\tcopied\n".getBytes(StandardCharsets.US_ASCII);
                copy.writeToCopy(row, 0, row.length);
                copy.flushCopy();
                return copy;
            }

            @Override
            long end(CopyOperation copy) throws SQLException {
                return ((CopyIn) copy).endCopy();
            }
        },
        OUT {
            @Override
            CopyOperation begin(CopyManager manager) throws SQLException {
                CopyOut copy = manager.copyOut(COPY_OUT);
                assertTrue(copy.readFromCopy().length > 1_000);
                return copy;
            }

            @Override
            long end(CopyOperation copy) throws SQLException {
                long rows = 1;
                while (((CopyOut) copy).readFromCopy() != null) {
                    rows++;
                }
                return rows;
            }
        };

        /** Begins a COPY of which a part is written, or read. */
        abstract CopyOperation begin(CopyManager manager) throws SQLException;

        /** Ends it in order; how many rows it had. */
        abstract long end(CopyOperation copy) throws SQLException;

        long rows() {
            return this == IN ? 1 : 100_000;
        }
    }

    private interface Call {
        Object on(Connection connection) throws Exception;
    }

    private static CopyManager copies(Connection connection) throws SQLException {
        return connection.unwrap(PGConnection.class).getCopyAPI();
    }

    private static Named<Call> call(String name, Call call) {
        return Named.of(name, call);
    }

    private interface Task {
        void on(Connection connection) throws Exception;
    }

    private static Call doing(Task task) {
        return connection -> {
            task.on(connection);
            return true;
        };
    }

    static Stream<Arguments> callsAndDirections() {
        Stream<Named<Call>> calls = Stream.of(
                call("statement", connection -> value(connection, "select 1")),
                call("metadata", connection -> connection.getMetaData().getTables(null, null, "item", null)),
                call("another COPY", connection -> copies(connection).copyIn(COPY_IN)),
                call(
                        "a whole COPY",
                        connection -> copies(connection).copyOut(COPY_OUT, OutputStream.nullOutputStream())),
                call(
                        "large objects",
                        connection -> connection
                                .unwrap(PGConnection.class)
                                .getLargeObjectAPI()
                                .createLO()),
                call("setSchema", doing(connection -> connection.setSchema("public"))),
                call("commit", doing(Connection::commit)),
                call("rollback", doing(Connection::rollback)),
                call("savepoint", Connection::setSavepoint),
                call("setAutoCommit", doing(connection -> connection.setAutoCommit(!connection.getAutoCommit()))));
        return calls.flatMap(call -> Stream.of(Direction.values()).map(direction -> Arguments.of(call, direction)));
    }

    @ParameterizedTest
    @MethodSource("callsAndDirections")
    void whatever_else_needs_the_server_is_refused_at_once_and_harms_nothing(Call call, Direction direction)
            throws Exception {
        for (boolean autoCommit : new boolean[] {true, false}) {
            try (Connection connection = victims.connect()) {
                connection.setAutoCommit(autoCommit);
                CopyOperation copy = direction.begin(copies(connection));
                SQLException refused = assertThrows(SQLException.class, () -> call.on(connection));
                boolean onlyInTransactions = "25P01".equals(refused.getSQLState()) && autoCommit;
                assertTrue(onlyInTransactions || "55006".equals(refused.getSQLState()), refused::toString);
                assertEquals(autoCommit, connection.getAutoCommit());
                assertTrue(copy.isActive());
                assertFalse(connection.isValid(1));
                assertEquals(direction.rows(), direction.end(copy));
                assertFalse(copy.isActive());
                assertEquals("7", value(connection, "select 7"));
                if (!autoCommit) {
                    connection.commit();
                }
                assertEquals(
                        direction == Direction.IN ? "1" : "0",
                        victims.stored("with gone as (delete from item where id = 2000 returning 1)"
                                + " select count(*) from gone"));
            }
        }
    }

    @ParameterizedTest
    @EnumSource(Direction.class)
    void another_thread_is_refused_too_and_may_cancel(Direction direction) throws Exception {
        try (Connection connection = victims.connect()) {
            CopyOperation copy = direction.begin(copies(connection));
            Threads.start(() -> assertEquals(
                            "55006",
                            assertThrows(SQLException.class, () -> value(connection, "select 1"))
                                    .getSQLState()))
                    .get(20, TimeUnit.SECONDS);
            Threads.start(copy::cancelCopy).get(20, TimeUnit.SECONDS);
            assertFalse(copy.isActive());
            assertEquals("1", value(connection, "select 1"));
            assertEquals("0", value(connection, "select count(*) from item where id = 2000"));
        }
    }

    /** How a connection ends with a COPY under way. */
    enum End {
        CLOSE {
            @Override
            void of(Connection connection, Victims victims) throws SQLException {
                connection.close();
            }
        },
        ABORT {
            @Override
            void of(Connection connection, Victims victims) throws SQLException {
                connection.abort(Runnable::run);
            }
        },
        CLOSE_OF_POOL {
            @Override
            void of(Connection connection, Victims victims) {
                victims.pool().close();
                victims.reopen();
            }
        };

        abstract void of(Connection connection, Victims victims) throws SQLException;
    }

    static Stream<Arguments> endsAndDirections() {
        return Stream.of(End.values())
                .flatMap(end -> Stream.of(Direction.values()).map(direction -> Arguments.of(end, direction)));
    }

    @ParameterizedTest
    @MethodSource("endsAndDirections")
    void the_end_of_its_connection_ends_a_copy(End end, Direction direction) throws Exception {
        for (boolean autoCommit : new boolean[] {true, false}) {
            Connection connection = victims.connect();
            connection.setAutoCommit(autoCommit);
            CopyOperation copy = direction.begin(copies(connection));
            end.of(connection, victims);
            assertThrows(SQLException.class, () -> direction.end(copy));
            assertTrue(connection.isClosed());
            connection.close();
        }
        victims.pool().close();
        victims.awaitNoSession();
        victims.reopen();
        assertEquals("0", victims.stored("select count(*) from item where id = 2000"));
    }

    @ParameterizedTest
    @EnumSource(Direction.class)
    void a_copy_of_an_abandoned_connection_ends_with_it(Direction direction) throws Exception {
        abandon(direction);
        Await.until(() -> {
            System.gc();
            return victims.retired(RetireReason.ABANDONED) == 1;
        });
        assertEquals("0", victims.stored("select count(*) from item where id = 2000"));
    }

    private void abandon(Direction direction) throws SQLException {
        direction.begin(copies(victims.connect()));
    }

    /** The answers of pgjdbc alone would be those of the statement before, from here on. */
    @ParameterizedTest
    @ValueSource(ints = {2, 100_000})
    void after_a_canceled_copy_each_statement_has_its_own_answer(int rows) throws Exception {
        for (boolean autoCommit : new boolean[] {true, false}) {
            try (Connection connection = victims.connect()) {
                connection.setAutoCommit(autoCommit);
                CopyOut copy = copies(connection).copyOut(COPY_OUT.replace("100000", Integer.toString(rows)));
                copy.readFromCopy();
                copy.cancelCopy();
                assertFalse(copy.isActive());
                assertThrows(SQLException.class, copy::cancelCopy);
                if (!autoCommit) {
                    connection.rollback();
                }
                assertOwnAnswers(connection);
                assertEquals(0, victims.snapshot().pinned());
            }
        }
        assertEquals(0, victims.retired(RetireReason.BROKEN) + victims.retired(RetireReason.NOT_RESETTABLE));
    }

    private static void assertOwnAnswers(Connection connection) throws SQLException {
        for (int i = 0; i < 3; i++) {
            assertEquals(Integer.toString(i), value(connection, "select " + i));
        }
    }

    @Test
    void a_copy_in_the_wrong_direction_leaves_nothing_to_read() throws Exception {
        try (Connection connection = victims.connect()) {
            connection.setAutoCommit(false);
            run(connection, "select");
            for (Call wrong : List.<Call>of(
                    on -> copies(on).copyIn(COPY_OUT),
                    on -> copies(on).copyIn(COPY_OUT, InputStream.nullInputStream()),
                    on -> copies(on).copyOut(COPY_IN))) {
                SQLException refused = assertThrows(SQLException.class, () -> wrong.on(connection));
                assertEquals("42809", refused.getSQLState());
                connection.rollback();
                assertOwnAnswers(connection);
            }
        }
    }

    @Test
    void a_copy_whose_rows_cannot_be_taken_leaves_nothing_to_read() throws Exception {
        try (Connection connection = victims.connect()) {
            connection.setAutoCommit(false);
            OutputStream full = new OutputStream() {
                @Override
                public void write(int b) throws IOException {
                    throw new IOException("raised by a test");
                }
            };
            assertThrows(IOException.class, () -> copies(connection).copyOut(COPY_OUT, full));
            connection.rollback();
            assertOwnAnswers(connection);
        }
    }

    @Test
    void a_statement_of_the_stream_that_is_copied_is_refused() throws Exception {
        try (Connection connection = victims.connect()) {
            InputStream asking = new InputStream() {
                private boolean asked;

                @Override
                public int read() throws IOException {
                    if (asked) {
                        return -1;
                    }
                    asked = true;
                    SQLException refused = assertThrows(SQLException.class, () -> value(connection, "select 1"));
                    assertEquals("55006", refused.getSQLState());
                    return '\n';
                }
            };
            assertEquals(0, copies(connection).copyIn("copy item (name) from stdin where false", asking));
            assertOwnAnswers(connection);
        }
    }
}
