package dev.pgpool.testserver;

import java.util.Locale;

/** How PostgreSQL is told to shut down. */
public enum StopMode {
    /** Waits until every client has left by itself. */
    SMART,
    /** Ends every session with FATAL 57P01, then shuts down cleanly. */
    FAST,
    /** Ends every process without a shutdown checkpoint; the next start recovers from the write-ahead log. */
    IMMEDIATE;

    /** The word that {@code pg_ctl -m} knows it by. */
    String word() {
        return name().toLowerCase(Locale.ROOT);
    }

    /** The signal to the postmaster that means the same. */
    String signal() {
        return switch (this) {
            case SMART -> "SIGTERM";
            case FAST -> "SIGINT";
            case IMMEDIATE -> "SIGQUIT";
        };
    }
}
