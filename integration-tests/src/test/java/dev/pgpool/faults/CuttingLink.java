package dev.pgpool.faults;

import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.net.Socket;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.atomic.AtomicBoolean;

/**
 * One client's way through a {@link CuttingProxy}, in two threads: one for requests, one for answers.
 *
 * @see <a href="https://www.postgresql.org/docs/current/protocol-message-formats.html">Message formats</a>
 */
final class CuttingLink {
    private static final int CANCEL_REQUEST = 80877102;
    private static final int SSL_REQUEST = 80877103;
    private static final int GSS_REQUEST = 80877104;

    /** Type and length of a message. */
    private static final int HEADER = 5;

    private static final String ENDS_REQUEST = "QSFcf";
    /** ReadyForQuery, and CopyInResponse, after which the client goes on sending. */
    private static final String ENDS_ANSWER = "ZG";

    /** A cut of the answer to a request, counted from 1, the start-up. */
    private record CutAnswer(Cut cut, long request) {}

    private final CuttingProxy proxy;
    private final Socket client;
    private final Socket server;
    private final AtomicBoolean ended = new AtomicBoolean();
    private volatile CutAnswer pending;
    private volatile int backend;
    private volatile Thread requests;

    CuttingLink(CuttingProxy proxy, Socket client, Socket server) {
        this.proxy = proxy;
        this.client = client;
        this.server = server;
    }

    private interface Transfer {
        void run() throws IOException;
    }

    void start() {
        requests = start("requests", () -> {
            untilOneSideIsGone(this::requests);
            // What a client says after its end of the stream goes nowhere, but is read: else closing were a reset.
            untilOneSideIsGone(() -> client.getInputStream().transferTo(OutputStream.nullOutputStream()));
            closeQuietly(client);
        });
        start("answers", () -> untilOneSideIsGone(this::answers));
    }

    private static Thread start(String name, Runnable run) {
        Thread thread = new Thread(run, "proxy-" + name);
        thread.setDaemon(true);
        thread.start();
        return thread;
    }

    private void untilOneSideIsGone(Transfer transfer) {
        try {
            transfer.run();
        } catch (IOException e) {
            // In order or not; the other side is to see that there is no more.
            end(Cut.Way.FIN);
        }
    }

    private void requests() throws IOException {
        DataInputStream from = new DataInputStream(client.getInputStream());
        OutputStream to = server.getOutputStream();
        ByteArrayOutputStream request = new ByteArrayOutputStream();
        if (!startUp(from, request)) {
            to.write(request.toByteArray());
            from.transferTo(to);
            return;
        }
        long count = 1;
        boolean goesOn = pass(request, to, count, true);
        while (goesOn) {
            char type = copyMessage(from, request);
            if (type == 'd' || type == 'p') {
                to.write(request.toByteArray());
                request.reset();
            } else if (begins(request)) {
                // pgjdbc sends what comes after it without waiting; they are cut together.
                to.write(request.toByteArray());
                request.reset();
                count++;
            } else if (ENDS_REQUEST.indexOf(type) >= 0) {
                goesOn = pass(request, to, ++count, false);
            } else if (type == 'X') {
                to.write(request.toByteArray());
                to.flush();
            }
        }
    }

    private static boolean begins(ByteArrayOutputStream request) {
        return request.toString(StandardCharsets.ISO_8859_1).startsWith("BEGIN", HEADER);
    }

    /** Reads the first message; false if it asks for a cancel. Refuses encryption, as a server without it does. */
    private boolean startUp(DataInputStream from, ByteArrayOutputStream request) throws IOException {
        while (true) {
            int length = from.readInt();
            int code = from.readInt();
            byte[] body = new byte[length - 8];
            from.readFully(body);
            if (code == SSL_REQUEST || code == GSS_REQUEST) {
                client.getOutputStream().write('N');
                continue;
            }
            DataOutputStream out = new DataOutputStream(request);
            out.writeInt(length);
            out.writeInt(code);
            out.write(body);
            return code != CANCEL_REQUEST;
        }
    }

