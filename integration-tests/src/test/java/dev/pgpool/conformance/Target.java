package dev.pgpool.conformance;

import java.util.Locale;

/** A driver, in one of its modes, that the suite runs on. */
enum Target {
    PGJDBC,
    TRANSACTION,
    SESSION,
    STATEMENT;

    boolean pooled() {
        return this != PGJDBC;
    }

    /** The value of {@code pool.mode} for this target. */
    String mode() {
        return name().toLowerCase(Locale.ROOT);
    }
}
