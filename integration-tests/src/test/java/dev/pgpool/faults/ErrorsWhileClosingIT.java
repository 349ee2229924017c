package dev.pgpool.faults;

import static dev.pgpool.faults.Victims.run;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.pgpool.testserver.PostgresTest;
import dev.pgpool.testserver.TestDatabase;
import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.Socket;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.concurrent.atomic.AtomicBoolean;
import javax.net.SocketFactory;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Errors that strike in the middle of the close of a logical connection, which nobody calls twice. */
@PostgresTest
@Timeout(120)
class ErrorsWhileClosingIT {
    private static final AtomicBoolean NO_MEMORY = new AtomicBoolean();

    /** Makes sockets that have no memory to write with, once it is said so. */
    public static final class Sockets extends SocketFactory {
        @Override
        public Socket createSocket() {
            return new Socket() {
                @Override
                public OutputStream getOutputStream() throws IOException {
                    return new BufferedOutputStream(super.getOutputStream()) {
                        @Override
                        public synchronized void flush() throws IOException {
                            if (NO_MEMORY.getAndSet(false)) {
                                throw new OutOfMemoryError("Java heap space");
                            }
                            super.flush();
                        }
                    };
                }
            };
        }

        @Override
        public Socket createSocket(String host, int port) {
            throw new UnsupportedOperationException();
        }

        @Override
        public Socket createSocket(String host, int port, InetAddress localHost, int localPort) {
            throw new UnsupportedOperationException();
        }

        @Override
        public Socket createSocket(InetAddress host, int port) {
            throw new UnsupportedOperationException();
        }

        @Override
        public Socket createSocket(InetAddress host, int port, InetAddress localHost, int localPort) {
            throw new UnsupportedOperationException();
        }
    }

    private Victims victims;

    @BeforeEach
    void open(TestDatabase database) throws SQLException {
        victims = new Victims(database);
        victims.pool().setProperty("socketFactory", Sockets.class.getName());
    }

    @AfterEach
    void nobodySuffers() throws Exception {
        try (Victims all = victims) {
            all.assertUnharmed();
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"begin; select 1", "create temporary table scratch (id int)"})
    void an_error_costs_the_physical_connection_and_no_permit(String sql) throws Exception {
        for (int i = 0; i < Victims.SIZE; i++) {
            Connection connection = victims.connect();
            run(connection, sql);
            NO_MEMORY.set(true);
            assertThrows(OutOfMemoryError.class, connection::close);
            assertTrue(connection.isClosed());
            assertEquals(0, victims.snapshot().leased());
        }
    }
}
