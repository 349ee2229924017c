package dev.pgpool.jdbc.internal.facade;

import java.sql.Connection;

/** Tells tests which logical connections hold a lease. */
public final class Leases {
    private Leases() {}

    /** Whether this logical connection holds a physical one at the moment. */
    public static boolean holdsOne(Connection logical) {
        return ((LogicalConnection) logical).conversation().leased();
    }
}
