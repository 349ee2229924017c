package dev.pgpool.testserver;

import com.github.dockerjava.api.DockerClient;
import com.github.dockerjava.api.command.WaitContainerResultCallback;
import com.github.dockerjava.api.exception.ConflictException;
import com.github.dockerjava.api.model.PortBinding;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;
import org.testcontainers.containers.GenericContainer;
import org.testcontainers.containers.wait.strategy.Wait;
import org.testcontainers.utility.DockerImageName;

/** A server in a container, stopped and started by way of the Docker daemon. */
final class ContainerServer implements PostgresServer {
    private static final String NEWEST = "18";
    private static final int INNER_PORT = 5432;
    private static final int PATIENCE_SECONDS = 60;
    private static final long CHECK_NANOS = TimeUnit.MILLISECONDS.toNanos(50);

    private final GenericContainer<?> container;
    private final int port;
    private final @Nullable String password;

    private ContainerServer(GenericContainer<?> container, int port, @Nullable String password) {
        this.container = container;
        this.port = port;
        this.password = password;
    }

    static ContainerServer start(Specification specification) {
        int port = Ports.take();
        GenericContainer<?> container = new GenericContainer<>(DockerImageName.parse("postgres:" + tag(specification)))
                .withEnv("POSTGRES_INITDB_ARGS", "-E UTF8 --locale=C --no-sync")
                .withCommand(command(specification))
                .withExposedPorts(INNER_PORT)
                // Docker's own choice of a port would be another one after each start.
                .withCreateContainerCmdModifier(create -> Objects.requireNonNull(create.getHostConfig())
                        .withPortBindings(PortBinding.parse(port + ":" + INNER_PORT)))
                // The first time is the start without network in which the image runs initdb.
                .waitingFor(Wait.forLogMessage(".*database system is ready to accept connections.*\\s", 2));
        String password = specification.password();
        if (password == null) {
            container.withEnv("POSTGRES_HOST_AUTH_METHOD", "trust");
        } else {
            container.withEnv("POSTGRES_PASSWORD", password);
        }
        ContainerServer server = new ContainerServer(container, port, password);
        try {
            container.start();
            server.awaitReady();
            return server;
        } catch (RuntimeException e) {
            server.close();
            throw new IllegalStateException("the container on port " + port + " did not start", e);
        }
    }

    private static String tag(Specification specification) {
        String version = specification.version();
        return version == null ? NEWEST : version.replaceFirst("^(\\d+\\.\\d+)\\.0$", "$1");
    }

    private static String[] command(Specification specification) {
        List<String> command = new ArrayList<>(List.of("postgres"));
        specification.settings().forEach((name, value) -> command.addAll(List.of("-c", name + "=" + value)));
        return command.toArray(String[]::new);
    }

    @Override
    public String host() {
        return container.getHost();
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
        return password;
    }

    @Override
    public void start() {
        docker().startContainerCmd(container.getContainerId()).exec();
        awaitReady();
    }

    @Override
    public void stop(StopMode mode) {
        signal(mode.signal());
    }

    @Override
    public void kill() {
        signal("SIGKILL");
    }

    @Override
    public void close() {
        container.stop();
        Ports.giveBack(port);
    }

    /** Sends a signal to the postmaster, which is the container's first process, and waits for the container's end. */
    private void signal(String signal) {
        try {
            docker().killContainerCmd(container.getContainerId())
                    .withSignal(signal)
                    .exec();
        } catch (ConflictException e) {
            throw new IllegalStateException("the server on port " + port + " is not running", e);
        }
        docker().waitContainerCmd(container.getContainerId())
                .exec(new WaitContainerResultCallback())
                .awaitStatusCode(PATIENCE_SECONDS, TimeUnit.SECONDS);
    }

    private void awaitReady() {
        long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(PATIENCE_SECONDS);
        while (true) {
            try {
                connect().close();
                return;
            } catch (SQLException e) {
                if (System.nanoTime() > deadline) {
                    throw new IllegalStateException(
                            "the server on port " + port + " lets nobody in after " + PATIENCE_SECONDS + " s", e);
                }
                LockSupport.parkNanos(CHECK_NANOS);
            }
        }
    }

    private DockerClient docker() {
        return container.getDockerClient();
    }
}
