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
    private static final int MOST_SURPRISES = 20;

    /** What was told of a row, and what is behind it, for messages. */
    private record Entry(Outcome outcome, Object why) {}

    private final Map<Long, Entry> entries = new ConcurrentHashMap<>();
    private final AtomicInteger done = new AtomicInteger();
    private final AtomicInteger notDone = new AtomicInteger();
    private final AtomicInteger unknown = new AtomicInteger();
    private final AtomicInteger notTold = new AtomicInteger();
    private final AtomicInteger repeatable = new AtomicInteger();
    private final AtomicLong lastDoneAt = new AtomicLong();
    private final AtomicLong longestGap = new AtomicLong();
    private final AtomicLong slowest = new AtomicLong();
    private final Queue<Throwable> surprises = new ConcurrentLinkedQueue<>();

    /**
     * Notes what was told of a row that a unit of work was to write.
     *
     * @param why the kind of work, or its failure
     */
    void entry(long row, Outcome outcome, Object why) {
        entries.put(row, new Entry(outcome, why));
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
        boolean couldBeRepeated = !seen && outcome != Outcome.UNKNOWN && kind.canBeRepeated() || kind.onlyReads();
        if (couldBeRepeated) {
            repeatable.incrementAndGet();
        }
        if (couldBeRepeated || outcome == Outcome.NOT_TOLD) {
            surprise(new AssertionError(kind + (seen ? ", seen in part: " : ", nothing seen: ") + failure, failure));
        }
    }

    private void wrong(String what, Object why) {
        surprise(
                why instanceof Throwable failure
                        ? new AssertionError(what, failure)
                        : new AssertionError(what + ": " + why));
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
    Tally compare(Contender contender, Disturbance fault, int struck, Map<Long, Integer> applied) {
        int lost = 0;
        int doubled = 0;
        int untrue = 0;
        for (Map.Entry<Long, Entry> entry : entries.entrySet()) {
            int times = applied.getOrDefault(entry.getKey(), 0);
            Outcome told = entry.getValue().outcome();
            if (told == Outcome.DONE && times == 0) {
                lost++;
            } else if (told == Outcome.NOT_DONE && times > 0) {
                untrue++;
            }
            if (times > 1) {
                doubled++;
            }
            if (told == Outcome.DONE && times == 0 || told == Outcome.NOT_DONE && times > 0 || times > 1) {
                wrong(
                        "row " + entry.getKey() + ", said to be " + told + ", was written " + times + " times",
                        entry.getValue().why());
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
