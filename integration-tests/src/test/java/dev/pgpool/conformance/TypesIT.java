package dev.pgpool.conformance;

import static dev.pgpool.conformance.Jdbc.assertFails;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.StringWriter;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.sql.Array;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.SQLXML;
import java.sql.Timestamp;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.LocalTime;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import javax.xml.transform.dom.DOMSource;
import org.postgresql.geometric.PGbox;
import org.postgresql.geometric.PGpoint;
import org.postgresql.util.PGInterval;
import org.postgresql.util.PGmoney;
import org.postgresql.util.PGobject;

/** Reading values of every type, in text and in binary. */
@Conformance(schema = """
                create type mood as enum ('glad', 'sad');
                create type pair as (a int, b text);
                create domain positive as int check (value > 0);
                create extension hstore; create extension citext; create extension ltree;
                """)
final class TypesIT {
    /** An expression of each type. */
    private static final List<String> VALUES = List.of(
            "1::smallint",
            "2147483647::int",
            "'-9223372036854775808'::bigint",
            "12.3400::numeric",
            "'NaN'::numeric",
            "1.25::real",
            "1e300::float8",
            "true",
            "'x'::\"char\"",
            "'abc'::char(5)",
            "'abc'::varchar",
            "'abc'::text",
            "'abc'::name",
            "'\\x00ff10'::bytea",
            "date '2024-02-29'",
            "date 'infinity'",
            "time '12:34:56.789'",
            "timetz '12:34:56.789+02'",
            "timestamp '2024-02-29 12:34:56.789'",
            "timestamp '-infinity'",
            "timestamp '0044-03-15 12:00:00 BC'",
            "timestamptz '2024-02-29 12:34:56.789+00'",
            "interval '1 year 2 mons 3 days 04:05:06.7'",
            "'00112233-4455-6677-8899-aabbccddeeff'::uuid",
            "'{\"a\": [1, null]}'::json",
            "'{\"a\": [1, null]}'::jsonb",
            "'<a/>'::xml",
            "'10.0.0.1/24'::inet",
            "'10.0.0.0/8'::cidr",
            "'08:00:2b:01:02:03'::macaddr",
            "B'1010'::bit(4)",
            "B'101'::varbit",
            "'$1,234.50'::money",
            "circle(point(0, 0), 5)",
            "polygon '((0,0),(1,1),(2,0))'",
            "path '((0,0),(1,1))'",
            "lseg '[(0,0),(1,1)]'",
            "line '{1,2,3}'",
            "int4range(1, 5)",
            "tstzrange('2024-01-01Z', null)",
            "int4multirange(int4range(1, 3), int4range(7, 9))",
            "'fat & rat'::tsquery",
            "to_tsvector('simple', 'fat rat')",
            "'glad'::mood",
            "row(1, 'x')::pair",
            "7::positive",
            "'a=>1'::hstore",
            "'CaSe'::citext",
            "'top.child'::ltree",
            "array[1, null, 3]",
            "array['a', 'b,c', null]",
            "array[array[1, 2], array[3, 4]]",
            "array[true, false]",
            "array[1.5::numeric]",
            "array['glad'::mood]",
            "array[date '2024-01-01']",
            "array[row(1, 'x')::pair]",
            "'{}'::text[]",
            "array['00112233-4455-6677-8899-aabbccddeeff'::uuid]",
            "'pg_class'::regclass",
            "12345::oid",
            "'16/B374D848'::pg_lsn",
            "null",
            "null::mood");

    /** A way to read the first column. */
    @FunctionalInterface
    private interface Reading {
        Object of(ResultSet result) throws Exception;
    }

    /** Reads each value in text and in binary. */
    private static void assertReadsAlike(Subject subject, Reading reading) throws Exception {
        // A pool has these two in text always, because pgjdbc prints them in the zone of the session at that moment.
        String binary = "prepareThreshold=-1&binaryTransferDisable=TIMESTAMPTZ,TIMETZ";
        for (String transfer : List.of("binaryTransfer=false", binary)) {
            subject.assertSameAsPlain(
                    connection -> {
                        StringBuilder text = new StringBuilder();
                        for (String value : VALUES) {
                            text.append(value).append(" → ").append(read(connection, value, reading));
                            text.append('\n');
                        }
                        return text.toString();
                    },
                    transfer);
        }
    }

