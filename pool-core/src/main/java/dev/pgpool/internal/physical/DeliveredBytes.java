package dev.pgpool.internal.physical;

/**
 * What the pool must know of the bytes that pgjdbc has read from its socket: whether they are encrypted, and if not,
 * whether they end with ReadyForQuery, and with how many since the last request.
 *
 * <p>Before anything else, a server answers requests for encryption with one byte each: S or G for yes (TLS or GSS
 * follow), N for no. A server that was talked to in TLS from the start begins with a TLS record.
 */
final class DeliveredBytes {
    private static final int TLS_ALERT = 0x15;
    private static final int TLS_HANDSHAKE = 0x16;

    /** A message's type and its length, which counts itself but not the type. */
    private static final int HEADER = 5;

    /** The header of ReadyForQuery, whose body is one byte for the transaction status. */
    private static final long READY = (long) 'Z' << 8 * 4 | HEADER;

    private static final long HEADER_BITS = 0xFF_FFFF_FFFFL;

    private enum Encryption {
        NEGOTIATED,
        NONE,
        ON
    }

    private Encryption encryption = Encryption.NEGOTIATED;

    /** The first bytes of the last message, the latest one lowest. */
    private long header;

    private int headerLeft = HEADER;
    private int bodyLeft;
    private boolean ready;
    /** How many since the last request. */
    private int readies;

    /** Whether one of them says so. */
    private boolean outsideOfTransaction;

    void add(byte[] bytes, int offset, int length) {
        int at = offset;
        int end = offset + length;
        while (at < end && encryption == Encryption.NEGOTIATED) {
            encryption = after(bytes[at]);
            at += encryption == Encryption.NEGOTIATED ? 1 : 0;
        }
        while (at < end && encryption == Encryption.NONE) {
            at = follow(bytes, at, end);
        }
    }

    /** Follows a message as far as it is there, and gives the index of what comes behind. */
    private int follow(byte[] bytes, int from, int end) {
        int at = from;
        ready = false;
        while (headerLeft > 0) {
            if (at == end) {
                return at;
            }
            header = (header << 8 | bytes[at++] & 0xFF) & HEADER_BITS;
            if (--headerLeft == 0) {
                bodyLeft = (int) header - (HEADER - 1);
            }
        }
        // Behind a negative length, which pgjdbc doesn't understand either, nothing is known any more.
        int part = bodyLeft < 0 ? end - at : Math.min(bodyLeft, end - at);
        at += part;
        bodyLeft -= part;
        if (bodyLeft == 0) {
            headerLeft = HEADER;
            if (header == READY && isStatus(bytes[at - 1])) {
                ready = true;
                readies++;
                outsideOfTransaction |= bytes[at - 1] == 'I';
            }
        }
        return at;
    }

    private static boolean isStatus(byte status) {
        return status == 'I' || status == 'T' || status == 'E';
    }

    /** Says that the last request is complete, so that what follows is the answer to it. */
    void answerBegins() {
        readies = 0;
        outsideOfTransaction = false;
    }

    private static Encryption after(byte answer) {
        return switch (answer) {
            case 'N' -> Encryption.NEGOTIATED;
            case 'S', 'G', TLS_HANDSHAKE, TLS_ALERT -> Encryption.ON;
            default -> Encryption.NONE;
        };
    }

    boolean encrypted() {
        return encryption == Encryption.ON;
    }

    boolean endWithReadyForQuery() {
        return ready;
    }

    /**
     * Whether pgjdbc was given more than it was waiting for, so that the rest would answer the next question. It may wait
     * for two at once where a transaction begins: BEGIN can be a request of its own in the same write.
     */
    boolean haveSeveralAnswers() {
        return readies > (outsideOfTransaction ? 1 : 2);
    }
}
