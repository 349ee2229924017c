package dev.pgpool.faults;

import static dev.pgpool.faults.Victims.assertUsableOrClosed;
import static dev.pgpool.faults.Victims.run;
import static dev.pgpool.faults.Victims.value;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.pgpool.testserver.PostgresTest;
import dev.pgpool.testserver.TestDatabase;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.Reader;
import java.io.UncheckedIOException;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.Arrays;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.postgresql.PGConnection;
import org.postgresql.util.PGobject;

/** The application's own code throws, out of the middle of the driver. */
@PostgresTest
@Timeout(120)
class BrokenValuesIT {
    private static Victims victims;

    @BeforeAll
    static void open(TestDatabase database) throws SQLException {
        victims = new Victims(database);
    }

    @AfterEach
    void nobodySuffers() throws Exception {
        victims.assertUnharmed();
        try (Connection connection = victims.connect()) {
            run(connection, "delete from item where id >= 5000");
        }
    }

    @AfterAll
    static void close() {
        victims.close();
    }

    /** What is thrown. */
    enum Fault {
        RUNTIME,
        OUT_OF_MEMORY,
        STACK_OVERFLOW,
        IO;

        void raise() throws IOException {
            switch (this) {
                case RUNTIME -> throw new IllegalStateException("raised by a test");
                case OUT_OF_MEMORY -> throw new OutOfMemoryError("raised by a test");
                case STACK_OVERFLOW -> raise();
                case IO -> throw new IOException("raised by a test");
            }
        }

