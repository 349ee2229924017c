package dev.pgpool.internal.lease;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.pgpool.conformance.Await;
import dev.pgpool.internal.lease.Admission.Outcome;
import dev.pgpool.internal.lease.Admission.Ticket;
import dev.pgpool.internal.physical.Engine;
import dev.pgpool.internal.physical.PhysicalConnection;
import dev.pgpool.internal.session.Parameters;
import dev.pgpool.pool.PoolSnapshot;
import java.lang.reflect.Field;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;

/** What must be true of a pool while nobody uses it: nothing was lost, and nothing was left in a session. */
public final class PoolInvariants {
    /** What outlives a unit of work in a session, beside its parameters. */
    private static final String LEFT = """
            select 'temporary ' || relname from pg_class where relnamespace = pg_my_temp_schema()
            union all select 'advisory lock ' || objid from pg_locks
                where pid = pg_backend_pid() and locktype = 'advisory'
            union all select 'listens to ' || c from pg_listening_channels() c
            union all select 'prepared ' || name from pg_prepared_statements where from_sql
            union all select 'cursor ' || name from pg_cursors where is_holdable
            """;

    /** The parameters that aren't as at the start; custom ones aren't listed. */
    private static final String CHANGED = """
            select lower(name) from pg_settings
            where source = 'session' and setting is distinct from reset_val and name !~ '^transaction_'
            """;

    private PoolInvariants() {}

    /** Asserts all of it; what is still on its way back is waited for. */
    public static void assertHold(Pool pool) throws Exception {
        if (pool.isClosed()) {
            return;
        }
        awaitNoLease(pool);
        PoolSnapshot snapshot = pool.snapshot();
        assertEquals(List.of(), snapshot.pins());
        assertEquals(0, part(pool.pins(), "pinned", AtomicInteger.class).get(), "leases that count as pinned");
        assertTrue(snapshot.open() <= snapshot.maxSize(), () -> "too many are open: " + snapshot);
        List<Ticket<PhysicalConnection>> permits = takeAllPermits(pool);
        try {
            for (PhysicalConnection physical :
                    part(pool, "engine", Engine.class).all()) {
                assertSessionIsAsRecorded(physical);
            }
        } finally {
            Admission<PhysicalConnection> admission = admission(pool);
            permits.forEach(ticket -> admission.leave(ticket.physical()));
        }
    }

    private static void awaitNoLease(Pool pool) throws Exception {
        Await.until(() -> {
            PoolSnapshot snapshot = pool.snapshot();
            return snapshot.leased() == 0 && snapshot.waiting() == 0;
        });
    }

    /** The pool's own look at the database has one for a moment. */
    private static List<Ticket<PhysicalConnection>> takeAllPermits(Pool pool) throws Exception {
        Admission<PhysicalConnection> admission = admission(pool);
        List<Ticket<PhysicalConnection>> taken = new ArrayList<>();
        int all = pool.settings().maxSize();
        Await.until(() -> {
            while (taken.size() < all) {
                Ticket<PhysicalConnection> ticket = new Ticket<>(Patience.unlimited());
                if (enter(admission, ticket) != Outcome.ADMITTED) {
                    return false;
                }
                taken.add(ticket);
            }
            return true;
        });
        Ticket<PhysicalConnection> oneMore = new Ticket<>(Patience.unlimited());
        assertEquals(Outcome.TIMED_OUT, enter(admission, oneMore), "there are more permits than pool.maxSize");
        return taken;
    }

    private static Outcome enter(Admission<PhysicalConnection> admission, Ticket<PhysicalConnection> ticket) {
        return admission.enter(ticket, any -> true, System.nanoTime(), List::of);
    }

    private static void assertSessionIsAsRecorded(PhysicalConnection physical) throws SQLException {
        // One that died while idle is found at its next lease; one that HikariCP looks at is left to it.
        if (physical.broken() || !physical.take(PoolInvariants.class, Duration.ofMinutes(1))) {
            return;
        }
        String who = "backend " + physical.backend();
        try {
            assertFalse(physical.inTransaction(), who + " is in a transaction");
            Connection session = physical.pgjdbc();
            boolean autoCommit = session.getAutoCommit();
            session.setAutoCommit(false);
            try {
                assertSettings(session, physical.settings().parameters(), who);
                assertEquals(List.of(), column(session, LEFT), "left on " + who);
            } finally {
                session.rollback();
                session.setAutoCommit(autoCommit);
            }
        } finally {
            physical.giveBack();
        }
    }

    private static void assertSettings(Connection session, Parameters recorded, String who) throws SQLException {
        for (String name : column(session, CHANGED)) {
            assertTrue(recorded.names().contains(name), () -> name + " is set, and not recorded, on " + who);
        }
        for (Map.Entry<String, String> each : recorded.values().entrySet()) {
            // To be set again shows the value in the server's words.
            try (PreparedStatement statement =
                    session.prepareStatement("select current_setting(?, true), set_config(?, ?, true)")) {
                statement.setString(1, each.getKey());
                statement.setString(2, each.getKey());
                statement.setString(3, each.getValue());
                try (ResultSet rows = statement.executeQuery()) {
                    rows.next();
                    assertEquals(rows.getString(2), rows.getString(1), each.getKey() + " on " + who);
                }
            }
        }
    }

    private static List<String> column(Connection session, String query) throws SQLException {
        List<String> values = new ArrayList<>();
        try (Statement statement = session.createStatement();
                ResultSet rows = statement.executeQuery(query)) {
            while (rows.next()) {
                values.add(rows.getString(1));
            }
        }
        return values;
    }

    private static Admission<PhysicalConnection> admission(Pool pool) throws ReflectiveOperationException {
        @SuppressWarnings("unchecked")
        Admission<PhysicalConnection> admission = part(pool, "admission", Admission.class);
        return admission;
    }

    private static <T> T part(Object whole, String name, Class<T> type) throws ReflectiveOperationException {
        Field field = whole.getClass().getDeclaredField(name);
        field.setAccessible(true);
        return type.cast(field.get(whole));
    }
}
