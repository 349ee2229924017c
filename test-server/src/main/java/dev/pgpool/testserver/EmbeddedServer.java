package dev.pgpool.testserver;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** A server on this machine, run from the binaries on the class path. */
final class EmbeddedServer implements PostgresServer {
    private static final String LOOPBACK = "127.0.0.1";
    private static final int PORT_ATTEMPTS = 5;
    private static final long KILL_PATIENCE_NANOS = TimeUnit.SECONDS.toNanos(30);
    private static final long KILL_CHECK_NANOS = TimeUnit.MILLISECONDS.toNanos(1);
    private static final Set<EmbeddedServer> OPEN = ConcurrentHashMap.newKeySet();

    static {
        Runtime.getRuntime()
                .addShutdownHook(new Thread(() -> OPEN.forEach(EmbeddedServer::close), "pgpool-test-servers-end"));
    }

    private final Path programs;
    private final Path data;
    private final Path log;
    private final Specification specification;
    private int port;

    private EmbeddedServer(Path programs, Path data, Specification specification) {
        this.programs = programs;
        this.data = data;
        this.log = data.resolve("server.log");
        this.specification = specification;
    }

    /** Makes a new data directory and starts a server on it. */
    static EmbeddedServer start(Specification specification) {
        Path programs = Binaries.find(specification.version()).unpacked().resolve("bin");
        EmbeddedServer server = new EmbeddedServer(programs, newDirectory(), specification);
        OPEN.add(server);
        try {
            server.initialise();
            server.startOnFreePort();
            return server;
        } catch (RuntimeException e) {
            server.close();
            throw e;
        }
    }

    @Override
    public String host() {
        return LOOPBACK;
    }

    @Override
    public int port() {
        return port;
    }

    @Override
    public String user() {
        return Specification.USER;
    }

    @Override
    public @Nullable String password() {
        return specification.password();
    }

    @Override
    public synchronized void start() {
        writeConfiguration();
        Tool.Outcome outcome = control("-w", "-t", "60", "-l", log.toString(), "start");
        if (!outcome.succeeded()) {
            throw new IllegalStateException(
                    "the server on port " + port + " did not start: " + outcome.output() + "\nits log:\n" + read(log));
        }
    }

    @Override
    public synchronized void stop(StopMode mode) {
        control("-w", "-t", "60", "-m", mode.word(), "stop").orThrow();
    }

    @Override
    public synchronized void kill() {
        ProcessHandle postmaster = postmaster();
        List<ProcessHandle> all =
                Stream.concat(Stream.of(postmaster), postmaster.descendants()).toList();
        all.forEach(ProcessHandle::destroyForcibly);
        long deadline = System.nanoTime() + KILL_PATIENCE_NANOS;
        for (ProcessHandle process : all) {
            while (isRunning(process)) {
                if (System.nanoTime() > deadline) {
                    throw new IllegalStateException("process " + process.pid() + " survives SIGKILL");
                }
                LockSupport.parkNanos(KILL_CHECK_NANOS);
            }
        }
        // Its number may belong to another process by the time of the next start, which would then refuse.
        delete(pidFile());
    }

    @Override
    public synchronized void close() {
        if (OPEN.remove(this)) {
            try {
                if (Files.exists(pidFile())) {
                    stop(StopMode.IMMEDIATE);
                }
            } finally {
                Ports.giveBack(port);
                deleteAll(data);
            }
        }
    }

    private void initialise() {
        List<String> options = new ArrayList<>(List.of("-U", user(), "-E", "UTF8", "--locale=C", "--no-sync"));
        String password = password();
        Path passwordFile = data.resolveSibling(data.getFileName() + ".password");
        try {
            if (password == null) {
                options.addAll(List.of("-A", "trust"));
            } else {
                Files.writeString(passwordFile, password);
                Privileges.DROPPED.own(passwordFile);
                options.addAll(List.of("-A", "scram-sha-256", "--pwfile=" + passwordFile));
            }
            program("initdb", options).orThrow();
            Files.writeString(
                    data.resolve("postgresql.conf"), "\ninclude 'test-server.conf'\n", StandardOpenOption.APPEND);
        } catch (IOException e) {
            throw new UncheckedIOException("could not initialise " + data, e);
        } finally {
            delete(passwordFile);
        }
    }

    private void startOnFreePort() {
        for (int attempt = 1; ; attempt++) {
            port = Ports.take();
            try {
                start();
                return;
            } catch (IllegalStateException e) {
                boolean portWasTaken = read(log).contains("Address already in use") || !Ports.isFree(port);
                if (attempt == PORT_ATTEMPTS || !portWasTaken) {
                    throw e;
                }
                Ports.giveBack(port);
                delete(log);
            }
        }
    }

    private void writeConfiguration() {
        Map<String, String> network =
                Map.of("port", Integer.toString(port), "listen_addresses", LOOPBACK, "unix_socket_directories", "");
        String lines = Stream.of(specification.settings(), network)
                .flatMap(settings -> settings.entrySet().stream())
                .map(setting -> setting.getKey() + " = '" + setting.getValue().replace("'", "''") + "'")
                .collect(Collectors.joining("\n", "", "\n"));
        try {
            Files.writeString(data.resolve("test-server.conf"), lines);
        } catch (IOException e) {
            throw new UncheckedIOException("could not configure " + data, e);
        }
    }

    private Tool.Outcome control(String... options) {
        return program("pg_ctl", List.of(options));
    }

    private Tool.Outcome program(String name, List<String> options) {
        List<String> command = new ArrayList<>(Privileges.DROPPED.prefix());
        command.addAll(List.of(programs.resolve(name).toString(), "-D", data.toString()));
        command.addAll(options);
        return Tool.run(command);
    }

    private Path pidFile() {
        return data.resolve("postmaster.pid");
    }

    private ProcessHandle postmaster() {
        return read(pidFile())
                .lines()
                .findFirst()
                .map(line -> Long.parseLong(line.trim()))
                .flatMap(ProcessHandle::of)
                .orElseThrow(() -> new IllegalStateException("the server on port " + port + " is not running"));
    }

    /** Whether a process still does something; one that its parent has not waited for yet does not. */
    private static boolean isRunning(ProcessHandle process) {
        Path status = Path.of("/proc", Long.toString(process.pid()), "stat");
        return process.isAlive() && !(Files.exists(status) && read(status).contains(") Z "));
    }

    private static Path newDirectory() {
        try {
            Path directory = Files.createTempDirectory("pgpool-test-server-");
            Privileges.DROPPED.own(directory);
            return directory;
        } catch (IOException e) {
            throw new UncheckedIOException("could not make a data directory", e);
        }
    }

    /** The text of a file, empty if there is none. */
    private static String read(Path file) {
        try {
            return Files.exists(file) ? Files.readString(file, StandardCharsets.UTF_8) : "";
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static void delete(Path file) {
        try {
            Files.deleteIfExists(file);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static void deleteAll(Path directory) {
        try (Stream<Path> files = Files.walk(directory)) {
            files.sorted(Comparator.reverseOrder()).forEach(EmbeddedServer::delete);
        } catch (IOException e) {
            throw new UncheckedIOException("could not delete " + directory, e);
        }
    }
}
