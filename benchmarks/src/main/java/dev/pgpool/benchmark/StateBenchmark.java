package dev.pgpool.benchmark;

import dev.pgpool.testserver.PostgresServer;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
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
            "Runs an application of many sessions over few physical connections twice at a time: once each session has"
                    + " its own search_path, statement_timeout, application_name and a custom parameter, set once at"
                    + " its start, and once it has none. A transaction is three reads and two updates by primary key,"
                    + " and a commit.",
            "",
            "Each round with state lies between two rounds without, and is compared with their mean."
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

    private void compare(String address) throws Exception {
        prepare(address);
        try (Tenants without = Tenants.open(address, physical, sessions, false);
                Tenants with = Tenants.open(address, physical, sessions, true)) {
            List<Double> ratios = new ArrayList<>();
            List<Double> perSecond = new ArrayList<>();
            List<Double> reference = new ArrayList<>();
            int pins = 0;
            Duration length = Duration.ofMillis(millis);
            // The first round warms up and isn't kept.
            for (int round = 0; round <= rounds; round++) {
                double before = without.run(length);
                double measured = with.run(length);
                double after = without.run(length);
                pins = Math.max(pins, with.mostPinned());
                if (round > 0) {
                    ratios.add(measured * 2 / (before + after));
                    perSecond.add(measured);
                    reference.add(after);
                }
            }
            print(ratios, perSecond, reference, pins);
        }
    }

    private void print(List<Double> ratios, List<Double> perSecond, List<Double> reference, int pins) {
        System.out.printf(
                Locale.ROOT,
                "%d sessions over %d physical connections, %s threads, transactions per second: %,.0f without state,"
                        + " %,.0f with; ratio %.2f (%.2f .. %.2f), goal %.2f %s; pinned at once, at most: %d, goal 0 %s%n",
                sessions,
                physical,
                Threads.virtualExist() ? "virtual" : "platform",
                median(reference),
                median(perSecond),
                median(ratios),
                Collections.min(ratios),
                Collections.max(ratios),
                GOAL,
                median(ratios) >= GOAL ? "met" : "MISSED",
                pins,
                pins == 0 ? "met" : "MISSED");
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
