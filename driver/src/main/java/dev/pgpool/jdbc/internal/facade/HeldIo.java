package dev.pgpool.jdbc.internal.facade;

import dev.pgpool.internal.lease.Hold;
import java.io.IOException;
import java.sql.SQLException;

/** Input and output that the server takes part in, done under a hold. */
final class HeldIo {
    /** A piece of input or output. */
    @FunctionalInterface
    interface Io<T> {
        T run() throws IOException;
    }

    private HeldIo() {}

    /**
     * Runs a piece of input or output on the held physical connection.
     *
     * @throws IOException what {@code io} throws; or with a SQLException as its cause, what the hold throws
     */
    static <T> T call(Hold hold, Io<T> io) throws IOException {
        try {
            return hold.call(() -> {
                try {
                    return io.run();
                } catch (IOException e) {
                    // The driver wraps what the server said; the hold must see that itself.
                    throw e.getCause() instanceof SQLException server ? server : new SQLException(e.getMessage(), e);
                }
            });
        } catch (SQLException e) {
            throw e.getCause() instanceof IOException original ? original : new IOException(e.getMessage(), e);
        }
    }
}
