package dev.pgpool.jdbc.internal.url;

import dev.pgpool.pool.PoolSettings;
import java.util.Map;

/**
 * What must be equal for two logical connections to share physical ones.
 *
 * @param properties every value that pgjdbc is told, hosts, database and user included, without passwords and without
 *     what only sets parameters: see {@link StartSettings}
 * @param credential keyed hash of the passwords
 * @param settings the pool's settings
 */
record Identity(Map<String, String> properties, String credential, PoolSettings settings) {
    Identity {
        properties = Map.copyOf(properties);
    }

    /** The pool's name only: a property may be as private as a password. */
    @Override
    public String toString() {
        return settings.name();
    }
}
