package dev.pgpool.example;

import dev.pgpool.testserver.PostgresServer;
import java.io.PrintStream;
import java.io.PrintWriter;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.function.BiFunction;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.ParseResult;
import picocli.CommandLine.Spec;
import picocli.CommandLine.UnmatchedArgumentException;

/** The main job in one command: see its {@code --help}. */
@Command(
        name = "shop",
        usageHelpWidth = 100,
        sortOptions = false,
        description = {
            "Runs a small JPA shop with many sessions over few physical connections, first through jdbc:pgpool:, then"
                    + " through HikariCP on jdbc:postgresql:, and shows both side by side.",
            "",
            "Each session keeps its JDBC connection for a whole request, as web applications with open-session-in-view"
                    + " do: it browses, orders, pays and looks at its order, each in a transaction of its own, and"
                    + " thinks in between. Thinking takes no physical connection through jdbc:pgpool:. Afterwards the"
                    + " database is audited: money and stock must add up, and there must be exactly the orders that"
                    + " were confirmed."
        },
        footer = {
            "",
            "Exit code: 0 if the books balanced in both runs and nothing failed but the wait for a connection; 1 if"
                    + " not; 2 for a wrong option."
        })
final class ShopExample implements Callable<Integer> {
    private static final Duration PATIENCE = Duration.ofSeconds(5);
    private static final int INTERRUPTED = 130;

    /** The contenders, in the order of their runs. */
    enum Way {
        pgpool(Contender::pgpool),
        HikariCP(Contender::hikari);

        private final BiFunction<Target, Settings, Contender> make;

        Way(BiFunction<Target, Settings, Contender> make) {
            this.make = make;
        }

        Contender to(Target target, Settings settings) {
            return make.apply(target, settings);
        }
    }

    @Spec
    @SuppressWarnings("NullAway.Init")
    private CommandSpec command;

    @Option(
            names = "--url",
            paramLabel = "<url>",
            description = "Where PostgreSQL is: jdbc:postgresql://host/database?user=...&password=... The example works"
                    + " in the schema pgpool_example, which it drops before and after. Without it, an embedded"
                    + " PostgreSQL is started.")
    private @Nullable String url;

    @Option(
            names = "--sessions",
            paramLabel = "<n>",
            defaultValue = "1000",
            description = "Concurrent sessions (${DEFAULT-VALUE}).")
    private int sessions;

    @Option(
            names = "--seconds",
            paramLabel = "<n>",
            defaultValue = "8",
            description = "Measured time of each run, after at most as long to warm up (${DEFAULT-VALUE}).")
    private int seconds;

    @Option(
            names = "--physical",
            paramLabel = "<n>",
            defaultValue = "10",
            description = "Physical connections of each run (${DEFAULT-VALUE}).")
    private int physical;

    @Option(
            names = "--think",
            paramLabel = "<ms>",
            defaultValue = "500",
            description = "Mean time between two transactions of a session, in milliseconds (${DEFAULT-VALUE}).")
    private int think;

    @Option(names = "--only", paramLabel = "<name>", description = "Runs one of them alone: ${COMPLETION-CANDIDATES}.")
    private @Nullable Way only;

    @Option(names = "--help", usageHelp = true, description = "Shows this.")
    private boolean help;

    private final Screen screen;
    private final Run.Tampering tampering;
    private final BooleanSupplier interrupted;

    ShopExample(Screen screen, Run.Tampering tampering, BooleanSupplier interrupted) {
        this.screen = screen;
        this.tampering = tampering;
        this.interrupted = interrupted;
    }

    public static void main(String[] arguments) {
        Interrupt interrupt = Interrupt.ofThisThread();
        ShopExample example = new ShopExample(Screen.standard(), Run.Tampering.NONE, interrupt::passed);
        int code = run(example, System.out, System.err, arguments);
        if (interrupt.disarm() && code != 0) {
            System.exit(code);
        }
    }

    static int run(ShopExample example, PrintStream out, PrintStream err, String... arguments) {
        // JBoss Logging takes SLF4J of its own accord only with Logback.
        System.setProperty("org.jboss.logging.provider", "slf4j");
        return new CommandLine(example)
                .setOut(new PrintWriter(out, true))
                .setErr(new PrintWriter(err, true))
                .setParameterExceptionHandler(ShopExample::refused)
                .setExecutionExceptionHandler(example::failed)
                .execute(arguments);
    }

    private static int refused(ParameterException fault, String[] arguments) {
        PrintWriter err = fault.getCommandLine().getErr();
        err.println(fault.getMessage());
        UnmatchedArgumentException.printSuggestions(fault, err);
        err.println("--help shows the options");
        return CommandLine.ExitCode.USAGE;
    }

    private int failed(Exception failure, CommandLine command, ParseResult arguments) {
        if (failure instanceof InterruptedException || interrupted.getAsBoolean()) {
            command.getErr().println("interrupted");
            return INTERRUPTED;
        }
        command.getErr().println("the example could not go on: " + Run.causes(failure));
        return CommandLine.ExitCode.SOFTWARE;
    }

    @Override
    public Integer call() throws Exception {
        Settings settings = settings();
        if (url != null) {
            return compare(target(url), settings);
        }
        try (PostgresServer server = PostgresServer.builder().start()) {
            return compare(Target.of(server.url("postgres")), settings);
        }
    }

    private Settings settings() {
        atLeast(1, "--sessions", sessions);
        atLeast(1, "--seconds", seconds);
        atLeast(1, "--physical", physical);
        atLeast(0, "--think", think);
        Duration measured = Duration.ofSeconds(seconds);
        return new Settings(sessions, measured, measured, physical, Duration.ofMillis(think), PATIENCE);
    }

    private void atLeast(int least, String option, int value) {
        if (value < least) {
            throw new ParameterException(
                    command.commandLine(), option + "=" + value + " is too small; the least is " + least);
        }
    }

    private Target target(String url) {
        try {
            return Target.of(url);
        } catch (IllegalArgumentException e) {
            // The URL may hold a password, so the message doesn't repeat it.
            throw new ParameterException(command.commandLine(), "--url is no URL for PostgreSQL: " + e.getMessage());
        }
    }

    private int compare(Target target, Settings settings) throws SQLException, InterruptedException {
        screen.line("%d sessions on %s threads, %d physical connections, %d ms to think between transactions"
                .formatted(sessions, Sessions.virtual() ? "virtual" : "platform", physical, think));
        List<Outcome> outcomes = new ArrayList<>();
        try (Shop shop = Shop.at(target)) {
            for (Way way : only == null ? Way.values() : new Way[] {only}) {
                try (Contender contender = way.to(target, settings)) {
                    outcomes.add(new Run(contender, settings, screen).on(shop, tampering));
                }
            }
            shop.drop();
        }
        screen.line("");
        Comparison.of(outcomes).forEach(screen::line);
        return verdict(outcomes);
    }

    private int verdict(List<Outcome> outcomes) {
        int code = 0;
        for (Outcome outcome : outcomes) {
            for (String violation : outcome.violations()) {
                screen.line("BROKEN through " + outcome.contender() + ": " + violation);
                code = 1;
            }
        }
        return code;
    }
}
