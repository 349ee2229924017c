package dev.pgpool.faults;

import static dev.pgpool.faults.Outcome.DONE;
import static dev.pgpool.faults.Outcome.NOT_DONE;
import static dev.pgpool.faults.Victims.run;
import static dev.pgpool.faults.Victims.value;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;

import dev.pgpool.conformance.Await;
import dev.pgpool.faults.Cut.Place;
import dev.pgpool.faults.Cut.Way;
import dev.pgpool.testserver.PostgresServer;
import dev.pgpool.testserver.PostgresTest;
import dev.pgpool.testserver.TestDatabase;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.postgresql.PGConnection;
import org.postgresql.copy.CopyIn;
import org.postgresql.copy.CopyManager;
import org.postgresql.util.ByteStreamWriter;

/** What an application is told when a connection ends within a COPY to the server, and what the database then has. */
@PostgresTest(ownServer = true)
@Timeout(value = 60, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class CutCopiesIT {
    private static final String COPY = "copy item from stdin";

    private static TestDatabase database;
    private static CuttingProxy proxy;
    private static Contender.Pooled direct;
    private static Contender.Pooled proxied;

    @BeforeAll
    static void openPools(PostgresServer server, TestDatabase shared) throws Exception {
        database = shared;
        proxy = new CuttingProxy(server);
        direct = Contender.PGPOOL.open(database.url(), 1);
        proxied = Contender.PGPOOL.open(proxy.url(database), 1);
    }

    @AfterAll
    static void closePools() throws Exception {
        direct.close();
        proxied.close();
        proxy.close();
    }

    @BeforeEach
    void emptyTable() throws SQLException {
        try (Connection owner = database.connect()) {
            run(owner, "drop table if exists item; create table item (text text)");
        }
    }

    /** Two lots of rows, and what happens between them or behind them. */
    private static final class Data extends InputStream {
        private static final byte[] ROW = "some text\n".getBytes(StandardCharsets.US_ASCII);

        private final int bytesOfALot;
        private final Runnable between;
        private final Runnable behind;
        private int given;

        Data(int rowsOfALot, Runnable between, Runnable behind) {
            this.bytesOfALot = rowsOfALot * ROW.length;
            this.between = between;
            this.behind = behind;
        }

        int length() {
            return 2 * bytesOfALot;
        }

        @Override
        public int read() {
            if (given == bytesOfALot) {
                between.run();
            } else if (given == length()) {
                behind.run();
                return -1;
            }
            return ROW[given++ % ROW.length];
        }

        @Override
        public int read(byte[] into, int offset, int length) {
            int first = read();
            if (first < 0) {
                return -1;
            }
            into[offset] = (byte) first;
            int count = 1;
            while (count < length && given % bytesOfALot != 0) {
                into[offset + count++] = ROW[given++ % ROW.length];
            }
            return count;
        }
    }

    /** How the data is written. */
    enum Writing {
        STREAM {
            @Override
            void write(CopyManager manager, Data data) throws SQLException, IOException {
                manager.copyIn(COPY, data);
            }
        },
        READER {
            @Override
            void write(CopyManager manager, Data data) throws SQLException, IOException {
                manager.copyIn(COPY, new InputStreamReader(data, StandardCharsets.US_ASCII));
            }
        },
        WRITER {
            @Override
            void write(CopyManager manager, Data data) throws SQLException, IOException {
                manager.copyIn(COPY, new ByteStreamWriter() {
                    @Override
                    public int getLength() {
                        return data.length();
                    }

                    @Override
                    public void writeTo(ByteStreamTarget target) throws IOException {
                        data.transferTo(target.getOutputStream());
                    }
                });
            }
        },
        PIECES {
            @Override
            void write(CopyManager manager, Data data) throws SQLException {
                CopyIn copy = manager.copyIn(COPY);
                byte[] piece = new byte[1_000];
                for (int length = data.read(piece, 0, 1_000); length >= 0; length = data.read(piece, 0, 1_000)) {
                    copy.writeToCopy(piece, 0, length);
                }
                copy.endCopy();
            }
        };

        abstract void write(CopyManager manager, Data data) throws SQLException, IOException;

        Outcome told(Connection connection, Data data) throws Exception {
            CopyManager manager = connection.unwrap(PGConnection.class).getCopyAPI();
            return Outcome.toldBy(() -> {
                try {
                    write(manager, data);
                } catch (IOException e) {
                    throw new AssertionError("the data can be read", e);
                }
                return true;
            });
        }
    }

    /** What the COPY is a part of. */
    enum Around {
        NOTHING,
        FIRST_OF_TRANSACTION,
        SECOND_OF_TRANSACTION;

        void begin(Connection connection) throws SQLException {
            connection.setAutoCommit(this == NOTHING);
            if (this == SECOND_OF_TRANSACTION) {
                run(connection, "insert into item values ('before')");
            }
        }
    }

    /** How the connection ends. */
    enum End {
        FATAL,
        FIN,
        RESET;

        Contender.Pooled pool() {
            return this == FATAL ? direct : proxied;
        }

        void strike(int backend) {
            switch (this) {
                case FATAL -> proxy.terminate(backend);
                case FIN -> proxy.cutAll(Way.FIN);
                case RESET -> proxy.cutAll(Way.RESET);
            }
        }
    }

    private static String stored() {
        try (Connection owner = database.connect()) {
            // A backend whose client is gone may still be at work.
            Await.until(() -> value(
                            owner,
                            "select count(*) from pg_stat_activity where datname = current_database()"
                                    + " and pid <> pg_backend_pid() and state <> 'idle'")
                    .equals("0"));
            return value(owner, "select count(*) from item");
        } catch (Exception e) {
            throw new AssertionError(e);
        }
    }

    static Stream<Arguments> endsWithin() {
        return Stream.of(Writing.values())
                .flatMap(writing -> Stream.of(Around.values())
                        .flatMap(around -> Stream.of(End.values())
                                .flatMap(end -> (around == Around.NOTHING ? Stream.of(3, 200_000) : Stream.of(3))
                                        .map(rows -> Arguments.of(writing, around, end, rows)))));
    }

    @ParameterizedTest
    @MethodSource("endsWithin")
    void a_copy_whose_connection_ends_between_its_rows_is_not_done(
            Writing writing, Around around, End end, int rowsOfALot) throws Exception {
        try (Connection connection = end.pool().source().getConnection()) {
            int backend = Integer.parseInt(value(connection, "select pg_backend_pid()"));
            around.begin(connection);
            Data data = new Data(rowsOfALot, () -> end.strike(backend), () -> {});
            assertEquals(NOT_DONE, writing.told(connection, data));
            if (around != Around.NOTHING) {
                connection.rollback();
            }
            assertEquals("0", stored());
            assertEquals("1", value(connection, "select 1"));
            assertFalse(connection.isClosed());
        }
    }

    static Stream<Cut> cuts() {
        return Stream.concat(VerdictsIT.CUTS.stream(), Stream.of(new Cut(Place.BEFORE_READY, Way.FATAL)));
    }

    @ParameterizedTest
    @MethodSource("cuts")
    void a_copy_whose_connection_ends_behind_its_rows_is_told_as_its_end_is(Cut cut) throws Exception {
        try (Connection connection = proxied.source().getConnection()) {
            run(connection, "select");
            Data data = new Data(3, () -> {}, () -> proxy.cutNext(cut));
            Outcome told = Writing.STREAM.told(connection, data);
            assertEquals(Operation.END_OF_COPY.told(cut), told);
            String stored = stored();
            if (told == DONE || cut.place() == Place.BEFORE_ANSWER) {
                assertEquals("6", stored);
            } else if (cut.place() != Place.AFTER_REQUEST) {
                assertEquals("0", stored);
            }
            assertEquals("1", value(connection, "select 1"));
        }
    }

    static Stream<Cut> cutsOfNoAnswer() {
        return cuts().filter(cut -> cut.place().compareTo(Place.IN_ANSWER) < 0);
    }

    @ParameterizedTest
    @MethodSource("cutsOfNoAnswer")
    void a_copy_whose_connection_ends_before_its_rows_are_read_is_done_all_the_same(Cut cut) throws Exception {
        try (Connection connection = proxied.source().getConnection()) {
            run(connection, "select");
            proxy.cutNext(cut);
            assertEquals(DONE, Writing.STREAM.told(connection, new Data(3, () -> {}, () -> {})));
            assertEquals("6", stored());
        }
    }
}
