package dev.pgpool.internal.lease;

import dev.pgpool.internal.failure.Ending;
import dev.pgpool.internal.failure.Report;
import dev.pgpool.internal.lease.Admission.Ticket;
import dev.pgpool.internal.physical.Misunderstandings;
import dev.pgpool.internal.physical.Notifications;
import dev.pgpool.internal.physical.PhysicalConnection;
import dev.pgpool.internal.session.Parameters;
import dev.pgpool.internal.session.SessionSettings;
import dev.pgpool.internal.sql.Effect;
import dev.pgpool.internal.sql.SqlTraits;
import dev.pgpool.pool.PinReason;
import dev.pgpool.pool.PoolControl;
import dev.pgpool.pool.PoolEvent;
import dev.pgpool.pool.PoolMode;
import dev.pgpool.pool.PoolSettings;
import dev.pgpool.pool.PoolSnapshot;
import dev.pgpool.pool.ResetMode;
import dev.pgpool.pool.RetireReason;
import dev.pgpool.pool.Verdict;
import java.lang.ref.Cleaner;
import java.sql.SQLException;
import java.sql.SQLFeatureNotSupportedException;
import java.sql.SQLWarning;
import java.sql.Savepoint;
import java.time.Duration;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * What one logical connection says to the server, over whatever physical connection it holds at the moment.
 *
 * <p>Safe for use by many threads; calls of several threads run one after the other.
 */
public final class Conversation {
    private static final Cleaner CLEANER = Cleaner.create();

    private final Pool pool;
    private final CallSite openSite;
    private final ReentrantLock lock = new ReentrantLock();
    private volatile @Nullable Lease lease;
    /** That of the lease, or of the wait for one; noted first, so that it is found whatever Error comes next. */
    private @Nullable Ticket<PhysicalConnection> ticket;

    private final AtomicBoolean closed = new AtomicBoolean();
    /** Why this logical connection was closed, if that wasn't {@link #close}. */
    private volatile @Nullable Throwable lost;
    /** The thread that used the lease last, while the lease is kept and nobody is at work on it. */
    private volatile @Nullable Thread keeper;

    private volatile @Nullable Thread holder;
    private Cleaner.@Nullable Cleanable watch;

    private final Ledger ledger;
    private final JdbcSettings jdbc;
    private boolean autoCommit = true;
    /** Why the open transaction is gone, until the application has rolled it back. */
    private @Nullable SQLException transactionLost;

    /** The work under way, the outermost if there is other work within it: only that ends the lease. */
    private volatile @Nullable Errand<?> underWay;

    /** The last work, if an Error ended it, or it is under way: then nobody knows what state the lease is in. */
    private @Nullable Errand<?> struck;

    private @Nullable SQLWarning warnings;

    Conversation(Pool pool, SessionSettings initial, Parameters start, CallSite openSite) {
        this.pool = pool;
        this.ledger = new Ledger(pool, this, initial, start);
        this.jdbc = new JdbcSettings(this, ledger, pool);
        this.openSite = openSite;
    }

    /** Takes the lease back when this object became unreachable without having called {@link #close}. */
    public void watch(Object application) {
        watch = CLEANER.register(application, this::abandoned);
    }

    /** Runs one piece of work on a physical connection: the open transaction's, the pinned one, or a new lease. */
    public <T extends @Nullable Object> T work(SqlTraits traits, Work<T> work) throws SQLException {
        return work(traits, "", Patience.unlimited(), work);
    }

    /** As {@link #work(SqlTraits, Work)}, for work without a result. */
    public void run(SqlTraits traits, Task task) throws SQLException {
        work(traits, done(task));
    }

    private static Work<Boolean> done(Task task) {
        return physical -> {
            task.on(physical);
            return true;
        };
    }

    /**
     * Runs one piece of work on a physical connection: the open transaction's, the pinned one, or a new lease. If that
     * breaks, the work is run again on another one where nobody can notice.
     *
     * @param sql for messages
     * @param patience ends every wait of this call, when its time is over or somebody ends it
     * @throws SQLException pgjdbc's own, as long as the physical connection lives; else see {@code failure.Report}
     */
    public <T extends @Nullable Object> T work(SqlTraits traits, String sql, Patience patience, Work<T> work)
            throws SQLException {
        return run(
                Errand.statement(traits, sql, patience, work), pool.settings().acquireTimeout());
    }