    private static String read(Connection connection, String value, Reading reading) throws Exception {
        try (PreparedStatement statement = connection.prepareStatement("select " + value);
                ResultSet result = statement.executeQuery()) {
            assertTrue(result.next());
            // pgjdbc takes the identity of the array for the text of a bytea that came in binary.
            return readOnce(result, reading).replaceAll("B@[0-9a-f]+", "B@");
        }
    }

    private static String readOnce(ResultSet result, Reading reading) throws Exception {
        try {
            Object value = reading.of(result);
            if (value == null) {
                return "null";
            }
            String text = value instanceof byte[] bytes ? Arrays.toString(bytes) : value.toString();
            return value.getClass().getSimpleName() + " " + text;
        } catch (SQLException e) {
            return e.getSQLState() + " " + e.getMessage();
        } catch (RuntimeException e) {
            return e.toString();
        }
    }

    @Conforms
    void strings_of_every_type(Subject subject) throws Exception {
        assertReadsAlike(subject, result -> result.getString(1));
    }

    @Conforms
    void objects_of_every_type(Subject subject) throws Exception {
        assertReadsAlike(subject, result -> {
            Object value = result.getObject(1);
            return value instanceof Array array
                    ? array.toString()
                    : value instanceof SQLXML xml ? xml.getString() : value;
        });
    }

    @Conforms
    void numbers_of_every_type(Subject subject) throws Exception {
        assertReadsAlike(subject, result -> result.getInt(1));
        assertReadsAlike(subject, result -> result.getLong(1));
        assertReadsAlike(subject, result -> result.getDouble(1));
        assertReadsAlike(subject, result -> result.getBigDecimal(1));
        assertReadsAlike(subject, result -> result.getBoolean(1));
    }

    @Conforms
    void bytes_and_streams_of_every_type(Subject subject) throws Exception {
        assertReadsAlike(subject, result -> result.getBytes(1));
        assertReadsAlike(subject, result -> {
            var stream = result.getBinaryStream(1);
            return stream == null ? null : stream.readAllBytes();
        });
        assertReadsAlike(subject, result -> {
            var reader = result.getCharacterStream(1);
            StringWriter text = new StringWriter();
            if (reader != null) {
                reader.transferTo(text);
            }
            return reader == null ? null : text.toString();
        });
    }

    @Conforms
    void times_of_every_type(Subject subject) throws Exception {
        assertReadsAlike(subject, result -> result.getTimestamp(1));
        assertReadsAlike(subject, result -> result.getDate(1));
        assertReadsAlike(subject, result -> result.getTime(1));
    }

    @Conforms
    void objects_of_a_class_of_every_type(Subject subject) throws Exception {
        for (Class<?> type : List.of(
                String.class,
                Integer.class,
                Long.class,
                BigDecimal.class,
                BigInteger.class,
                Boolean.class,
                UUID.class,
                LocalDate.class,
                LocalTime.class,
                LocalDateTime.class,
                OffsetDateTime.class,
                Timestamp.class,
                PGobject.class,
                PGInterval.class)) {
            assertReadsAlike(subject, result -> result.getObject(1, type));
        }
    }

    private static ResultSet row(Connection connection, String columns) throws SQLException {
        ResultSet result = connection.createStatement().executeQuery("select " + columns);
        assertTrue(result.next());
        return result;
    }

    @Conforms
    void java_time(Connection connection) throws SQLException {
        ResultSet row = row(
                connection,
                "date '2024-02-29', time '12:34:56', timestamp '2024-02-29 12:34:56',"
                        + " timestamptz '2024-02-29 12:34:56+03', timestamp 'infinity'");
        assertEquals(LocalDate.of(2024, 2, 29), row.getObject(1, LocalDate.class));
        assertEquals(LocalTime.of(12, 34, 56), row.getObject(2, LocalTime.class));
        assertEquals(LocalDateTime.of(2024, 2, 29, 12, 34, 56), row.getObject(3, LocalDateTime.class));
        assertEquals(
                OffsetDateTime.of(2024, 2, 29, 9, 34, 56, 0, ZoneOffset.UTC), row.getObject(4, OffsetDateTime.class));
        assertEquals(LocalDateTime.MAX, row.getObject(5, LocalDateTime.class));
    }

    @Conforms
    void uuids_and_maps(Connection connection) throws SQLException {
        ResultSet row = row(connection, "'00112233-4455-6677-8899-aabbccddeeff'::uuid, 'a=>1, b=>null'::hstore");
        assertEquals(UUID.fromString("00112233-4455-6677-8899-aabbccddeeff"), row.getObject(1));
        Map<?, ?> map = assertInstanceOf(Map.class, row.getObject(2));
        assertEquals("1", map.get("a"));
        assertTrue(map.containsKey("b"));
    }

