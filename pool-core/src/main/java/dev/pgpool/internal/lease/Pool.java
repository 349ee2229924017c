package dev.pgpool.internal.lease;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import dev.pgpool.internal.lease.Admission.Outcome;
import dev.pgpool.internal.lease.Admission.Ticket;
import dev.pgpool.internal.metrics.PoolBean;
import dev.pgpool.internal.metrics.PoolCounters;
import dev.pgpool.internal.metrics.PoolLog;
import dev.pgpool.internal.metrics.UnfailingListener;
import dev.pgpool.internal.physical.DatabaseCode;
import dev.pgpool.internal.physical.Engine;
import dev.pgpool.internal.physical.PgjdbcSource;
import dev.pgpool.internal.physical.PhysicalConnection;
import dev.pgpool.internal.session.Parameters;
import dev.pgpool.internal.session.SessionSettings;
import dev.pgpool.pool.PoolControl;
import dev.pgpool.pool.PoolEvent;
import dev.pgpool.pool.PoolSettings;
import dev.pgpool.pool.PoolSnapshot;
import dev.pgpool.pool.Switch;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Predicate;
import javax.management.JMException;
import org.jspecify.annotations.Nullable;

/** All physical connections of one identity, and the queue of those who wait for them. Safe for use by many threads. */
public final class Pool implements PoolControl {
    /** Says that the pool was closed; the caller takes a new one. */
    public static final class PoolClosedException extends Exception {
        private static final long serialVersionUID = 1L;

        PoolClosedException() {
            super("the pool was closed", null, false, false);
        }
    }

    /** In place of a number of logical connections: there can't be any more. */
    private static final int CLOSED = Integer.MIN_VALUE;
    /** How long a connection stays out of HikariCP's care, ready for the next lease. */
    private static final Duration READY_FOR = Duration.ofSeconds(1);

    private static final Predicate<PhysicalConnection> ANY = physical -> true;

    private final PoolSettings settings;
    private final PoolCounters counters = new PoolCounters();
    private final PoolEvent.Listener events;
    private final Runnable onClosed;
    private final Engine engine;
    private final Admission<PhysicalConnection> admission;
    private final Leases leases;
    private final Judge judge;
    private final Operations operations;
    private final FirstConnection first = new FirstConnection();
    private final ConcurrentMap<String, Object> constants = new ConcurrentHashMap<>();
    /** The starts that sessions had lately. */
    private final Cache<Parameters, Boolean> starts =
            Caffeine.newBuilder().maximumSize(1_000).executor(Runnable::run).build();

    private final AtomicInteger logical = new AtomicInteger();
    private final Pins pins;
    private final AtomicBoolean adopting = new AtomicBoolean();
    private final Future<?> maintenance;
    private final AtomicBoolean announced = new AtomicBoolean();
    private volatile Runnable unregister = () -> {};
    private volatile @Nullable SessionSettings initial;
    private volatile String initialApplicationName = "";
    private volatile long usedAtNanos = System.nanoTime();

    /** A pool that opens nothing yet. {@code onClosed} runs once, when the pool was closed, whoever closed it. */
    public Pool(PoolSettings settings, PgjdbcSource source, Runnable onClosed) {
        this(settings, source, new PoolLog(settings.name()), onClosed);
    }

    Pool(PoolSettings settings, PgjdbcSource source, PoolEvent.Listener log, Runnable onClosed) {
        this.settings = settings;
        PoolEvent.Listener unfailingLog = new UnfailingListener(log);
        this.events = event -> {
            counters.on(event);
            unfailingLog.on(event);
        };
        this.onClosed = onClosed;
        this.engine = new Engine(settings, source, events);
        this.admission = new Admission<>(settings.maxSize(), settings.maxWaiters(), PhysicalConnection::idleFor);
        this.pins = new Pins(settings, engine, events);
        this.leases = new Leases(settings, engine, admission, events, this::isClosed);
        this.judge = new Judge(settings, events);
        this.operations = new Operations(engine, admission, events);
        this.maintenance = Maintenance.every(READY_FOR, this::maintainSafely);
    }

