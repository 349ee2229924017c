package dev.pgpool.benchmark;

import dev.pgpool.benchmark.Contender.Borrowed;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.locks.LockSupport;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/** Connections lent first come, first served, with nothing done that this doesn't need. Safe for many threads. */
final class Queue {
    /** Somebody who waits. */
    private static final class Turn {
        private final Thread thread = Thread.currentThread();
        private volatile @Nullable Connection connection;
    }

    private final ReentrantLock lock = new ReentrantLock();
    private final Deque<Turn> waiting = new ArrayDeque<>();
    private final Deque<Connection> free = new ArrayDeque<>();
    private final List<Connection> all = new ArrayList<>();

    /** Adds a connection, before any is borrowed. */
    void add(Connection connection) {
        all.add(connection);
        free.add(connection);
    }

    Borrowed borrow() {
        Connection connection = take();
        return new Borrowed(connection, () -> giveBack(connection));
    }

    private Connection take() {
        Turn turn = new Turn();
        lock.lock();
        try {
            Connection ready = free.poll();
            if (ready != null) {
                return ready;
            }
            waiting.add(turn);
        } finally {
            lock.unlock();
        }
        for (; ; ) {
            Connection connection = turn.connection;
            if (connection != null) {
                return connection;
            }
            LockSupport.park(this);
        }
    }

    private void giveBack(Connection connection) {
        Turn next;
        lock.lock();
        try {
            next = waiting.poll();
            if (next == null) {
                free.add(connection);
                return;
            }
            next.connection = connection;
        } finally {
            lock.unlock();
        }
        LockSupport.unpark(next.thread);
    }

    void close() {
        for (Connection connection : all) {
            try {
                connection.close();
            } catch (SQLException e) {
                throw new IllegalStateException("a connection of the benchmark cannot be closed", e);
            }
        }
    }
}
