package dev.pgpool.internal.physical;

import com.zaxxer.hikari.HikariConfig;
import com.zaxxer.hikari.HikariDataSource;
import dev.pgpool.pool.PoolEvent;
import dev.pgpool.pool.PoolSettings;
import dev.pgpool.pool.RetireReason;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/**
 * The physical connections of a pool: opens them, and leaves their keep-alive, idle time and age to HikariCP.
 *
 * <p>Those who need a connection open it in their own thread, so that a refusal reaches them at once and with
 * PostgreSQL's own words; HikariCP then finds it in {@link #opened} when it asks its data source for one. Connections
 * that HikariCP wants on its own account (minIdle) are opened in its thread. Its queue never has to decide anything:
 * callers hold one of {@code maxSize} permits. Safe for use by many threads.
 */
public final class Engine {
    private static final Duration FIRST_PAUSE = Duration.ofMillis(20);
    private static final Duration LONGEST_PAUSE = Duration.ofSeconds(1);
    /** HikariCP's shortest time-out: how long a caller waits for it before looking around again. */
    private static final Duration GLANCE = Duration.ofMillis(250);

    private final PoolSettings settings;
    private final PgjdbcSource source;
    private final PoolEvent.Listener events;
    private final BlockingQueue<PooledConnection> opened = new LinkedBlockingQueue<>();
    private final AtomicInteger reserved = new AtomicInteger();
    private final Map<PhysicalConnection, PooledConnection> all = new ConcurrentHashMap<>();
    private volatile @Nullable HikariDataSource hikari;
    private volatile boolean closed;

    public Engine(PoolSettings settings, PgjdbcSource source, PoolEvent.Listener events) {
        this.settings = settings;
        this.source = source;
        this.events = events;
    }

    private HikariConfig configuration() {
        HikariConfig config = new HikariConfig();
        config.setPoolName(settings.name());
        config.setDataSource(new EngineDataSource(this::supply));
        config.setMaximumPoolSize(settings.maxSize());
        config.setMinimumIdle(settings.minIdle());
        config.setConnectionTimeout(GLANCE.toMillis());
        config.setInitializationFailTimeout(-1);
        config.setMaxLifetime(settings.maxLifetime().toMillis());
        config.setIdleTimeout(
                settings.minIdle() < settings.maxSize() ? settings.idleTimeout().toMillis() : 0);
        config.setKeepaliveTime(settings.keepaliveTime().toMillis());
        return config;
    }

    /** All open physical connections. */
    public Iterable<PhysicalConnection> all() {
        return all.keySet();
    }

    /** How many physical connections are open or being opened. */
    public int size() {
        return reserved.get();
    }

    /**
     * Takes a connection out of HikariCP, or opens one; to be called with a permit.
     *
     * @return null if there was none at the moment, and none could be opened; try again
     * @throws SQLException what pgjdbc raised when the server refused a new session
     */
    public @Nullable PhysicalConnection obtain() throws SQLException {
        HikariDataSource started = hikari;
        if ((started == null || started.getHikariPoolMXBean().getIdleConnections() == 0) && reserve()) {
            opened.add(open());
            started = start();
        }
        if (started == null) {
            return null;
        }
        try {
            Connection proxy = started.getConnection();
            PooledConnection pooled = proxy.unwrap(PooledConnection.class);
            pooled.borrowedAs(proxy);
            return pooled.physical();
        } catch (SQLException e) {
            if (closed) {
                throw new SQLException("pool " + settings.name() + " was closed", "08003", e);
            }
            if (Thread.currentThread().isInterrupted()) {
                throw e;
            }
            return null;
        }
    }

    /** Gives an idle connection to HikariCP's care. */
    public void park(PhysicalConnection physical) {
        PooledConnection pooled = all.get(physical);
        Connection proxy = pooled == null ? null : pooled.forgetProxy();
        if (proxy == null) {
            return;
        }
        try {
            proxy.close();
        } catch (SQLException e) {
            retire(physical, RetireReason.ENGINE, e);
        }
    }

    /** Gives connections to HikariCP whose openers were interrupted, or gave up, before they could take them. */
    public void adoptLeftovers() {
        HikariDataSource started = hikari;
        while (started != null && !closed && !opened.isEmpty()) {
            try {
                started.getConnection().close();
            } catch (SQLException e) {
                // HikariCP's thread is busy; the next round finds them again.
                return;
            }
        }
    }