    private <T extends @Nullable Object> T run(Errand<T> errand, Duration wait) throws SQLException {
        lock.lock();
        try {
            requireOpen();
            requireMode(errand.traits);
            Errand<?> outer = underWay;
            if (outer != null) {
                return perform(requireLease(), errand, outer);
            }
            clearUp();
            underWay = errand;
            struck = errand;
            try {
                // Again: whoever closed this a moment ago found nothing under way that he could have ended.
                requireOpen();
                T result = runUntilAnswered(errand, wait);
                struck = null;
                return result;
            } catch (SQLException | RuntimeException e) {
                struck = null;
                throw e;
            } finally {
                underWay = null;
            }
        } finally {
            lock.unlock();
        }
    }

    /** Ends a lease that an Error left where there was no room to end it, such as near the end of a stack. */
    private void clearUp() {
        Errand<?> unfinished = struck;
        if (unfinished == null || underWay != null) {
            return;
        }
        Lease left = lease;
        if (left != null) {
            boolean unknown = unfinished.verdict(left, Ending.LOST) == Verdict.UNKNOWN;
            SQLException cause =
                    new SQLException("an Error of the JVM struck the work before", unknown ? "08007" : "08006");
            interruptedWork(left, cause);
            lose(left, cause);
        }
        if (ticket != null) {
            pool.giveUp(ticket);
            ticket = null;
        }
        struck = null;
    }

    // The only place where taking and ending a lease are paired.
    private <T extends @Nullable Object> T runUntilAnswered(Errand<T> errand, Duration wait) throws SQLException {
        while (true) {
            requireTransaction();
            Lease kept = lease;
            Lease current = kept != null ? kept : take(errand, wait);
            PhysicalConnection physical = current.physical;
            boolean inTransaction = physical.inTransaction();
            boolean first = kept == null || !inTransaction && !kept.pinned();
            keeper = null;
            errand.begins(inTransaction || !autoCommit, kept != null);
            SQLException failure = attempt(current, errand);
            if (failure == null) {
                settle(current, null);
                return errand.result();
            }
            if (!physical.broken()) {
                settle(current, failure);
                throw failure;
            }
            if (survives(current, errand, first, failure)) {
                return errand.result();
            }
            requireOpen();
        }
    }

    /** How it failed; null if it didn't. */
    private @Nullable SQLException attempt(Lease current, Errand<?> errand) {
        try {
            perform(current, errand, errand);
            if (!current.physical.inTransaction()) {
                errand.endedTransaction();
                ledger.takeStock(current);
            }
            return null;
        } catch (SQLException e) {
            current.physical.failed(e);
            ledger.mayBeRolledBack(current);
            return e;
        } catch (RuntimeException | Error e) {
            // Nobody knows where in the protocol this struck.
            interruptedWork(current, e);
            settle(current, e);
            throw e;
        }
    }

    /** Does what was asked for; within {@code outermost}, which may be the same. */
    private <T extends @Nullable Object> T perform(Lease current, Errand<T> errand, Errand<?> outermost)
            throws SQLException {
        PhysicalConnection physical = current.physical;
        physical.synchronise(ledger.wanted(), autoCommit);
        boolean copying = current.pinnedBy(PinReason.COPY);
        SqlTraits expected = ledger.expect(errand.traits, errand.sql, current);
        if (errand == outermost) {
            // In a COPY nothing else can be asked, also not what has become of the session: pgjdbc would wait for ever.
            physical.requestBegins(errand.worthALook() && !copying);
        }
        outermost.asks(expected.effect());
        T result = understood(current, errand.work);
        errand.answered(result);
        ledger.conclude(expected, current);
        return result;
    }

