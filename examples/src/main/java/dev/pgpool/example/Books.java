package dev.pgpool.example;

import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;

/** What the sessions were told: what the database is audited against. Safe for use by many threads. */
final class Books {
    private static final int REMEMBERED = 5;

    private final Tally orders = new Tally();
    private final Tally payments = new Tally();
    private final Queue<String> surprises = new ConcurrentLinkedQueue<>();

    Tally orders() {
        return orders;
    }

    Tally payments() {
        return payments;
    }

    /** Notes something that a session saw and that can't be; the first few are enough. */
    void surprise(String what) {
        if (surprises.size() < REMEMBERED) {
            surprises.add(what);
        }
    }

    List<String> surprises() {
        return List.copyOf(surprises);
    }
}
