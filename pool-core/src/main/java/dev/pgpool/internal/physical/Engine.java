package dev.pgpool.internal.physical;

import com.zaxxer.hikari.HikariConfig;
import com.zaxxer.hikari.HikariDataSource;
import dev.pgpool.internal.physical.Pace.Attempt;
import dev.pgpool.pool.PoolEvent;
import dev.pgpool.pool.PoolSettings;
import dev.pgpool.pool.RetireReason;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * The physical connections of a pool: opens them, and leaves their keep-alive, idle time and age to HikariCP.
 *
 * <p>Those who need a connection open it in their own thread, so that a refusal reaches them at once and with
 * PostgreSQL's own words. HikariCP gets it when nobody has needed it for a moment: it adds some 30 connections a second
 * at most, which is too slow for a pool that has lost all of them. Connections that HikariCP wants on its own account
 * (minIdle) are opened in its thread. Its queue never has to decide anything: callers hold one of {@code maxSize}
 * permits. Safe for use by many threads.
 */
public final class Engine {
    /** HikariCP's shortest time-out: how long a caller waits for it before looking around again. */
    private static final Duration GLANCE = Duration.ofMillis(250);

    /** Long after everybody who has one that is idle has given it into HikariCP's care. */
    private static final Duration LOST_AFTER = Duration.ofSeconds(5);

    /** Where nobody is there to hear a farewell, or it would come in the middle of something else. */
    private static final Set<RetireReason> NO_FAREWELL =
            EnumSet.of(RetireReason.ABORTED, RetireReason.INTERRUPTED_WORK, RetireReason.DIED_IDLE);

    private final PoolSettings settings;
    private final PgjdbcSource source;
    private final PoolEvent.Listener events;
    /** Idle ones that HikariCP doesn't know yet. */
    private final BlockingQueue<PooledConnection> unknown = new LinkedBlockingQueue<>();

    private final AtomicInteger reserved = new AtomicInteger();
    private final Pace pace = new Pace(System::nanoTime);
    private final Map<PhysicalConnection, PooledConnection> all = new ConcurrentHashMap<>();
    private final ReentrantLock emptyLock = new ReentrantLock();
    private final Condition empty = emptyLock.newCondition();
    /** Whether HikariCP is there, or is being started. */
    private final AtomicBoolean starting = new AtomicBoolean();

    private volatile @Nullable HikariDataSource hikari;
    /** HikariCP's thread, while it waits for a connection. */
    private volatile @Nullable Thread supplier;

    /** Those whose opening began before are closed as soon as nobody needs them. */
    private volatile long freshSinceNanos = System.nanoTime();

    /** Those that were retired, and not yet closed, at the last call of finishClosing; for that alone. */
    private Set<PhysicalConnection> closing = Set.of();