    /**
     * Deals with a physical connection that broke: true if the work is done, false if it is to be begun again.
     *
     * @param first whether the application has seen nothing yet of what went with the connection
     */
    private boolean survives(Lease current, Errand<?> errand, boolean first, SQLException failure) throws SQLException {
        PhysicalConnection physical = current.physical;
        Ending ending = PhysicalConnection.ending(failure);
        boolean again = first && errand.mayBeDoneTwice();
        if (errand.done() && !again) {
            // Only the session in which it was done is gone, with what it may have left there.
            markClosed(failure);
            lose(current, failure);
            return true;
        }
        if (ending == Ending.TIMED_OUT) {
            // As JDBC wants it of setNetworkTimeout.
            markClosed(failure);
        }
        if (ending == Ending.ANSWERED || isClosed() && errand.verdict(current, ending) != Verdict.UNKNOWN) {
            lose(current, failure);
            throw failure;
        }
        Verdict verdict = errand.verdict(current, ending);
        String lostState = first ? null : lostState(current);
        String refusal = null;
        if (first) {
            refusal = errand.refusesRepeat(current, verdict, ending);
        }
        if (first && refusal == null) {
            discard(current, RetireReason.BROKEN, failure);
            refusal = errand.pauses(failure, pool.settings().retryTimeout());
            if (refusal == null) {
                pool.events().on(new PoolEvent.Broke(physical.backend(), verdict, true, failure));
                return false;
            }
            transactionLost = autoCommit ? null : failure;
        } else {
            lose(current, failure);
        }
        pool.events().on(new PoolEvent.Broke(physical.backend(), verdict, false, failure));
        SQLException told = errand.report(current, verdict, failure, refusal, lostState);
        if (verdict == Verdict.UNKNOWN && transactionLost != null) {
            transactionLost = told;
        }
        throw told;
    }

    private static @Nullable String lostState(Lease current) {
        Pin pin = current.pin();
        if (pin == null) {
            return null;
        }
        return pin.reason() == PinReason.SESSION_MODE
                ? "the session that pool.mode=session keeps for it"
                : pin.reason().description();
    }

    /** Runs work. Where pgjdbc can't make sense of the server's answers, that is an error as any other. */
    private <T extends @Nullable Object> T understood(Lease current, Work<T> work) throws SQLException {
        try {
            return work.on(current.physical);
        } catch (RuntimeException | AssertionError e) {
            if (!Misunderstandings.is(e)) {
                throw e;
            }
            interruptedWork(current, e);
            throw Misunderstandings.of(e, current.physical);
        }
    }

    private Lease take(Errand<?> errand, Duration wait) throws SQLException {
        Lease taken;
        try {
            ticket = new Ticket<>(errand.patience);
            taken = pool.take(ticket, this, ledger.fits(errand.traits), errand.wait(wait));
            lease = taken;
        } catch (SQLException e) {
            requireOpen();
            throw errand.noConnection(e);
        }
        if (pool.settings().mode() == PoolMode.SESSION) {
            taken.pin(Pin.now(PinReason.SESSION_MODE, ""));
        }
        holder = Thread.currentThread();
        ledger.pinIfTemporaryByDefault(taken);
        if (isClosed()) {
            // Aborted, or the pool closed, while this waited.
            settle(taken, null);
            requireOpen();
        }
        return taken;
    }

    /** Ends the lease unless something keeps it. */
    private void settle(Lease current, @Nullable Throwable failure) {
        try {
            settleInStep(current, failure);
        } catch (RuntimeException | Error e) {
            // Our own questions to the server went wrong, and nobody knows what state the session is in.
            interruptedWork(current, e);
            if (lease == current) {
                markClosed(e);
                lose(current, e);
            }
            if (e instanceof Error error) {
                throw error;
            }
        }
    }

    private void settleInStep(Lease current, @Nullable Throwable failure) {
        PhysicalConnection physical = current.physical;
        if (physical.broken()) {
            lose(current, failure);
            return;
        }
        if (closed.get()) {
            release(current);
            return;
        }
        boolean inTransaction = physical.inTransaction();
        if (!inTransaction) {
            try {
                ledger.takeStock(current);
            } catch (SQLException e) {
                markClosed(e);
                lose(current, e);
                return;
            }
        }
        if (inTransaction || current.pinned() || current.held()) {
            keeper = Thread.currentThread();
            return;
        }
        end(current);
    }

