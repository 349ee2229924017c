package dev.pgpool.internal.lease;

import dev.pgpool.internal.lease.Admission.Ticket;
import dev.pgpool.internal.physical.Leftovers;
import dev.pgpool.internal.physical.PhysicalConnection;
import dev.pgpool.internal.sql.SqlTraits;
import dev.pgpool.pool.PinReason;
import java.util.ArrayList;
import java.util.Collections;
import java.util.EnumMap;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;

/** Exclusive, temporary ownership of a physical connection. Guarded by its conversation's lock but for the questions. */
final class Lease {
    /** What no reset can undo, or what leaves the application with a way into the session. */
    private static final Set<PinReason> FINAL = EnumSet.of(
            PinReason.UNWRAPPED, PinReason.REPLICATION, PinReason.COPY, PinReason.FASTPATH, PinReason.LOADED_LIBRARY);

    /** What may have prepared statements by SQL. */
    private static final Set<PinReason> PREPARING = EnumSet.of(
            PinReason.PREPARED_STATEMENT,
            PinReason.FUNCTION,
            PinReason.PROCEDURE,
            PinReason.HIDDEN_CODE,
            PinReason.UNKNOWN_STATEMENT);

    final PhysicalConnection physical;
    final Ticket<PhysicalConnection> permit;
    final long takenAtNanos = System.nanoTime();
    private final List<Hold> holds = new ArrayList<>(0);
    private @Nullable Map<PinReason, Pin> pins;
    private @Nullable Doubts doubts;
    private volatile @Nullable Pin pin;
    private final AtomicBoolean over = new AtomicBoolean();
    /** Whether this lease counts among those that {@code pool.maxPinned} limits. */
    boolean counted;

    Lease(PhysicalConnection physical, Ticket<PhysicalConnection> permit) {
        this.physical = physical;
        this.permit = permit;
    }

    /** The oldest reason why this lease outlives its unit of work; null if it doesn't. */
    @Nullable Pin pin() {
        return pin;
    }

    boolean pinned() {
        return pin != null;
    }

    boolean pinnedBy(PinReason reason) {
        return pins != null && pins.containsKey(reason);
    }

    /** Whether the session must be reset before somebody else gets it. */
    boolean soiled() {
        return doubts != null || pins != null && !(pins.size() == 1 && pins.containsKey(PinReason.SESSION_MODE));
    }

    /** What a reset may be limited to; null if there may be anything. */
    @Nullable Leftovers leftovers() {
        Set<PinReason> kinds = EnumSet.noneOf(PinReason.class);
        Set<String> parameters = Set.of();
        Set<String> assigned = Set.of();
        if (pins != null) {
            kinds.addAll(pins.keySet());
        }
        if (doubts != null) {
            if (!doubts.unjudged().equals(SqlTraits.HARMLESS)) {
                return null;
            }
            kinds.addAll(doubts.kinds().keySet());
            parameters = doubts.parameters(physical.settings().parameters().names());
            assigned = doubts.assigned();
        }
        return Leftovers.of(parameters, assigned, kinds);
    }

    /** Whether there may be statements in the session that its user has prepared by SQL. */
    boolean mayHavePrepared() {
        return pins != null && !Collections.disjoint(pins.keySet(), PREPARING)
                || doubts != null
                        && (doubts.kinds().containsKey(PinReason.PREPARED_STATEMENT)
                                || !doubts.unjudged().functions().isEmpty()
                                || !Collections.disjoint(doubts.unjudged().leaves(), PREPARING));
    }

    /** Whether the session can't be reset. */
    boolean endsItsSession() {
        return pins != null && pins.keySet().stream().anyMatch(FINAL::contains);
    }

    /** Pins, unless it is pinned for that reason already. */
    void pin(Pin added) {
        if (pins == null) {
            pins = new EnumMap<>(PinReason.class);
        }
        pins.putIfAbsent(added.reason(), added);
        if (pin == null || pin.reason() == PinReason.SESSION_MODE) {
            pin = added;
        }
    }

    /** Ends a pin; null if there was none of that reason. */
    @Nullable Pin unpin(PinReason reason) {
        if (pins == null) {
            return null;
        }
        Pin ended = pins.remove(reason);
        if (pins.isEmpty()) {
            pins = null;
            pin = null;
        } else {
            pin = pins.values().iterator().next();
        }
        return ended;
    }

    /** What the unit of work may have changed; null if nothing. */
    @Nullable Doubts doubts() {
        return doubts;
    }

    Doubts doubt() {
        if (doubts == null) {
            doubts = new Doubts();
        }
        return doubts;
    }

    void doubtsSettled() {
        doubts = null;
    }

    void add(Hold hold) {
        holds.add(hold);
    }

    void remove(Hold hold) {
        holds.remove(hold);
    }

    boolean held() {
        return !holds.isEmpty();
    }

    void transactionEnded() {
        if (!holds.isEmpty()) {
            holds.removeIf(Hold::transactionEnded);
        }
    }

    void endHolds() {
        holds.forEach(Hold::leaseEnded);
        holds.clear();
    }

    /**
     * Ends the ownership; true for exactly one caller, from any thread: the conversation, which hands the physical
     * connection on then, or an abort, which closes it. Later it may be somebody else's, so whoever comes second leaves
     * it alone.
     */
    boolean end() {
        return over.compareAndSet(false, true);
    }
}