    @Conforms
    void arrays(Connection connection) throws SQLException {
        ResultSet row = row(connection, "array[1, null, 3], array['a', 'b,c'], array[array[1, 2], array[3, 4]]");
        Array numbers = row.getArray(1);
        assertArrayEquals(new Integer[] {1, null, 3}, (Integer[]) numbers.getArray());
        assertEquals("int4", numbers.getBaseTypeName());
        assertArrayEquals(new Integer[] {3}, (Integer[]) numbers.getArray(3, 1));
        try (ResultSet elements = row.getArray(2).getResultSet()) {
            assertEquals(List.of("1,a", "2,b,c"), Jdbc.rows(elements));
        }
        assertArrayEquals(
                new Integer[][] {{1, 2}, {3, 4}}, (Integer[][]) row.getArray(3).getArray());
        numbers.free();
    }

    @Conforms(transactions = true)
    void arrays_of_the_databases_types_are_readable_after_commit(Connection connection) throws SQLException {
        connection.setAutoCommit(false);
        ResultSet row = row(connection, "array['glad'::mood], array[row(1, 'x')::pair], row(2, 'y')::pair");
        connection.commit();
        assertArrayEquals(new Object[] {"glad"}, (Object[]) row.getArray(1).getArray());
        assertEquals("mood", row.getArray(1).getBaseTypeName());
        assertEquals("{\"(1,x)\"}", row.getString(2));
        assertEquals("(2,y)", ((PGobject) row.getObject(3)).getValue());
        connection.commit();
    }

    @Conforms
    void objects_of_pgjdbc(Connection connection) throws SQLException {
        ResultSet row = row(
                connection,
                "interval '1 day', point(1, 2), box(point(0, 0), point(1, 1)), '$5.00'::money, '{\"a\":1}'::jsonb,"
                        + " 'sad'::mood, int4range(1, 3)");
        assertEquals(1, assertInstanceOf(PGInterval.class, row.getObject(1)).getDays());
        assertEquals(new PGpoint(1, 2), row.getObject(2));
        assertInstanceOf(PGbox.class, row.getObject(3));
        assertEquals(5.0, row.getObject(4, PGmoney.class).val);
        assertEquals(
                "{\"a\": 1}", assertInstanceOf(PGobject.class, row.getObject(5)).getValue());
        assertEquals("sad", row.getObject(6));
        assertEquals(
                "int4range", assertInstanceOf(PGobject.class, row.getObject(7)).getType());
    }

    @Conforms
    void xml(Connection connection) throws Exception {
        ResultSet row = row(connection, "'<a><b>x</b></a>'::xml, '<c/>'::xml");
        SQLXML xml = row.getSQLXML(1);
        assertEquals("<a><b>x</b></a>", xml.getString());
        assertEquals(
                "x", xml.getSource(DOMSource.class).getNode().getFirstChild().getTextContent());
        SQLXML second = row.getSQLXML(2);
        assertEquals("<c/>", new String(second.getBinaryStream().readAllBytes(), StandardCharsets.UTF_8));
        xml.free();
        assertThrows(SQLException.class, xml::getString);
    }

    @Conforms
    void a_number_that_does_not_fit_is_told(Connection connection) throws SQLException {
        ResultSet row = row(connection, "99999999999::bigint, 'abc'::text, 1000::int");
        assertFails("22003", () -> row.getInt(1));
        assertFails("22003", () -> row.getShort(1));
        assertFails("22003", () -> row.getByte(3));
        assertFails("22003", () -> row.getInt(2));
        assertFails("22007", () -> row.getTimestamp(2));
    }

    @Conforms
    void columns_that_do_not_exist_are_told(Connection connection) throws SQLException {
        ResultSet row = row(connection, "1 as one");
        assertFails("22023", () -> row.getInt(2));
        assertFails("22023", () -> row.getInt(0));
        assertFails("42703", () -> row.getInt("two"));
    }

    @Conforms
    void a_type_made_after_connecting_is_known(Connection connection) throws SQLException {
        Jdbc.run(connection, "drop type if exists fresh cascade; create type fresh as enum ('new')");
        ResultSet row = row(connection, "'new'::fresh, array['new'::fresh]");
        assertEquals("new", row.getString(1));
        assertEquals("fresh", row.getMetaData().getColumnTypeName(1));
        assertArrayEquals(new Object[] {"new"}, (Object[]) row.getArray(2).getArray());
        Jdbc.run(connection, "drop type fresh");
    }
}
