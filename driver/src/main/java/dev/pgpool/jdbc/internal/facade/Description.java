package dev.pgpool.jdbc.internal.facade;

import dev.pgpool.internal.physical.PhysicalConnection;
import java.sql.ResultSetMetaData;
import java.sql.SQLException;
import org.jspecify.annotations.Nullable;

/** Asks the server to describe a result, on whatever physical connection is leased; null if there is no result. */
@FunctionalInterface
interface Description {
    @Nullable ResultSetMetaData ask(PhysicalConnection on) throws SQLException;
}
