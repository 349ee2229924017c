package dev.pgpool.benchmark;

import dev.pgpool.benchmark.Contender.Source;
import dev.pgpool.testserver.PostgresServer;
import java.time.Duration;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** Many threads at once: see its {@code --help}. */
@Command(
        name = "macro",
        usageHelpWidth = 100,
        sortOptions = false,
        description = {
            "Reads single rows by primary key, in autocommit, with statements prepared for one use, through pgjdbc"
                    + " alone (raw), through jdbc:pgpool: and through HikariCP, and prints ratios.",
            "",
            "Each round of a contender lies between two rounds of the reference, and is compared with their mean, so"
                    + " that a machine that is busy with other things distorts both alike. The reference is raw with"
                    + " a connection for each thread; for the sessions that think, it is HikariCP. Medians of all"
                    + " rounds are printed."
        })
final class MacroBenchmark implements Callable<Integer> {
    @Option(
            names = "--url",
            paramLabel = "<url>",
            description =
                    "Where PostgreSQL is: jdbc:postgresql://... The table benchmark_item is dropped there. Without"
                            + " it, an embedded PostgreSQL is started.")
    private @Nullable String url;

    @Option(names = "--rounds", paramLabel = "<n>", defaultValue = "5", description = "Rounds (${DEFAULT-VALUE}).")
    private int rounds;

    @Option(
            names = "--millis",
            paramLabel = "<ms>",
            defaultValue = "1500",
            description = "Length of a round (${DEFAULT-VALUE}).")
    private int millis;

    @Option(
            names = "--physical",
            paramLabel = "<n>",
            defaultValue = "10",
            description = "Physical connections (${DEFAULT-VALUE}).")
    private int physical;

    @Option(
            names = "--only",
            paramLabel = "<text>",
            defaultValue = "",
            description = "Only what has this text in its title.")
    private String only = "";

    @Option(names = "--help", usageHelp = true, description = "Shows this.")
    private boolean help;

    private final Map<Contender, Source> sources = new EnumMap<>(Contender.class);

    private MacroBenchmark() {}

    public static void main(String[] arguments) {
        int code = new CommandLine(new MacroBenchmark()).execute(arguments);
        if (code != 0) {
            System.exit(code);
        }
    }

    @Override
    public Integer call() throws Exception {
        if (url != null) {
            compare(url);
        } else {
            try (PostgresServer server = PostgresServer.builder().start()) {
                compare(server.url("postgres"));
            }
        }
        return 0;
    }

    private void compare(String address) throws Exception {
        Items.create(address);
        try {
            for (Contender contender : Contender.values()) {
                sources.put(contender, contender.open(address, physical));
            }
            System.out.println(Result.HEAD);
            compare(Scenario.reference(physical), Scenario.busy(physical));
            boolean virtual = Threads.virtualExist();
            compare(
                    Scenario.thinking(Contender.HikariCP, virtual, null),
                    List.of(Scenario.thinking(Contender.pgpool, virtual, 20.0)));
        } finally {
            sources.values().forEach(Source::close);
        }
    }

    private void compare(Scenario reference, List<Scenario> all) throws InterruptedException, ExecutionException {
        List<Result> results = all.stream()
                .filter(scenario -> Threads.virtualExist() || !scenario.load().virtual())
                .filter(scenario -> scenario.title().contains(only))
                .map(Result::new)
                .toList();
        Result yardstick = new Result(reference);
        // The first round warms up and isn't kept.
        for (int round = 0; round <= rounds && !results.isEmpty(); round++) {
            Figures before = measure(reference);
            for (Result result : results) {
                Figures figures = measure(result.scenario());
                Figures after = measure(reference);
                if (round > 0) {
                    result.add(figures, (before.perSecond() + after.perSecond()) / 2);
                    yardstick.add(after, after.perSecond());
                }
                before = after;
            }
        }
        if (!results.isEmpty()) {
            System.out.println(yardstick);
            results.forEach(System.out::println);
        }
    }

    private Figures measure(Scenario scenario) throws InterruptedException, ExecutionException {
        Source source = java.util.Objects.requireNonNull(sources.get(scenario.contender()));
        return new Round(source, scenario.load()).run(Duration.ofMillis(millis));
    }
}
