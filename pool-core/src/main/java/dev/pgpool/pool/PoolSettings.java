package dev.pgpool.pool;

import java.time.Duration;

/**
 * The settings of one pool, valid by construction; {@code PoolProperty} documents each, with unit, range and default.
 *
 * @param name name of the pool in messages, log lines and metrics
 * @param mode how long a lease lasts
 * @param maxSize most physical connections
 * @param minIdle idle physical connections kept open
 * @param acquireTimeout longest wait for a physical connection
 * @param maxWaiters most callers waiting for a physical connection at once
 * @param validateAfterIdle idle time after which a lease asks the server whether the connection still lives
 * @param maxLifetime age at which a physical connection is replaced; zero for no limit
 * @param idleTimeout idle time after which physical connections above minIdle are closed; zero for never
 * @param keepaliveTime how often an idle physical connection is asked for a sign of life; zero for never
 * @param idlePoolTimeout time without logical connections after which the pool is closed; zero for never
 */
public record PoolSettings(
        String name,
        PoolMode mode,
        int maxSize,
        int minIdle,
        Duration acquireTimeout,
        int maxWaiters,
        Duration validateAfterIdle,
        Duration maxLifetime,
        Duration idleTimeout,
        Duration keepaliveTime,
        Duration idlePoolTimeout) {}
