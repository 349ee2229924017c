package dev.pgpool.jdbc.internal.facade;

import java.sql.SQLException;
import org.postgresql.jdbc.AutoSave;
import org.postgresql.jdbc.PgConnection;
import org.postgresql.jdbc.PreferQueryMode;

/** What the URL says about statements; the same on every physical connection of a pool. */
record PhysicalDefaults(
        int fetchSize,
        int queryTimeoutSeconds,
        int prepareThreshold,
        boolean adaptiveFetch,
        AutoSave autosave,
        PreferQueryMode preferQueryMode) {

    /** What applies where the URL says nothing. */
    static final PhysicalDefaults UNTOLD =
            new PhysicalDefaults(0, 0, 5, false, AutoSave.NEVER, PreferQueryMode.EXTENDED);

    static PhysicalDefaults of(PgConnection physical) throws SQLException {
        return new PhysicalDefaults(
                physical.getDefaultFetchSize(),
                physical.getQueryTimeout(),
                physical.getPrepareThreshold(),
                physical.getAdaptiveFetch(),
                physical.getAutosave(),
                physical.getPreferQueryMode());
    }
}