    /** Closes a connection for good. Whoever comes first does it; the others' calls do nothing. */
    public void retire(PhysicalConnection physical, RetireReason reason, @Nullable Throwable cause) {
        if (!physical.life().retire()) {
            return;
        }
        PooledConnection pooled = all.remove(physical);
        Throwable why = cause;
        try {
            if (reason == RetireReason.ABORTED || reason == RetireReason.INTERRUPTED_WORK) {
                physical.abort(Runnable::run);
            } else {
                physical.pgjdbc().close();
            }
        } catch (SQLException e) {
            if (why == null) {
                why = e;
            } else if (why != e) {
                why.addSuppressed(e);
            }
        }
        reserved.decrementAndGet();
        events.on(new PoolEvent.Retired(physical.backend(), reason, physical.age(), physical.leases(), why));
        if (pooled != null) {
            Connection proxy = pooled.forgetProxy();
            if (proxy != null && hikari != null) {
                hikari.evictConnection(proxy);
            }
        }
    }

    /** Closes everything; those who work on a connection get its error. Idempotent. */
    public void close() {
        closed = true;
        for (PhysicalConnection physical : all.keySet()) {
            retire(physical, physical.tenant() == null ? RetireReason.POOL_CLOSED : RetireReason.ABORTED, null);
        }
        HikariDataSource started = hikari;
        if (started != null) {
            started.close();
        }
        // One that was opened while the loop ran.
        for (PhysicalConnection physical : all.keySet()) {
            retire(physical, RetireReason.POOL_CLOSED, null);
        }
    }

    // Only once a connection could be opened: a pool that can't connect leaves no threads behind.
    private synchronized HikariDataSource start() {
        HikariDataSource started = hikari;
        if (started == null) {
            started = new HikariDataSource(configuration());
            hikari = started;
        }
        if (closed) {
            started.close();
        }
        return started;
    }

    private boolean reserve() {
        int now = reserved.get();
        while (now < settings.maxSize()) {
            int seen = reserved.compareAndExchange(now, now + 1);
            if (seen == now) {
                return true;
            }
            now = seen;
        }
        return false;
    }

    /** Opens what was reserved, or takes the reservation back. */
    private PooledConnection open() throws SQLException {
        PhysicalConnection physical;
        try {
            physical = source.open();
        } catch (SQLException | RuntimeException | Error e) {
            reserved.decrementAndGet();
            throw e;
        }
        PooledConnection pooled = new PooledConnection(physical, this, settings.validateAfterIdle());
        all.put(physical, pooled);
        physical.life().require(Move.OPENED);
        events.on(new PoolEvent.Opened(physical.backend(), physical.openedIn()));
        if (closed) {
            retire(physical, RetireReason.POOL_CLOSED, null);
            throw new SQLException("pool " + settings.name() + " was closed", "08003");
        }
        return pooled;
    }

    // HikariCP's own retries back off to 5 s, and while its only thread sleeps, a connection that a caller has opened
    // meanwhile would wait in the queue. So failures stay in here, and a caller's connection ends any pause.
    private Connection supply() throws SQLException {
        for (Duration pause = FIRST_PAUSE; !closed; pause = longer(pause)) {
            try {
                PooledConnection ready = opened.poll();
                if (ready == null && reserve()) {
                    ready = openForEngine(pause);
                }
                if (ready == null) {
                    ready = opened.poll(pause.toMillis(), TimeUnit.MILLISECONDS);
                }
                if (ready != null) {
                    return ready;
                }
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                throw new SQLException("pool " + settings.name() + " is being closed", "08003", e);
            }
        }
        throw new SQLException("pool " + settings.name() + " was closed", "08003");
    }

    private @Nullable PooledConnection openForEngine(Duration retryIn) {
        try {
            return open();
        } catch (SQLException e) {
            events.on(new PoolEvent.OpenFailed(e, retryIn));
            return null;
        }
    }

    private static Duration longer(Duration pause) {
        Duration twice = pause.multipliedBy(2);
        return twice.compareTo(LONGEST_PAUSE) < 0 ? twice : LONGEST_PAUSE;
    }
}
