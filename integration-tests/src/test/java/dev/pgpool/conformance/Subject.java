package dev.pgpool.conformance;

import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Assertions;

/** What one test runs on: connections of one target to the database of its class. All are closed after the test. */
final class Subject implements AutoCloseable {
    /** Something observable that is done with a connection. */
    @FunctionalInterface
    interface Observation<T> {
        T of(Connection connection) throws Exception;
    }

    private final Target target;
    private final ConformanceDatabase database;
    private final List<Connection> opened = new ArrayList<>();

    Subject(Target target, ConformanceDatabase database) {
        this.target = target;
        this.database = database;
    }

    Target target() {
        return target;
    }

    String databaseName() {
        return database.name();
    }

    /** A new connection of the target, with these {@code name=value} parameters in its URL. */
    Connection open(String... parameters) throws SQLException {
        return remember(database.open(target, parameters));
    }

    /** A new connection of plain pgjdbc, whatever the target. */
    Connection openPlain(String... parameters) throws SQLException {
        return remember(database.open(Target.PGJDBC, parameters));
    }

    /** Asserts that an observation on this target and one on plain pgjdbc are equal; names the lines that are not. */
    void assertSameAsPlain(Observation<String> observation, String... parameters) throws Exception {
        List<String> expected = observe(Target.PGJDBC, observation, parameters);
        List<String> actual = observe(target, observation, parameters);
        List<String> missing = new ArrayList<>(expected);
        List<String> unexpected = new ArrayList<>(actual);
        actual.forEach(missing::remove);
        expected.forEach(unexpected::remove);
        Assertions.assertEquals(String.join("\n", missing), String.join("\n", unexpected));
        Assertions.assertEquals(expected, actual);
    }

    private List<String> observe(Target on, Observation<String> observation, String... parameters) throws Exception {
        try (Connection connection = database.open(on, parameters)) {
            return observation.of(connection).lines().toList();
        }
    }

    private Connection remember(Connection connection) {
        opened.add(connection);
        return connection;
    }

    @Override
    public void close() throws SQLException {
        for (Connection connection : opened) {
            connection.close();
        }
    }
}
