package dev.pgpool.internal.lease;

import java.sql.SQLException;

/**
 * Keeps a lease open for an object that still needs the server: a cursor, an updatable result, a large object.
 *
 * <p>Safe for use by many threads.
 */
public final class Hold {
    /** A call on an object that lives on the held physical connection. */
    @FunctionalInterface
    public interface Call<T> {
        T run() throws SQLException;
    }

    /**
     * Runs a call on the held physical connection.
     *
     * @throws SQLException (SQLState 34000) if the hold has ended, because its transaction did or its connection broke
     */
    public <T> T call(Call<T> call) throws SQLException {
        throw new UnsupportedOperationException();
    }

    /** Gives the lease up as far as this hold is concerned. Idempotent. */
    public void end() {
        throw new UnsupportedOperationException();
    }

    /** Whether the hold has ended, by {@link #end()}, with its transaction, or with its physical connection. */
    public boolean ended() {
        throw new UnsupportedOperationException();
    }
}
