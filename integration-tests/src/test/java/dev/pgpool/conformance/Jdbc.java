package dev.pgpool.conformance;

import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.ResultSetMetaData;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Assertions;
import org.junit.jupiter.api.function.Executable;

/** Short forms of JDBC calls that are not themselves what a test is about. */
final class Jdbc {
    private Jdbc() {}

    /** Runs one text, whatever it returns. */
    static void run(Connection connection, String sql) throws SQLException {
        try (Statement statement = connection.createStatement()) {
            statement.execute(sql);
        }
    }

    /** All rows of a query. */
    static List<String> rows(Connection connection, String sql) throws SQLException {
        try (Statement statement = connection.createStatement();
                ResultSet result = statement.executeQuery(sql)) {
            return rows(result);
        }
    }

    /** The remaining rows of a result: the columns' strings, joined by commas. */
    static List<String> rows(ResultSet result) throws SQLException {
        ResultSetMetaData columns = result.getMetaData();
        List<String> rows = new ArrayList<>();
        while (result.next()) {
            List<String> row = new ArrayList<>();
            for (int column = 1; column <= columns.getColumnCount(); column++) {
                row.add(String.valueOf(result.getString(column)));
            }
            rows.add(String.join(",", row));
        }
        return rows;
    }

    /** The only column of the only row. */
    static String value(Connection connection, String sql) throws SQLException {
        List<String> rows = rows(connection, sql);
        Assertions.assertEquals(1, rows.size(), sql);
        return rows.get(0);
    }

    /** Asserts that a call fails with this SQLState. */
    static SQLException assertFails(String sqlState, Executable call) {
        SQLException failure = Assertions.assertThrows(SQLException.class, call);
        if (!sqlState.equals(failure.getSQLState())) {
            // The cause lets the refusal of statement mode be seen through the assertion.
            throw new AssertionError("expected " + sqlState + " but was " + failure.getSQLState(), failure);
        }
        return failure;
    }
}
