package dev.pgpool.faults;

import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;

/** Units of work of one statement in autocommit. */
final class Singles {
    static final String INSERT = "insert into journal values (?)";

    private Singles() {}

    static void insert(Teller teller) throws SQLException {
        try (PreparedStatement statement = teller.connection.prepareStatement(INSERT)) {
            statement.setLong(1, teller.row);
            require(1, statement.executeUpdate());
        }
    }

    static void insertAsText(Teller teller) throws SQLException {
        try (Statement statement = teller.connection.createStatement()) {
            require(1, statement.executeUpdate("insert into journal values (" + teller.row + ")"));
        }
    }

    static void insertForKeys(Teller teller) throws SQLException {
        try (PreparedStatement statement =
                teller.connection.prepareStatement(INSERT, Statement.RETURN_GENERATED_KEYS)) {
            statement.setLong(1, teller.row);
            statement.executeUpdate();
            try (ResultSet keys = statement.getGeneratedKeys()) {
                requireRow(teller.row, keys);
            }
        }
    }

    static void updateReturning(Teller teller) throws SQLException {
        query(teller, "update slot set hits = hits + 1 where row_id = ? returning row_id");
    }

    static void functionInSql(Teller teller) throws SQLException {
        query(teller, "select note(?)");
    }

    private static void query(Teller teller, String sql) throws SQLException {
        try (PreparedStatement statement = teller.connection.prepareStatement(sql)) {
            statement.setLong(1, teller.row);
            try (ResultSet rows = statement.executeQuery()) {
                requireRow(teller.row, rows);
            }
        }
    }

    static void transferByOneStatement(Teller teller) throws SQLException {
        String sql = "with locked as (select id from account where id in (?, ?) order by id for update),"
                + " moved as (update account set balance = balance + case id when ? then ? else ? end"
                + " where id in (select id from locked) returning id)"
                + " insert into journal select ? where (select count(*) from moved) = 2";
        try (PreparedStatement statement = teller.connection.prepareStatement(sql)) {
            statement.setInt(1, teller.first);
            statement.setInt(2, teller.second);
            statement.setInt(3, teller.first);
            statement.setInt(4, -teller.amount);
            statement.setInt(5, teller.amount);
            statement.setLong(6, teller.row);
            require(1, statement.executeUpdate());
        }
    }

    static void twoStatementsInOneText(Teller teller) throws SQLException {
        try (PreparedStatement statement = teller.connection.prepareStatement(INSERT + "; " + INSERT)) {
            statement.setLong(1, teller.row);
            statement.setLong(2, teller.row + 1);
            require(1, statement.executeUpdate());
        }
    }

    static void functionInPlpgsql(Teller teller) throws SQLException {
        try (PreparedStatement statement = teller.connection.prepareStatement("select transfer(?, ?, ?, ?)")) {
            statement.setLong(1, teller.row);
            statement.setInt(2, teller.first);
            statement.setInt(3, teller.second);
            statement.setInt(4, teller.amount);
            try (ResultSet rows = statement.executeQuery()) {
                requireRow(teller.row, rows);
            }
        }
    }

    static void batchInAutocommit(Teller teller) throws SQLException {
        batch(teller, Kind.BATCH_IN_AUTOCOMMIT.rows());
    }

    static void batch(Teller teller, int size) throws SQLException {
        try (PreparedStatement statement = teller.connection.prepareStatement(INSERT)) {
            for (int i = 0; i < size; i++) {
                statement.setLong(1, teller.row + i);
                statement.addBatch();
            }
            require(size, statement.executeBatch().length);
        }
    }

    static void read(Teller teller) throws SQLException {
        try (PreparedStatement statement = teller.connection.prepareStatement("select id from account where id = ?")) {
            statement.setInt(1, teller.first);
            try (ResultSet rows = statement.executeQuery()) {
                requireRow(teller.first, rows);
            }
        }
    }

    static void readAll(Teller teller) throws SQLException {
        try (Statement statement = teller.connection.createStatement();
                ResultSet rows = statement.executeQuery("select sum(balance) from account")) {
            requireRow(Bank.total(), rows);
        }
    }

    static void requireRow(long expected, ResultSet rows) throws SQLException {
        if (!rows.next()) {
            throw new AssertionError("expected " + expected + ", there is no row");
        }
        if (rows.getLong(1) != expected) {
            throw new AssertionError("expected " + expected + ", there is " + rows.getLong(1));
        }
    }

    static void require(int expected, int found) {
        if (expected != found) {
            throw new AssertionError("expected " + expected + ", it was " + found);
        }
    }
}
