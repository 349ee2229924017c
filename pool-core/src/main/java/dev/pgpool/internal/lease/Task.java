package dev.pgpool.internal.lease;

import dev.pgpool.internal.physical.PhysicalConnection;
import java.sql.SQLException;

/** A {@link Work} without a result. */
@FunctionalInterface
public interface Task {
    void on(PhysicalConnection physical) throws SQLException;
}
