package dev.pgpool.jdbc.internal.url;

import dev.pgpool.internal.lease.Pool;
import java.util.Collections;
import java.util.Set;
import java.util.WeakHashMap;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** A pool together with its owners. Safe for use by many threads. */
final class PoolUse {
    private final Pool pool;
    // Weak, since an owner that was forgotten without being closed must not keep others from closing the pool.
    private final Set<Object> owners = Collections.newSetFromMap(new WeakHashMap<>());
    private boolean ended;

    PoolUse(Target target, Consumer<PoolUse> onClosed) {
        pool = new Pool(target.identity().settings(), target.source(), () -> onClosed.accept(this));
    }

    Pool pool() {
        return pool;
    }

    /** Adds an owner, if there is one; false if the last one has just gone, and the pool with it. */
    synchronized boolean begin(@Nullable Object owner) {
        if (owner != null && !ended) {
            owners.add(owner);
        }
        return !ended;
    }

    /** Closes the pool if this was its last owner. */
    void release(Object owner) {
        synchronized (this) {
            if (!owners.remove(owner)) {
                return;
            }
        }
        closeUnowned();
    }

    /** Closes the pool if it has no owner. */
    void closeUnowned() {
        synchronized (this) {
            if (!owners.isEmpty()) {
                return;
            }
            ended = true;
        }
        pool.close();
    }
}
