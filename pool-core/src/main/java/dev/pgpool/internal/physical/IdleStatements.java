package dev.pgpool.internal.physical;

import java.sql.SQLException;
import java.sql.Statement;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * Prepared statements of one physical connection that are open and unused, for whoever runs the same text next.
 *
 * <p>pgjdbc lends what it knows of a text, its server-prepared statement included, to one open statement at a time. A
 * statement stays open while its result is read, which goes on after the lease has ended; meanwhile the next user of the
 * same text gets a second one. If both were closed, pgjdbc would keep one and deallocate the other, again and again.
 *
 * <p>Safe for use by many threads.
 */
public final class IdleStatements {
    /** A statement, and those with the same key that have been idle for longer. */
    private record Idle(Statement statement, @Nullable Idle older) {}

    private final int most;
    private final ReentrantLock lock = new ReentrantLock();

    /** By key, that one first to which nothing was added for the longest time. */
    private final Map<Object, Idle> idle = new LinkedHashMap<>();

    private int size;

    /** @param most how many statements may be kept */
    IdleStatements(int most) {
        this.most = most;
    }

    /** Takes a statement for this key, which then belongs to the caller; null if there is none. */
    public @Nullable Statement take(Object key) {
        lock.lock();
        try {
            Idle latest = idle.remove(key);
            if (latest == null) {
                return null;
            }
            if (latest.older != null) {
                idle.put(key, latest.older);
            }
            size--;
            return latest.statement;
        } finally {
            lock.unlock();
        }
    }

    /** Keeps a statement, which must be in the state of a new one; closes one if there are too many. */
    public void put(Object key, Statement statement) throws SQLException {
        Statement surplus = null;
        lock.lock();
        try {
            idle.put(key, new Idle(statement, idle.remove(key)));
            size++;
            if (size > most) {
                surplus = takeOldest();
            }
        } finally {
            lock.unlock();
        }
        if (surplus != null) {
            surplus.close();
        }
    }

    private Statement takeOldest() {
        Iterator<Map.Entry<Object, Idle>> entries = idle.entrySet().iterator();
        Map.Entry<Object, Idle> oldest = entries.next();
        Idle taken = oldest.getValue();
        if (taken.older == null) {
            entries.remove();
        } else {
            oldest.setValue(taken.older);
        }
        size--;
        return taken.statement;
    }
}
