package dev.pgpool.benchmark;

import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;

/** The table that is read, and the way to read it. */
final class Items {
    static final int COUNT = 10_000;
    private static final String SELECT = "select id, name from benchmark_item where id = ?";

    private Items() {}

    static void create(String url) throws SQLException {
        try (Connection connection = DriverManager.getConnection(url);
                Statement statement = connection.createStatement()) {
            statement.execute("drop table if exists benchmark_item");
            statement.execute("create table benchmark_item (id int primary key, name text not null)");
            statement.execute(
                    "insert into benchmark_item select i, 'item ' || i from generate_series(0, " + (COUNT - 1) + ") i");
            statement.execute("vacuum analyze benchmark_item");
        }
    }

    /** Reads one row by a statement that is prepared for this one time, as frameworks do. */
    static String read(Connection connection, int id) throws SQLException {
        try (PreparedStatement statement = connection.prepareStatement(SELECT)) {
            return read(statement, id);
        }
    }

    static PreparedStatement prepare(Connection connection) throws SQLException {
        return connection.prepareStatement(SELECT);
    }

    static String read(PreparedStatement statement, int id) throws SQLException {
        statement.setInt(1, id);
        try (ResultSet row = statement.executeQuery()) {
            if (!row.next() || row.getInt(1) != id) {
                throw new IllegalStateException("another row than " + id + " was answered");
            }
            return row.getString(2);
        }
    }
}
