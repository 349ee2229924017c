package dev.pgpool.conformance;

import static dev.pgpool.conformance.Jdbc.run;
import static dev.pgpool.conformance.Jdbc.value;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Timestamp;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.Calendar;
import java.util.TimeZone;

/** Points in time, the session's time zone, and the JVM's. */
@Conformance(
        schema = "create table event (id int primary key, at timestamptz, local timestamp)",
        data = "truncate event; insert into event values (1, '2024-07-01 12:00:00+00', '2024-07-01 12:00:00')")
final class TimeZonesIT {
    @Conforms
    void the_session_has_the_time_zone_of_the_jvm(Subject subject) throws Exception {
        TimeZone before = TimeZone.getDefault();
        try {
            TimeZone.setDefault(TimeZone.getTimeZone("America/New_York"));
            subject.assertSameAsPlain(connection -> value(connection, "select '2024-07-01 00:00:00+00'::timestamptz"));
        } finally {
            TimeZone.setDefault(before);
        }
    }

    @Conforms
    void an_instant_is_the_same_in_every_session_zone(Connection connection) throws SQLException {
        Instant noon = Instant.parse("2024-07-01T12:00:00Z");
        try (PreparedStatement select = connection.prepareStatement("select at from event where id = ?")) {
            for (String zone : new String[] {"UTC", "Asia/Tokyo", "America/New_York", "Asia/Kolkata"}) {
                run(connection, "set time zone '" + zone + "'");
                for (int i = 0; i < 7; i++) {
                    select.setInt(1, 1);
                    try (ResultSet result = select.executeQuery()) {
                        assertTrue(result.next());
                        assertEquals(noon, result.getTimestamp(1).toInstant());
                        assertEquals(
                                noon, result.getObject(1, OffsetDateTime.class).toInstant());
                    }
                }
            }
        }
    }

    @Conforms
    void the_string_of_an_instant_is_in_the_session_zone(Subject subject) throws Exception {
        subject.assertSameAsPlain(connection -> {
            run(connection, "set time zone 'Asia/Tokyo'");
            StringBuilder texts = new StringBuilder();
            try (PreparedStatement select = connection.prepareStatement("select at, at::text from event")) {
                for (int i = 0; i < 8; i++) {
                    try (ResultSet result = select.executeQuery()) {
                        assertTrue(result.next());
                        assertEquals("2024-07-01 21:00:00+09", result.getString(2));
                        texts.append(result.getString(1)).append(' ');
                    }
                }
            }
            return texts.toString();
        });
    }

    @Conforms
    void the_string_of_an_instant_does_not_change_with_anothers_zone(Subject subject) throws SQLException {
        Connection connection = subject.open();
        Connection other = subject.open();
        run(connection, "set time zone 'Asia/Tokyo'");
        try (PreparedStatement select = connection.prepareStatement("select at from event")) {
            for (int i = 0; i < 7; i++) {
                ResultSet result = select.executeQuery();
                run(other, "set time zone 'America/New_York'");
                assertTrue(result.next());
                assertEquals("2024-07-01 21:00:00+09", result.getString(1));
            }
        }
    }

    @Conforms
    void a_calendar_chooses_the_zone_of_a_local_time(Connection connection) throws SQLException {
        Calendar tokyo = Calendar.getInstance(TimeZone.getTimeZone("Asia/Tokyo"));
        try (PreparedStatement select = connection.prepareStatement("select local, at from event")) {
            for (int i = 0; i < 7; i++) {
                try (ResultSet result = select.executeQuery()) {
                    assertTrue(result.next());
                    assertEquals(
                            Instant.parse("2024-07-01T03:00:00Z"),
                            result.getTimestamp(1, tokyo).toInstant());
                    assertEquals(
                            Instant.parse("2024-07-01T12:00:00Z"),
                            result.getTimestamp(2, tokyo).toInstant());
                }
            }
        }
    }

    @Conforms
    void a_timestamp_parameter_means_the_same_in_both_types(Connection connection) throws SQLException {
        Timestamp at = Timestamp.from(Instant.parse("2024-07-01T12:00:00Z"));
        try (PreparedStatement select = connection.prepareStatement("select count(*) from event where at = ?")) {
            for (int i = 0; i < 7; i++) {
                select.setTimestamp(1, at);
                try (ResultSet result = select.executeQuery()) {
                    assertTrue(result.next());
                    assertEquals(1, result.getInt(1));
                }
            }
        }
    }

    @Conforms(transactions = true)
    void a_zone_of_one_transaction_ends_with_it(Connection connection) throws SQLException {
        String before = value(connection, "show timezone");
        connection.setAutoCommit(false);
        run(connection, "set local time zone 'Asia/Tokyo'");
        assertEquals("2024-07-01 21:00:00+09", value(connection, "select at from event"));
        connection.commit();
        assertEquals(before, value(connection, "show timezone"));
        connection.commit();
    }
}
