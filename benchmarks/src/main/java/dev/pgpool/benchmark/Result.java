package dev.pgpool.benchmark;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import org.HdrHistogram.Histogram;
import org.jspecify.annotations.Nullable;

/** The rounds of one scenario. */
final class Result {
    static final String HEAD = String.format(
            "%-40s %10s %22s %8s %9s %9s %8s %15s  %s",
            "", "rows/s", "ratio (least..most)", "CPU us", "p50", "p99", "p99/p50", "rows a thread", "goal");

    private final Scenario scenario;
    private final List<Double> perSecond = new ArrayList<>();
    private final List<Double> ratios = new ArrayList<>();
    private final List<Figures> rounds = new ArrayList<>();

    Result(Scenario scenario) {
        this.scenario = scenario;
    }

    Scenario scenario() {
        return scenario;
    }

    /** Adds a round, with the reference's rows per second around it. */
    void add(Figures figures, double reference) {
        rounds.add(figures);
        perSecond.add(figures.perSecond());
        ratios.add(figures.perSecond() / reference);
    }

    @Override
    public String toString() {
        Histogram micros = rounds.get(0).micros().copy();
        rounds.subList(1, rounds.size()).forEach(round -> micros.add(round.micros()));
        Figures typical = rounds.get(rounds.size() / 2);
        return String.format(
                Locale.ROOT,
                "%-40s %,10.0f %5.2f (%6.2f ..%6.2f) %8.1f %6.2f ms %6.2f ms %8.1f %6d .. %5d  %s",
                scenario.title(),
                median(perSecond),
                median(ratios),
                Collections.min(ratios),
                Collections.max(ratios),
                median(rounds.stream().map(Figures::cpuMicros).toList()),
                micros.getValueAtPercentile(50) / 1000.0,
                micros.getValueAtPercentile(99) / 1000.0,
                median(rounds.stream().map(Figures::p99ToMedian).toList()),
                typical.fewest(),
                typical.most(),
                verdict(scenario.goal()));
    }

    private String verdict(@Nullable Double goal) {
        return goal == null ? "" : goal + (median(ratios) >= goal ? " met" : " MISSED");
    }

    private static double median(List<Double> values) {
        List<Double> sorted = values.stream().sorted().toList();
        int middle = sorted.size() / 2;
        return sorted.size() % 2 == 1 ? sorted.get(middle) : (sorted.get(middle - 1) + sorted.get(middle)) / 2;
    }
}
