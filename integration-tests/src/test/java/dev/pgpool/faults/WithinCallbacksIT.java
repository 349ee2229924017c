package dev.pgpool.faults;

import static dev.pgpool.faults.Victims.run;
import static dev.pgpool.faults.Victims.value;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.pgpool.testserver.PostgresTest;
import dev.pgpool.testserver.TestDatabase;
import java.io.InputStream;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Named;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Code of the application that the driver calls in the middle of a statement, and that ends the connection from there. */
@PostgresTest
@Timeout(120)
class WithinCallbacksIT {
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

    private interface End {
        void of(Connection connection) throws SQLException;
    }

    /** One byte, before which it ends the connection. */
    private static InputStream ending(Connection connection, End end) {
        return new InputStream() {
            private boolean read;

            @Override
            public int read() {
                if (read) {
                    return -1;
                }
                read = true;
                try {
                    end.of(connection);
                } catch (SQLException e) {
                    throw new AssertionError(e);
                }
                return 'x';
            }
        };
    }

    static Stream<Named<End>> ends() {
        return Stream.of(
                Named.of("close", Connection::close),
                Named.of("abort", connection -> connection.abort(Runnable::run)),
                Named.of("abort and close", connection -> {
                    connection.abort(Runnable::run);
                    connection.close();
                }));
    }

    @ParameterizedTest
    @MethodSource("ends")
    void a_connection_ended_by_a_parameter_of_its_own_is_given_back_once(End end) throws Exception {
        for (boolean autoCommit : new boolean[] {true, false}) {
            Connection connection = victims.connect();
            connection.setAutoCommit(autoCommit);
            PreparedStatement statement = connection.prepareStatement("select length(?::bytea)");
            statement.setBinaryStream(1, ending(connection, end));
            try {
                statement.executeQuery();
            } catch (SQLException e) {
                assertTrue(e.getSQLState().startsWith("08"), e::toString);
            }
            assertTrue(connection.isClosed());
            assertEquals(0, victims.snapshot().leased());
            connection.close();
        }
    }

    @ParameterizedTest
    @MethodSource("ends")
    void nobody_else_gets_the_physical_connection_before_the_statement_has_ended(End end) throws Exception {
        Connection busy = victims.connect();
        busy.setAutoCommit(false);
        run(busy, "select 1");
        Connection connection = victims.connect();
        Connection other = victims.connect();
        PreparedStatement statement = connection.prepareStatement("select pg_sleep(0.2), ?::bytea");
        CompletableFuture<?>[] answer = new CompletableFuture<?>[1];
        statement.setBinaryStream(1, ending(connection, c -> {
            end.of(c);
            answer[0] = Threads.start(() -> {
                assertEquals("5", value(other, "select 5"));
                run(other, "select 6");
            });
        }));
        try {
            statement.executeQuery();
        } catch (SQLException e) {
            assertTrue(e.getSQLState().startsWith("08"), e::toString);
        }
        answer[0].get(30, TimeUnit.SECONDS);
        other.close();
        busy.close();
        assertThrows(SQLException.class, () -> value(connection, "select 1"));
    }
}
