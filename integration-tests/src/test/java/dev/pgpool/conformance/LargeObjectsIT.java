package dev.pgpool.conformance;

import static dev.pgpool.conformance.Jdbc.assertFails;
import static dev.pgpool.conformance.Jdbc.run;
import static dev.pgpool.conformance.Jdbc.value;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.ByteArrayInputStream;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.sql.Blob;
import java.sql.Clob;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import org.postgresql.PGConnection;
import org.postgresql.largeobject.LargeObject;
import org.postgresql.largeobject.LargeObjectManager;

/** Large objects, by JDBC and by pgjdbc's API. */
@Conformance(
        schema = "create table document (id int primary key, content oid)",
        data = "select count(lo_unlink(oid)) from pg_largeobject_metadata; truncate document")
final class LargeObjectsIT {
    private static final byte[] BYTES = "The quick brown fox".getBytes(StandardCharsets.US_ASCII);

    private static LargeObjectManager manager(Connection connection) throws SQLException {
        return connection.unwrap(PGConnection.class).getLargeObjectAPI();
    }

    private static void insert(Connection connection) throws SQLException {
        try (PreparedStatement insert = connection.prepareStatement("insert into document values (1, ?)")) {
            insert.setBlob(1, new ByteArrayInputStream(BYTES), BYTES.length);
            assertEquals(1, insert.executeUpdate());
        }
    }

    @Conforms(transactions = true)
    void a_blob_is_written_and_read(Connection connection) throws Exception {
        connection.setAutoCommit(false);
        insert(connection);
        try (Statement statement = connection.createStatement();
                ResultSet result = statement.executeQuery("select content from document")) {
            assertTrue(result.next());
            Blob blob = result.getBlob(1);
            assertEquals(BYTES.length, blob.length());
            assertArrayEquals("quick".getBytes(StandardCharsets.US_ASCII), blob.getBytes(5, 5));
            assertEquals(5, blob.position("quick".getBytes(StandardCharsets.US_ASCII), 1));
            try (InputStream stream = blob.getBinaryStream()) {
                assertArrayEquals(BYTES, stream.readAllBytes());
            }
            blob.free();
        }
        connection.commit();
    }

    @Conforms(transactions = true)
    void a_blob_is_changed(Connection connection) throws SQLException {
        connection.setAutoCommit(false);
        insert(connection);
        try (Statement statement = connection.createStatement();
                ResultSet result = statement.executeQuery("select content from document")) {
            assertTrue(result.next());
            Blob blob = result.getBlob("content");
            assertEquals(3, blob.setBytes(1, "AAA".getBytes(StandardCharsets.US_ASCII)));
            blob.truncate(9);
            blob.free();
        }
        connection.commit();
        assertEquals("AAA quick", value(connection, "select convert_from(lo_get(content), 'UTF8') from document"));
        connection.commit();
    }

    @Conforms(transactions = true)
    void a_clob_is_read(Connection connection) throws SQLException {
        connection.setAutoCommit(false);
        insert(connection);
        try (Statement statement = connection.createStatement();
                ResultSet result = statement.executeQuery("select content from document")) {
            assertTrue(result.next());
            Clob clob = result.getClob(1);
            assertEquals("quick", clob.getSubString(5, 5));
            assertEquals(BYTES.length, clob.length());
            clob.free();
        }
        connection.commit();
    }

    @Conforms(transactions = true)
    void pgjdbcs_api_writes_and_reads(Connection connection) throws Exception {
        connection.setAutoCommit(false);
        LargeObjectManager manager = manager(connection);
        long oid = manager.createLO(LargeObjectManager.READWRITE);
        try (LargeObject object = manager.open(oid, LargeObjectManager.WRITE);
                OutputStream stream = object.getOutputStream()) {
            stream.write(BYTES);
        }
        try (LargeObject object = manager.open(oid, LargeObjectManager.READ)) {
            object.seek(4);
            assertArrayEquals("quick".getBytes(StandardCharsets.US_ASCII), object.read(5));
            assertEquals(9, object.tell());
            assertEquals(BYTES.length, object.size());
        }
        connection.commit();
        manager.delete(oid);
        connection.commit();
        assertEquals("0", value(connection, "select count(*) from pg_largeobject_metadata"));
        connection.commit();
    }

    @Conforms(transactions = true)
    void a_rollback_undoes_a_large_object(Connection connection) throws SQLException {
        connection.setAutoCommit(false);
        insert(connection);
        connection.rollback();
        assertEquals("0", value(connection, "select count(*) from pg_largeobject_metadata"));
        connection.commit();
    }

    @Conforms
    void large_objects_need_a_transaction(Connection connection) throws SQLException {
        LargeObjectManager manager = manager(connection);
        assertFails("25P01", () -> manager.createLO());
    }

    @Conforms
    void large_objects_by_functions(Connection connection) throws SQLException {
        run(connection, "insert into document values (1, lo_from_bytea(0, 'abc'))");
        run(connection, "select lo_put(content, 1, 'X') from document");
        assertEquals("aXc", value(connection, "select convert_from(lo_get(content), 'UTF8') from document"));
    }
}
