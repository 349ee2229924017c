package dev.pgpool.conformance;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.ByteArrayInputStream;
import java.io.StringReader;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.sql.Array;
import java.sql.Connection;
import java.sql.Date;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.SQLXML;
import java.sql.Time;
import java.sql.Timestamp;
import java.sql.Types;
import java.time.Duration;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.LocalTime;
import java.time.OffsetDateTime;
import java.time.OffsetTime;
import java.time.ZoneOffset;
import java.util.Calendar;
import java.util.HashMap;
import java.util.Map;
import java.util.TimeZone;
import java.util.UUID;
import org.postgresql.geometric.PGpoint;
import org.postgresql.util.PGInterval;
import org.postgresql.util.PGobject;

/** Every way to give a parameter its value. */
@Conformance(
        schema = "create type mood as enum ('glad', 'sad'); create extension hstore; create extension citext;"
                + " create table sink (id int primary key, note text, data bytea)",
        data = "truncate sink")
final class PreparedParametersIT {
    /** Sets the first parameter. */
    @FunctionalInterface
    private interface Setter {
        void set(PreparedStatement statement) throws SQLException;
    }

    /** What the server makes of the parameter, as text; asked eight times, the last ones in binary. */
    private static String echo(Connection connection, String expression, Setter setter) throws SQLException {
        String echo = null;
        try (PreparedStatement statement = connection.prepareStatement("select (" + expression + ")::text")) {
            for (int i = 0; i < 8; i++) {
                setter.set(statement);
                try (ResultSet result = statement.executeQuery()) {
                    assertTrue(result.next());
                    if (i > 0) {
                        assertEquals(echo, result.getString(1));
                    }
                    echo = result.getString(1);
                }
            }
        }
        return echo;
    }

    @Conforms
    void numbers_of_every_width(Connection connection) throws SQLException {
        assertEquals("7", echo(connection, "?::smallint", s -> s.setByte(1, (byte) 7)));
        assertEquals("-32768", echo(connection, "?::smallint", s -> s.setShort(1, Short.MIN_VALUE)));
        assertEquals("2147483647", echo(connection, "?::int", s -> s.setInt(1, Integer.MAX_VALUE)));
        assertEquals("-9223372036854775808", echo(connection, "?::bigint", s -> s.setLong(1, Long.MIN_VALUE)));
        assertEquals("1.5", echo(connection, "?::real", s -> s.setFloat(1, 1.5f)));
        assertEquals("Infinity", echo(connection, "?::float8", s -> s.setDouble(1, Double.POSITIVE_INFINITY)));
        assertEquals("NaN", echo(connection, "?::float8", s -> s.setDouble(1, Double.NaN)));
    }

    @Conforms
    void numeric_keeps_its_scale(Connection connection) throws SQLException {
        assertEquals("12.3400", echo(connection, "?::numeric", s -> s.setBigDecimal(1, new BigDecimal("12.3400"))));
        BigInteger big = BigInteger.TEN.pow(30);
        assertEquals(big.toString(), echo(connection, "?::numeric", s -> s.setObject(1, big)));
        assertEquals(
                "12.35",
                echo(connection, "?::numeric", s -> s.setObject(1, new BigDecimal("12.345"), Types.NUMERIC, 2)));
    }

    @Conforms
    void booleans(Connection connection) throws SQLException {
        assertEquals("true", echo(connection, "?::boolean", s -> s.setBoolean(1, true)));
        assertEquals("false", echo(connection, "?::boolean", s -> s.setObject(1, Boolean.FALSE)));
        assertEquals("true", echo(connection, "?::boolean", s -> s.setObject(1, "yes", Types.BOOLEAN)));
    }

    @Conforms
    void texts(Connection connection) throws SQLException {
        String text = "it's \\ \" ? $1 – \uD83D\uDE00 \n";
        assertEquals(text, echo(connection, "?", s -> s.setString(1, text)));
        Jdbc.assertFails("0A000", () -> echo(connection, "?", s -> s.setNString(1, text)));
        assertEquals(text, echo(connection, "?", s -> s.setObject(1, text)));
        assertEquals("x", echo(connection, "?", s -> s.setObject(1, 'x')));
        assertEquals("", echo(connection, "?", s -> s.setString(1, "")));
    }

    @Conforms
    void a_zero_character_is_refused(Connection connection) {
        Jdbc.assertFails("22021", () -> echo(connection, "?", s -> s.setString(1, "a\0b")));
    }

