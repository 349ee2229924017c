package dev.pgpool.testserver;

import java.io.File;
import java.util.Locale;
import java.util.stream.Stream;
import org.testcontainers.DockerClientFactory;

/**
 * The choice of a server for tests.
 *
 * <p>Tests that only need some PostgreSQL get the one that the environment variable {@value #URL_VARIABLE} names, if
 * it is set. Every other server, and all that a test may stop, is a container where a Docker daemon answers, and else
 * runs from the binaries on the class path.
 */
final class Postgres {
    static final String URL_VARIABLE = "PGPOOL_TEST_URL";

    private Postgres() {}

    /** A server that many tests use and none may stop. */
    static PostgresServer shared() {
        String url = System.getenv(URL_VARIABLE);
        return url == null || url.isBlank() ? own(PostgresServer.builder().specification()) : new ExternalServer(url);
    }

    /** A new server whose user may do with it what it likes. */
    static PostgresServer own(Specification specification) {
        return Docker.ANSWERS ? ContainerServer.start(specification) : EmbeddedServer.start(specification);
    }

    private static final class Docker {
        /** Asked once, and only where there is a sign of Docker: Testcontainers is slow and loud when there is none. */
        static final boolean ANSWERS =
                hasLeftASign() && DockerClientFactory.instance().isDockerAvailable();

        private static boolean hasLeftASign() {
            String home = System.getProperty("user.home");
            boolean windows =
                    System.getProperty("os.name").toLowerCase(Locale.ROOT).startsWith("win");
            return windows
                    || System.getenv("DOCKER_HOST") != null
                    || Stream.of(
                                    "/var/run/docker.sock",
                                    System.getenv("XDG_RUNTIME_DIR") + "/docker.sock",
                                    home + "/.docker/run/docker.sock",
                                    home + "/.docker/desktop/docker.sock",
                                    home + "/.testcontainers.properties")
                            .anyMatch(path -> new File(path).exists());
        }
    }
}
