package dev.pgpool.internal.physical;

import java.sql.ResultSet;
import java.sql.SQLException;
import org.postgresql.jdbc.PgConnection;

/** One PostgreSQL session: a pgjdbc connection with its socket and backend process. */
public final class PhysicalConnection {
    /** The pgjdbc connection; only to be used under a lease. */
    public PgConnection pgjdbc() {
        throw new UnsupportedOperationException();
    }

    /**
     * Looks up on the server, once per type and physical connection, what reading this result will need, so that a
     * fully fetched result can be read after its lease has ended.
     */
    public void resolveTypes(ResultSet result) throws SQLException {
        throw new UnsupportedOperationException();
    }
}
