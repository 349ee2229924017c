package dev.pgpool.behaviour;

import static dev.pgpool.behaviour.SessionOfItsOwn.rows;
import static dev.pgpool.behaviour.SessionOfItsOwn.run;
import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.pgpool.jdbc.PgPoolDataSource;
import dev.pgpool.pool.AddedRoundTrip;
import dev.pgpool.testserver.PostgresServer;
import dev.pgpool.testserver.PostgresTest;
import dev.pgpool.testserver.TestDatabase;
import java.io.IOException;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What the driver asks on its own account is counted as it is seen at the wire. */
@PostgresTest
@Timeout(60)
class AddedRoundTripsIT {
    private final PgPoolDataSource pool = new PgPoolDataSource();
    private MessageRecorder recorder;
    private Connection one;
    private Connection two;
    private Map<AddedRoundTrip, Long> before;

    @BeforeEach
    void open(TestDatabase database) throws SQLException, IOException {
        PostgresServer server = database.server();
        recorder = new MessageRecorder(server.host(), server.port());
        pool.setUrl("jdbc:pgpool://127.0.0.1:" + recorder.port() + "/" + database.name() + "?sslmode=disable");
        pool.setUser(server.user());
        pool.setPassword(server.password());
        pool.setMaxSize(1);
        one = pool.getConnection();
        two = pool.getConnection();
        assertEquals(Map.of(AddedRoundTrip.CATALOG, 1L), counts());
        begin();
    }

    @AfterEach
    void close() throws SQLException, IOException {
        one.close();
        two.close();
        pool.close();
        recorder.close();
    }

    private Map<AddedRoundTrip, Long> counts() throws SQLException {
        return pool.snapshot().orElseThrow().counts().addedRoundTrips();
    }

    private void begin() throws SQLException {
        before = counts();
        recorder.take();
    }

    /** @param own round trips that the application asked for */
    private void assertAdded(int own, Map<AddedRoundTrip, Long> expected) throws SQLException {
        List<String> messages = recorder.take();
        Map<AddedRoundTrip, Long> added = new EnumMap<>(AddedRoundTrip.class);
        counts().forEach((reason, count) -> {
            long more = count - before.getOrDefault(reason, 0L);
            if (more > 0) {
                added.put(reason, more);
            }
        });
        assertEquals(expected, added);
        long seen = messages.stream()
                .filter(type -> type.equals("S") || type.equals("Q"))
                .count();
        assertEquals(
                seen, own + added.values().stream().mapToLong(count -> count).sum(), messages::toString);
        begin();
    }

    @Test
    void work_without_state_adds_none() throws Exception {
        assertEquals("1", rows(one, "select 1"));
        assertEquals("2", rows(two, "select 2"));
        assertAdded(2, Map.of());
    }

    @Test
    void a_setting_is_asked_for_once_and_moved_at_each_change_of_user() throws Exception {
        // Its default is asked for once by each physical connection, in a round trip that isn't counted apart.
        run(one, "set statement_timeout = '6s'");
        begin();
        run(one, "set statement_timeout = '7s'");
        assertAdded(1, Map.of(AddedRoundTrip.QUESTION, 1L));
        assertEquals("7s", rows(one, "show statement_timeout"));
        assertAdded(1, Map.of());
        assertEquals("0", rows(two, "show statement_timeout"));
        assertEquals("7s", rows(one, "show statement_timeout"));
        assertAdded(2, Map.of(AddedRoundTrip.SETTINGS, 2L));
    }

    @Test
    void what_pinned_is_asked_for_and_cleared_at_the_end() throws Exception {
        run(one, "listen news");
        assertAdded(1, Map.of(AddedRoundTrip.QUESTION, 1L));
        one.close();
        assertAdded(0, Map.of(AddedRoundTrip.RESET, 1L));
        assertEquals("2", rows(two, "select 2"));
        assertAdded(1, Map.of());
    }

    @Test
    void numbers_of_a_sequence_are_hidden_and_an_idle_session_is_asked_for_a_sign_of_life() throws Exception {
        run(one, "create temporary sequence number");
        one.close();
        run(two, "create sequence number");
        one = pool.getConnection();
        begin();
        assertEquals("1", rows(one, "select nextval('number')"));
        assertAdded(1, Map.of());
        assertEquals("2,2", rows(two, "select nextval('number') || ',' || currval('number')"));
        assertAdded(1, Map.of(AddedRoundTrip.SEQUENCES, 1L));
    }
}
