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
import dev.pgpool.internal.physical.Leftovers;
import dev.pgpool.internal.physical.PgjdbcSource;
import dev.pgpool.internal.physical.PhysicalConnection;
import dev.pgpool.internal.session.Parameters;
import dev.pgpool.internal.session.SessionSettings;
import dev.pgpool.internal.sql.SqlTraits;
import dev.pgpool.internal.sql.SqlTraitsCache;
import dev.pgpool.pool.PinReason;
import dev.pgpool.pool.PoolControl;
import dev.pgpool.pool.PoolEvent;
import dev.pgpool.pool.PoolSettings;
import dev.pgpool.pool.PoolSnapshot;
import dev.pgpool.pool.ResetMode;
import dev.pgpool.pool.RetireReason;
import dev.pgpool.pool.Switch;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.EnumSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Objects;
import java.util.Set;
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

    /** What can't be looked into. */
    private static final Set<PinReason> OPAQUE =
            EnumSet.of(PinReason.FUNCTION, PinReason.PROCEDURE, PinReason.HIDDEN_CODE, PinReason.UNKNOWN_STATEMENT);

    /** In place of a number of logical connections: there can't be any more. */
    private static final int CLOSED = Integer.MIN_VALUE;
    /** How long a connection stays out of HikariCP's care, ready for the next lease. */
    private static final Duration READY_FOR = Duration.ofSeconds(1);

    private static final Duration CODE_KNOWN_FOR = Duration.ofSeconds(30);

    private static final Predicate<PhysicalConnection> ANY = physical -> true;

    private final PoolSettings settings;
    private final PoolCounters counters = new PoolCounters();
    private final PoolEvent.Listener events;
    private final Runnable onClosed;
    private final Engine engine;
    private final Admission<PhysicalConnection> admission;
    private final Openings openings;
    private final Operations operations;
    private final FirstConnection first = new FirstConnection();
    private final SqlTraitsCache traits = new SqlTraitsCache();
    private final ConcurrentMap<String, Object> constants = new ConcurrentHashMap<>();
    /** The starts that sessions had lately. */
    private final Cache<Parameters, Boolean> starts =
            Caffeine.newBuilder().maximumSize(1_000).executor(Runnable::run).build();

    private final AtomicInteger logical = new AtomicInteger();
    private final Pins pins;
    private final AtomicBoolean adopting = new AtomicBoolean();
    private final Future<?> maintenance;
    private final Runnable unregister;
    private volatile @Nullable SessionSettings initial;
    private volatile String initialApplicationName = "";
    private volatile boolean sequenceStateAsked;
    private volatile @Nullable DatabaseCode code;
    private volatile long codeAskedAtNanos;
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
        this.openings = new Openings(settings, engine, admission, events);
        this.operations = new Operations(engine, admission, events);
        this.maintenance = Maintenance.every(READY_FOR, this::maintainSafely);
        events.on(new PoolEvent.Started(settings));
        this.unregister = settings.jmx() == Switch.ON ? registered() : () -> {};
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
        Lease lease = take(
                new Ticket<>(Patience.unlimited()),
                this,
                ready -> ready.has(settings),
                settings().acquireTimeout());
        work(lease, physical -> physical.synchronise(settings, true));
        starts.put(start, true);
    }

    private void openFirst() throws SQLException {
        long deadline = System.nanoTime() + settings.acquireTimeout().toNanos();
        do {
            Duration left = Duration.ofNanos(Math.max(0, deadline - System.nanoTime()));
            Lease lease = take(new Ticket<>(Patience.unlimited()), this, ANY, left);
            work(lease, physical -> {
                // Where session after session ends over that question, another one would end too.
                askForCode(physical, deadline - System.nanoTime() > 0 ? null : DatabaseCode.UNKNOWN);
                initialApplicationName = physical.initialApplicationName();
                initial = physical.initialSettings();
            });
        } while (code == null);
    }

    /** Asks for the code of users in the database, which may have changed; to be called outside a transaction. */
    void askForCode(PhysicalConnection physical) {
        askForCode(physical, DatabaseCode.UNKNOWN);
    }

    /** @param unanswered what is to be known of it if the session ends meanwhile, which says nothing of the database */
    private void askForCode(PhysicalConnection physical, @Nullable DatabaseCode unanswered) {
        codeAskedAtNanos = System.nanoTime();
        DatabaseCode before = code;
        boolean wasHidden = before != null && before.mayHide();
        boolean wasInQueries = before != null && before.mayHideInQueries();
        try {
            DatabaseCode now = physical.databaseCode(before);
            code = now;
            boolean changed = now.mayHide() != wasHidden || now.mayHideInQueries() != wasInQueries;
            if (changed || before == DatabaseCode.UNKNOWN && now != before) {
                events.on(new PoolEvent.HiddenCode(now.mayHide(), now.mayHideInQueries(), now.culprits(), null));
            }
        } catch (SQLException e) {
            // When not sure, be correct and slow.
            DatabaseCode now = DatabaseCode.UNKNOWN;
            if (physical.broken()) {
                now = unanswered;
                codeAskedAtNanos = System.nanoTime() - CODE_KNOWN_FOR.toNanos();
            }
            code = now;
            if (now == DatabaseCode.UNKNOWN && before != now) {
                events.on(new PoolEvent.HiddenCode(true, true, List.of(), e));
            }
        }
    }

    /** Asks again now and then, for what was created from elsewhere; only while a connection is free. */
    private void refreshCode() {
        if (initial == null || System.nanoTime() - codeAskedAtNanos < CODE_KNOWN_FOR.toNanos()) {
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
            Lease lease = lease(physical, permit, this);
            if (lease == null) {
                admission.leave(permit, null);
            } else {
                work(lease, connection -> askForCode(connection, code));
            }
        } catch (SQLException | RuntimeException e) {
            events.on(new PoolEvent.MaintenanceFailed(e));
        }
    }

    /** Gets the permit, and perhaps a physical connection with it. */
    private void admit(Ticket<PhysicalConnection> ticket, Predicate<PhysicalConnection> fits, long deadline)
            throws SQLException {
        long startedAt = System.nanoTime();
        Outcome outcome = admission.enter(ticket, fits, deadline, this::keepersOfAll);
        if (outcome != Outcome.ADMITTED) {
            throw refusal(outcome, startedAt);
        }
    }

    /** A physical connection, idle, for somebody who has a permit, which he keeps unless this fails. */
    private PhysicalConnection obtain(Ticket<PhysicalConnection> permit, long startedAt, long deadline)
            throws SQLException {
        try {
            PhysicalConnection physical = openings.obtain(permit.patience(), startedAt, deadline, initial != null);
            permit.physical(physical);
            return physical;
        } catch (SQLException | RuntimeException | Error e) {
            admission.leave(permit, null);
            throw e;
        }
    }

    /**
     * Leases a physical connection that is alive.
     *
     * @param ticket a fresh one, of this thread; if this ends by an Error, see {@link #giveUp}
     * @param fits which one to prefer among those that are ready
     * @param wait longest wait, within the caller's patience
     */
    Lease take(Ticket<PhysicalConnection> ticket, Object tenant, Predicate<PhysicalConnection> fits, Duration wait)
            throws SQLException {
        long startedAt = System.nanoTime();
        long deadline = ticket.patience().deadline(wait);
        admit(ticket, fits, deadline);
        for (; ; ) {
            PhysicalConnection ready = ticket.physical();
            // With the permit in hand: whoever met a dead connection doesn't lose his place too.
            PhysicalConnection physical = ready == null ? obtain(ticket, startedAt, deadline) : ready;
            Lease lease = lease(physical, ticket, tenant);
            if (lease != null) {
                return lease;
            }
        }
    }

    /** Ends what an Error has left of a {@link #take}, or of the lease it led to, if that wasn't given back. */
    void giveUp(Ticket<PhysicalConnection> ticket) {
        PhysicalConnection left = admission.giveUp(ticket);
        if (left != null) {
            engine.retire(left, RetireReason.INTERRUPTED_WORK, null);
        }
    }

    /** Leases an idle connection; if it is dead, retires it and answers null, and the permit is still the caller's. */
    private @Nullable Lease lease(PhysicalConnection physical, Ticket<PhysicalConnection> permit, Object tenant) {
        try {
            if (physical.take(tenant, settings.validateAfterIdle())) {
                return new Lease(physical, permit);
            }
            engine.retire(physical, RetireReason.DIED_IDLE, null);
            permit.physical(null);
            return null;
        } catch (RuntimeException | Error e) {
            retire(physical, permit, RetireReason.DIED_IDLE, e);
            throw e;
        }
    }

    /** Runs work of the pool's own, and ends the lease. */
    private void work(Lease lease, Task work) throws SQLException {
        try {
            work.on(lease.physical);
        } catch (SQLException e) {
            giveBack(lease);
            throw e;
        } catch (RuntimeException | Error e) {
            // pgjdbc and the server are out of step.
            retire(lease, RetireReason.INTERRUPTED_WORK, e);
            throw e;
        }
        giveBack(lease);
    }

    /** Ends a lease whose session is clean. */
    void giveBack(Lease lease) {
        if (lease.physical.giveBack()) {
            handOn(lease);
        } else {
            admission.leave(lease.permit, null);
        }
    }

    /** Ends a lease whose session is not clean, but can be cleaned. */
    void resetAndGiveBack(Lease lease) {
        PhysicalConnection physical = lease.physical;
        long startedAt = System.nanoTime();
        Leftovers left = settings.resetMode() == ResetMode.ALWAYS ? null : lease.leftovers();
        try {
            if (left == null) {
                physical.reset();
            } else {
                physical.reset(left);
            }
        } catch (SQLException | RuntimeException e) {
            retire(lease, RetireReason.RESET_FAILED, e);
            return;
        } catch (Error e) {
            retire(lease, RetireReason.RESET_FAILED, e);
            throw e;
        }
        events.on(
                new PoolEvent.Reset(physical.backend(), left == null, Duration.ofNanos(System.nanoTime() - startedAt)));
        handOn(lease);
    }

    private void handOn(Lease lease) {
        PhysicalConnection physical = lease.physical;
        usedAtNanos = System.nanoTime();
        if (physical.expired(settings.maxLifetime())) {
            retire(lease, RetireReason.MAX_LIFETIME, null);
        } else if (physical.broken()) {
            retire(lease, isClosed() ? RetireReason.POOL_CLOSED : RetireReason.BROKEN, null);
        } else if (physical.cancelMayArrive()) {
            retire(lease, RetireReason.CANCEL_UNANSWERED, null);
        } else if (engine.unwanted(physical)) {
            retire(lease, admission.pause() == null ? RetireReason.RECONNECT : RetireReason.PAUSED, null);
        } else {
            admission.leave(lease.permit, physical);
        }
    }

    /** Ends a lease together with its physical connection. */
    void retire(Lease lease, RetireReason reason, @Nullable Throwable cause) {
        retire(lease.physical, lease.permit, reason, cause);
    }

    private void retire(
            PhysicalConnection physical,
            Ticket<PhysicalConnection> permit,
            RetireReason reason,
            @Nullable Throwable cause) {
        engine.retire(physical, reason, cause);
        // Not if an Error strikes before: then both stay together, for giveUp.
        admission.leave(permit, null);
    }

    /** Closes the socket below somebody's feet, from any thread, unless he has ended his lease; he gives the permit back. */
    void abort(Lease lease) {
        if (lease.end()) {
            engine.retire(lease.physical, RetireReason.ABORTED, null);
        }
    }

    /** Closes a connection in the middle of its work, for whoever is at work on it; the permit comes back with the lease. */
    void breakOff(PhysicalConnection physical, Throwable cause) {
        engine.retire(physical, RetireReason.INTERRUPTED_WORK, cause);
    }

    // Every connection is leased, and no thread is at work on any: then these threads are all that can end a lease.
    private Collection<Thread> keepersOfAll() {
        List<Thread> keepers = new ArrayList<>(settings.maxSize());
        for (PhysicalConnection physical : engine.all()) {
            Thread keeper = physical.tenant() instanceof Tenancy tenant ? tenant.keeper() : null;
            if (keeper == null) {
                return List.of();
            }
            keepers.add(keeper);
        }
        return keepers.size() == settings.maxSize() ? keepers : List.of();
    }

    private SQLException refusal(Outcome outcome, long startedAt) {
        String message = Refusals.message(outcome, settings, engine, admission, startedAt);
        events.on(new PoolEvent.WaitFailed(message, outcome == Outcome.TIMED_OUT));
        return Refusals.error(outcome, message, null);
    }

    SqlTraits traits(String sql) {
        SqlTraits found = traits.traits(sql);
        if (found.readsSequenceState()) {
            sequenceStateAsked = true;
        }
        return found;
    }

    /** Whether any logical connection of this pool ever asked for {@code currval} or {@code lastval}. */
    boolean sequenceStateAsked() {
        return sequenceStateAsked;
    }

    /** What a text may do to its session in this database. */
    SqlTraits judged(SqlTraits text) {
        DatabaseCode known = code;
        SqlTraits judged = (known == null ? DatabaseCode.UNKNOWN : known).judged(text);
        if (judged == text && judged.leaves().isEmpty()) {
            return text;
        }
        if (judged.readsSequenceState() && !text.functions().isEmpty()) {
            sequenceStateAsked = true;
        }
        if (settings.resetMode() != ResetMode.NEVER || judged.leaves().isEmpty()) {
            return judged;
        }
        Set<PinReason> leaves = new LinkedHashSet<>(judged.leaves());
        leaves.removeAll(OPAQUE);
        return judged.withLeaves(leaves);
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
        if (!timeout.isZero() && unused && System.nanoTime() - usedAtNanos > timeout.toNanos()) {
            Maintenance.apart(() -> closeIfUnused("not used for pool.idlePoolTimeout=" + timeout));
        }
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
        List<PoolSnapshot.Leased> leases = new ArrayList<>();
        for (PhysicalConnection physical : engine.all()) {
            if (physical.tenant() instanceof Tenancy tenant) {
                leases.add(tenant.leased(physical.backend()));
            }
        }
        Pause pause = admission.pause();
        return new PoolSnapshot(
                settings.name(),
                settings.maxSize(),
                engine.size(),
                leases,
                admission.waiting(),
                Math.max(0, logical.get()),
                pause == null ? null : new PoolSnapshot.Pause(pause.why(), pause.age()),
                counters.counts(admission.numbers()));
    }
}
