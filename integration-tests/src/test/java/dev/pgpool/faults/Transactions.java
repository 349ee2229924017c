package dev.pgpool.faults;

import java.io.IOException;
import java.io.StringReader;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Savepoint;
import java.sql.Statement;
import org.postgresql.PGConnection;

/** Units of work of several statements; what follows a commit or rollback puts the connection back into autocommit. */
final class Transactions {
    /** An unused row of each unit of work: what is written there is rolled back. */
    private static final int UNDONE = Bank.ROWS_A_UNIT - 1;

    private Transactions() {}

    static void transfer(Teller teller) throws SQLException {
        teller.connection.setAutoCommit(false);
        move(teller);
        Singles.insert(teller);
        teller.commit();
    }

    static void transferWithLocks(Teller teller) throws SQLException {
        teller.connection.setAutoCommit(false);
        try (PreparedStatement statement = teller.connection.prepareStatement(
                "select balance from account where id in (?, ?) order by id for update")) {
            statement.setInt(1, teller.first);
            statement.setInt(2, teller.second);
            try (ResultSet rows = statement.executeQuery()) {
                while (rows.next()) {
                    rows.getLong(1);
                }
            }
        }
        teller.seen();
        move(teller);
        Singles.insert(teller);
        teller.commit();
    }

    static void transferWithSavepoint(Teller teller) throws SQLException {
        teller.connection.setAutoCommit(false);
        Singles.insert(teller);
        teller.seen();
        Savepoint savepoint = teller.connection.setSavepoint();
        insertUndone(teller);
        teller.connection.rollback(savepoint);
        move(teller);
        teller.commit();
    }

    static void batchInTransaction(Teller teller) throws SQLException {
        teller.connection.setAutoCommit(false);
        Singles.batch(teller, Kind.BATCH_IN_TRANSACTION.rows());
        teller.seen();
        teller.commit();
    }

    static void copyInTransaction(Teller teller) throws SQLException {
        teller.connection.setAutoCommit(false);
        String rows = teller.row + "\n" + (teller.row + 1) + "\n" + (teller.row + 2) + "\n";
        try {
            long copied = teller.connection
                    .unwrap(PGConnection.class)
                    .getCopyAPI()
                    .copyIn("copy journal from stdin", new StringReader(rows));
            Singles.require(Kind.COPY_IN_TRANSACTION.rows(), (int) copied);
        } catch (IOException e) {
            throw new AssertionError("a StringReader doesn't fail", e);
        }
        teller.seen();
        teller.commit();
    }

    static void commitByAutocommit(Teller teller) throws SQLException {
        teller.connection.setAutoCommit(false);
        Singles.insert(teller);
        teller.seen();
        teller.connection.setAutoCommit(true);
    }

    static void commitAsText(Teller teller) throws SQLException {
        try (Statement statement = teller.connection.createStatement()) {
            statement.execute("begin");
            teller.seen();
            statement.execute("insert into journal values (" + teller.row + ")");
            statement.execute("commit");
        }
    }

    static void rolledBack(Teller teller) throws SQLException {
        teller.connection.setAutoCommit(false);
        insertUndone(teller);
        teller.seen();
        teller.connection.rollback();
    }

    static void readInTransaction(Teller teller) throws SQLException {
        teller.connection.setAutoCommit(false);
        Singles.read(teller);
        teller.seen();
        Singles.readAll(teller);
        teller.commit();
    }

    static void readByCursor(Teller teller) throws SQLException {
        teller.connection.setAutoCommit(false);
        try (Statement statement = teller.connection.createStatement()) {
            statement.setFetchSize(20);
            try (ResultSet rows = statement.executeQuery("select id from account")) {
                teller.seen();
                int count = 0;
                while (rows.next()) {
                    count++;
                }
                Singles.require(Bank.ACCOUNTS, count);
            }
        }
        teller.commit();
    }

    private static void insertUndone(Teller teller) throws SQLException {
        try (PreparedStatement statement = teller.connection.prepareStatement(Singles.INSERT)) {
            statement.setLong(1, teller.row + UNDONE);
            Singles.require(1, statement.executeUpdate());
        }
    }

    private static void move(Teller teller) throws SQLException {
        try (PreparedStatement statement =
                teller.connection.prepareStatement("update account set balance = balance + ? where id = ?")) {
            statement.setInt(1, -teller.amount);
            statement.setInt(2, teller.first);
            Singles.require(1, statement.executeUpdate());
            teller.seen();
            statement.setInt(1, teller.amount);
            statement.setInt(2, teller.second);
            Singles.require(1, statement.executeUpdate());
        }
    }
}
