package dev.pgpool.faults;

import java.sql.Connection;
import java.sql.SQLException;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.ThreadLocalRandom;
import org.postgresql.PGConnection;

/** What one unit of work has at hand. */
final class Teller {
    final Connection connection;
    /** The first of the rows that it may write, of {@link Bank#ROWS_A_UNIT}. */
    final long row;

    /** The accounts of a transfer, the lower number first, so that two transfers never wait for each other. */
    final int first;

    final int second;
    final int amount;

    private final BlockingQueue<Integer> commits;
    private boolean seen;

    /** @param commits the backends that are about to commit */
    Teller(Connection connection, long row, BlockingQueue<Integer> commits) {
        this.connection = connection;
        this.row = row;
        this.commits = commits;
        ThreadLocalRandom random = ThreadLocalRandom.current();
        this.first = random.nextInt(Bank.ACCOUNTS - 1);
        this.second = random.nextInt(first + 1, Bank.ACCOUNTS);
        this.amount = random.nextInt(-50, 50);
    }

    /** To be called when the application has seen the answer to a statement, and more are to follow. */
    void seen() {
        seen = true;
    }

    boolean hasSeen() {
        return seen;
    }

    void commit() throws SQLException {
        commits.offer(connection.unwrap(PGConnection.class).getBackendPID());
        connection.commit();
    }
}