        void raiseUnchecked() {
            try {
                raise();
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
    }

    /** Raises a fault after these many bytes. */
    private static final class BrokenStream extends InputStream {
        private final Fault fault;
        private int left;

        BrokenStream(Fault fault, int left) {
            this.fault = fault;
            this.left = left;
        }

        @Override
        public int read() throws IOException {
            if (left-- <= 0) {
                fault.raise();
            }
            return 'x';
        }

        @Override
        public int read(byte[] into, int offset, int length) throws IOException {
            int count = Math.min(length, Math.max(left, 1));
            for (int i = 0; i < count; i++) {
                into[offset + i] = (byte) read();
            }
            return count;
        }
    }

    /** Raises a fault after these many characters. */
    private static final class BrokenReader extends Reader {
        private final Fault fault;
        private int left;

        BrokenReader(Fault fault, int left) {
            this.fault = fault;
            this.left = left;
        }

        @Override
        public int read(char[] into, int offset, int length) throws IOException {
            int count = Math.min(length, left);
            if (count == 0) {
                fault.raise();
            }
            Arrays.fill(into, offset, offset + count, 'x');
            left -= count;
            return count;
        }

        @Override
        public void close() {}
    }

    /** A value of PostgreSQL's driver, as applications extend it, that can't tell its text. */
    public static final class BrokenObject extends PGobject {
        private static final long serialVersionUID = 1L;

        private final transient Fault fault;

        BrokenObject(Fault fault) {
            this.fault = fault;
            type = "text";
        }

        @Override
        public String getValue() {
            fault.raiseUnchecked();
            return "";
        }

        @Override
        public Object clone() {
            return this;
        }
    }

    /** A type of the application's that can't read what the server sent. */
    public static final class BrokenType extends PGobject {
        private static final long serialVersionUID = 1L;

        @Override
        public void setValue(String value) {
            Fault.valueOf(value).raiseUnchecked();
        }
    }

    /** Gives the driver a value that breaks. */
    @FunctionalInterface
    private interface Breaking {
        void set(PreparedStatement statement, Fault fault) throws SQLException;
    }

    static Stream<Object[]> parametersAndFaults() {
        Stream<Object[]> breaking = Stream.of(
                new Object[] {"a stream", (Breaking) (s, f) -> s.setBinaryStream(1, new BrokenStream(f, 100), 1_000)},
                new Object[] {
                    "a long stream", (Breaking) (s, f) -> s.setBinaryStream(1, new BrokenStream(f, 100_000), 200_000)
                },
                new Object[] {
                    "an endless stream", (Breaking) (s, f) -> s.setBinaryStream(1, new BrokenStream(f, 100_000))
                },
                new Object[] {"a reader", (Breaking) (s, f) -> s.setCharacterStream(1, new BrokenReader(f, 100))},
                new Object[] {
                    "a long reader", (Breaking) (s, f) -> s.setCharacterStream(1, new BrokenReader(f, 100_000), 200_000)
                },
                new Object[] {"an object", (Breaking) (s, f) -> s.setObject(1, new BrokenObject(f))});
        return breaking.flatMap(way -> Stream.of(Fault.values()).map(fault -> new Object[] {way[0], way[1], fault}));
    }

    @ParameterizedTest(name = "{0}, {2}")
    @MethodSource("parametersAndFaults")
    void a_parameter_that_breaks_in_autocommit_writes_nothing(String what, Breaking breaking, Fault fault)
            throws Exception {
        Connection connection = victims.connect();
        try (PreparedStatement insert = connection.prepareStatement("insert into item values (5000, ?)")) {
            assertThrows(Throwable.class, () -> {
                breaking.set(insert, fault);
                insert.executeUpdate();
            });
        }
        assertEquals("0", victims.stored("select count(*) from item where id = 5000"));
        assertUsableOrClosed(connection);
    }

    @ParameterizedTest(name = "{0}, {2}")
    @MethodSource("parametersAndFaults")
    void a_parameter_that_breaks_in_a_transaction_spoils_that_at_most(String what, Breaking breaking, Fault fault)
            throws Exception {
        Connection connection = victims.connect();
        connection.setAutoCommit(false);
        run(connection, "insert into item values (5001, 'before')");
        try (PreparedStatement insert = connection.prepareStatement("insert into item values (5000, ?)")) {
            assertThrows(Throwable.class, () -> {
                breaking.set(insert, fault);
                insert.executeUpdate();
            });
        }
        try {
            connection.commit();
        } catch (SQLException e) {
            assertEquals("0", victims.stored("select count(*) from item where id = 5001"), e.toString());
        }
        assertEquals("0", victims.stored("select count(*) from item where id = 5000"));
        assertUsableOrClosed(connection);
    }

    @ParameterizedTest(name = "{0}, {2}")
    @MethodSource("parametersAndFaults")
    void a_row_that_breaks_in_a_batch_is_not_written(String what, Breaking breaking, Fault fault) throws Exception {
        Connection connection = victims.connect();
        try (PreparedStatement insert = connection.prepareStatement(
                "insert into item select 5000, ? where not exists (select from item where" + " id = 5000)")) {
            assertThrows(Throwable.class, () -> {
                breaking.set(insert, fault);
                insert.addBatch();
                insert.addBatch();
                insert.executeBatch();
            });
        }
        assertEquals("0", victims.stored("select count(*) from item where id = 5000"));
        assertUsableOrClosed(connection);
    }

    @ParameterizedTest
    @EnumSource(Fault.class)
    void a_value_that_its_own_type_cannot_read_spoils_nothing_else(Fault fault) throws Exception {
        Connection connection = victims.connect();
        connection.setAutoCommit(false);
        ((PGConnection) connection).addDataType("circle", BrokenType.class);
        try (Statement statement = connection.createStatement()) {
            statement.setFetchSize(1);
            ResultSet rows = statement.executeQuery("select '<(0,0),1>'::circle from generate_series(1, 10)");
            assertTrue(rows.next());
            assertThrows(Throwable.class, () -> rows.getObject(1));
            assertEquals("<(0,0),1>", rows.getString(1));
        }
        assertUsableOrClosed(connection);
    }

    @ParameterizedTest
    @EnumSource(Fault.class)
    void a_row_handler_that_throws_in_the_middle_of_a_cursor_loses_nothing(Fault fault) throws Exception {
        Connection connection = victims.connect();
        connection.setAutoCommit(false);
        assertThrows(Throwable.class, () -> {
            try (Statement statement = connection.createStatement()) {
                statement.setFetchSize(10);
                ResultSet rows = statement.executeQuery("select id from item");
                while (rows.next()) {
                    if (rows.getInt(1) == 25) {
                        fault.raise();
                    }
                }
            }
        });
        assertEquals("1000", value(connection, "select count(*) from item"));
        connection.close();
    }

    @ParameterizedTest
    @EnumSource(Fault.class)
    void a_copy_from_a_stream_that_breaks_writes_nothing(Fault fault) throws Exception {
        Connection connection = victims.connect();
        assertThrows(
                Throwable.class,
                () -> ((PGConnection) connection)
                        .getCopyAPI()
                        .copyIn("copy item (name) from stdin", new BrokenReader(fault, 100_000)));
        assertEquals("1000", victims.stored("select count(*) from item"));
        assertUsableOrClosed(connection);
    }

    @ParameterizedTest
    @EnumSource(Fault.class)
    void a_copy_to_a_stream_that_breaks_harms_nobody(Fault fault) throws Exception {
        Connection connection = victims.connect();
        OutputStream broken = new OutputStream() {
            private int taken;

            @Override
            public void write(int b) throws IOException {
                if (taken++ > 1_000) {
                    fault.raise();
                }
            }
        };
        assertThrows(
                Throwable.class,
                () -> ((PGConnection) connection)
                        .getCopyAPI()
                        .copyOut("copy (select i from generate_series(1, 100000) i) to stdout", broken));
        assertUsableOrClosed(connection);
    }

    @ParameterizedTest
    @EnumSource(Fault.class)
    void an_executor_that_fails_leaves_no_lease_behind_an_abort(Fault fault) throws Exception {
        Connection connection = victims.connect();
        connection.setAutoCommit(false);
        run(connection, "select 1");
        try {
            connection.abort(task -> fault.raiseUnchecked());
        } catch (RuntimeException | Error e) {
            assertTrue(connection.isClosed());
        }
        assertTrue(connection.isClosed());
    }
}
