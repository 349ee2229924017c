package dev.pgpool.internal.physical;

import dev.pgpool.internal.session.Parameters;
import dev.pgpool.internal.sql.MeaningSettings;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.postgresql.jdbc.PgConnection;

/**
 * With which settings the server has read the constants in what it keeps prepared: statements, and the code of functions.
 *
 * <p>It reads a constant once, when it prepares: a time in the time zone of that moment. Whoever runs the same text with
 * another time zone would find it read so. {@code DISCARD PLANS} makes the server read again at the next use.
 *
 * <p>For whoever holds the lease.
 */
final class ReadConstants {
    /** Those that the server reports, so that they are known at once. */
    private static final List<String> REPORTED =
            List.of("DateStyle", "IntervalStyle", "TimeZone", "standard_conforming_strings");

    private final PgConnection pgjdbc;
    private List<@Nullable Object> readWith;
    private boolean mayBeStale;

    /** For a session on which nothing is prepared. */
    ReadConstants(PgConnection pgjdbc) {
        this.pgjdbc = pgjdbc;
        this.readWith = now(Parameters.NONE);
    }

    /** Notes that the settings may have changed, or may change back with the end of the transaction. */
    void settingsMayMove() {
        mayBeStale = true;
    }

    /** Whether what is prepared must be discarded, where the session is known to have these parameters. */
    boolean stale(Parameters has) {
        return mayBeStale && !readWith.equals(now(has));
    }

    /** Notes that what is stale was discarded, or that nothing is. */
    void fresh(Parameters has, boolean inTransaction) {
        if (mayBeStale) {
            readWith = now(has);
            mayBeStale = inTransaction;
        }
    }

    private List<@Nullable Object> now(Parameters has) {
        List<@Nullable Object> values = new ArrayList<>(REPORTED.size() + 1);
        for (String name : REPORTED) {
            values.add(pgjdbc.getParameterStatus(name));
        }
        values.add(has.only(MeaningSettings.OF_CONSTANTS));
        return values;
    }
}