    /** Ends a lease with no transaction open. */
    private void end(Lease current) {
        takeWarnings(current);
        if (!current.end()) {
            discard(current, RetireReason.ABORTED, null);
            return;
        }
        forget(current);
        if (current.endsItsSession()) {
            pool.retire(current, RetireReason.NOT_RESETTABLE, null);
        } else if (current.soiled() || pool.settings().resetMode() == ResetMode.ALWAYS) {
            pool.resetAndGiveBack(current);
        } else {
            pool.giveBack(current);
        }
        ticket = null;
    }

    private void takeWarnings(Lease current) {
        try {
            SQLWarning taken = current.physical.takeWarnings();
            if (taken != null) {
                addWarning(taken);
            }
        } catch (SQLException e) {
            addWarning(new SQLWarning("the warnings of the connection are lost with it", "01000", e));
        }
    }

    private void addWarning(SQLWarning warning) {
        if (warnings == null) {
            warnings = warning;
        } else {
            warnings.setNextWarning(warning);
        }
    }

    /** The physical connection broke: says what that means for the logical one. */
    private void lose(Lease current, @Nullable Throwable failure) {
        SQLException cause = failure instanceof SQLException e
                ? e
                : new SQLException(
                        "the physical connection (backend " + current.physical.backend() + ") broke", "08006", failure);
        if (current.pinned() || (autoCommit && current.physical.inTransaction())) {
            markClosed(cause);
        } else if (!autoCommit) {
            transactionLost = cause;
        }
        discard(current, RetireReason.BROKEN, cause);
    }

    /** Ends a lease together with its physical connection. */
    private void discard(Lease current, RetireReason reason, @Nullable Throwable cause) {
        forget(current);
        pool.retire(current, reason, cause);
        ticket = null;
    }

    private void forget(Lease current) {
        lease = null;
        holder = null;
        keeper = null;
        current.endHolds();
        pool.pins().ended(current);
    }

    private void interruptedWork(Lease current, Throwable cause) {
        pool.breakOff(current.physical, cause);
    }

    /**
     * To be called within {@link #work}, when the server has answered: whether the result has to be kept even if the
     * connection broke after that, because what was asked for is done and may not be done again.
     */
    public boolean mustKeepResult() {
        Errand<?> errand = underWay;
        return errand != null && errand.lastsAtOnce() && requireLease().physical.broken();
    }

    /** To be called within {@link #work}: what the work under way may do. */
    public Effect effect() {
        return requireUnderWay().effect();
    }

    /**
     * To be called within {@link #work} by a COPY to the server: whether the server waits for its end, before which it
     * commits nothing of it.
     */
    public void unfinished(boolean waits) {
        requireUnderWay().unfinished(waits);
    }

    private Errand<?> requireUnderWay() {
        Errand<?> errand = underWay;
        if (errand == null || !lock.isHeldByCurrentThread()) {
            throw new IllegalStateException("bug: to be called within work");
        }
        return errand;
    }

    /** What is known of this text; cached. */
    public SqlTraits traits(String sql) {
        return pool.traits(sql);
    }

    /**
     * To be called within {@link #work}: keeps the lease beyond it.
     *
     * @param endsWithTransaction whether the object dies with the transaction, as a cursor or a large object does
     */
    public Hold hold(boolean endsWithTransaction) {
        Lease current = requireLease();
        Hold hold = new Hold(this, current, endsWithTransaction);
        current.add(hold);
        return hold;
    }

    <T extends @Nullable Object> T onHeld(Hold hold, Effect effect, Hold.Call<T> call) throws SQLException {
        lock.lock();
        try {
            if (hold.ended() || lease != hold.lease()) {
                throw new SQLException(
                        "this object lived on the server in a transaction that has ended, or on a physical connection"
                                + " that is gone",
                        "34000");
            }
            return run(Errand.held(effect, call), Duration.ZERO);
        } finally {
            lock.unlock();
        }
    }

    void end(Hold hold) {
        if (hold.ended()) {
            return;
        }
        lock.lock();
        try {
            Lease current = hold.lease();
            hold.leaseEnded();
            current.remove(hold);
            clearUp();
            if (lease == current && underWay == null) {
                settle(current, null);
            }
        } finally {
            lock.unlock();
        }
    }

    /** To be called within {@link #work}: keeps the physical connection until this logical connection is closed. */
    public void pin(PinReason reason, String detail) {
        pool.pins().pin(requireLease(), reason, detail);
    }

