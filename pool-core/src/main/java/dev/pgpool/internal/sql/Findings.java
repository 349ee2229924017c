package dev.pgpool.internal.sql;

import dev.pgpool.pool.PinReason;
import java.util.EnumSet;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** What has been found out so far about the text being read. */
final class Findings {
    /** What runs code that isn't in the text. */
    private static final Set<PinReason> OPAQUE = EnumSet.of(
            PinReason.FUNCTION,
            PinReason.PROCEDURE,
            PinReason.PREPARED_STATEMENT,
            PinReason.COPY,
            PinReason.UNKNOWN_STATEMENT);

    private @Nullable PinReason pin;
    private boolean begins;
    private boolean mayRunHiddenCode;
    private boolean mayAdvanceSequence;
    private boolean readsSequenceState;
    private boolean changesCatalog;

    /** Notes a reason to pin; the first one counts. */
    void pin(PinReason reason) {
        if (pin == null) {
            pin = reason;
        }
        if (OPAQUE.contains(reason)) {
            mayRunHiddenCode = true;
            mayAdvanceSequence = true;
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

    void changesCatalog() {
        changesCatalog = true;
    }

    SqlTraits traits(int parameters) {
        return new SqlTraits(
                pin, parameters, begins, mayRunHiddenCode, mayAdvanceSequence, readsSequenceState, changesCatalog);
    }
}