    @Conforms
    void character_streams(Connection connection) throws SQLException {
        assertEquals("some text", echo(connection, "?", s -> s.setCharacterStream(1, new StringReader("some text"))));
        assertEquals("some", echo(connection, "?", s -> s.setCharacterStream(1, new StringReader("some text"), 4)));
        Jdbc.assertFails(
                "0A000", () -> echo(connection, "?", s -> s.setCharacterStream(1, new StringReader("some text"), 4L)));
    }

    @Conforms
    void ascii_streams(Connection connection) throws SQLException {
        byte[] ascii = "ascii".getBytes(StandardCharsets.US_ASCII);
        assertEquals("ascii", echo(connection, "?", s -> s.setAsciiStream(1, new ByteArrayInputStream(ascii), 5)));
    }

    @Conforms
    void byte_arrays(Connection connection) throws SQLException {
        byte[] bytes = {0, 1, (byte) 0xff, '\'', '\\'};
        assertEquals("\\x0001ff275c", echo(connection, "?::bytea", s -> s.setBytes(1, bytes)));
        assertEquals("\\x0001ff275c", echo(connection, "?::bytea", s -> s.setObject(1, bytes)));
        assertEquals("\\x", echo(connection, "?::bytea", s -> s.setBytes(1, new byte[0])));
    }

    @Conforms
    void binary_streams(Connection connection) throws SQLException {
        byte[] bytes = {1, 2, 3, 4};
        assertEquals(
                "\\x01020304",
                echo(connection, "?::bytea", s -> s.setBinaryStream(1, new ByteArrayInputStream(bytes))));
        assertEquals(
                "\\x0102", echo(connection, "?::bytea", s -> s.setBinaryStream(1, new ByteArrayInputStream(bytes), 2)));
        assertEquals(
                "\\x010203",
                echo(connection, "?::bytea", s -> s.setBinaryStream(1, new ByteArrayInputStream(bytes), 3L)));
    }

    @Conforms
    void nulls_of_every_type(Connection connection) throws SQLException {
        for (int type : new int[] {
            Types.INTEGER, Types.VARCHAR, Types.BIGINT, Types.NUMERIC, Types.TIMESTAMP, Types.DATE, Types.BINARY,
            Types.BOOLEAN, Types.NULL, Types.OTHER, Types.CHAR, Types.DOUBLE, Types.TIME, Types.TIMESTAMP_WITH_TIMEZONE
        }) {
            String cast = type == Types.BINARY ? "?::bytea" : "?";
            assertNull(echo(connection, cast, s -> s.setNull(1, type)), "type " + type);
        }
    }

    @Conforms
    void nulls_as_objects(Connection connection) throws SQLException {
        assertNull(echo(connection, "?", s -> s.setString(1, null)));
        assertNull(echo(connection, "?::int", s -> s.setObject(1, null)));
        assertNull(echo(connection, "?::int", s -> s.setObject(1, null, Types.INTEGER)));
        assertNull(echo(connection, "?::numeric", s -> s.setBigDecimal(1, null)));
        assertNull(echo(connection, "?::bytea", s -> s.setBytes(1, null)));
        assertNull(echo(connection, "?::date", s -> s.setDate(1, null)));
        assertNull(echo(connection, "?::timestamp", s -> s.setTimestamp(1, null)));
        assertNull(echo(connection, "?::int[]", s -> s.setArray(1, null)));
        assertNull(echo(connection, "?::mood", s -> s.setNull(1, Types.OTHER, "mood")));
    }

    @Conforms
    void dates_times_and_timestamps(Connection connection) throws SQLException {
        assertEquals("2024-02-29", echo(connection, "?::date", s -> s.setDate(1, Date.valueOf("2024-02-29"))));
        assertEquals("13:14:15", echo(connection, "?::time", s -> s.setTime(1, Time.valueOf("13:14:15"))));
        Timestamp timestamp = Timestamp.valueOf("2024-02-29 13:14:15.123456");
        assertEquals("2024-02-29 13:14:15.123456", echo(connection, "?::timestamp", s -> s.setTimestamp(1, timestamp)));
        assertEquals(
                "2024-02-29 00:00:00",
                echo(connection, "?::timestamp", s -> s.setObject(1, "2024-02-29", Types.TIMESTAMP)));
    }