    /** Sends a request to the server unless it is cut; false if the client can say no more. */
    private boolean pass(ByteArrayOutputStream buffer, OutputStream to, long count, boolean startUp)
            throws IOException {
        byte[] request = buffer.toByteArray();
        buffer.reset();
        Cut cut = ended.get() ? null : proxy.cut(startUp);
        if (cut == null) {
            to.write(request);
            return true;
        }
        switch (cut.place()) {
            case BEFORE_REQUEST -> end(cut.way());
            case IN_REQUEST -> {
                to.write(request, 0, somewhereIn(request));
                end(cut.way());
            }
            case AFTER_REQUEST -> {
                pending = new CutAnswer(cut, count);
                to.write(request);
                end(cut.way());
            }
            default -> {
                pending = new CutAnswer(cut, count);
                to.write(request);
                return true;
            }
        }
        proxy.counted();
        return false;
    }

    private void answers() throws IOException {
        DataInputStream from = new DataInputStream(server.getInputStream());
        OutputStream to = client.getOutputStream();
        ByteArrayOutputStream answer = new ByteArrayOutputStream();
        long count = 1;
        while (true) {
            int start = answer.size();
            char type = copyMessage(from, answer);
            if (type == 'K') {
                backend = ByteBuffer.wrap(answer.toByteArray()).getInt(start + HEADER);
            }
            boolean last = ENDS_ANSWER.indexOf(type) >= 0;
            CutAnswer cutAnswer = pending;
            if (cutAnswer == null || cutAnswer.request() != count) {
                to.write(answer.toByteArray());
                answer.reset();
            } else if (last) {
                if (!cutAnswer(answer.toByteArray(), start, cutAnswer.cut(), to)) {
                    return;
                }
                answer.reset();
                pending = null;
            }
            if (last) {
                count++;
            }
        }
    }

    /** Passes on what is to be passed on; false if that is the end. */
    private boolean cutAnswer(byte[] answer, int lastMessage, Cut cut, OutputStream to) throws IOException {
        if (cut.place() == Cut.Place.AFTER_REQUEST) {
            return false;
        }
        int length = part(cut.place(), answer, lastMessage);
        if (cut.way() == Cut.Way.FATAL) {
            // First, so that nothing more can be asked of the session. The server's last words follow the answer.
            proxy.terminate(backend);
            to.write(answer, 0, length);
            proxy.counted();
            return true;
        }
        to.write(answer, 0, length);
        if (cut.way() == Cut.Way.HALF_CLOSED) {
            client.shutdownOutput();
            proxy.counted();
            server.getInputStream().transferTo(OutputStream.nullOutputStream());
            return false;
        }
        end(cut.way());
        proxy.counted();
        return false;
    }

    private static int part(Cut.Place place, byte[] answer, int lastMessage) {
        return switch (place) {
            case BEFORE_ANSWER -> 0;
            case IN_ANSWER -> somewhereIn(answer);
            case BEFORE_READY -> lastMessage;
            default -> answer.length;
        };
    }

    private static int somewhereIn(byte[] bytes) {
        return ThreadLocalRandom.current().nextInt(1, bytes.length);
    }

    private static char copyMessage(DataInputStream from, ByteArrayOutputStream to) throws IOException {
        int type = from.readUnsignedByte();
        int length = from.readInt();
        byte[] body = new byte[length - 4];
        from.readFully(body);
        DataOutputStream out = new DataOutputStream(to);
        out.writeByte(type);
        out.writeInt(length);
        out.write(body);
        return (char) type;
    }

    /** Ends the client's side in this way, and the server's by FIN; or lets the server do it. */
    private void end(Cut.Way way) {
        if (way == Cut.Way.FATAL) {
            proxy.terminate(backend);
            return;
        }
        if (!ended.compareAndSet(false, true)) {
            return;
        }
        proxy.gone(this);
        try {
            if (way == Cut.Way.RESET) {
                client.setSoLinger(true, 0);
                client.close();
            } else {
                // Closing with unread bytes would be a reset, and could take the server's last words with it.
                client.shutdownOutput();
            }
        } catch (IOException e) {
            closeQuietly(client);
        }
        closeQuietly(server);
    }

    /** Ends both sides; when it returns, the client can know. */
    void cut(Cut.Way way) {
        end(way);
        if (way == Cut.Way.RESET) {
            try {
                // A socket is only closed when nobody reads from it any more.
                requests.join();
            } catch (InterruptedException e) {
                throw new AssertionError("nobody interrupts a test", e);
            }
        }
    }

    void close() {
        closeQuietly(client);
        closeQuietly(server);
    }

    static void closeQuietly(Socket socket) {
        try {
            socket.close();
        } catch (IOException e) {
            throw new AssertionError("a socket could not be closed", e);
        }
    }
}
