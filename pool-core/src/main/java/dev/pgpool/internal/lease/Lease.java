package dev.pgpool.internal.lease;

import dev.pgpool.internal.physical.PhysicalConnection;
import dev.pgpool.pool.PinReason;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Exclusive, temporary ownership of a physical connection. Guarded by its conversation's lock but for the questions. */
final class Lease {
    /** What no reset can undo, or what leaves the application with a way into the session. */
    private static final Set<PinReason> FINAL = EnumSet.of(
            PinReason.UNWRAPPED,
            PinReason.REPLICATION,
            PinReason.COPY,
            PinReason.LARGE_OBJECT,
            PinReason.LOADED_LIBRARY);

    final PhysicalConnection physical;
    final long takenAtNanos = System.nanoTime();
    private final List<Hold> holds = new ArrayList<>(0);
    private boolean finalPin;
    private volatile @Nullable PinReason pin;
    private String pinDetail = "";

    Lease(PhysicalConnection physical) {
        this.physical = physical;
    }

    @Nullable PinReason pin() {
        return pin;
    }

    String pinDetail() {
        return pinDetail;
    }

    /** Whether the session must be reset before somebody else gets it. */
    boolean soiled() {
        return pin != null && pin != PinReason.SESSION_MODE;
    }

    /** Whether the session can't be reset. */
    boolean endsItsSession() {
        return finalPin;
    }

    /** Pins; true if it was not pinned for a reason of that kind before. */
    boolean pin(PinReason reason, String detail) {
        finalPin |= FINAL.contains(reason);
        if (soiled()) {
            return false;
        }
        pinDetail = detail;
        pin = reason;
        return true;
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

    void ended() {
        holds.forEach(Hold::leaseEnded);
        holds.clear();
    }
}
