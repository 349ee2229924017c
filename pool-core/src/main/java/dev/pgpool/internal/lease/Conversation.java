package dev.pgpool.internal.lease;

import dev.pgpool.internal.failure.Report;
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
    private Cleaner.@Nullable Cleanable watch;

    private final Openness openness;
    private final Transaction transaction = new Transaction();
    private final Warnings warnings = new Warnings();
    private final Ledger ledger;
    private final Tenancy tenancy;
    private final Errands errands;
    private final JdbcSettings jdbc;

    Conversation(Pool pool, SessionSettings initial, Parameters start, CallSite openSite) {
        this.pool = pool;
        this.openSite = openSite;
        this.openness = new Openness(pool);
        this.ledger = new Ledger(pool, initial, start);
        this.tenancy = new Tenancy(pool, ledger, openness, transaction, warnings);
        this.errands = new Errands(pool, openness, transaction, ledger, tenancy);
        this.jdbc = new JdbcSettings(this, ledger, pool);
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
            openness.require();
            requireMode(errand.traits);
            if (!errand.copies) {
                tenancy.requireNoCopy();
            }
            return errands.run(errand, wait);
        } finally {
            lock.unlock();
        }
    }

    /**
     * To be called within {@link #work}, when the server has answered: whether the result has to be kept even if the
     * connection broke after that, because what was asked for is done and may not be done again.
     */
    public boolean mustKeepResult() {
        Errand<?> errand = errands.underWay();
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
        Errand<?> errand = errands.underWay();
        if (errand == null || !lock.isHeldByCurrentThread()) {
            throw new IllegalStateException("bug: to be called within work");
        }
        return errand;
    }

    /** What is known of this text; cached. */
    public SqlTraits traits(String sql) {
        return pool.judge().traits(sql);
    }

    /**
     * To be called within {@link #work}: keeps the lease beyond it.
     *
     * @param endsWithTransaction whether the object dies with the transaction, as a cursor or a large object does
     */
    public Hold hold(boolean endsWithTransaction) {
        return hold(endsWithTransaction, false);
    }

    /** As {@link #hold(boolean)}, for a COPY that has begun. */
    public Hold holdCopy() {
        return hold(false, true);
    }

    private Hold hold(boolean endsWithTransaction, boolean copies) {
        Lease current = requireLease();
        Hold hold = new Hold(this, current, endsWithTransaction, copies);
        current.add(hold);
        return hold;
    }

    <T extends @Nullable Object> T onHeld(Hold hold, Effect effect, Hold.Call<T> call) throws SQLException {
        lock.lock();
        try {
            if (hold.ended() || tenancy.lease() != hold.lease()) {
                throw new SQLException(
                        "this object lived on the server in a transaction that has ended, or on a physical connection"
                                + " that is gone",
                        "34000");
            }
            return run(Errand.held(hold.copies(), effect, call), Duration.ZERO);
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
            errands.clearUp();
            if (tenancy.lease() == current && errands.underWay() == null) {
                tenancy.settle(current, null);
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
        if (!lock.isHeldByCurrentThread()) {
            throw new IllegalStateException("bug: to be called within work");
        }
        return tenancy.requireLease();
    }

    /** Whether a lease is open at the moment. */
    public boolean leased() {
        return tenancy.lease() != null;
    }

    public boolean autoCommit() throws SQLException {
        openness.require();
        return transaction.autoCommit();
    }

    /** As {@link java.sql.Connection#setAutoCommit}: commits an open transaction; needs no lease otherwise. */
    public void setAutoCommit(boolean autoCommit) throws SQLException {
        lock.lock();
        try {
            openness.require();
            if (transaction.autoCommit() == autoCommit) {
                return;
            }
            if (!autoCommit && pool.settings().mode() == PoolMode.STATEMENT) {
                throw refusedByStatementMode("setAutoCommit(false)");
            }
            tenancy.requireNoCopy();
            if (autoCommit) {
                commit();
            }
            transaction.setAutoCommit(autoCommit);
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
            openness.require();
            transaction.requireManualCommit("Cannot commit when autoCommit is enabled.");
            errands.clearUp();
            SQLException lost = transaction.lost();
            if (lost != null) {
                forgetTransaction();
                throw Report.lostTransaction(lost);
            }
            if (leased()) {
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
            transaction.forgetLost();
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
            openness.require();
            transaction.requireManualCommit("Cannot rollback when autoCommit is enabled.");
            errands.clearUp();
            if (transaction.lost() == null && leased()) {
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
        transaction.forgetLost();
        ledger.rollBack();
    }

    public void rollback(Savepoint savepoint) throws SQLException {
        run(SqlTraits.HARMLESS, physical -> {
            ledger.namesMoveBack(requireLease());
            physical.pgjdbc().rollback(savepoint);
            ledger.mayBeRolledBack(requireLease());
        });
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
        return tenancy.inTransaction();
    }

    /** Warnings that physical connections had for this logical connection; null if none. Needs no lease. */
    public @Nullable SQLWarning warnings() throws SQLException {
        lock.lock();
        try {
            openness.require();
            Lease current = tenancy.lease();
            if (current != null) {
                warnings.takeFrom(current.physical);
            }
            return warnings.first();
        } finally {
            lock.unlock();
        }
    }

    public void clearWarnings() throws SQLException {
        lock.lock();
        try {
            warnings();
            warnings.clear();
        } finally {
            lock.unlock();
        }
    }

    /** Adds a warning of the driver itself. */
    public void warn(SQLWarning warning) {
        lock.lock();
        try {
            warnings.add(warning);
        } finally {
            lock.unlock();
        }
    }

    /** Notifications from physical connections that this one no longer listens on; forgets them. Needs no lease. */
    public Notifications takeNotifications() throws SQLException {
        lock.lock();
        try {
            openness.require();
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
        return openness.isClosed();
    }

    /** Throws SQLState 08003 if this logical connection was closed, or lost a pinned session. */
    public void requireOpen() throws SQLException {
        openness.require();
    }

    void requireTransaction() throws SQLException {
        transaction.require();
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
        openness.close(null);
        endWait();
        lock.lock();
        try {
            errands.clearUp();
            Lease current = tenancy.lease();
            if (current != null && errands.underWay() == null) {
                tenancy.release(current);
            }
            unwatch();
        } finally {
            lock.unlock();
        }
    }

    /** Somebody may be at work, and wait for a physical connection. */
    private void endWait() {
        Errand<?> waiting = errands.underWay();
        if (waiting != null) {
            waiting.patience.end();
        }
    }

    /** As {@link java.sql.Connection#abort}: retires the leased physical connection, without waiting for it. */
    public void abort(Executor executor) throws SQLException {
        if (!openness.close(null)) {
            return;
        }
        endWait();
        Lease current = tenancy.lease();
        if (current != null) {
            pool.leases().abort(current);
        }
        if (lock.tryLock()) {
            try {
                loseLease();
                unwatch();
            } finally {
                lock.unlock();
            }
        } else if (leased()) {
            // Whoever is at work finds the connection broken, and ends the lease; unless it has just looked.
            Maintenance.apart(this::loseLease);
        }
    }

    private void loseLease() {
        lock.lock();
        try {
            Lease left = tenancy.lease();
            // Within work: whoever is at it finds the connection broken.
            if (left != null && errands.underWay() == null) {
                tenancy.lose(left, null);
            }
        } finally {
            lock.unlock();
        }
    }

    /** Nobody can reach the logical connection any more, or somebody has closed it and this only ends the watch. */
    private void abandoned() {
        lock.lock();
        try {
            boolean neverClosed = openness.close(null);
            Lease left = errands.underWay() == null ? tenancy.lease() : null;
            if (left != null) {
                tenancy.discard(left, RetireReason.ABANDONED, null);
            }
            errands.clearUp();
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
        openness.require();
        Object known = pool.constants().get(name);
        if (known == null) {
            known = work(SqlTraits.HARMLESS, ask::on);
            pool.constants().putIfAbsent(name, known);
        }
        return (T) known;
    }
}
