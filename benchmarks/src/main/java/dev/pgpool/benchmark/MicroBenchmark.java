package dev.pgpool.benchmark;

import dev.pgpool.benchmark.Contender.Source;
import dev.pgpool.testserver.PostgresServer;
import java.io.File;
import java.net.URISyntaxException;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.annotations.Warmup;
import org.openjdk.jmh.runner.Runner;
import org.openjdk.jmh.runner.options.CommandLineOptions;
import org.openjdk.jmh.runner.options.OptionsBuilder;

/** One thread: what a call costs through each contender. */
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
@Warmup(iterations = 3, time = 2)
@Measurement(iterations = 5, time = 2)
@Fork(2)
@SuppressWarnings("NullAway.Init")
public class MicroBenchmark {
    private static final String URL = "benchmark.url";
    private static final int PHYSICAL = 10;

    /** A connection that is kept. */
    @State(Scope.Thread)
    public static class Kept {
        @Param({"raw", "pgpool", "HikariCP"})
        public String contender;

        Source source;
        Connection connection;
        PreparedStatement statement;
        int id;

        @Setup
        public void open() throws SQLException {
            source = source(contender);
            connection = source.connect().connection();
            statement = Items.prepare(connection);
        }

        @TearDown
        public void close() throws SQLException {
            statement.close();
            connection.close();
            source.close();
        }

        int next() {
            id = (id + 7919) % Items.COUNT;
            return id;
        }
    }

    /** A pool that opens and closes connections for as good as nothing, unlike raw. */
    @State(Scope.Thread)
    public static class Pooled {
        @Param({"pgpool", "HikariCP"})
        public String contender;

        Source source;

        @Setup
        public void open() throws SQLException {
            source = source(contender);
        }

        @TearDown
        public void close() {
            source.close();
        }
    }

    @Benchmark
    public String prepared_once(Kept kept) throws SQLException {
        return Items.read(kept.statement, kept.next());
    }

    @Benchmark
    public String prepared_each_time(Kept kept) throws SQLException {
        return Items.read(kept.connection, kept.next());
    }

    @Benchmark
    public boolean connect_and_close(Pooled pooled) throws SQLException {
        try (Contender.Borrowed borrowed = pooled.source.connect()) {
            return borrowed.connection().isClosed();
        }
    }

    private static Source source(String contender) throws SQLException {
        return Contender.valueOf(contender).open(Objects.requireNonNull(System.getProperty(URL)), PHYSICAL);
    }

    /** Runs these benchmarks with JMH's own options, against an embedded PostgreSQL. */
    public static void main(String[] arguments) throws Exception {
        passClassPath();
        try (PostgresServer server = PostgresServer.builder().start()) {
            String url = server.url("postgres");
            Items.create(url);
            new Runner(new OptionsBuilder()
                            .parent(new CommandLineOptions(arguments))
                            .include(MicroBenchmark.class.getName())
                            .jvmArgsAppend("-D" + URL + "=" + url)
                            .build())
                    .run();
        }
    }

    // JMH starts its processes with this JVM's class path; within Maven that is Maven's own.
    static void passClassPath() throws URISyntaxException {
        if (MicroBenchmark.class.getClassLoader() instanceof URLClassLoader loader) {
            List<String> paths = new ArrayList<>();
            for (URL url : loader.getURLs()) {
                paths.add(Path.of(url.toURI()).toString());
            }
            System.setProperty("java.class.path", String.join(File.pathSeparator, paths));
        }
    }
}
