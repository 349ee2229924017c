package dev.pgpool.internal.lease;

import dev.pgpool.internal.physical.PhysicalConnection;
import java.sql.SQLException;
import java.sql.SQLWarning;
import org.jspecify.annotations.Nullable;

/** The warnings of one logical connection. Guarded by its conversation's lock. */
final class Warnings {
    private @Nullable SQLWarning first;

    /** The first, with the others behind it; null if there are none. */
    @Nullable SQLWarning first() {
        return first;
    }

    void clear() {
        first = null;
    }

    void add(SQLWarning warning) {
        if (first == null) {
            first = warning;
        } else {
            first.setNextWarning(warning);
        }
    }

    /** Takes those of a physical connection, which are no business of the next who gets it. */
    void takeFrom(PhysicalConnection physical) {
        try {
            SQLWarning taken = physical.takeWarnings();
            if (taken != null) {
                add(taken);
            }
        } catch (SQLException e) {
            add(new SQLWarning("the warnings of the connection are lost with it", "01000", e));
        }
    }
}
