package dev.pgpool.internal.sql;

import dev.pgpool.pool.PinReason;
import java.util.Collections;
import java.util.EnumSet;
import java.util.LinkedHashSet;
import java.util.Set;

/** What has been found out so far about the text being read. */
final class Findings {
    /** What runs code that isn't in the text. */
    private static final Set<PinReason> OPAQUE = EnumSet.of(
            PinReason.FUNCTION,
            PinReason.PROCEDURE,
            PinReason.PREPARED_STATEMENT,
            PinReason.COPY,
            PinReason.UNKNOWN_STATEMENT);

    private final Set<PinReason> leaves = new LinkedHashSet<>(2);
    private final Set<PinReason> ends = new LinkedHashSet<>(2);
    private final Set<String> settings = new LinkedHashSet<>(2);
    private final Set<String> functions = new LinkedHashSet<>(2);
    private int noted;
    private boolean begins;
    private boolean mayRunHiddenCode;
    private boolean mayAdvanceSequence;
    private boolean readsSequenceState;
    private boolean changesCatalog;

    /** Notes a kind of state that may stay in the session. */
    void leaves(PinReason reason) {
        noted++;
        leaves.add(reason);
        if (OPAQUE.contains(reason)) {
            mayRunHiddenCode = true;
            mayAdvanceSequence = true;
        }
    }

    /** Notes a kind of state that may be taken out of the session. */
    void ends(PinReason kind) {
        ends.add(kind);
    }

    /** Notes a setting, in lower case, that may be changed for the session. */
    void changes(String setting) {
        noted++;
        settings.add(setting);
    }

    /** Notes the call of a function that isn't known, by its simple name. */
    void calls(String function) {
        noted++;
        functions.add(function);
        mayRunHiddenCode = true;
        mayAdvanceSequence = true;
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

    /** How often something was noted that may be in the session afterwards. */
    int noted() {
        return noted;
    }

    SqlTraits traits(int parameters) {
        return new SqlTraits(
                copy(leaves),
                copy(ends),
                copy(settings),
                copy(functions),
                parameters,
                begins,
                mayRunHiddenCode,
                mayAdvanceSequence,
                readsSequenceState,
                changesCatalog);
    }

    private static <T> Set<T> copy(Set<T> found) {
        return found.isEmpty() ? Set.of() : Collections.unmodifiableSet(found);
    }
}
