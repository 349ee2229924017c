package dev.pgpool.wire;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/** What is wrong with a wire. Several lines may use one at the same time. */
interface Fault {
    /** Nothing. */
    Fault NONE = (line, message) -> line.send(message.bytes());

    /** Passes on, or not, a message of the server. */
    void pass(Line line, Message message) throws IOException;

    /** What becomes of clients that are accepted, but not served. */
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

    /** Agrees to speak encrypted, and that is all. */
    static Refusal muteOnceEncrypted() {
        return line -> {
            line.send(new byte[] {'S'});
            line.flush();
        };
    }

    /** Deals with such messages otherwise. */
    static Fault at(Predicate<Message> where, Fault otherwise) {
        return (line, message) -> (where.test(message) ? otherwise : NONE).pass(line, message);
    }

    /** The same with messages of this type. */
    static Fault at(char type, Fault otherwise) {
        return at(message -> message.type() == type, otherwise);
    }

    /** The same with rows that contain this text. */
    static Fault at(String text, Fault otherwise) {
        byte[] marker = text.getBytes(StandardCharsets.UTF_8);
        return at(message -> message.type() == Message.DATA_ROW && message.contains(marker), otherwise);
    }

    /** Nothing more arrives, from this message on. */
    static Fault silence() {
        return (line, message) -> {
            line.flush();
            line.silence();
        };
    }

    /** Sends this in place of the message. */
    static Fault saying(byte[]... bytes) {
        return (line, message) -> line.send(bytes);
    }

    /** Sends this in place of the message, and ends the connection. */
    static Fault endingWith(byte[]... last) {
        return (line, message) -> {
            line.send(last);
            line.finish();
        };
    }

    /** Once a message of this type has passed, sends this in the same segment and ends the connection. */
    static Fault endingAfter(char type, byte[] last) {
        return at(type, (line, message) -> {
            line.send(message.bytes(), last);
            line.finish();
        });
    }

    /** The next session that has executed something with this tag ends in the segment of its answer; no other one does. */
    static Fault endingBehind(String tag, byte[] last) {
        AtomicReference<@Nullable Line> doomed = new AtomicReference<>();
        byte[] done = Message.commandComplete(tag).body();
        return (line, message) -> {
            line.send(message.bytes());
            if (message.type() == Message.COMMAND_COMPLETE && message.contains(done)) {
                doomed.compareAndSet(null, line);
            } else if (message.type() == Message.READY_FOR_QUERY && doomed.get() == line) {
                line.send(last);
                line.finish();
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

    /** Sends the message again and again, as long as somebody is there to hear it. */
    static Fault endless() {
        return (line, message) -> {
            while (line.open()) {
                line.send(message.bytes());
            }
        };
    }
}
