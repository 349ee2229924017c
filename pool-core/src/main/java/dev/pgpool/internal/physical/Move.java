package dev.pgpool.internal.physical;

/** The moves of a physical connection from one state to the next; what isn't here can't happen. */
enum Move {
    OPENED(State.CONNECTING, State.IDLE),
    OPENING_FAILED(State.CONNECTING, State.RETIRED),
    PROBE_STARTED(State.IDLE, State.PROBING),
    PROBE_PASSED(State.PROBING, State.IDLE),
    PROBE_FAILED(State.PROBING, State.RETIRED),
    LEASE_TAKEN(State.PROBING, State.LEASED),
    LEASE_RETURNED(State.LEASED, State.IDLE),
    LEASE_BROKEN(State.LEASED, State.RETIRED),
    RESET_STARTED(State.LEASED, State.RESETTING),
    RESET_DONE(State.RESETTING, State.IDLE),
    RESET_FAILED(State.RESETTING, State.RETIRED),
    IDLE_CLOSED(State.IDLE, State.RETIRED);

    final State from;
    final State to;

    Move(State from, State to) {
        this.from = from;
        this.to = to;
    }
}
