package dev.pgpool.internal.lease;

import dev.pgpool.internal.physical.PhysicalConnection;
import java.sql.SQLException;
import org.jspecify.annotations.Nullable;

/** A piece of work that needs a physical connection. It may not keep the connection beyond its return. */
@FunctionalInterface
public interface Work<T extends @Nullable Object> {
    T on(PhysicalConnection physical) throws SQLException;
}
