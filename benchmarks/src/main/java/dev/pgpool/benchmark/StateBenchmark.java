package dev.pgpool.benchmark;

import dev.pgpool.benchmark.Tenants.State;
import dev.pgpool.testserver.PostgresServer;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.EnumMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** What session state costs: see its {@code --help}. */
@Command(
        name = "state",
        usageHelpWidth = 100,
        sortOptions = false,
        description = {
            "Runs an application of many sessions over few physical connections: each session without state, with its"
                    + " own statement_timeout, application_name and a custom parameter, set once at its start, and"
                    + " with its own search_path too. A transaction is three reads and two updates by primary key, and"
                    + " a commit.",
            "",
            "First each session thinks between its transactions, as a user or a request does; then none does, and the"
                    + " server has no idle moment: this shows what a hand-over costs.",
            "",
            "Each round lies between two rounds without state, and is compared with their mean. Medians are printed."
        })
final class StateBenchmark implements Callable<Integer> {
    private static final double GOAL = 0.85;

    @Option(
            names = "--url",
            paramLabel = "<url>",
            description = "Where PostgreSQL is: jdbc:postgresql://... The table benchmark_account and the schemas"
                    + " benchmark_0 and so on are dropped there. Without it, an embedded PostgreSQL is started.")
    private @Nullable String url;

    @Option(names = "--rounds", paramLabel = "<n>", defaultValue = "5", description = "Rounds (${DEFAULT-VALUE}).")
    private int rounds;

    @Option(
            names = "--millis",
            paramLabel = "<ms>",
            defaultValue = "2000",
            description = "Length of a round (${DEFAULT-VALUE}).")
    private int millis;

    @Option(
            names = "--sessions",
            paramLabel = "<n>",
            defaultValue = "200",
            description = "Sessions, each with a thread of its own (${DEFAULT-VALUE}).")
    private int sessions;

    @Option(
            names = "--physical",
            paramLabel = "<n>",
            defaultValue = "10",
            description = "Physical connections (${DEFAULT-VALUE}).")
    private int physical;

    @Option(
            names = "--think",
            paramLabel = "<ms>",
            defaultValue = "100",
            description = "Time to think between transactions (${DEFAULT-VALUE}).")
    private int think;

    @Option(names = "--help", usageHelp = true, description = "Shows this.")
    private boolean help;

    private StateBenchmark() {}

    public static void main(String[] arguments) {
        int code = new CommandLine(new StateBenchmark()).execute(arguments);
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

    /** The rounds with one kind of state. */
    private static final class Rounds {
        private final List<Double> perSecond = new ArrayList<>();
        private final List<Double> ratios = new ArrayList<>();
    }

    private void compare(String address) throws Exception {
        prepare(address);
        System.out.println("thinking " + think + " ms between transactions:");
        compare(address, Duration.ofMillis(think), true);
        System.out.println("not thinking:");
        compare(address, Duration.ZERO, false);
    }

    private void compare(String address, Duration pause, boolean goals) throws Exception {
        Map<State, Tenants> tenants = new EnumMap<>(State.class);
        Map<State, Rounds> results = new EnumMap<>(State.class);
        try {
            for (State state : State.values()) {
                tenants.put(state, Tenants.open(address, physical, sessions, state, pause));
                results.put(state, new Rounds());
            }
            // The first round warms up and isn't kept.
            for (int round = 0; round <= rounds; round++) {
                double before = measure(tenants, State.nothing);
                for (State state : State.values()) {
                    double measured = measure(tenants, state);
                    double after = measure(tenants, State.nothing);
                    if (round > 0) {
                        Rounds result = Objects.requireNonNull(results.get(state));
                        result.perSecond.add(measured);
                        result.ratios.add(measured * 2 / (before + after));
                    }
                    before = after;
                }
            }
            results.forEach((state, result) -> print(
                    state,
                    result,
                    goals,
                    Objects.requireNonNull(tenants.get(state)).mostPinned()));
        } finally {
            for (Tenants each : tenants.values()) {
                each.close();
            }
        }
    }

    private double measure(Map<State, Tenants> tenants, State state) throws Exception {
        return Objects.requireNonNull(tenants.get(state)).run(Duration.ofMillis(millis));
    }

    private void print(State state, Rounds result, boolean goals, int pins) {
        System.out.printf(
                Locale.ROOT,
                "%-26s %,7.0f transactions/s, ratio %.2f (%.2f .. %.2f)%s; pinned at most %d%n",
                state,
                median(result.perSecond),
                median(result.ratios),
                Collections.min(result.ratios),
                Collections.max(result.ratios),
                !goals ? "" : ", goal " + GOAL + (median(result.ratios) >= GOAL && pins == 0 ? " met" : " MISSED"),
                pins);
    }

    private static double median(List<Double> values) {
        List<Double> sorted = values.stream().sorted().toList();
        return sorted.get(sorted.size() / 2);
    }

    private void prepare(String address) throws SQLException {
        try (Connection connection = DriverManager.getConnection(address);
                Statement statement = connection.createStatement()) {
            Tenants.createTable(statement);
            for (int i = 0; i < sessions; i++) {
                statement.execute("drop schema if exists benchmark_" + i + " cascade");
                statement.execute("create schema benchmark_" + i);
            }
        }
    }
}