    /** To be called within {@link #work}, when what was pinned for a reason that isn't asked for is over. */
    public void unpin(PinReason reason) {
        pool.pins().unpin(requireLease(), reason);
    }

    private Lease requireLease() {
        Lease current = lease;
        if (current == null || !lock.isHeldByCurrentThread()) {
            throw new IllegalStateException("bug: to be called within work");
        }
        return current;
    }

    /** Whether a lease is open at the moment. */
    public boolean leased() {
        return lease != null;
    }

    boolean pinned() {
        Lease current = lease;
        return current != null && current.pinned();
    }

    /** Why its lease outlives the unit of work; null if it doesn't. */
    @Nullable Pin pin() {
        Lease current = lease;
        return current == null ? null : current.pin();
    }

    long leasedAtNanos() {
        Lease current = lease;
        return current == null ? System.nanoTime() : current.takenAtNanos;
    }

    /** The lease of this physical connection, which this conversation has, or had a moment ago. */
    PoolSnapshot.Leased leased(int backend) {
        Thread thread = holder;
        Pin pin = pin();
        return new PoolSnapshot.Leased(
                backend,
                Duration.ofNanos(System.nanoTime() - leasedAtNanos()),
                thread == null ? "" : thread.getName(),
                pin == null
                        ? null
                        : new PoolSnapshot.Pinned(
                                backend, pin.reason(), pin.detail(), pin.site().toString(), pin.age()));
    }

    /** Who holds the lease and why, as the end of a message. */
    String holder() {
        Thread thread = holder;
        Lease current = lease;
        Pin pin = current == null ? null : current.pin();
        return (thread == null ? "" : " by thread " + thread.getName())
                + (pin == null ? "" : ", pinned by " + pin.reason().description());
    }

    @Nullable Thread keeper() {
        return keeper;
    }

    public boolean autoCommit() throws SQLException {
        requireOpen();
        return autoCommit;
    }

    /** As {@link java.sql.Connection#setAutoCommit}: commits an open transaction; needs no lease otherwise. */
    public void setAutoCommit(boolean autoCommit) throws SQLException {
        lock.lock();
        try {
            requireOpen();
            if (this.autoCommit == autoCommit) {
                return;
            }
            if (!autoCommit && pool.settings().mode() == PoolMode.STATEMENT) {
                throw refusedByStatementMode("setAutoCommit(false)");
            }
            if (!this.autoCommit) {
                commit();
            }
            this.autoCommit = autoCommit;
        } finally {
            lock.unlock();
        }
    }

    private void requireMode(SqlTraits traits) throws SQLException {
        if (traits.begins() && pool.settings().mode() == PoolMode.STATEMENT) {
            throw refusedByStatementMode("BEGIN");
        }
    }

    private static SQLException refusedByStatementMode(String what) {
        return new SQLFeatureNotSupportedException(
                what + " is refused: pool.mode=statement lends a physical connection for one statement, so there are no"
                        + " transactions of several; use pool.mode=transaction",
                "0A000");
    }

    /** Commits; needs no lease, and does nothing, if no transaction is open. */
    public void commit() throws SQLException {
        lock.lock();
        try {
            requireOpen();
            requireManualCommit("Cannot commit when autoCommit is enabled.");
            clearUp();
            if (transactionLost != null) {
                SQLException cause = transactionLost;
                forgetTransaction();
                throw Report.lostTransaction(cause);
            }
            if (lease != null) {
                commitLeased();
            }
            ledger.commit();
        } finally {
            lock.unlock();
        }
    }

    private void commitLeased() throws SQLException {
        try {
            run(Errand.commit(done(this::commit)), Duration.ZERO);
        } catch (SQLException e) {
            ledger.rollBack();
            throw e;
        } finally {
            // Whatever came of it, it is over, and the application knows.
            transactionLost = null;
        }
    }

    private void commit(PhysicalConnection physical) throws SQLException {
        physical.commit();
        if (physical.broken()) {
            pool.events().on(new PoolEvent.Broke(physical.backend(), Verdict.COMMITTED, false, null));
        }
    }

