package dev.pgpool.internal.physical;

/**
 * What the pool must know of the bytes that pgjdbc has read from its socket: whether they are encrypted, and if not,
 * whether they end with ReadyForQuery.
 *
 * <p>Before anything else, a server answers requests for encryption with one byte each: S or G for yes (TLS or GSS
 * follow), N for no. A server that was talked to in TLS from the start begins with a TLS record.
 */
final class DeliveredBytes {
    private static final int TLS_ALERT = 0x15;
    private static final int TLS_HANDSHAKE = 0x16;

    /** ReadyForQuery: type Z, length 5, and one byte for the transaction status. */
    private static final int READY_LENGTH = 6;

    private static final long READY = (long) 'Z' << 8 * 5 | 5L << 8;
    private static final long READY_MASK = 0xFFFF_FFFF_FF00L;

    private enum Encryption {
        NEGOTIATED,
        NONE,
        ON
    }

    private Encryption encryption = Encryption.NEGOTIATED;

    /** The last bytes delivered, the very last one lowest. */
    private long tail;

    void add(byte[] bytes, int offset, int length) {
        int end = offset + length;
        for (int i = Math.max(offset, end - READY_LENGTH); i < end; i++) {
            tail = tail << 8 | bytes[i] & 0xFF;
        }
        for (int i = offset; i < end && encryption == Encryption.NEGOTIATED; i++) {
            encryption = after(bytes[i]);
        }
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
        byte status = (byte) tail;
        return (tail & READY_MASK) == READY && (status == 'I' || status == 'T' || status == 'E');
    }
}
