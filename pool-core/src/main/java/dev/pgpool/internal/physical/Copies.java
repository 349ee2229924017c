package dev.pgpool.internal.physical;

import dev.pgpool.internal.sql.SeveralStatements;
import java.sql.SQLException;
import java.time.Duration;
import org.jspecify.annotations.Nullable;
import org.postgresql.copy.CopyIn;
import org.postgresql.copy.CopyOperation;
import org.postgresql.copy.CopyOut;
import org.postgresql.jdbc.PgConnection;

/**
 * The COPYs of one physical connection, from and to the client.
 *
 * <p>While one is under way, pgjdbc lets whoever asks for anything else wait for its end, and be it for ever: also the
 * thread that would have to end it.
 *
 * <p>For whoever holds the lease.
 */
public final class Copies {
    /** PostgreSQL's query_canceled. */
    private static final String CANCELED = "57014";

    private final PhysicalConnection physical;
    private final ProbedConnection probed;
    private final Duration longestCancel;
    private @Nullable CopyOperation last;

    /** @param longestCancel how long the server may take to end a COPY, once it was asked to */
    Copies(PhysicalConnection physical, ProbedConnection probed, Duration longestCancel) {
        this.physical = physical;
        this.probed = probed;
        this.longestCancel = longestCancel;
    }

    /** Whether one is under way. */
    public boolean underWay() {
        if (last != null && !last.isActive()) {
            last = null;
        }
        return last != null;
    }

    /** Begins one from the client. */
    public CopyIn in(String sql) throws SQLException {
        CopyOperation begun = begin(sql);
        if (begun instanceof CopyIn in) {
            return in;
        }
        cancel(begun);
        throw wrongDirection("CopyIn", begun);
    }

    /** Begins one to the client. */
    public CopyOut out(String sql) throws SQLException {
        CopyOperation begun = begin(sql);
        if (begun instanceof CopyOut out) {
            return out;
        }
        cancel(begun);
        throw wrongDirection("CopyOut", begun);
    }

    private CopyOperation begin(String sql) throws SQLException {
        PgConnection pgjdbc = physical.pgjdbc();
        CopyOperation begun = pgjdbc.getQueryExecutor().startCopy(sql, pgjdbc.getAutoCommit());
        last = begun;
        return begun;
    }

    private static SQLException wrongDirection(String wanted, CopyOperation begun) {
        return new SQLException(
                "Requested " + wanted + " but got " + begun.getClass().getName(), "42809");
    }

    /**
     * To be called before {@link #end}.
     *
     * @throws SQLException if a look shows that the session has ended, so that the end needn't be sent
     */
    public void requireAlive(CopyIn copy) throws SQLException {
        if (probed.probe() == Liveness.DEAD) {
            // Fails as everything does now, with what there is to know, and leaves nobody waiting for the COPY.
            copy.cancelCopy();
        }
    }

    /**
     * Ends a COPY to the server. Returns when the server has confirmed it, even if the connection broke in the same moment,
     * unless it is part of a transaction.
     *
     * @param sql the text that began it
     */
    public long end(CopyIn copy, String sql) throws SQLException {
        try {
            return copy.endCopy();
        } catch (SQLException e) {
            physical.failed(e);
            // In the simple query protocol, which pgjdbc uses here, the commit comes before the confirmation.
            boolean confirmed = copy.getHandledRowCount() >= 0 && !SeveralStatements.mayBeIn(sql);
            if (!confirmed || physical.inTransaction() || !physical.broken()) {
                throw e;
            }
            return copy.getHandledRowCount();
        }
    }

    /**
     * Cancels, and reads what is still on its way. pgjdbc's own cancel of a COPY to the client leaves that for the next
     * statements, which take it for their answers.
     */
    public void cancel(CopyOperation copy) throws SQLException {
        if (!(copy instanceof CopyOut out) || !copy.isActive()) {
            copy.cancelCopy();
            return;
        }
        probed.giveUpIn(longestCancel);
        try {
            physical.pgjdbc().cancelQuery();
            while (out.readFromCopy() != null) {
                // Not wanted any more.
            }
        } catch (SQLException e) {
            if (!CANCELED.equals(e.getSQLState())) {
                throw e;
            }
        } finally {
            probed.giveUpIn(Duration.ZERO);
            if (copy.isActive()) {
                physical.abort();
            }
        }
    }
}