    @Conforms
    void timestamps_with_a_calendar(Connection connection) throws SQLException {
        Calendar tokyo = Calendar.getInstance(TimeZone.getTimeZone("Asia/Tokyo"));
        Timestamp epoch = new Timestamp(0);
        assertEquals("1970-01-01 09:00:00", echo(connection, "?::timestamp", s -> s.setTimestamp(1, epoch, tokyo)));
        assertEquals("09:00:00", echo(connection, "?::time", s -> s.setTime(1, new Time(0), tokyo)));
        assertEquals("1970-01-01", echo(connection, "?::date", s -> s.setDate(1, new Date(0), tokyo)));
    }

    @Conforms
    void java_time(Connection connection) throws SQLException {
        assertEquals("2024-02-29", echo(connection, "?::date", s -> s.setObject(1, LocalDate.of(2024, 2, 29))));
        assertEquals("13:14:15", echo(connection, "?::time", s -> s.setObject(1, LocalTime.of(13, 14, 15))));
        assertEquals(
                "2024-02-29 13:14:00",
                echo(connection, "?::timestamp", s -> s.setObject(1, LocalDateTime.of(2024, 2, 29, 13, 14))));
        OffsetDateTime offset = OffsetDateTime.of(2024, 2, 29, 13, 14, 0, 0, ZoneOffset.ofHours(3));
        assertEquals("2024-02-29 10:14:00", echo(connection, "? at time zone 'UTC'", s -> s.setObject(1, offset)));
        assertEquals(
                "2024-02-29 10:14:00",
                echo(connection, "? at time zone 'UTC'", s -> s.setObject(1, offset, Types.TIMESTAMP_WITH_TIMEZONE)));
        OffsetTime time = OffsetTime.of(1, 2, 3, 0, ZoneOffset.ofHours(-5));
        assertEquals("01:02:03-05", echo(connection, "?::timetz", s -> s.setObject(1, time)));
        assertEquals("infinity", echo(connection, "?::timestamp", s -> s.setObject(1, LocalDateTime.MAX)));
        assertEquals("-infinity", echo(connection, "?::date", s -> s.setObject(1, LocalDate.MIN)));
    }

    @Conforms
    void intervals(Connection connection) throws SQLException {
        PGInterval interval = new PGInterval(1, 2, 3, 4, 5, 6.5);
        assertEquals("1 year 2 mons 3 days 04:05:06.5", echo(connection, "?::interval", s -> s.setObject(1, interval)));
        assertEquals(
                "01:30:00",
                echo(
                        connection,
                        "?::interval",
                        s -> s.setString(1, Duration.ofMinutes(90).toString())));
    }

    @Conforms
    void uuids(Connection connection) throws SQLException {
        UUID uuid = UUID.fromString("00112233-4455-6677-8899-aabbccddeeff");
        assertEquals(uuid.toString(), echo(connection, "?::uuid", s -> s.setObject(1, uuid)));
        assertEquals(uuid.toString(), echo(connection, "?", s -> s.setObject(1, uuid)));
        assertEquals(uuid.toString(), echo(connection, "?", s -> s.setObject(1, uuid, Types.OTHER)));
    }

    @Conforms
    void json(Connection connection) throws SQLException {
        PGobject json = new PGobject();
        json.setType("jsonb");
        json.setValue("{\"b\": 1, \"a\": [true]}");
        assertEquals("{\"a\": [true], \"b\": 1}", echo(connection, "?", s -> s.setObject(1, json)));
        assertEquals("[1, 2]", echo(connection, "?::jsonb", s -> s.setString(1, "[1,2]")));
    }

    @Conforms
    void enums(Connection connection) throws SQLException {
        PGobject mood = new PGobject();
        mood.setType("mood");
        mood.setValue("sad");
        assertEquals("sad", echo(connection, "?", s -> s.setObject(1, mood)));
        assertEquals("glad", echo(connection, "?::mood", s -> s.setObject(1, "glad", Types.OTHER)));
        Jdbc.assertFails("22P02", () -> echo(connection, "?::mood", s -> s.setString(1, "angry")));
    }

    @Conforms
    void hstores_and_geometry(Connection connection) throws SQLException {
        Map<String, String> map = new HashMap<>();
        map.put("k", "v");
        assertEquals("\"k\"=>\"v\"", echo(connection, "?", s -> s.setObject(1, map)));
        assertEquals("(1,2)", echo(connection, "?", s -> s.setObject(1, new PGpoint(1, 2))));
    }

