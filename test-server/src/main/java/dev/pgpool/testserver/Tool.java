package dev.pgpool.testserver;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** A program that is run to its end. */
final class Tool {
    private static final int PATIENCE_SECONDS = 120;

    private Tool() {}

    /**
     * The outcome of a run.
     *
     * @param status its exit status
     * @param output what it wrote to standard output and standard error
     */
    record Outcome(List<String> command, int status, String output) {
        boolean succeeded() {
            return status == 0;
        }

        /** @throws IllegalStateException if the program failed */
        void orThrow() {
            if (!succeeded()) {
                throw new IllegalStateException(command + " ended with status " + status + ":\n" + output);
            }
        }
    }

    static Outcome run(List<String> command) {
        try {
            // A file, not a pipe: the postmaster inherits the output of pg_ctl and would keep a pipe open.
            Path output = Files.createTempFile("pgpool-tool-", ".log");
            try {
                Process process = new ProcessBuilder(new ArrayList<>(command))
                        .redirectErrorStream(true)
                        .redirectOutput(output.toFile())
                        .start();
                if (!process.waitFor(PATIENCE_SECONDS, TimeUnit.SECONDS)) {
                    process.destroyForcibly();
                    throw new IllegalStateException(
                            command + " did not end in " + PATIENCE_SECONDS + " s:\n" + Files.readString(output));
                }
                return new Outcome(command, process.exitValue(), Files.readString(output));
            } finally {
                Files.deleteIfExists(output);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(command + " could not be run", e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted while waiting for " + command, e);
        }
    }
}