    public void rollback() throws SQLException {
        lock.lock();
        try {
            requireOpen();
            requireManualCommit("Cannot rollback when autoCommit is enabled.");
            clearUp();
            if (transactionLost == null && lease != null) {
                run(SqlTraits.HARMLESS, physical -> {
                    rollback(physical);
                    ledger.mayBeRolledBack(requireLease());
                });
            }
            forgetTransaction();
        } finally {
            lock.unlock();
        }
    }

    private static void rollback(PhysicalConnection physical) throws SQLException {
        try {
            physical.rollback();
        } catch (SQLException e) {
            // With its session, a transaction has ended as it was wanted.
            if (!physical.broken()) {
                throw e;
            }
        }
    }

    private void forgetTransaction() {
        transactionLost = null;
        ledger.rollBack();
    }

    public void rollback(Savepoint savepoint) throws SQLException {
        run(SqlTraits.HARMLESS, physical -> {
            physical.pgjdbc().rollback(savepoint);
            ledger.mayBeRolledBack(requireLease());
        });
    }

    private void requireManualCommit(String otherwise) throws SQLException {
        if (autoCommit) {
            throw new SQLException(otherwise, "25P01");
        }
    }

    /** The settings that JDBC has methods for. */
    public JdbcSettings jdbc() {
        return jdbc;
    }

    ReentrantLock lock() {
        return lock;
    }

    /** Whether the server has a transaction open, as far as it has said. */
    boolean inTransaction() {
        Lease current = lease;
        return current != null && current.physical.inTransaction();
    }

    /** Warnings that physical connections had for this logical connection; null if none. Needs no lease. */
    public @Nullable SQLWarning warnings() throws SQLException {
        lock.lock();
        try {
            requireOpen();
            Lease current = lease;
            if (current != null) {
                takeWarnings(current);
            }
            return warnings;
        } finally {
            lock.unlock();
        }
    }

    public void clearWarnings() throws SQLException {
        lock.lock();
        try {
            warnings();
            warnings = null;
        } finally {
            lock.unlock();
        }
    }

    /** Adds a warning of the driver itself. */
    public void warn(SQLWarning warning) {
        lock.lock();
        try {
            addWarning(warning);
        } finally {
            lock.unlock();
        }
    }

    /** Notifications from physical connections that this one no longer listens on; forgets them. Needs no lease. */
    public Notifications takeNotifications() throws SQLException {
        lock.lock();
        try {
            requireOpen();
            return ledger.takeHeard();
        } finally {
            lock.unlock();
        }
    }

    /**
     * As {@link java.sql.Connection#isValid}: a round trip on a leased physical connection.
     *
     * @param timeoutSeconds longest wait, for another thread's work, a physical connection and the server each; zero for
     *     pool.acquireTimeout, and for as long as the work takes
     */
    public boolean isValid(int timeoutSeconds) throws SQLException {
        if (timeoutSeconds < 0) {
            throw new SQLException("Invalid timeout (" + timeoutSeconds + "<0).", "22023");
        }
        if (isClosed() || timeoutSeconds > 0 && !lockWithin(timeoutSeconds)) {
            return false;
        }
        try {
            return answers(timeoutSeconds);
        } finally {
            if (timeoutSeconds > 0) {
                lock.unlock();
            }
        }
    }

