package dev.pgpool.example;

import java.util.concurrent.atomic.LongAdder;

/** How many commits of one kind the sessions were told of, and the money in them. Safe for use by many threads. */
final class Tally {
    private final LongAdder confirmed = new LongAdder();
    private final LongAdder confirmedCents = new LongAdder();
    private final LongAdder unclear = new LongAdder();

    void confirm(long cents) {
        confirmed.increment();
        confirmedCents.add(cents);
    }

    /** A commit that raised an exception: the server may or may not have done it. */
    void unclear() {
        unclear.increment();
    }

    long confirmed() {
        return confirmed.sum();
    }

    /** Whether the database may hold so many, with so much money in them, after what the sessions were told. */
    boolean agreesWith(long count, long cents) {
        if (unclear.sum() == 0) {
            return count == confirmed.sum() && cents == confirmedCents.sum();
        }
        return count >= confirmed.sum() && count <= confirmed.sum() + unclear.sum() && cents >= confirmedCents.sum();
    }

    @Override
    public String toString() {
        return confirmed + " confirmed with " + confirmedCents + " cents, " + unclear + " unclear";
    }
}
