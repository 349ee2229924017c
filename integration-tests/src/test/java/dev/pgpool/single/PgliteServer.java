package dev.pgpool.single;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.Writer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A PGlite server: PostgreSQL compiled to WebAssembly, with one backend session for all who connect, in a process of
 * Node.js. Its packages are installed below {@code target} by the first start.
 */
final class PgliteServer implements AutoCloseable {
    private static final List<String> PACKAGES =
            List.of("@electric-sql/pglite@0.5.14", "@electric-sql/pglite-socket@0.2.17");
    private static final Path FOLDER = Path.of("target", "pglite").toAbsolutePath();
    private static final Path PROGRAM =
            FOLDER.resolve(Path.of("node_modules", "@electric-sql", "pglite-socket", "dist", "scripts", "server.js"));
    private static final Pattern LISTENING = Pattern.compile("listening on .*\"port\":(\\d+)");

    private final Process process;
    private final int port;

    private PgliteServer(Process process, int port) {
        this.process = process;
        this.port = port;
    }

    static PgliteServer start() throws IOException, InterruptedException {
        if (!Files.exists(PROGRAM)) {
            install();
        }
        Process process = new ProcessBuilder("node", PROGRAM.toString(), "--port=0", "--host=127.0.0.1")
                .directory(FOLDER.toFile())
                .redirectErrorStream(true)
                .start();
        try {
            return new PgliteServer(process, portOf(process));
        } catch (IOException | RuntimeException e) {
            process.destroyForcibly();
            throw e;
        }
    }

    private static void install() throws IOException, InterruptedException {
        Files.createDirectories(FOLDER);
        String npm = System.getProperty("os.name").startsWith("Windows") ? "npm.cmd" : "npm";
        ProcessBuilder command = new ProcessBuilder(
                npm, "install", "--prefix", FOLDER.toString(), "--no-audit", "--no-fund", "--ignore-scripts");
        command.command().addAll(PACKAGES);
        Process installing =
                command.directory(FOLDER.toFile()).redirectErrorStream(true).start();
        String said = new String(installing.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        if (installing.waitFor() != 0) {
            throw new IllegalStateException("npm could not install " + PACKAGES + " (needs Node.js):\n" + said);
        }
    }

    private static int portOf(Process process) throws IOException {
        BufferedReader output = process.inputReader(StandardCharsets.UTF_8);
        StringBuilder said = new StringBuilder();
        for (String line = output.readLine(); line != null; line = output.readLine()) {
            said.append(line).append('\n');
            Matcher listening = LISTENING.matcher(line);
            if (listening.find()) {
                drain(output);
                return Integer.parseInt(listening.group(1));
            }
        }
        throw new IllegalStateException("PGlite ended before it listened:\n" + said);
    }

    /** Lets the server write on: nobody needs to read it, but a full pipe would stop it. */
    private static void drain(BufferedReader output) {
        Thread draining = new Thread(
                () -> {
                    try {
                        output.transferTo(Writer.nullWriter());
                    } catch (IOException e) {
                        // Closed by the end of the process that wrote it, which is when nobody needs it any more.
                    }
                },
                "pglite-output");
        draining.setDaemon(true);
        draining.start();
    }

    int port() {
        return port;
    }

    @Override
    public void close() throws InterruptedException {
        process.destroy();
        if (!process.waitFor(10, TimeUnit.SECONDS)) {
            process.destroyForcibly().waitFor();
        }
    }
}