    private volatile boolean paused;
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
        forgetWhatIsMeantForOthers(config);
        return config;
    }

    // It has read the file that the system property hikaricp.configurationFile names, if there is one: the
    // application's,
    // for a pool of its own.
    private static void forgetWhatIsMeantForOthers(HikariConfig config) {
        config.setAutoCommit(true);
        config.setReadOnly(false);
        config.setTransactionIsolation(null);
        config.setCatalog(null);
        config.setSchema(null);
        config.setConnectionInitSql(null);
        config.setConnectionTestQuery(null);
        config.setIsolateInternalQueries(false);
        config.setAllowPoolSuspension(false);
        config.setLeakDetectionThreshold(0);
        config.setRegisterMbeans(false);
        config.setUsername(null);
        config.setPassword(null);
        config.setJdbcUrl(null);
        config.setDataSourceClassName(null);
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
     * @param wayOut is given what ends an attempt to open one, from any thread
     * @return null if there was none at the moment, and none could be opened, or none may be: see {@link #roomToOpen}
     * @throws SQLException what pgjdbc raised when the server refused a new session
     */
    public @Nullable PhysicalConnection obtain(Consumer<Runnable> wayOut) throws SQLException {
        PooledConnection ready = unknown.poll();
        if (ready != null) {
            return ready.physical();
        }
        HikariDataSource started = hikari;
        if (started == null || idle(started) == 0) {
            Attempt attempt = begin();
            if (attempt != null) {
                PooledConnection fresh = open(attempt, wayOut);
                startFor(fresh);
                return fresh.physical();
            }
            if (started == null || reserved.get() < settings.maxSize()) {
                return null;
            }
        }
        return borrow(started);
    }

    private static int idle(HikariDataSource started) {
        return started.getHikariPoolMXBean().getIdleConnections();
    }

    /** How many idle connections are in HikariCP's care. */
    int parked() {
        HikariDataSource started = hikari;
        return started == null ? 0 : idle(started);
    }

    private @Nullable PhysicalConnection borrow(HikariDataSource started) throws SQLException {
        Connection proxy;
        try {
            proxy = started.getConnection();
        } catch (SQLException e) {
            if (closed) {
                throw new SQLException("pool " + settings.name() + " was closed", "08003", e);
            }
            // There was none in the moment of a glance, or the thread is interrupted: who waits for more will see.
            return null;
        }
        PooledConnection pooled = proxy.unwrap(PooledConnection.class);
        pooled.borrowedAs(proxy);
        if (unwanted(pooled.physical())) {
            retire(pooled.physical(), RetireReason.RECONNECT, null);
        }
        if (pooled.isClosed()) {
            // Whoever retired it found no proxy to evict, or has evicted this one.
            evict(pooled);
            return null;
        }
        return pooled.physical();
    }

    private void evict(PooledConnection pooled) {
        Connection proxy = pooled.forgetProxy();
        HikariDataSource started = hikari;
        if (proxy != null && started != null) {
            started.evictConnection(proxy);
        }
    }

    /** Gives an idle connection to HikariCP's care, now or by {@link #adopt}. */
    public void park(PhysicalConnection physical) {
        PooledConnection pooled = all.get(physical);
        if (pooled == null) {
            return;
        }
        Connection proxy = pooled.forgetProxy();
        if (proxy == null) {
            unknown.add(pooled);
            return;
        }
        try {
            proxy.close();
        } catch (SQLException e) {
            retire(physical, RetireReason.ENGINE, e);
        }
    }

    /** Whether there is something to {@link #adopt}. */
    public boolean hasUnknown() {
        return !unknown.isEmpty();
    }

    /**
     * Makes idle connections known to HikariCP, for a moment; call it again while {@link #hasUnknown}. May wait for the
     * network, since HikariCP looks whether its idle ones live.
     */
    public void adopt() {
        HikariDataSource started = hikari;
        List<Connection> known = new ArrayList<>();
        long until = System.nanoTime() + GLANCE.toNanos();
        try {
            while (started != null && !closed && hasUnknown() && System.nanoTime() - until < 0) {
                // It asks for one that it doesn't know only while it has none to give.
                known.add(started.getConnection());
            }
        } catch (SQLException e) {
            // Its thread is busy, or somebody took what was to be adopted.
            return;
        } finally {
            known.forEach(this::giveBack);
        }
    }

    private void giveBack(Connection proxy) {
        try {
            proxy.close();
        } catch (SQLException e) {
            throw new IllegalStateException("bug: giving a connection to HikariCP needs no server", e);
        }
    }

    /** Closes a connection for good. Whoever comes first does it; the others' calls do nothing. */
    public void retire(PhysicalConnection physical, RetireReason reason, @Nullable Throwable cause) {
        if (physical.life().retire()) {
            close(physical, reason, cause);
        }
    }

    /**
     * Closes those whose closing was ended by an Error, such as near the end of a stack. To be called now and then, by one
     * thread: who is still open at the next call isn't just being closed.
     */
    public void finishClosing() {
        Set<PhysicalConnection> retired = new HashSet<>();
        for (PhysicalConnection physical : all.keySet()) {
            if (physical.life().state() != State.RETIRED) {
                continue;
            }
            if (closing.contains(physical)) {
                close(physical, RetireReason.INTERRUPTED_WORK, null);
            } else {
                retired.add(physical);
            }
        }
        closing = retired;
    }

    /**
     * Closes those that an Error took out of everybody's sight, on their way from or to HikariCP. One that is still on its
     * way is only replaced, as if it had died.
     */
    public void retireLost() {
        if (hasUnknown() || parked() > 0) {
            return;
        }
        for (PhysicalConnection physical : all.keySet()) {
            if (physical.life().state() == State.IDLE && physical.idleFor().compareTo(LOST_AFTER) >= 0) {
                retire(physical, RetireReason.INTERRUPTED_WORK, null);
            }
        }
    }

    /** Closes a connection whose life has ended. Done once: whoever else comes meanwhile finds it closed, and gone. */
    private void close(PhysicalConnection physical, RetireReason reason, @Nullable Throwable cause) {
        Throwable why = cause;
        try {
            if (NO_FAREWELL.contains(reason)) {
                physical.abort();
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
        PooledConnection pooled = all.remove(physical);
        if (pooled == null) {
            return;
        }
        unreserve();
        events.on(new PoolEvent.Retired(physical.backend(), reason, physical.age(), physical.leases(), why));
        evict(pooled);
        if (physical.silent()) {
            retireWhoWereIdleAsLong();
        }
    }

    /** Where one doesn't answer, those that would be asked too hardly do; to wait for each would take as long again. */
    private void retireWhoWereIdleAsLong() {
        for (PhysicalConnection other : all.keySet()) {
            if (other.idleFor().compareTo(settings.validateAfterIdle()) >= 0
                    && other.life().attempt(Move.PROBE_STARTED)) {
                retire(other, RetireReason.DIED_IDLE, null);
            }
        }
    }

    /** Whether a connection is to be closed as soon as nobody needs it. */
    public boolean unwanted(PhysicalConnection physical) {
        return paused || physical.isOlderThan(freshSinceNanos);
    }

    /** Opens no connection until {@link #resume}, and closes those that nobody needs; others are {@link #unwanted}. */
    public void pause() {
        paused = true;
        renew(RetireReason.PAUSED);
    }

    public void resume() {
        paused = false;
    }

    /** Closes the connections that nobody needs; the others that are open now are {@link #unwanted}. */
    public void reconnect() {
        renew(RetireReason.RECONNECT);
    }

    private void renew(RetireReason reason) {
        freshSinceNanos = System.nanoTime();
        for (PhysicalConnection physical : all.keySet()) {
            if (physical.life().attempt(Move.IDLE_CLOSED)) {
                close(physical, reason, null);
            }
        }
        HikariDataSource started = hikari;
        if (started != null) {
            // It keeps what is closed until somebody wants it, and takes it for idle.
            started.getHikariPoolMXBean().softEvictConnections();
        }
    }

    /** Waits until no connection is open or being opened; false if some are when the time is over. */
    public boolean awaitEmpty(Duration longest) throws InterruptedException {
        long left = longest.toNanos();
        emptyLock.lock();
        try {
            while (reserved.get() > 0) {
                if (left <= 0) {
                    return false;
                }
                left = empty.awaitNanos(left);
            }
            return true;
        } finally {
            emptyLock.unlock();
        }
    }

    /** Closes everything; those who work on a connection get its error. Idempotent. */
    public void close() {
        closed = true;
        source.close();
        Thread waiting = supplier;
        if (waiting != null) {
            waiting.interrupt();
        }
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

    private void startFor(PooledConnection fresh) {
        try {
            start();
        } catch (RuntimeException | Error e) {
            // Nobody else knows of it.
            retire(fresh.physical(), RetireReason.ENGINE, e);
            throw e;
        }
    }

    // Only once a connection could be opened: a pool that can't connect leaves no threads behind. Nobody waits for it:
    // HikariCP writes to the log when it starts, and an appender may want a connection for that.
    private void start() {
        if (!starting.compareAndSet(false, true)) {
            return;
        }
        HikariDataSource started;
        try {
            started = new HikariDataSource(configuration());
        } catch (RuntimeException | Error e) {
            starting.set(false);
            throw e;
        }
        hikari = started;
        if (closed) {
            started.close();
        }
    }

    /** How many connections may be opened now; more when an attempt has ended, or some time has passed. */
    public int roomToOpen() {
        return paused ? 0 : Math.min(pace.room(), settings.maxSize() - reserved.get());
    }

    /** After which time to look for room again, if nothing happens meanwhile. */
    public Duration pauseToOpen() {
        return pace.pause();
    }

    /** Why the last attempt to open a connection failed; null if it didn't. */
    public @Nullable SQLException refusal() {
        return pace.refusal();
    }

    /** Reserves a connection and the attempt to open it; null if one of both can't be had now. */
    private @Nullable Attempt begin() {
        if (paused) {
            return null;
        }
        Attempt attempt = pace.begin();
        // Last: what an Error leaves of an attempt is forgotten in time, a reservation isn't.
        if (attempt != null && !reserve()) {
            pace.gaveUp(attempt);
            return null;
        }
        return attempt;
    }

    private void unreserve() {
        if (reserved.decrementAndGet() == 0) {
            emptyLock.lock();
            try {
                empty.signalAll();
            } finally {
                emptyLock.unlock();
            }
        }
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
    private PooledConnection open(Attempt attempt, Consumer<Runnable> wayOut) throws SQLException {
        PhysicalConnection physical = null;
        PooledConnection pooled;
        try {
            physical = source.open(wayOut);
            pace.succeeded(attempt);
            pooled = new PooledConnection(physical, this, settings.validateAfterIdle());
            int backend = physical.backend();
            physical.tell(reason -> events.on(new PoolEvent.Asked(backend, reason)));
            all.put(physical, pooled);
        } catch (SQLException e) {
            unreserve();
            pace.failed(attempt, e);
            if (closed) {
                throw new SQLException("pool " + settings.name() + " was closed", "08003", e);
            }
            throw e;
        } catch (RuntimeException | Error e) {
            unreserve();
            pace.gaveUp(attempt);
            if (physical != null) {
                physical.abort();
            }
            throw e;
        }
        physical.life().require(Move.OPENED);
        events.on(new PoolEvent.Opened(physical.backend(), physical.openedIn()));
        if (closed) {
            retire(physical, RetireReason.POOL_CLOSED, null);
            throw new SQLException("pool " + settings.name() + " was closed", "08003");
        }
        return pooled;
    }

    // HikariCP's own retries back off to 5 s, and while its only thread sleeps, one that is to be adopted would wait in
    // the queue. So failures stay in here, and such a connection ends any pause.
    private Connection supply() throws SQLException {
        supplier = Thread.currentThread();
        try {
            return waitForNext();
        } finally {
            supplier = null;
        }
    }

    private Connection waitForNext() throws SQLException {
        while (!closed) {
            try {
                PooledConnection ready = unknown.poll();
                Attempt attempt = ready == null ? begin() : null;
                if (attempt != null) {
                    ready = openForEngine(attempt);
                }
                if (ready == null) {
                    ready = unknown.poll(pace.pause().toNanos(), TimeUnit.NANOSECONDS);
                }
                if (ready != null && unwanted(ready.physical())) {
                    retire(ready.physical(), RetireReason.RECONNECT, null);
                } else if (ready != null && !ready.isClosed()) {
                    leaveRestOfLife(ready.physical());
                    return ready;
                }
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                throw new SQLException("pool " + settings.name() + " is being closed", "08003", e);
            }
        }
        throw new SQLException("pool " + settings.name() + " was closed", "08003");
    }

    // HikariCP counts a connection's age from here on, and reads its limit when this returns.
    private void leaveRestOfLife(PhysicalConnection physical) {
        HikariDataSource started = hikari;
        if (started != null && !settings.maxLifetime().isZero()) {
            Duration left = settings.maxLifetime().minus(physical.age());
            started.setMaxLifetime(Math.max(1, left.toMillis()));
        }
    }

    private @Nullable PooledConnection openForEngine(Attempt attempt) {
        try {
            return open(attempt, way -> {});
        } catch (SQLException e) {
            events.on(new PoolEvent.OpenFailed(e, pace.pause()));
            return null;
        }
    }
}
