package dev.pgpool.wire;

import java.io.BufferedInputStream;
import java.io.DataInputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * One session of a {@link FakeServer}. Everything that it says may become something else by the server's fault.
 *
 * @see <a href="https://www.postgresql.org/docs/current/protocol-flow.html">Message flow</a>
 */
final class FakeSession {
    private static final int CANCEL_REQUEST = 80_877_102;
    private static final int ENCRYPTION_REQUEST = 80_877_103;
    private static final int GSS_ENCRYPTION_REQUEST = 80_877_104;

    /** What PostgreSQL 18 reports of a session at its start. */
    private static final Map<String, String> REPORTED = reported(
            "in_hot_standby", "off",
            "integer_datetimes", "on",
            "TimeZone", "UTC",
            "IntervalStyle", "postgres",
            "is_superuser", "off",
            "search_path", "\"$user\", public",
            "application_name", "",
            "default_transaction_read_only", "off",
            "scram_iterations", "4096",
            "DateStyle", "ISO, MDY",
            "standard_conforming_strings", "on",
            "session_authorization", "somebody",
            "client_encoding", "UTF8",
            "server_version", "18.6",
            "server_encoding", "UTF8");

    private final FakeServer server;
    private final Line line;
    private final int backend;
    private final DataInputStream in;
    private final Map<String, Prepared> prepared = new HashMap<>();
    private final Map<String, Prepared> portals = new HashMap<>();
    private char transaction = 'I';
    private boolean skipsToSync;

    /** A statement, and the declared types of its parameters. */
    private record Prepared(String text, int[] types) {}

    FakeSession(FakeServer server, Line line, int backend) throws IOException {
        this.server = server;
        this.line = line;
        this.backend = backend;
        this.in = new DataInputStream(new BufferedInputStream(line.client().getInputStream(), 65_536));
    }

    private static Map<String, String> reported(String... namesAndValues) {
        Map<String, String> all = new LinkedHashMap<>();
        for (int i = 0; i < namesAndValues.length; i += 2) {
            all.put(namesAndValues[i], namesAndValues[i + 1]);
        }
        return all;
    }

    /** Speaks until the client leaves. */
    void run() throws IOException {
        try (line) {
            if (startUp()) {
                Message request = Message.read(in);
                while (request.type() != 'X') {
                    if (!line.ended()) {
                        answer(request);
                    }
                    request = Message.read(in);
                }
            }
        } finally {
            line.left();
        }
    }

    private void say(Message message) throws IOException {
        server.pass(line, message);
    }

    private void say(char type, byte... body) throws IOException {
        say(new Message(type, body));
    }

    /** Whether there is a session now. */
    private boolean startUp() throws IOException {
        byte[] request = in.readNBytes(in.readInt() - 4);
        int code = ByteBuffer.wrap(request).getInt();
        if (code == CANCEL_REQUEST) {
            server.noteCancelRequest();
            return false;
        }
        if (code == ENCRYPTION_REQUEST || code == GSS_ENCRYPTION_REQUEST) {
            line.send(new byte[] {'N'});
            line.flush();
            return startUp();
        }
        say(Message.passwordRequest());
        line.flush();
        Message.read(in);
        say(Message.authenticationOk());
        for (Map.Entry<String, String> each : REPORTED.entrySet()) {
            say(Message.parameterStatus(each.getKey(), each.getValue()));
        }
        say(Message.of('K', ByteBuffer.allocate(8).putInt(backend).putInt(4711)));
        ready();
        return true;
    }

    private void ready() throws IOException {
        say(Message.READY_FOR_QUERY, (byte) transaction);
        line.flush();
    }

    private void answer(Message request) throws IOException {
        if (request.type() == 'S') {
            skipsToSync = false;
            ready();
        } else if (!skipsToSync) {
            ByteBuffer body = ByteBuffer.wrap(request.body());
            switch (request.type()) {
                case 'P' -> parse(body);
                case 'B' -> bind(body);
                case 'D' -> describe(body);
                case 'E' -> execute(portal(Message.text(body)).text());
                case 'C' -> close(body);
                case 'H' -> line.flush();
                case 'Q' -> query(Message.text(body));
                case 'd', 'c', 'f' -> ignoreOutsideOfCopy();
                default -> throw new IOException("this server doesn't know the message " + request.type());
            }
        }
    }

    private void ignoreOutsideOfCopy() {
        // As PostgreSQL does: a client may send them before it hears that its COPY has failed.
    }

    private void parse(ByteBuffer body) throws IOException {
        String name = Message.text(body);
        String text = Message.text(body).strip();
        int[] types = new int[body.getShort()];
        for (int i = 0; i < types.length; i++) {
            types[i] = body.getInt();
        }
        if (known(text) != null) {
            prepared.put(name, new Prepared(text, types));
            say('1');
        }
    }

    /** The answer to a text; null if there is none, which was told. */
    private @Nullable Answer known(String text) throws IOException {
        Answer answer = server.answerTo(text);
        if (answer == null) {
            fail("42601", "the test gave no answer to " + text);
        }
        return answer;
    }

    private void fail(String sqlState, String text) throws IOException {
        skipsToSync = true;
        if (transaction == 'T') {
            transaction = 'E';
        }
        say(Message.error("ERROR", sqlState, text));
    }

    private void bind(ByteBuffer body) throws IOException {
        String portal = Message.text(body);
        portals.put(portal, statement(Message.text(body)));
        say('2');
    }

    private Prepared statement(String name) throws IOException {
        return found(prepared, name);
    }

    private Prepared portal(String name) throws IOException {
        return found(portals, name);
    }

    private static Prepared found(Map<String, Prepared> all, String name) throws IOException {
        Prepared statement = all.get(name);
        if (statement == null) {
            throw new IOException("there is no statement or portal \"" + name + '"');
        }
        return statement;
    }

    private void describe(ByteBuffer body) throws IOException {
        boolean portal = body.get() == 'P';
        String name = Message.text(body);
        Prepared described = portal ? portal(name) : statement(name);
        if (!portal) {
            ByteBuffer types = ByteBuffer.allocate(2 + 4 * described.types().length);
            types.putShort((short) described.types().length);
            for (int type : described.types()) {
                types.putInt(type);
            }
            say(Message.of('t', types));
        }
        Answer answer = known(described.text());
        if (answer != null) {
            say(answer.description());
        }
    }

    private void execute(String text) throws IOException {
        Answer answer = known(text);
        if (answer == null) {
            return;
        }
        server.executes(text);
        String tag = answer.tag();
        if (transaction == 'E' && !tag.equals("COMMIT") && !tag.equals("ROLLBACK")) {
            fail("25P02", "current transaction is aborted, commands ignored until end of transaction block");
            return;
        }
        for (Message row : answer.data()) {
            say(row);
        }
        boolean failed = transaction == 'E' && tag.equals("COMMIT");
        transaction = switch (tag) {
            case "BEGIN" -> 'T';
            case "COMMIT", "ROLLBACK" -> 'I';
            default -> transaction;
        };
        say(Message.commandComplete(failed ? "ROLLBACK" : tag));
    }

    private void close(ByteBuffer body) throws IOException {
        boolean portal = body.get() == 'P';
        (portal ? portals : prepared).remove(Message.text(body));
        say('3');
    }

    private void query(String text) throws IOException {
        Answer answer = known(text);
        if (answer != null) {
            if (answer.columns() > 0) {
                say(answer.description());
            }
            execute(text);
        }
        skipsToSync = false;
        ready();
    }
}
