package dev.pgpool.jdbc.internal.forward;

import java.sql.SQLFeatureNotSupportedException;

/** The answer to methods that PostgreSQL's driver does not implement either. */
public final class Unsupported {
    private Unsupported() {}

    /** An exception with SQLState 0A000. */
    public static SQLFeatureNotSupportedException method(String signature) {
        return new SQLFeatureNotSupportedException("Method " + signature + " is not yet implemented.", "0A000");
    }
}
