package dev.pgpool.internal.lease;

import dev.pgpool.internal.physical.PhysicalConnection;
import java.sql.SQLException;
import org.jspecify.annotations.Nullable;

/** A piece of work that needs a physical connection. It may not keep the connection beyond its return. */
@FunctionalInterface
public interface Work<T extends @Nullable Object> {
    T on(PhysicalConnection physical) throws SQLException;

    /** Why it can't be run again after a failure, as a clause; null if it can. */
    default @Nullable String whyOnlyOnce() {
        return null;
    }
}
