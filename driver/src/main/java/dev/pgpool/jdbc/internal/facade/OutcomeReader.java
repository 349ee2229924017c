package dev.pgpool.jdbc.internal.facade;

import dev.pgpool.internal.lease.Hold;
import dev.pgpool.internal.physical.PhysicalConnection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import org.jspecify.annotations.Nullable;
import org.postgresql.PGStatement;
import org.postgresql.core.TransactionState;

/** Takes over, under the lease, what an execution left on a physical statement. */
final class OutcomeReader {
    private final LogicalStatement statement;
    private final PhysicalConnection physical;
    private final Statement executed;
    private final Outcome outcome;
    private final @Nullable Description again;

    /**
     * @param outcome where to put what is found
     * @param again asks for the metadata of the result on another physical connection; null if that can't be asked
     */
    OutcomeReader(
            LogicalStatement statement,
            PhysicalConnection physical,
            Statement executed,
            Outcome outcome,
            @Nullable Description again) {
        this.statement = statement;
        this.physical = physical;
        this.executed = executed;
        this.outcome = outcome;
        this.again = again;
    }

    /**
     * Reads everything.
     *
     * @param only the only result set, if the execution is known to have left nothing else
     */
    void read(@Nullable ResultSet only, boolean wantsKeys) throws SQLException {
        if (only != null) {
            outcome.add(takeOver(only));
        } else {
            readAll();
        }
        if (wantsKeys) {
            outcome.setGeneratedKeys(takeOverKeys(executed.getGeneratedKeys()));
        }
    }

    private void readAll() throws SQLException {
        while (true) {
            ResultSet rows = executed.getResultSet();
            if (rows != null) {
                outcome.add(takeOver(rows));
            } else {
                long updateCount = executed.getLargeUpdateCount();
                if (updateCount == -1) {
                    return;
                }
                outcome.add(updateCount, ((PGStatement) executed).getLastOID());
            }
            executed.getMoreResults(Statement.KEEP_CURRENT_RESULT);
        }
    }

    /** Updatable results and open cursors need the server again; everything else was fetched. */
    private LogicalResultSet takeOver(ResultSet rows) throws SQLException {
        resolveTypes(rows);
        boolean updatable = statement.options.resultSetConcurrency == ResultSet.CONCUR_UPDATABLE;
        boolean cursor = !updatable && mayHaveCursor();
        Hold hold = updatable || cursor ? statement.conversation.hold(cursor) : null;
        return new LogicalResultSet(statement.connection, statement, outcome, rows, hold, cursor, again);
    }

    private void resolveTypes(ResultSet rows) throws SQLException {
        try {
            physical.resolveTypes(rows);
        } catch (SQLException e) {
            // The rows are here, and so is the change that they tell of. Values of a type that is still unknown will
            // say
            // so when they are read.
            if (!statement.conversation.mustKeepResult()) {
                throw e;
            }
        }
    }

    private LogicalResultSet takeOverKeys(ResultSet keys) throws SQLException {
        resolveTypes(keys);
        return new LogicalResultSet(statement.connection, statement, outcome, keys, null, false, again);
    }

    private boolean mayHaveCursor() throws SQLException {
        return executed.getFetchSize() > 0
                && executed.getResultSetType() == ResultSet.TYPE_FORWARD_ONLY
                && executed.getResultSetHoldability() == ResultSet.CLOSE_CURSORS_AT_COMMIT
                && physical.pgjdbc().getTransactionState() == TransactionState.OPEN;
    }
}
