package dev.pgpool.internal.sql;

import dev.pgpool.pool.PinReason;
import org.jspecify.annotations.Nullable;

/** What has been found out so far about the text being read. */
final class Findings {
    private @Nullable PinReason pin;
    private boolean begins;
    private boolean mayRunHiddenCode;
    private boolean mayAdvanceSequence;
    private boolean readsSequenceState;

    /** The first reason counts. */
    void pin(PinReason reason) {
        if (pin == null) {
            pin = reason;
        }
    }

    void begins() {
        begins = true;
    }

    void mayRunHiddenCode() {
        mayRunHiddenCode = true;
    }

    void mayAdvanceSequence() {
        mayAdvanceSequence = true;
    }

    void readsSequenceState() {
        readsSequenceState = true;
    }

    SqlTraits traits(int parameters) {
        return new SqlTraits(pin, parameters, begins, mayRunHiddenCode, mayAdvanceSequence, readsSequenceState);
    }
}
