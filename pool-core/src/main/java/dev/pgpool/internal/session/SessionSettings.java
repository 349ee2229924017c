package dev.pgpool.internal.session;

/**
 * The movable settings of a session: those a logical connection wants (its ledger), or those a physical one has (its
 * footprint).
 *
 * @param readOnly as {@link java.sql.Connection#setReadOnly}
 * @param holdability as {@link java.sql.Connection#setHoldability}
 * @param networkTimeout as {@link java.sql.Connection#setNetworkTimeout}, in milliseconds
 * @param parameters the server's parameters, however they were set
 */
public record SessionSettings(boolean readOnly, int holdability, int networkTimeout, Parameters parameters) {
    public SessionSettings withReadOnly(boolean value) {
        return new SessionSettings(value, holdability, networkTimeout, parameters);
    }

    public SessionSettings withHoldability(int value) {
        return new SessionSettings(readOnly, value, networkTimeout, parameters);
    }

    public SessionSettings withNetworkTimeout(int value) {
        return new SessionSettings(readOnly, holdability, value, parameters);
    }

    public SessionSettings with(Parameters value) {
        return new SessionSettings(readOnly, holdability, networkTimeout, value);
    }
}
