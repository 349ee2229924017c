package dev.pgpool.faults;

import java.sql.SQLException;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;

/** What the application was told of all units of work of one run. Safe for use by many threads. */
final class Books {
    private static final int MOST_SURPRISES = 5;

    private final Map<Long, Outcome> entries = new ConcurrentHashMap<>();
    private final AtomicInteger done = new AtomicInteger();
    private final AtomicInteger notDone = new AtomicInteger();
    private final AtomicInteger unknown = new AtomicInteger();
    private final AtomicInteger notTold = new AtomicInteger();
    private final AtomicInteger repeatable = new AtomicInteger();
    private final AtomicLong lastDoneAt = new AtomicLong();
    private final AtomicLong longestGap = new AtomicLong();
    private final AtomicLong slowest = new AtomicLong();
    private final Queue<Throwable> surprises = new ConcurrentLinkedQueue<>();

    /** Notes what was told of a row that a unit of work was to write. */
    void entry(long row, Outcome outcome) {
        entries.put(row, outcome);
    }

    /** Notes a unit of work that was done, and how long it took. */
    void done(long tookNanos) {
        long now = System.nanoTime();
        long last = lastDoneAt.getAndSet(now);
        if (last != 0) {
            longestGap.accumulateAndGet(now - last, Math::max);
        }
        slowest.accumulateAndGet(tookNanos, Math::max);
        done.incrementAndGet();
    }

    /**
     * Notes a unit of work that failed.
     *
     * @param seen whether the application had seen the answer to one of its statements
     */
    void failed(Kind kind, SQLException failure, boolean seen) {
        Outcome outcome = Outcome.of(failure);
        switch (outcome) {
            case NOT_DONE -> notDone.incrementAndGet();
            case UNKNOWN -> unknown.incrementAndGet();
            default -> notTold.incrementAndGet();
        }
        boolean couldBeRepeated = !seen && outcome != Outcome.UNKNOWN || kind.onlyReads();
        if (couldBeRepeated) {
            repeatable.incrementAndGet();
        }
        if (couldBeRepeated || outcome == Outcome.NOT_TOLD) {
            surprise(new AssertionError(kind + (seen ? ", seen in part: " : ", nothing seen: ") + failure, failure));
        }
    }

    /** Notes something that must not happen. */
    void surprise(Throwable surprise) {
        if (surprises.size() < MOST_SURPRISES) {
            surprises.add(surprise);
        }
    }

    /** The first few things that must not have happened. */
    Queue<Throwable> surprises() {
        return surprises;
    }

    /**
     * Compares with the database.
     *
     * @param applied how often each row is in the database, for those that are
     * @param struck how many faults there were
     */
    Tally compare(Contender contender, Fault fault, int struck, Map<Long, Integer> applied) {
        int lost = 0;
        int doubled = 0;
        int untrue = 0;
        for (Map.Entry<Long, Outcome> entry : entries.entrySet()) {
            int times = applied.getOrDefault(entry.getKey(), 0);
            if (entry.getValue() == Outcome.DONE && times == 0) {
                lost++;
                surprise(new AssertionError("row " + entry.getKey() + " is lost"));
            } else if (entry.getValue() == Outcome.NOT_DONE && times > 0) {
                untrue++;
                surprise(new AssertionError("row " + entry.getKey() + " was said not to be done"));
            }
            if (times > 1) {
                doubled++;
                surprise(new AssertionError("row " + entry.getKey() + " was done " + times + " times"));
            }
        }
        return new Tally(
                contender,
                fault,
                struck,
                done.get(),
                notDone.get(),
                unknown.get(),
                notTold.get(),
                lost,
                doubled,
                untrue,
                repeatable.get(),
                longestGap.get() / 1_000_000,
                slowest.get() / 1_000_000);
    }
}
