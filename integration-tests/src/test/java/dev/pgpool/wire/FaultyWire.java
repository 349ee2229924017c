package dev.pgpool.wire;

import dev.pgpool.harness.Transfer;
import dev.pgpool.testserver.PostgresServer;
import dev.pgpool.testserver.TestDatabase;
import java.io.BufferedInputStream;
import java.io.DataInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.net.Socket;
import java.net.SocketException;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;

/** A TCP proxy in front of a server. Requests always pass. */
final class FaultyWire extends Wire {
    private final TestDatabase database;
    private final List<Socket> servers = new CopyOnWriteArrayList<>();

    FaultyWire(TestDatabase database) throws IOException {
        super(null);
        this.database = database;
        open();
    }

    @Override
    String target() {
        PostgresServer server = database.server();
        return database.name() + "?user=" + server.user()
                + (server.password() == null ? "" : "&password=" + server.password());
    }

    @Override
    void serve(Line line) throws IOException {
        Socket server = new Socket(database.server().host(), database.server().port());
        server.setTcpNoDelay(true);
        servers.add(server);
        Transfer.start("wire-answers", () -> answer(line, server));
        listen(line, server);
    }

    private static void listen(Line line, Socket server) throws IOException {
        try (line;
                server) {
            InputStream in = line.client().getInputStream();
            byte[] buffer = new byte[65_536];
            for (int count = in.read(buffer); count >= 0; count = in.read(buffer)) {
                line.heard(count);
                passOn(buffer, count, server);
            }
        } finally {
            line.left();
        }
    }

    private static void passOn(byte[] buffer, int count, Socket server) throws IOException {
        try {
            server.getOutputStream().write(buffer, 0, count);
        } catch (SocketException e) {
            // The server has closed; the client may go on talking to this wire.
        }
    }

    private void answer(Line line, Socket server) throws IOException {
        DataInputStream in = new DataInputStream(new BufferedInputStream(server.getInputStream()));
        try {
            while (true) {
                pass(line, Message.read(in));
                line.flush();
            }
        } catch (EOFException | SocketException e) {
            line.finish();
        }
    }

    @Override
    public void close() throws IOException {
        super.close();
        for (Socket server : servers) {
            server.close();
        }
    }
}
