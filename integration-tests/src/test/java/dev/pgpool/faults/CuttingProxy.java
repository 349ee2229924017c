package dev.pgpool.faults;

import dev.pgpool.testserver.PostgresServer;
import dev.pgpool.testserver.TestDatabase;
import java.io.Closeable;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Supplier;

/** A TCP proxy in front of a server that ends connections at chosen places of requests and answers. */
final class CuttingProxy implements Closeable {
    private final ServerSocket door = new ServerSocket(0, 200, InetAddress.getLoopbackAddress());
    private final Set<CuttingLink> links = ConcurrentHashMap.newKeySet();
    private final AtomicInteger accepted = new AtomicInteger();
    private final AtomicInteger cuts = new AtomicInteger();
    private final AtomicReference<Cut> ordered = new AtomicReference<>();
    private final PostgresServer server;
    private final Supplier<Cut> plan;

    /** A proxy that only cuts what {@link #cutNext} asks for. */
    CuttingProxy(PostgresServer server) throws IOException {
        this(server, () -> null);
    }

    /** @param plan asked at the end of each request, in the threads of the connections; null for no cut */
    CuttingProxy(PostgresServer server, Supplier<Cut> plan) throws IOException {
        this.server = server;
        this.plan = plan;
        Thread thread = new Thread(this::accept, "proxy-door");
        thread.setDaemon(true);
        thread.start();
    }

    int port() {
        return door.getLocalPort();
    }

    /** How many connections clients have opened. */
    int accepted() {
        return accepted.get();
    }

    /** How many connections were cut, and what their clients were to learn of it was sent. */
    int cuts() {
        return cuts.get();
    }

    /** Cuts the next request of any client, or its answer; not a start-up. */
    void cutNext(Cut cut) {
        ordered.set(cut);
    }

    /** Cuts all connections, wherever they are; when it returns, their clients can know. */
    void cutAll(Cut.Way way) {
        links.forEach(link -> link.cut(way));
    }

    /** The cut for a request that just ended, or null. */
    Cut cut(boolean startup) {
        Cut wanted = startup ? null : ordered.getAndSet(null);
        return wanted != null ? wanted : plan.get();
    }

    /** A {@code jdbc:postgresql:} URL of a database of the server, through this proxy. */
    String url(TestDatabase database) {
        return database.url().replace(":" + server.port() + "/", ":" + port() + "/");
    }

    /** Ends a session and waits until it is gone. */
    void terminate(int backend) {
        try (Connection administrator = server.connect();
                Statement statement = administrator.createStatement()) {
            statement.execute("select pg_terminate_backend(" + backend + ", 10000)");
        } catch (SQLException e) {
            throw new AssertionError("backend " + backend + " could not be ended", e);
        }
    }

    void counted() {
        cuts.incrementAndGet();
    }

    void gone(CuttingLink link) {
        links.remove(link);
    }

    private void accept() {
        while (!door.isClosed()) {
            Socket client;
            try {
                client = door.accept();
            } catch (IOException e) {
                if (door.isClosed()) {
                    return;
                }
                throw new AssertionError("the proxy's door failed", e);
            }
            accepted.incrementAndGet();
            connect(client);
        }
    }

    private void connect(Socket client) {
        try {
            client.setTcpNoDelay(true);
            Socket to = new Socket(server.host(), server.port());
            to.setTcpNoDelay(true);
            CuttingLink link = new CuttingLink(this, client, to);
            links.add(link);
            link.start();
        } catch (IOException e) {
            // The server is away, or the client already: who is still there finds its connection closed.
            CuttingLink.closeQuietly(client);
        }
    }

    @Override
    public void close() throws IOException {
        door.close();
        links.forEach(CuttingLink::close);
    }
}
