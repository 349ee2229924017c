package dev.pgpool.internal.lease;

import dev.pgpool.internal.physical.Engine;
import dev.pgpool.internal.physical.PhysicalConnection;
import dev.pgpool.pool.PoolEvent;
import java.time.Duration;
import java.util.concurrent.locks.ReentrantLock;

/** Pauses a pool, and replaces its connections, while the application runs. Safe for use by many threads. */
final class Operations {
    private final Engine engine;
    private final Admission<PhysicalConnection> admission;
    private final PoolEvent.Listener events;
    /** Those who pause and resume at once do so one after the other: queue and engine must agree. */
    private final ReentrantLock lock = new ReentrantLock();

    Operations(Engine engine, Admission<PhysicalConnection> admission, PoolEvent.Listener events) {
        this.engine = engine;
        this.admission = admission;
        this.events = events;
    }

    boolean pause(String why) {
        lock.lock();
        try {
            if (!admission.pause(Pause.now(why))) {
                return false;
            }
            engine.pause();
            events.on(new PoolEvent.Paused(why, engine.size()));
            return true;
        } finally {
            lock.unlock();
        }
    }

    boolean resume() {
        lock.lock();
        try {
            int waiting = admission.waiting();
            engine.resume();
            admission.retry(engine.roomToOpen());
            Pause ended = admission.resume();
            if (ended != null) {
                events.on(new PoolEvent.Resumed(ended.age(), waiting));
            }
            return ended != null;
        } finally {
            lock.unlock();
        }
    }

    void awaitDrained(Duration longest) throws InterruptedException {
        if (admission.pause() == null) {
            throw new IllegalStateException("only a paused pool can be drained");
        }
        engine.awaitEmpty(longest);
    }

    int reconnect() {
        engine.reconnect();
        int leased = 0;
        for (PhysicalConnection physical : engine.all()) {
            leased += engine.unwanted(physical) ? 1 : 0;
        }
        events.on(new PoolEvent.Reconnecting(leased));
        return leased;
    }
}
