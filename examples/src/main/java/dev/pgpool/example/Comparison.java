package dev.pgpool.example;

import java.util.List;
import java.util.Locale;
import java.util.function.Function;
import org.HdrHistogram.Histogram;

/** The runs side by side. */
final class Comparison {
    private Comparison() {}

    static List<String> of(List<Outcome> outcomes) {
        return List.of(
                row("", outcomes, Outcome::contender),
                row("URL", outcomes, Outcome::prefix),
                row("requests served per second", outcomes, run -> number(run.requestsPerSecond())),
                row("  of the other, times", outcomes, run -> times(run, outcomes)),
                row("requests without a connection", outcomes, run -> "" + run.withoutConnection()),
                row("request p50", outcomes, run -> time(run.requests(), 50)),
                row("request p99", outcomes, run -> time(run.requests(), 99)),
                row("transaction p50", outcomes, run -> time(run.transactions(), 50)),
                row("transaction p99", outcomes, run -> time(run.transactions(), 99)),
                row("transaction max", outcomes, run -> time(run.transactions(), 100)),
                row("most backends seen", outcomes, run -> "" + run.mostBackends()),
                row("orders confirmed", outcomes, run -> "" + run.orders()),
                row("books", outcomes, run -> run.violations().isEmpty() ? "balanced" : "BROKEN"));
    }

    private static String row(String title, List<Outcome> outcomes, Function<Outcome, String> value) {
        StringBuilder row = new StringBuilder("  %-30s".formatted(title));
        outcomes.forEach(outcome -> row.append("%18s".formatted(value.apply(outcome))));
        return row.toString();
    }

    private static String times(Outcome run, List<Outcome> outcomes) {
        double others = outcomes.stream()
                .filter(outcome -> outcome != run)
                .mapToDouble(Outcome::requestsPerSecond)
                .sum();
        return others == 0 ? "-" : String.format(Locale.ROOT, "%.2f", run.requestsPerSecond() / others);
    }

    private static String number(double number) {
        return String.format(Locale.ROOT, "%.1f", number);
    }

    /** A percentile of times in microseconds, for people. */
    static String time(Histogram micros, double percentile) {
        if (micros.getTotalCount() == 0) {
            return "-";
        }
        double millis = micros.getValueAtPercentile(percentile) / 1000.0;
        return String.format(Locale.ROOT, millis < 10 ? "%.1f ms" : "%.0f ms", millis);
    }
}
