package dev.pgpool.internal.physical;

import java.util.Objects;
import java.util.concurrent.atomic.AtomicReference;

/** The state of one physical connection; all its changes go through here. Safe for use by many threads. */
final class LifeCycle {
    private final AtomicReference<State> state = new AtomicReference<>(State.CONNECTING);

    State state() {
        return Objects.requireNonNull(state.get());
    }

    /** Makes a move that may lose a race; says whether it won. */
    boolean attempt(Move move) {
        return state.compareAndSet(move.from, move.to);
    }

    /** Makes a move that only the holder can make. */
    void require(Move move) {
        State found = state.compareAndExchange(move.from, move.to);
        if (found != move.from) {
            throw new IllegalStateException(
                    "bug: " + move + " starts at " + move.from + " but the connection is " + found);
        }
    }

    /** Moves to RETIRED from wherever the connection is; true for exactly one caller. */
    boolean retire() {
        for (; ; ) {
            State now = state();
            if (now == State.RETIRED) {
                return false;
            }
            if (attempt(retirementFrom(now))) {
                return true;
            }
        }
    }

    private static Move retirementFrom(State state) {
        return switch (state) {
            case CONNECTING -> Move.OPENING_FAILED;
            case IDLE -> Move.IDLE_CLOSED;
            case PROBING -> Move.PROBE_FAILED;
            case LEASED -> Move.LEASE_BROKEN;
            case RESETTING -> Move.RESET_FAILED;
            case RETIRED -> throw new IllegalStateException("bug: RETIRED is final");
        };
    }
}
