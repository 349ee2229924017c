package dev.pgpool.internal.physical;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.pgpool.conformance.Await;
import dev.pgpool.pool.PoolEvent;
import dev.pgpool.pool.PoolSettings;
import dev.pgpool.pool.RetireReason;
import dev.pgpool.testserver.PostgresTest;
import dev.pgpool.testserver.TestDatabase;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.postgresql.jdbc.PgConnection;

@PostgresTest
@Timeout(60)
class EngineIT {
    private static final int MAX_SIZE = 12;
    private static final String HIKARI_FILE = "hikaricp.configurationFile";

    private final AtomicInteger opened = new AtomicInteger();
    private final Queue<RetireReason> retired = new ConcurrentLinkedQueue<>();
    private Engine engine;

    @BeforeEach
    void start(TestDatabase database) {
        engine = new Engine(
                PoolSettings.parse(Map.of("pool.maxSize", Integer.toString(MAX_SIZE)), "engine"),
                new PgjdbcSource(database.url(), new Properties()),
                this::note);
    }

    private void note(PoolEvent event) {
        if (event instanceof PoolEvent.Opened) {
            opened.incrementAndGet();
        } else if (event instanceof PoolEvent.Retired ended) {
            retired.add(ended.reason());
        }
    }

    @AfterEach
    void close() {
        engine.close();
    }

    private PhysicalConnection obtain() throws SQLException {
        PhysicalConnection physical = engine.obtain(wayOut -> {});
        while (physical == null) {
            physical = engine.obtain(wayOut -> {});
        }
        return physical;
    }

    private Set<PhysicalConnection> obtain(int count) throws SQLException {
        Set<PhysicalConnection> obtained = new HashSet<>();
        while (obtained.size() < count) {
            assertTrue(obtained.add(obtain()), "handed out twice");
        }
        return obtained;
    }

    private void adoptAll() {
        while (engine.hasUnknown()) {
            engine.adopt();
        }
    }

    @Test
    void connections_that_nobody_needs_come_into_the_care_of_hikaricp_and_out_again() throws SQLException {
        Set<PhysicalConnection> all = obtain(MAX_SIZE);
        assertEquals(0, engine.parked());
        all.forEach(engine::park);
        adoptAll();
        assertEquals(MAX_SIZE, engine.parked());
        for (int round = 0; round < 3; round++) {
            assertEquals(all, obtain(MAX_SIZE));
            all.forEach(engine::park);
            assertFalse(engine.hasUnknown());
        }
        assertEquals(MAX_SIZE, opened.get());
    }

    @Test
    void connections_are_adopted_beside_idle_ones_that_hikaricp_knows() throws SQLException {
        Set<PhysicalConnection> known = obtain(3);
        Set<PhysicalConnection> unknown = obtain(4);
        known.forEach(engine::park);
        adoptAll();
        unknown.forEach(engine::park);
        adoptAll();
        assertEquals(7, engine.parked());
        assertEquals(7, opened.get());
    }

    @Test
    void a_connection_that_was_retired_while_it_was_parked_is_not_handed_out() throws SQLException {
        Set<PhysicalConnection> all = obtain(MAX_SIZE);
        all.forEach(engine::park);
        adoptAll();
        PhysicalConnection retired = all.iterator().next();
        engine.retire(retired, RetireReason.ABORTED, null);
        Set<PhysicalConnection> now = obtain(MAX_SIZE);
        assertFalse(now.contains(retired));
        assertEquals(MAX_SIZE + 1, opened.get());
        // HikariCP keeps no place for it.
        now.forEach(engine::park);
        adoptAll();
        assertEquals(MAX_SIZE, engine.parked());
    }

    @Test
    void a_session_that_the_server_ended_in_the_care_of_hikaricp_died_idle(TestDatabase database) throws Exception {
        PhysicalConnection physical = obtain();
        engine.park(physical);
        adoptAll();
        try (Connection other = database.connect();
                Statement statement = other.createStatement()) {
            statement.execute("select pg_terminate_backend(" + physical.backend() + ", 10000)");
        }
        // HikariCP asks before it lends one that it hasn't lent for a moment.
        PooledConnection pooled = new PooledConnection(physical, engine, Duration.ofSeconds(30));
        Await.until(() -> !pooled.isValid(5));
        assertEquals(List.of(RetireReason.DIED_IDLE), List.copyOf(retired));
        assertNotEquals(physical, obtain());
    }

    @Test
    void a_connection_that_was_retired_before_it_could_be_adopted_is_forgotten() throws SQLException {
        Set<PhysicalConnection> all = obtain(2);
        all.forEach(engine::park);
        all.forEach(physical -> engine.retire(physical, RetireReason.ABORTED, null));
        adoptAll();
        Set<PhysicalConnection> now = obtain(2);
        all.forEach(physical -> assertFalse(now.contains(physical) && !physical.broken()));
        assertEquals(0, engine.parked());
    }

    @Test
    void an_interrupted_thread_finds_none_while_all_are_in_use_and_stays_interrupted() throws SQLException {
        obtain(MAX_SIZE);
        Thread.currentThread().interrupt();
        try {
            assertNull(engine.obtain(wayOut -> {}));
        } finally {
            assertTrue(Thread.interrupted());
        }
    }

    @Test
    void what_the_application_tells_a_hikaricp_of_its_own_changes_nothing_here(@TempDir Path directory)
            throws Exception {
        Path file = Files.writeString(directory.resolve("hikari.properties"), """
                connectionInitSql=set application_name = 'stranger'
                connectionTestQuery=set application_name = 'stranger'
                isolateInternalQueries=true
                autoCommit=false
                readOnly=true
                schema=pg_catalog
                transactionIsolation=TRANSACTION_SERIALIZABLE
                """);
        System.setProperty(HIKARI_FILE, file.toString());
        try {
            PhysicalConnection physical = obtain();
            engine.park(physical);
            adoptAll();
            assertEquals(physical, obtain());
            PgConnection session = physical.pgjdbc();
            assertTrue(session.getAutoCommit());
            assertFalse(session.isReadOnly());
            assertEquals("public", session.getSchema());
            assertEquals(Connection.TRANSACTION_READ_COMMITTED, session.getTransactionIsolation());
            assertEquals(physical.initialApplicationName(), physical.applicationName());
        } finally {
            System.clearProperty(HIKARI_FILE);
        }
    }

    @Test
    void a_hikaricp_that_cannot_start_costs_no_connection(@TempDir Path directory) throws Exception {
        System.setProperty(HIKARI_FILE, directory.resolve("missing").toString());
        try {
            for (int i = 0; i < MAX_SIZE; i++) {
                assertThrows(RuntimeException.class, this::obtain);
            }
        } finally {
            System.clearProperty(HIKARI_FILE);
        }
        assertEquals(0, engine.size());
        obtain(MAX_SIZE);
    }
}