    @Conforms
    void arrays(Connection connection) throws SQLException {
        Array numbers = connection.createArrayOf("int4", new Integer[] {1, null, 3});
        assertEquals("{1,NULL,3}", echo(connection, "?", s -> s.setArray(1, numbers)));
        Array texts = connection.createArrayOf("text", new String[] {"a,b", "", "NULL", "\"\\"});
        assertEquals("{\"a,b\",\"\",\"NULL\",\"\\\"\\\\\"}", echo(connection, "?", s -> s.setArray(1, texts)));
        Array nested = connection.createArrayOf("int8", new Long[][] {{1L, 2L}, {3L, 4L}});
        assertEquals("{{1,2},{3,4}}", echo(connection, "?", s -> s.setArray(1, nested)));
        Array empty = connection.createArrayOf("uuid", new UUID[0]);
        assertEquals("{}", echo(connection, "?", s -> s.setArray(1, empty)));
        assertEquals("{1,2}", echo(connection, "?::int[]", s -> s.setObject(1, new int[] {1, 2})));
        assertEquals("{a}", echo(connection, "?::text[]", s -> s.setObject(1, new String[] {"a"})));
    }

    @Conforms
    void arrays_of_a_type_of_the_database(Connection connection) throws SQLException {
        Array moods = connection.createArrayOf("mood", new String[] {"glad", "sad"});
        assertEquals("{glad,sad}", echo(connection, "?", s -> s.setArray(1, moods)));
        Jdbc.assertFails("42602", () -> connection.createArrayOf("no_such_type", new Object[] {"x"}));
    }

    @Conforms
    void a_parameter_array_selects_rows(Connection connection) throws SQLException {
        Jdbc.run(connection, "insert into sink select i, 'n' || i from generate_series(1, 9) i");
        try (PreparedStatement statement =
                connection.prepareStatement("select id from sink where id = any (?) order by id")) {
            statement.setArray(1, connection.createArrayOf("int4", new Integer[] {2, 5, 99}));
            try (ResultSet result = statement.executeQuery()) {
                assertEquals("[2, 5]", Jdbc.rows(result).toString());
            }
        }
    }

    @Conforms
    void sqlxml(Connection connection) throws SQLException {
        SQLXML xml = connection.createSQLXML();
        xml.setString("<a><b/></a>");
        assertEquals("<a><b/></a>", echo(connection, "?::xml", s -> {
            SQLXML fresh = connection.createSQLXML();
            fresh.setString("<a><b/></a>");
            s.setSQLXML(1, fresh);
        }));
        assertEquals("<a><b/></a>", xml.getString());
    }

    @Conforms
    void unsupported_kinds_say_so(Connection connection) throws SQLException {
        try (PreparedStatement statement = connection.prepareStatement("select ?")) {
            Jdbc.assertFails(
                    "0A000",
                    () -> statement.setURL(1, URI.create("http://host/").toURL()));
            Jdbc.assertFails("0A000", () -> statement.setRowId(1, null));
            Jdbc.assertFails("0A000", () -> statement.setRef(1, null));
            Jdbc.assertFails("07006", () -> statement.setObject(1, new Object()));
            Jdbc.assertFails("07006", () -> statement.setObject(1, "abc", Types.INTEGER));
        }
    }

    @Conforms
    void parameter_positions_are_checked(Connection connection) throws SQLException {
        try (PreparedStatement statement = connection.prepareStatement("select ?::int")) {
            Jdbc.assertFails("22023", () -> statement.setInt(0, 1));
            Jdbc.assertFails("22023", () -> statement.setInt(2, 1));
            Jdbc.assertFails("22023", statement::executeQuery);
        }
    }

    @Conforms
    void large_rows_arrive_whole(Connection connection) throws SQLException {
        byte[] bytes = new byte[1 << 20];
        new java.util.Random(1).nextBytes(bytes);
        String text = "é".repeat(1 << 19);
        try (PreparedStatement insert = connection.prepareStatement("insert into sink values (?, ?, ?)")) {
            insert.setInt(1, 1);
            insert.setString(2, text);
            insert.setBytes(3, bytes);
            assertEquals(1, insert.executeUpdate());
        }
        try (PreparedStatement select = connection.prepareStatement("select note, data from sink");
                ResultSet result = select.executeQuery()) {
            assertTrue(result.next());
            assertEquals(text, result.getString(1));
            org.junit.jupiter.api.Assertions.assertArrayEquals(bytes, result.getBytes(2));
        }
    }
}
