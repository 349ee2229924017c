package dev.pgpool.jdbc.internal.facade;

import static dev.pgpool.jdbc.internal.facade.StatementOptions.UNSET;

/** What a logical connection was told about statements that are still to be created. */
final class ConnectionDefaults {
    int fetchSize = UNSET;
    int queryTimeoutSeconds = UNSET;
    int prepareThreshold = UNSET;
    int adaptiveFetch = UNSET;

    boolean changed() {
        return fetchSize != UNSET
                || queryTimeoutSeconds != UNSET
                || prepareThreshold != UNSET
                || adaptiveFetch != UNSET;
    }
}
