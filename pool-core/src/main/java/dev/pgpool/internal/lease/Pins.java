package dev.pgpool.internal.lease;

import dev.pgpool.internal.physical.Engine;
import dev.pgpool.pool.PinReason;
import dev.pgpool.pool.PoolEvent;
import dev.pgpool.pool.PoolMode;
import dev.pgpool.pool.PoolSettings;
import java.sql.SQLException;
import java.util.EnumSet;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;

/** The pins of a pool: tells each of them, and counts the leases that {@code pool.maxPinned} limits. */
final class Pins {
    /** What says nothing of a session's settings. A COPY, and what couldn't be asked, also end without a reset. */
    private static final Set<PinReason> KNOWN_NAMES =
            EnumSet.of(PinReason.COPY, PinReason.NOT_ASKED, PinReason.SEQUENCE_STATE, PinReason.RANDOM_SEED);

    private final PoolSettings settings;
    private final Engine engine;
    private final PoolEvent.Listener events;
    private final AtomicInteger pinned = new AtomicInteger();

    Pins(PoolSettings settings, Engine engine, PoolEvent.Listener events) {
        this.settings = settings;
        this.engine = engine;
        this.events = events;
    }

    /**
     * To be called before a statement that pins.
     *
     * @throws SQLException (SQLState 53400) if as many are pinned as may be
     */
    void admit(Lease lease, PinReason reason, String detail) throws SQLException {
        // In session mode every lease outlives its unit of work anyway.
        if (lease.counted || settings.mode() == PoolMode.SESSION) {
            return;
        }
        if (pinned.getAndUpdate(now -> now < settings.maxPinned() ? now + 1 : now) >= settings.maxPinned()) {
            throw new SQLException(Refusals.pins(settings, engine, reason, detail), "53400");
        }
        lease.counted = true;
    }

    /** Pins, unless it is pinned for that reason already; whether that was admitted or found out later. */
    void pin(Lease lease, PinReason reason, String detail) {
        if (lease.pinnedBy(reason)) {
            return;
        }
        Pin pin = Pin.now(reason, detail);
        lease.pin(pin);
        if (!reason.asked() && !KNOWN_NAMES.contains(reason)) {
            lease.physical.namesAreUnknown();
        }
        if (!lease.counted && lease.soiled() && settings.mode() != PoolMode.SESSION) {
            pinned.incrementAndGet();
            lease.counted = true;
        }
        events.on(new PoolEvent.Pinned(
                lease.physical.backend(), reason, detail, pin.site().toString()));
    }

    /** Ends the pin of that reason, if there is one. */
    void unpin(Lease lease, PinReason reason) {
        Pin ended = lease.unpin(reason);
        if (ended != null) {
            events.on(new PoolEvent.Unpinned(lease.physical.backend(), reason, ended.age()));
            uncountUnlessPinned(lease);
        }
    }

    /** To be called when what a statement was admitted for has turned out not to be there. */
    void uncountUnlessPinned(Lease lease) {
        if (!lease.pinned()) {
            ended(lease);
        }
    }

    /** To be called when a lease is over. */
    void ended(Lease lease) {
        if (lease.counted) {
            pinned.decrementAndGet();
            lease.counted = false;
        }
    }
}
