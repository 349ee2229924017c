package dev.pgpool.jdbc.internal.facade;

import dev.pgpool.internal.lease.Patience;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import org.postgresql.PGStatement;

/** What was set on a logical statement, to be repeated on each physical one that runs for it. */
final class StatementOptions {
    /** Stands for the default of the physical connection, which follows from the URL. */
    static final int UNSET = Integer.MIN_VALUE;

    final int resultSetType;
    final int resultSetConcurrency;
    final int resultSetHoldability;

    private int fetchSize;
    private int queryTimeoutSeconds;
    private int prepareThreshold;
    private int adaptiveFetch;
    private int maxRows;
    private int maxFieldSize;
    private int fetchDirection = ResultSet.FETCH_FORWARD;
    private boolean escapeProcessing = true;

    /** Whether anything differs from what a new physical statement has anyway. */
    private boolean changed;

    StatementOptions(ConnectionDefaults defaults, int type, int concurrency, int holdability) throws SQLException {
        if (type != ResultSet.TYPE_FORWARD_ONLY
                && type != ResultSet.TYPE_SCROLL_INSENSITIVE
                && type != ResultSet.TYPE_SCROLL_SENSITIVE) {
            throw Errors.invalid("Unknown value for ResultSet type");
        }
        if (concurrency != ResultSet.CONCUR_READ_ONLY && concurrency != ResultSet.CONCUR_UPDATABLE) {
            throw Errors.invalid("Unknown value for ResultSet concurrency");
        }
        if (holdability != ResultSet.HOLD_CURSORS_OVER_COMMIT && holdability != ResultSet.CLOSE_CURSORS_AT_COMMIT) {
            throw Errors.invalid("Unknown value for ResultSet holdability");
        }
        resultSetType = type;
        resultSetConcurrency = concurrency;
        resultSetHoldability = holdability;
        fetchSize = defaults.fetchSize;
        queryTimeoutSeconds = defaults.queryTimeoutSeconds;
        prepareThreshold = defaults.prepareThreshold;
        adaptiveFetch = defaults.adaptiveFetch;
        changed = defaults.changed();
    }

    /** Whether anything was set, so that a physical statement with these options is not like a new one. */
    boolean changed() {
        return changed;
    }

    /** Whether a physical statement can't be made like a new one again: nothing undoes forced binary transfer. */
    boolean leaveTraces() {
        return prepareThreshold != UNSET && prepareThreshold < 0;
    }

    /** Makes a physical statement like a new one. */
    static void reset(Statement physical, PhysicalDefaults defaults) throws SQLException {
        physical.setFetchSize(defaults.fetchSize());
        physical.setQueryTimeout(defaults.queryTimeoutSeconds());
        ((PGStatement) physical).setPrepareThreshold(defaults.prepareThreshold());
        ((PGStatement) physical).setAdaptiveFetch(defaults.adaptiveFetch());
        physical.setMaxRows(0);
        physical.setMaxFieldSize(0);
        physical.setFetchDirection(ResultSet.FETCH_FORWARD);
        physical.setEscapeProcessing(true);
    }

    /** Repeats these options on a new physical statement, with what is left of the time. */
    void replay(Statement physical, Patience patience) throws SQLException {
        if (!changed) {
            return;
        }
        if (fetchSize != UNSET) {
            physical.setFetchSize(fetchSize);
        }
        if (queryTimeoutSeconds != UNSET) {
            physical.setQueryTimeout(queryTimeoutSeconds == 0 ? 0 : secondsLeft(patience));
        }
        if (prepareThreshold != UNSET) {
            ((PGStatement) physical).setPrepareThreshold(prepareThreshold);
        }
        if (adaptiveFetch != UNSET) {
            ((PGStatement) physical).setAdaptiveFetch(adaptiveFetch == 1);
        }
        physical.setMaxRows(maxRows);
        physical.setMaxFieldSize(maxFieldSize);
        physical.setFetchDirection(fetchDirection);
        physical.setEscapeProcessing(escapeProcessing);
    }

    /** At least one, as zero would mean no limit. */
    private static int secondsLeft(Patience patience) {
        return (int) Math.max(1, patience.left().plusMillis(999).toSeconds());
    }

    int fetchSize() {
        return fetchSize;
    }

    void setFetchSize(int rows) throws SQLException {
        if (rows < 0) {
            throw Errors.invalid("Fetch size must be a value greater than or equal to 0.");
        }
        fetchSize = rows;
        changed = true;
    }

    int queryTimeoutSeconds() {
        return queryTimeoutSeconds;
    }

    void setQueryTimeout(int seconds) throws SQLException {
        if (seconds < 0) {
            throw Errors.invalid("Query timeout must be a value greater than or equals to 0.");
        }
        queryTimeoutSeconds = seconds;
        changed = true;
    }

    int prepareThreshold() {
        return prepareThreshold;
    }

    /** Negative values force binary transfer, as in PostgreSQL's driver, and read as 1. */
    void setPrepareThreshold(int threshold) {
        prepareThreshold = threshold;
        changed = true;
    }

    int adaptiveFetch() {
        return adaptiveFetch;
    }

    void setAdaptiveFetch(boolean adaptive) {
        adaptiveFetch = adaptive ? 1 : 0;
        changed = true;
    }

    int maxRows() {
        return maxRows;
    }

    void setMaxRows(int rows) throws SQLException {
        if (rows < 0) {
            throw Errors.invalid("Maximum number of rows must be a value greater than or equal to 0.");
        }
        maxRows = rows;
        changed = true;
    }

    int maxFieldSize() {
        return maxFieldSize;
    }

    void setMaxFieldSize(int bytes) throws SQLException {
        if (bytes < 0) {
            throw Errors.invalid("The maximum field size must be a value greater than or equal to 0.");
        }
        maxFieldSize = bytes;
        changed = true;
    }

    int fetchDirection() {
        return fetchDirection;
    }

    void setFetchDirection(int direction) throws SQLException {
        if (direction != ResultSet.FETCH_FORWARD
                && direction != ResultSet.FETCH_REVERSE
                && direction != ResultSet.FETCH_UNKNOWN) {
            throw Errors.invalid("Invalid fetch direction constant: {0}.", direction);
        }
        fetchDirection = direction;
        changed = true;
    }

    void setEscapeProcessing(boolean enable) {
        escapeProcessing = enable;
        changed = true;
    }
}