    private boolean lockWithin(int seconds) {
        try {
            // The first also by a thread that is interrupted.
            return lock.tryLock() || lock.tryLock(seconds, TimeUnit.SECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return false;
        }
    }

    private boolean answers(int timeoutSeconds) {
        Duration wait = timeoutSeconds == 0 ? pool.settings().acquireTimeout() : Duration.ofSeconds(timeoutSeconds);
        try {
            return run(
                    Errand.statement(
                            SqlTraits.HARMLESS,
                            "",
                            Patience.unlimited(),
                            physical -> physical.pgjdbc().isValid(timeoutSeconds)),
                    wait);
        } catch (SQLException e) {
            // The question is answered: it isn't. Those who want to know why run a statement.
            return false;
        }
    }

    public boolean isClosed() {
        return closed.get() || pool.isClosed();
    }

    /** Throws SQLState 08003 if this logical connection was closed, or lost a pinned session. */
    public void requireOpen() throws SQLException {
        if (closed.get()) {
            Throwable why = lost;
            if (why == null) {
                throw new SQLException("This connection has been closed.", "08003");
            }
            throw new SQLException(
                    "This connection has been closed: its session was lost, with what it may have held; open a new one",
                    "08003",
                    why);
        }
        if (pool.isClosed()) {
            throw new SQLException("pool " + pool.settings().name() + " was closed", "08003");
        }
    }

    void requireTransaction() throws SQLException {
        if (transactionLost != null) {
            throw Report.inLostTransaction(transactionLost);
        }
    }

    /** True for exactly one caller. */
    private boolean markClosed(@Nullable Throwable why) {
        if (!closed.compareAndSet(false, true)) {
            return false;
        }
        lost = why;
        pool.logicalClosed();
        return true;
    }

    /** For whoever has the lock, and has ended the lease. */
    private void unwatch() {
        Cleaner.Cleanable watching = watch;
        if (watching != null) {
            watching.clean();
        }
    }

    /**
     * Rolls back what is open, resets what was pinned, gives the lease back. Idempotent. Called from within work, by a
     * stream that is a parameter for example, it leaves that to the end of the work: the session is in the middle of it.
     */
    public void close() throws SQLException {
        markClosed(null);
        endWait();
        lock.lock();
        try {
            clearUp();
            Lease current = lease;
            if (current != null && underWay == null) {
                release(current);
            }
            unwatch();
        } finally {
            lock.unlock();
        }
    }

    /** Somebody may be at work, and wait for a physical connection. */
    private void endWait() {
        Errand<?> waiting = underWay;
        if (waiting != null) {
            waiting.patience.end();
        }
    }

    private void release(Lease current) {
        PhysicalConnection physical = current.physical;
        try {
            if (!physical.broken() && !current.endsItsSession()) {
                if (physical.inTransaction()) {
                    ledger.mayBeRolledBack(current);
                }
                physical.rollback();
            }
        } catch (SQLException | RuntimeException e) {
            // The transaction ends with its session, then.
            lose(current, e);
            return;
        } catch (Error e) {
            // Nobody calls close again.
            lose(current, e);
            throw e;
        }
        if (physical.broken()) {
            lose(current, null);
        } else {
            end(current);
        }
    }

    /** As {@link java.sql.Connection#abort}: retires the leased physical connection, without waiting for it. */
    public void abort(Executor executor) throws SQLException {
        if (!markClosed(null)) {
            return;
        }
        endWait();
        Lease current = lease;
        if (current != null) {
            pool.abort(current);
        }
        if (lock.tryLock()) {
            try {
                loseLease();
                unwatch();
            } finally {
                lock.unlock();
            }
        } else if (lease != null) {
            // Whoever is at work finds the connection broken, and ends the lease; unless it has just looked.
            Maintenance.apart(this::loseLease);
        }
    }

    private void loseLease() {
        lock.lock();
        try {
            Lease left = lease;
            // Within work: whoever is at it finds the connection broken.
            if (left != null && underWay == null) {
                lose(left, null);
            }
        } finally {
            lock.unlock();
        }
    }

    /** Nobody can reach the logical connection any more, or somebody has closed it and this only ends the watch. */
    private void abandoned() {
        lock.lock();
        try {
            boolean neverClosed = markClosed(null);
            Lease left = underWay == null ? lease : null;
            if (left != null) {
                discard(left, RetireReason.ABANDONED, null);
            }
            clearUp();
            if (neverClosed) {
                pool.events().on(new PoolEvent.Abandoned(openSite.toString(), left != null));
            }
        } finally {
            lock.unlock();
        }
    }

    /** The pool, for those who look after it. */
    public PoolControl control() {
        return pool;
    }

    public PoolSettings settings() {
        return pool.settings();
    }

    /** A fact, not null, of the server or driver that is the same for all logical connections; asked once a pool. */
    @SuppressWarnings("unchecked") // Each name is asked for with one type only.
    public <T> T constant(String name, Work<T> ask) throws SQLException {
        requireOpen();
        Object known = pool.constants().get(name);
        if (known == null) {
            known = work(SqlTraits.HARMLESS, ask::on);
            pool.constants().putIfAbsent(name, known);
        }
        return (T) known;
    }
}
