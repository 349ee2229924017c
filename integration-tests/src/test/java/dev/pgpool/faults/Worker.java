package dev.pgpool.faults;

import java.sql.BatchUpdateException;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.ThreadLocalRandom;
import java.util.function.BooleanSupplier;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;

/** An application's thread: does one unit of work after the other, and keeps books of what it is told. */
final class Worker implements Runnable {
    private final DataSource source;
    private final Bank bank;
    private final List<Kind> kinds;
    private final Books books;
    private final BlockingQueue<Integer> commits;
    private final BooleanSupplier goOn;
    private final boolean keepsConnection;
    private @Nullable Connection connection;

    /**
     * @param commits where to put the backends that are about to commit
     * @param keepsConnection whether one connection serves all units of work, as long as it can be used
     */
    Worker(
            DataSource source,
            Bank bank,
            List<Kind> kinds,
            Books books,
            BlockingQueue<Integer> commits,
            BooleanSupplier goOn,
            boolean keepsConnection) {
        this.source = source;
        this.bank = bank;
        this.kinds = kinds;
        this.books = books;
        this.commits = commits;
        this.goOn = goOn;
        this.keepsConnection = keepsConnection;
    }

    @Override
    public void run() {
        try {
            while (goOn.getAsBoolean()) {
                Kind kind = kinds.get(ThreadLocalRandom.current().nextInt(kinds.size()));
                tidyUp(unit(kind) && keepsConnection);
            }
            tidyUp(false);
        } catch (RuntimeException | Error e) {
            books.surprise(e);
        }
    }

    /** Does one unit of work; false if the state of the connection isn't known. */
    private boolean unit(Kind kind) {
        long row = bank.nextRow();
        long startedAt = System.nanoTime();
        Teller teller = null;
        try {
            if (connection == null) {
                connection = source.getConnection();
            }
            teller = new Teller(connection, row, commits);
            kind.by(teller);
            enter(kind, row, Outcome.DONE, kind);
            books.done(System.nanoTime() - startedAt);
            return true;
        } catch (SQLException e) {
            enterFailed(kind, row, e);
            books.failed(kind, e, teller != null && teller.hasSeen());
            return kind != Kind.COMMIT_AS_TEXT;
        }
    }

    private void enter(Kind kind, long row, Outcome outcome, Object why) {
        for (int i = 0; i < kind.rows(); i++) {
            books.entry(row + i, outcome, why);
        }
        books.entry(row + Bank.ROWS_A_UNIT - 1, Outcome.NOT_DONE, kind);
    }

    private void enterFailed(Kind kind, long row, SQLException failure) {
        enter(kind, row, Outcome.of(failure), failure);
        if (kind == Kind.BATCH_IN_AUTOCOMMIT && failure instanceof BatchUpdateException batch) {
            int[] counts = batch.getUpdateCounts();
            for (int i = 0; i < counts.length; i++) {
                if (counts[i] != Statement.EXECUTE_FAILED) {
                    books.entry(row + i, Outcome.DONE, failure);
                }
            }
        }
    }

    private void tidyUp(boolean keep) {
        Connection used = connection;
        if (used == null) {
            return;
        }
        try {
            if (keep && !used.isClosed()) {
                if (!used.getAutoCommit()) {
                    used.rollback();
                    used.setAutoCommit(true);
                }
                return;
            }
            connection = null;
            used.close();
        } catch (SQLException e) {
            connection = null;
            books.surprise(e);
        }
    }
}