    /** Tells of the pool once it can serve: what hears of it, an appender of the log perhaps, may want a connection. */
    private void announce() {
        if (announced.compareAndSet(false, true)) {
            events.on(new PoolEvent.Started(settings));
            if (settings.jmx() == Switch.ON) {
                unregister = registered();
            }
            if (isClosed()) {
                unregister.run();
            }
        }
    }

    private Runnable registered() {
        try {
            return PoolBean.register(this);
        } catch (JMException | RuntimeException e) {
            events.on(new PoolEvent.NotRegistered(e));
            return () -> {};
        }
    }

    /**
     * Opens a logical connection. The first call of a pool opens a physical connection too, so that a wrong password,
     * host or database fails here, with PostgreSQL's own error; later calls only create an object.
     *
     * @param start the parameters that its session begins with, and that RESET brings back
     * @throws PoolClosedException if the pool was closed in the meantime, explicitly or because nobody used it
     * @throws SQLException pgjdbc's exception if the first physical connection can't be opened
     */
    public Conversation open(Parameters start) throws SQLException, PoolClosedException {
        int before;
        do {
            before = logical.get();
            if (before == CLOSED) {
                throw new PoolClosedException();
            }
        } while (!logical.compareAndSet(before, before + 1));
        try {
            if (initial == null) {
                announce();
                first.once(this::openFirst);
            }
            tryStart(start);
            return new Conversation(this, Objects.requireNonNull(initial), start, CallSite.here());
        } catch (SQLException | RuntimeException | Error e) {
            logicalClosed();
            if (initial == null) {
                closeIfUnused("its first physical connection could not be opened");
            }
            throw e;
        }
    }

    /** Lets a wrong value fail here, as it would if a session of its own were opened. */
    private void tryStart(Parameters start) throws SQLException {
        if (start == Parameters.NONE || starts.getIfPresent(start) != null) {
            return;
        }
        SessionSettings settings = Objects.requireNonNull(initial).with(start);
        leases.work(
                this,
                ready -> ready.has(settings),
                settings().acquireTimeout(),
                physical -> physical.synchronise(settings, true));
        starts.put(start, true);
    }

    private void openFirst() throws SQLException {
        long deadline = System.nanoTime() + settings.acquireTimeout().toNanos();
        do {
            Duration left = Duration.ofNanos(Math.max(0, deadline - System.nanoTime()));
            leases.work(this, ANY, left, physical -> {
                // Where session after session ends over that question, another one would end too.
                judge.ask(physical, deadline - System.nanoTime() > 0 ? null : DatabaseCode.UNKNOWN);
                initialApplicationName = physical.initialApplicationName();
                initial = physical.initialSettings();
            });
        } while (judge.code() == null);
    }

    /** Asks again now and then, for what was created from elsewhere; only while a connection is free. */
    private void refreshCode() {
        if (initial == null || !judge.mayHaveChanged()) {
            return;
        }
        Ticket<PhysicalConnection> ticket = new Ticket<>(Patience.unlimited());
        if (admission.enter(ticket, ANY, System.nanoTime(), List::of) != Outcome.ADMITTED) {
            return;
        }
        PhysicalConnection physical = ticket.physical();
        if (physical == null) {
            admission.leave(ticket, null);
        } else {
            // The server may not answer; the thread of all pools doesn't wait for it.
            apart(() -> refreshCode(physical, ticket), () -> admission.leave(ticket, physical));
        }
    }

    /** Runs a task in a thread of its own, or, where there can be no more threads, what must be done instead. */
    private static void apart(Runnable task, Runnable otherwise) {
        boolean started = false;
        try {
            Maintenance.apart(task);
            started = true;
        } finally {
            if (!started) {
                otherwise.run();
            }
        }
    }

    private void refreshCode(PhysicalConnection physical, Ticket<PhysicalConnection> permit) {
        try {
            Lease lease = leases.lease(physical, permit, this);
            if (lease == null) {
                admission.leave(permit, null);
            } else {
                leases.work(lease, connection -> judge.ask(connection, judge.code()));
            }
        } catch (SQLException | RuntimeException e) {
            events.on(new PoolEvent.MaintenanceFailed(e));
        } catch (Error e) {
            leases.giveUp(permit);
            throw e;
        }
    }

