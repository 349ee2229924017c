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
import java.nio.ByteBuffer;
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
import org.postgresql.util.ByteStreamWriter;

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
    void pgjdbcs_api_goes_beyond_two_gigabytes_and_cuts_off(Connection connection) throws Exception {
        connection.setAutoCommit(false);
        LargeObjectManager manager = manager(connection);
        long oid = manager.createLO();
        long far = 3L << 30;
        try (LargeObject object = manager.open(oid)) {
            assertEquals(oid, object.getLongOID());
            object.write(BYTES, 4, 5);
            object.write(ByteStreamWriter.of(ByteBuffer.wrap(BYTES)));
            object.seek64(far, LargeObject.SEEK_SET);
            object.write(BYTES);
            assertEquals(far + BYTES.length, object.tell64());
            assertEquals(far + BYTES.length, object.size64());
            object.truncate64(far);
            assertEquals(far, object.size64());
            object.truncate(5 + BYTES.length);
            object.seek(0);
            try (LargeObject copy = object.copy()) {
                byte[] buffer = new byte[100];
                assertEquals(5 + BYTES.length, copy.read(buffer, 1, 99));
                assertEquals('q', buffer[1]);
            }
            try (InputStream stream = object.getInputStream(4, 7)) {
                assertEquals("quickTh", new String(stream.readAllBytes(), StandardCharsets.US_ASCII));
            }
        }
        connection.rollback();
    }

    @Conforms(transactions = true)
    void a_large_object_may_commit_when_it_is_closed(Connection connection) throws Exception {
        connection.setAutoCommit(false);
        LargeObjectManager manager = manager(connection);
        long oid = manager.createLO();
        LargeObject object = manager.open(oid, true);
        object.getOutputStream().write(BYTES);
        object.close();
        object.close();
        connection.rollback();
        assertEquals("The quick brown fox", value(connection, "select convert_from(lo_get(" + oid + "), 'UTF8')"));
        assertFails("55000", object::tell);
        assertFails("55000", object::copy);
        connection.commit();
        connection.setAutoCommit(true);
        manager.unlink(oid);
        assertEquals("0", value(connection, "select count(*) from pg_largeobject_metadata"));
    }

    @Conforms(transactions = true)
    void what_is_not_there_cannot_be_opened(Connection connection) throws SQLException {
        connection.setAutoCommit(false);
        LargeObjectManager manager = manager(connection);
        assertFails("42704", () -> manager.open(4711, LargeObjectManager.READ));
        assertFails("25P02", () -> manager.createLO());
        connection.rollback();
        long oid = manager.createLO();
        connection.commit();
        LargeObject reading = manager.open(oid, LargeObjectManager.READ);
        assertFails("55000", () -> reading.write(BYTES));
        connection.rollback();
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
        assertFails("25P01", () -> manager.open(1));
    }

    @Conforms
    void large_objects_by_functions(Connection connection) throws SQLException {
        run(connection, "insert into document values (1, lo_from_bytea(0, 'abc'))");
        run(connection, "select lo_put(content, 1, 'X') from document");
        assertEquals("aXc", value(connection, "select convert_from(lo_get(content), 'UTF8') from document"));
    }
}
