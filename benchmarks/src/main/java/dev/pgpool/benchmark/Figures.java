package dev.pgpool.benchmark;

import org.HdrHistogram.Histogram;

/**
 * What one round has shown.
 *
 * @param perSecond rows read per second, by all threads together
 * @param micros how long a row took, the wait for a connection included, but not the time to think
 * @param cpuMicros processor time of this JVM for each row: what a busy machine distorts least
 * @param fewest rows read by the unluckiest thread
 * @param most rows read by the luckiest thread
 */
record Figures(double perSecond, Histogram micros, double cpuMicros, long fewest, long most) {
    double p99ToMedian() {
        return micros.getValueAtPercentile(99) / Math.max(1.0, micros.getValueAtPercentile(50));
    }
}
