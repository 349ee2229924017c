package dev.pgpool.model;

import dev.pgpool.jdbc.internal.facade.Leases;
import java.io.IOException;
import java.io.StringReader;
import java.io.StringWriter;
import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Savepoint;
import java.sql.Statement;
import java.sql.Types;
import java.util.ArrayList;
import java.util.List;
import java.util.StringJoiner;
import org.jspecify.annotations.Nullable;
import org.postgresql.PGConnection;
import org.postgresql.PGNotification;
import org.postgresql.copy.CopyIn;
import org.postgresql.copy.CopyManager;
import org.postgresql.largeobject.LargeObject;
import org.postgresql.largeobject.LargeObjectManager;

/** One session as an application sees it: a connection, and the objects that it made of it and keeps. */
final class Session implements AutoCloseable {
    private final Connection connection;
    private final List<Savepoint> savepoints = new ArrayList<>();
    private final PreparedStatement items;
    private final PreparedStatement constants;
    private final PreparedStatement setting;
    private @Nullable String drawn;

    Session(Connection connection) throws SQLException {
        this.connection = connection;
        items = connection.prepareStatement("select * from item where name <> ? order by 1");
        constants = connection.prepareStatement("select extract(epoch from timestamptz '2024-07-01 12:00')::int8,"
                + " date '02/03/2024' - date '2024-01-01', extract(epoch from interval '-1 2:00:00')::int8");
        setting = connection.prepareStatement("select set_config(?, ?, ?)");
    }

    Connection connection() {
        return connection;
    }

    /** The process of the server that serves it at the moment. */
    String backend() {
        try {
            return run("select pg_backend_pid()");
        } catch (SQLException e) {
            return "none, " + e.getMessage();
        }
    }

    /** Runs a text of one or more statements and tells all their results. */
    String run(String sql) throws SQLException {
        try (Statement statement = connection.createStatement()) {
            StringJoiner results = new StringJoiner("; ");
            boolean rows = statement.execute(sql);
            while (rows || statement.getUpdateCount() >= 0) {
                results.add(rows ? read(statement.getResultSet()) : "count " + statement.getUpdateCount());
                rows = statement.getMoreResults();
            }
            return results.toString();
        }
    }

    /**
     * Reads a table of which only the search path tells the schema, and so the columns and their types, by one statement
     * that is prepared for ever.
     */
    String items() throws SQLException {
        items.setObject(1, "2026-02-02", Types.OTHER);
        return read(items.executeQuery());
    }

    /** Asks for constants that are read when the statement is prepared. */
    String constants() throws SQLException {
        return read(constants.executeQuery());
    }

    /** Sets by a statement whose text doesn't tell what. */
    String set(String name, String value, boolean local) throws SQLException {
        setting.setString(1, name);
        setting.setString(2, value);
        setting.setBoolean(3, local);
        return read(setting.executeQuery());
    }

    /** Draws a number, and remembers it. */
    String draw() throws SQLException {
        drawn = run("select nextval('public.drawn')");
        return "drawn";
    }

    /** Whether the session still knows what it has drawn last. */
    String current() throws SQLException {
        return "current is what was drawn: "
                + run("select currval('public.drawn')").equals(drawn);
    }

    String copyIn(String sql, String rows) throws SQLException {
        try {
            return "copied " + copies().copyIn(sql, new StringReader(rows));
        } catch (IOException e) {
            throw new AssertionError("no string fails to be read", e);
        }
    }

    String copyOut(String sql) throws SQLException {
        StringWriter rows = new StringWriter();
        try {
            copies().copyOut(sql, rows);
        } catch (IOException e) {
            throw new AssertionError("no string fails to be written", e);
        }
        return rows.toString();
    }

    /** Writes rows one by one, and then takes them back, or doesn't. */
    String copyInPieces(String sql, String row, boolean cancelled) throws SQLException {
        CopyIn copy = copies().copyIn(sql);
        byte[] bytes = row.getBytes(StandardCharsets.UTF_8);
        copy.writeToCopy(bytes, 0, bytes.length);
        copy.writeToCopy(bytes, 0, bytes.length);
        if (cancelled) {
            copy.cancelCopy();
            return "cancelled";
        }
        return "copied " + copy.endCopy();
    }

    private CopyManager copies() throws SQLException {
        return connection.unwrap(PGConnection.class).getCopyAPI();
    }

    /** Makes a large object, writes it and reads it. */
    String largeObject(int length, boolean closed, boolean deleted) throws SQLException {
        LargeObjectManager manager = connection.unwrap(PGConnection.class).getLargeObjectAPI();
        long oid = manager.createLO();
        LargeObject object = manager.open(oid);
        object.write(new byte[length]);
        object.seek(length / 2);
        int read = object.copy().read(length).length + object.read(length).length;
        if (closed) {
            object.close();
        }
        if (deleted) {
            manager.delete(oid);
        }
        return "large object read " + read;
    }

    /** Whether it holds a physical connection; for the pool's. */
    boolean holdsLease() {
        return Leases.holdsOne(connection);
    }

    String notifications() throws SQLException {
        StringJoiner all = new StringJoiner(", ", "notified [", "]");
        PGNotification[] arrived = connection.unwrap(PGConnection.class).getNotifications();
        for (PGNotification notification : arrived == null ? new PGNotification[0] : arrived) {
            all.add(notification.getName() + "=" + notification.getParameter());
        }
        return all.toString();
    }

    String setSavepoint() throws SQLException {
        savepoints.add(connection.setSavepoint());
        return "savepoint " + savepoints.size();
    }

    /** Rolls back to one of the open transaction's savepoints, if it has any. */
    String rollbackTo(int number) throws SQLException {
        if (savepoints.isEmpty()) {
            return "no savepoint";
        }
        int chosen = number % savepoints.size();
        connection.rollback(savepoints.get(chosen));
        savepoints.subList(chosen + 1, savepoints.size()).clear();
        return "rolled back to " + (chosen + 1);
    }

    String release(int number) throws SQLException {
        if (savepoints.isEmpty()) {
            return "no savepoint";
        }
        int chosen = number % savepoints.size();
        connection.releaseSavepoint(savepoints.get(chosen));
        savepoints.subList(chosen, savepoints.size()).clear();
        return "released " + (chosen + 1);
    }

    /** The transaction has ended, and its savepoints with it. */
    void forgetSavepoints() {
        savepoints.clear();
    }

    private static String read(ResultSet result) throws SQLException {
        try (result) {
            StringJoiner rows = new StringJoiner("; ", "[", "]");
            int columns = result.getMetaData().getColumnCount();
            while (result.next()) {
                StringJoiner row = new StringJoiner(" | ");
                for (int column = 1; column <= columns; column++) {
                    row.add(result.getString(column));
                }
                rows.add(row.toString());
            }
            return rows.toString();
        }
    }

    @Override
    public void close() throws SQLException {
        connection.close();
    }
}
