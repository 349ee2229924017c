package dev.pgpool.internal.physical;

import java.sql.SQLWarning;
import org.postgresql.core.ResultHandlerBase;
import org.postgresql.jdbc.PgConnection;

/** Hears whether the server confirmed a COMMIT, which it may have done although its session ended right after. */
final class CommitHandler extends ResultHandlerBase {
    private final PgConnection pgjdbc;
    private boolean confirmed;

    CommitHandler(PgConnection pgjdbc) {
        this.pgjdbc = pgjdbc;
    }

    /** The tag of a COMMIT in a failed transaction is ROLLBACK. */
    @Override
    public void handleCommandStatus(String status, long updateCount, long insertOid) {
        confirmed = status.equals("COMMIT");
    }

    @Override
    public void handleWarning(SQLWarning warning) {
        pgjdbc.addWarning(warning);
    }

    boolean confirmed() {
        return confirmed;
    }
}
