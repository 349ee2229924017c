package dev.pgpool.internal.physical;

import dev.pgpool.pool.RetireReason;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.concurrent.Executor;
import org.jspecify.annotations.Nullable;

/**
 * A physical connection as HikariCP sees it.
 *
 * <p>HikariCP looks after its age and whether it lives; its settings are none of HikariCP's business, so the questions
 * for them are answered without asking the server.
 */
final class PooledConnection extends ForwardingConnection {
    private final PhysicalConnection physical;
    private final Engine engine;
    private final Duration validateAfterIdle;
    private @Nullable Connection proxy;

    PooledConnection(PhysicalConnection physical, Engine engine, Duration validateAfterIdle) {
        this.physical = physical;
        this.engine = engine;
        this.validateAfterIdle = validateAfterIdle;
    }

    PhysicalConnection physical() {
        return physical;
    }

    /** HikariCP's proxy of the moment, by which the connection goes back to it. */
    synchronized void borrowedAs(Connection proxy) {
        this.proxy = proxy;
    }

    /** The proxy, for the one caller that will give it back. */
    synchronized @Nullable Connection forgetProxy() {
        Connection last = proxy;
        proxy = null;
        return last;
    }

    @Override
    Connection delegate() {
        return physical.pgjdbc();
    }

    @Override
    public boolean isValid(int timeout) {
        if (!physical.probeIdle(validateAfterIdle)) {
            // HikariCP would close it as one that it wants no more, with a farewell.
            engine.retire(physical, RetireReason.DIED_IDLE, null);
            return false;
        }
        return !engine.unwanted(physical);
    }

    @Override
    public void close() {
        engine.retire(physical, RetireReason.ENGINE, null);
    }

    @Override
    public void abort(Executor executor) {
        engine.retire(physical, RetireReason.POOL_CLOSED, null);
    }

    @Override
    public boolean isClosed() {
        return physical.broken();
    }

    @Override
    public boolean getAutoCommit() {
        return true;
    }

    @Override
    public boolean isReadOnly() {
        return false;
    }

    @Override
    public int getTransactionIsolation() {
        return TRANSACTION_READ_COMMITTED;
    }

    @Override
    public int getNetworkTimeout() {
        return 0;
    }

    @Override
    public void setNetworkTimeout(@Nullable Executor executor, int milliseconds) {
        // The logical connection's; see JdbcSettings.
    }

    @Override
    public void clearWarnings() throws SQLException {
        // Taken at the end of each lease.
    }

    @Override
    public void beginRequest() {
        // A request begins and ends at the logical connection.
    }

    @Override
    public void endRequest() {
        // A request begins and ends at the logical connection.
    }
}
