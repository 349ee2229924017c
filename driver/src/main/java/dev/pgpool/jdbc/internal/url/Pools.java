package dev.pgpool.jdbc.internal.url;

import dev.pgpool.internal.lease.Conversation;
import dev.pgpool.internal.lease.Pool.PoolClosedException;
import dev.pgpool.pool.PoolControl;
import java.sql.SQLException;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/** The open pools of this process, one for each identity. Safe for use by many threads. */
public final class Pools {
    /** The pools of this class loader. */
    public static final Pools SHARED = new Pools();

    private final Map<Identity, PoolUse> uses = new ConcurrentHashMap<>();

    Pools() {}

    /**
     * Opens a logical connection, and the pool if there is none of the target's identity.
     *
     * @param owner who has the pool closed by {@link #release}; null if nobody
     * @throws SQLException pgjdbc's exception if the first physical connection of the pool can't be opened; then the
     *     pool is gone again
     */
    public Conversation open(Target target, @Nullable Object owner) throws SQLException {
        while (true) {
            Identity identity = target.identity();
            PoolUse use = uses.computeIfAbsent(
                    identity, absent -> new PoolUse(target, closed -> uses.remove(identity, closed)));
            try {
                if (use.begin(owner)) {
                    return use.pool().open(target.start());
                }
            } catch (PoolClosedException e) {
                // Somebody closed it in the meantime: the next round makes a new one.
            }
            uses.remove(identity, use);
        }
    }

    /** Closes the pools that this owner has opened connections of, but for those that have another owner too. */
    public void release(Object owner) {
        uses.values().forEach(use -> use.release(owner));
    }

    /** Closes the pools that have no owner. */
    public void closeUnowned() {
        uses.values().forEach(PoolUse::closeUnowned);
    }

    /** The pool of this target; empty if it isn't open. */
    public Optional<PoolControl> pool(Target target) {
        return Optional.ofNullable(uses.get(target.identity())).map(PoolUse::pool);
    }

    /** All pools that are open at the moment. */
    public List<PoolControl> all() {
        return uses.values().stream().<PoolControl>map(PoolUse::pool).toList();
    }

    /** How many pools there are. */
    int size() {
        return uses.size();
    }
}