    Leases leases() {
        return leases;
    }

    Judge judge() {
        return judge;
    }

    Pins pins() {
        return pins;
    }

    String initialApplicationName() {
        return initialApplicationName;
    }

    ConcurrentMap<String, Object> constants() {
        return constants;
    }

    PoolSettings settings() {
        return settings;
    }

    PoolEvent.Listener events() {
        return events;
    }

    void logicalClosed() {
        usedAtNanos = System.nanoTime();
        logical.getAndUpdate(now -> now == CLOSED ? CLOSED : now - 1);
    }

    // Whatever left this would end the schedule for good, and with it every time-out of those who wait.
    private void maintainSafely() {
        try {
            maintain();
        } catch (RuntimeException | Error e) {
            events.on(new PoolEvent.MaintenanceFailed(e));
        }
    }

    private void maintain() {
        admission.wakeNearDeadline();
        engine.finishClosing();
        if (!adopting.get()) {
            engine.retireLost();
        }
        admission.takeReady(READY_FOR).forEach(engine::park);
        if (engine.hasUnknown() && adopting.compareAndSet(false, true)) {
            apart(this::adopt, () -> adopting.set(false));
        }
        refreshCode();
        Duration timeout = settings.idlePoolTimeout();
        boolean unused = logical.get() == 0 && admission.pause() == null;
        if (!timeout.isZero() && unused && System.nanoTime() - lastUseAtNanos() > timeout.toNanos()) {
            Maintenance.apart(() -> closeIfUnused("not used for pool.idlePoolTimeout=" + timeout));
        }
    }

    private long lastUseAtNanos() {
        long leaseEnded = leases.endedAtNanos();
        return leaseEnded - usedAtNanos > 0 ? leaseEnded : usedAtNanos;
    }

    private void adopt() {
        try {
            engine.adopt();
        } finally {
            adopting.set(false);
        }
    }

    private void closeIfUnused(String why) {
        if (logical.compareAndSet(0, CLOSED)) {
            shutDown(why);
        }
    }

    /** Closes all physical connections; logical ones that are still open get SQLState 08003. Idempotent. */
    public void close() {
        if (logical.getAndSet(CLOSED) != CLOSED) {
            shutDown("closed by the application");
        }
    }

    public boolean isClosed() {
        return logical.get() == CLOSED;
    }

    private void shutDown(String why) {
        maintenance.cancel(false);
        unregister.run();
        onClosed.run();
        admission.close();
        engine.close();
        events.on(new PoolEvent.Closed(why));
    }

    @Override
    public String name() {
        return settings.name();
    }

    @Override
    public boolean pause(String why) {
        requireOpen();
        return operations.pause(why);
    }

    @Override
    public boolean resume() {
        requireOpen();
        return operations.resume();
    }

    @Override
    public PoolSnapshot drain(Duration longest) throws InterruptedException {
        requireOpen();
        operations.awaitDrained(longest);
        return snapshot();
    }

    @Override
    public int reconnect() {
        requireOpen();
        return operations.reconnect();
    }

    private void requireOpen() {
        if (isClosed()) {
            throw new IllegalStateException("pool " + settings.name() + " was closed");
        }
    }

    @Override
    public PoolSnapshot snapshot() {
        List<PoolSnapshot.Leased> leased = new ArrayList<>();
        for (PhysicalConnection physical : engine.all()) {
            if (physical.tenant() instanceof Tenancy tenant) {
                leased.add(tenant.leased(physical.backend()));
            }
        }
        Pause pause = admission.pause();
        return new PoolSnapshot(
                settings.name(),
                settings.maxSize(),
                engine.size(),
                leased,
                admission.waiting(),
                Math.max(0, logical.get()),
                pause == null ? null : new PoolSnapshot.Pause(pause.why(), pause.age()),
                counters.counts(admission.numbers()));
    }
}
