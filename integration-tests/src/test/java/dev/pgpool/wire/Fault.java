package dev.pgpool.wire;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.atomic.AtomicInteger;

/** What is wrong with a wire. Several lines may use one at the same time. */
interface Fault {
    /** Nothing. */
    Fault NONE = (line, message) -> line.send(message.bytes());

    /** Passes on, or not, a message of the server. */
    void pass(Line line, Message message) throws IOException;

    /** What is sent, if the clients that connect are not to reach the server: then this and the end, at once. */
    interface Refusal extends Fault {
        void meet(Line line) throws IOException;

        @Override
        default void pass(Line line, Message message) throws IOException {
            line.send(message.bytes());
        }
    }

    /** Accepts connections, and that is all. */
    static Refusal mute() {
        return line -> {};
    }

    /** Refuses sessions. */
    static Refusal refusing(String sqlState, String text) {
        return line -> {
            line.send(Message.fatal(sqlState, text));
            line.finish();
        };
    }

    /** Once a message of this type has passed, sends this in the same segment and ends the connection. */
    static Fault endingAfter(char type, byte[] last) {
        return (line, message) -> {
            if (message.type() == type) {
                line.send(message.bytes(), last);
                line.finish();
            } else {
                line.send(message.bytes());
            }
        };
    }

    /** Once a row with this text is to pass, deals with that message otherwise. */
    static Fault at(String text, Fault otherwise) {
        byte[] marker = text.getBytes(StandardCharsets.UTF_8);
        return (line, message) -> {
            if (message.type() == Message.DATA_ROW && message.contains(marker)) {
                otherwise.pass(line, message);
            } else {
                line.send(message.bytes());
            }
        };
    }

    /** Once so many commands are complete, sends this and ends the connection; from then on nothing is wrong. */
    static Fault endingAfterCommands(int count, byte[]... last) {
        AtomicInteger left = new AtomicInteger(count);
        return (line, message) -> {
            line.send(message.bytes());
            if (message.type() == Message.COMMAND_COMPLETE && left.decrementAndGet() == 0) {
                line.send(last);
                line.finish();
            }
        };
    }
}
