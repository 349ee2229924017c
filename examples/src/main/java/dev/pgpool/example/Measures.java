package dev.pgpool.example;

import java.sql.SQLTransientConnectionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.LongAdder;
import org.HdrHistogram.ConcurrentHistogram;
import org.HdrHistogram.Histogram;
import org.jspecify.annotations.Nullable;

/** Counts and times what the sessions do, while it is switched on. Safe for use by many threads. */
final class Measures {
    private static final long LONGEST_MICROS = TimeUnit.MINUTES.toMicros(2);

    private final Histogram requests = new ConcurrentHistogram(LONGEST_MICROS, 3);
    private final Histogram transactions = new ConcurrentHistogram(LONGEST_MICROS, 3);
    private final LongAdder withoutConnection = new LongAdder();
    private final LongAdder inTransaction = new LongAdder();
    private volatile boolean on;

    void start() {
        on = true;
    }

    void stop() {
        on = false;
    }

    void requestServed(long nanos) {
        record(requests, nanos);
    }

    /** Counts a request that failed for want of a connection; false if it failed for another reason. */
    boolean requestUnserved(Throwable failure) {
        for (@Nullable Throwable cause = failure; cause != null; cause = cause.getCause()) {
            if (cause instanceof SQLTransientConnectionException) {
                if (on) {
                    withoutConnection.increment();
                }
                return true;
            }
        }
        return false;
    }

    void transactionBegins() {
        inTransaction.increment();
    }

    void transactionEnds() {
        inTransaction.decrement();
    }

    void transactionServed(long nanos) {
        record(transactions, nanos);
    }

    Histogram requests() {
        return requests;
    }

    Histogram transactions() {
        return transactions;
    }

    /** Requests that failed because no connection became free in time. */
    long withoutConnection() {
        return withoutConnection.sum();
    }

    /** Sessions that are in a transaction, or wait for the connection of one. */
    int inTransaction() {
        return inTransaction.intValue();
    }

    private void record(Histogram histogram, long nanos) {
        if (on) {
            histogram.recordValue(Math.min(LONGEST_MICROS, TimeUnit.NANOSECONDS.toMicros(nanos)));
        }
    }
}
