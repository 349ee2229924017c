package dev.pgpool.pool;

import java.time.Duration;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;

/**
 * The settings of one pool, valid by construction; {@link PoolProperty} documents each, with unit, range and default.
 *
 * @param name name of the pool in messages, log lines and metrics
 * @param mode how long a lease lasts
 * @param resetMode when a session is reset before it serves somebody else
 * @param maxSize most physical connections
 * @param minIdle idle physical connections kept open
 * @param maxPinned most physical connections pinned at once
 * @param acquireTimeout longest wait for a physical connection
 * @param retryTimeout how long work whose connection broke is repeated; zero for never
 * @param maxWaiters most callers waiting for a physical connection at once
 * @param validateAfterIdle idle time after which a lease asks the server whether the connection still lives
 * @param maxLifetime age at which a physical connection is replaced; zero for no limit
 * @param idleTimeout idle time after which physical connections above minIdle are closed; zero for never
 * @param keepaliveTime how often an idle physical connection is asked for a sign of life; zero for never
 * @param idlePoolTimeout time without logical connections after which the pool is closed; zero for never
 * @param jmx whether the pool is seen by JMX
 */
public record PoolSettings(
        String name,
        PoolMode mode,
        ResetMode resetMode,
        int maxSize,
        int minIdle,
        int maxPinned,
        Duration acquireTimeout,
        Duration retryTimeout,
        int maxWaiters,
        Duration validateAfterIdle,
        Duration maxLifetime,
        Duration idleTimeout,
        Duration keepaliveTime,
        Duration idlePoolTimeout,
        Switch jmx) {

    /** @throws InvalidSettingsException if a value, or a combination of values, is not allowed; lists every fault */
    public PoolSettings {
        Map<PoolProperty, Object> values = new EnumMap<>(PoolProperty.class);
        values.put(PoolProperty.NAME, name);
        values.put(PoolProperty.MODE, mode);
        values.put(PoolProperty.RESET_MODE, resetMode);
        values.put(PoolProperty.MAX_SIZE, maxSize);
        values.put(PoolProperty.MIN_IDLE, minIdle);
        values.put(PoolProperty.MAX_PINNED, maxPinned);
        values.put(PoolProperty.ACQUIRE_TIMEOUT, acquireTimeout);
        values.put(PoolProperty.RETRY_TIMEOUT, retryTimeout);
        values.put(PoolProperty.MAX_WAITERS, maxWaiters);
        values.put(PoolProperty.VALIDATE_AFTER_IDLE, validateAfterIdle);
        values.put(PoolProperty.MAX_LIFETIME, maxLifetime);
        values.put(PoolProperty.IDLE_TIMEOUT, idleTimeout);
        values.put(PoolProperty.KEEPALIVE_TIME, keepaliveTime);
        values.put(PoolProperty.IDLE_POOL_TIMEOUT, idlePoolTimeout);
        values.put(PoolProperty.JMX, jmx);
        List<String> faults = SettingsRules.faultsOf(values);
        if (!faults.isEmpty()) {
            throw new InvalidSettingsException(faults);
        }
    }

    /**
     * Reads settings as they are written in a URL.
     *
     * @param properties full names, in upper or lower case, and values; what is not given has its default
     * @param defaultName name of the pool if none is given
     * @throws InvalidSettingsException if a name or value is wrong; lists every fault
     */
    public static PoolSettings parse(Map<String, String> properties, String defaultName) {
        return new SettingsReader().read(properties, defaultName);
    }
}
