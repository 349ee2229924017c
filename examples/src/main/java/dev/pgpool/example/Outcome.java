package dev.pgpool.example;

import java.time.Duration;
import java.util.List;
import org.HdrHistogram.Histogram;

/**
 * What one run has shown.
 *
 * @param contender whose run it was
 * @param prefix what its URL starts with
 * @param measured how long was measured
 * @param requests times of served requests, in microseconds
 * @param transactions times of transactions that were committed, in microseconds; the wait for a connection is in them
 * @param withoutConnection requests that failed because no connection became free in time
 * @param mostBackends most backends of this contender that the server has counted
 * @param orders orders confirmed over the whole run, warm-up and end included
 * @param violations a sentence for each rule of the shop that was broken
 */
record Outcome(
        String contender,
        String prefix,
        Duration measured,
        Histogram requests,
        Histogram transactions,
        long withoutConnection,
        int mostBackends,
        long orders,
        List<String> violations) {

    double requestsPerSecond() {
        return requests.getTotalCount() / (measured.toNanos() / 1e9);
    }
}
