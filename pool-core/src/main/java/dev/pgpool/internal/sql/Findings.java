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

    /** What may do anything at all, at once and not only later. */
    private static final Set<PinReason> ANYTHING =
            EnumSet.of(PinReason.FUNCTION, PinReason.PROCEDURE, PinReason.LOADED_LIBRARY, PinReason.UNKNOWN_STATEMENT);

    // Most texts need none of these sets.
    private Set<PinReason> leaves = Set.of();
    private Set<PinReason> ends = Set.of();
    private Set<String> settings = Set.of();
    private Set<String> assigned = Set.of();
    private Set<String> functions = Set.of();
    private int noted;
    private boolean begins;
    private boolean mayRunHiddenCode;
    private boolean mayAdvanceSequence;
    private boolean readsSequenceState;
    private boolean deallocatesUnseen;
    private Meaning meaning = Meaning.STAYS;
    private boolean changesCatalog;
    private Effect effect = Effect.READS;
    /** How many statements have begun. */
    private int statements;

    /** Notes a kind of state that may stay in the session. */
    void leaves(PinReason reason) {
        noted++;
        leaves = with(leaves, reason);
        if (OPAQUE.contains(reason)) {
            mayRunHiddenCode = true;
            mayAdvanceSequence = true;
        }
        if (ANYTHING.contains(reason)) {
            effect(Effect.OUTSIDE);
            meaning(Meaning.MAY_MOVE);
        }
        if (reason == PinReason.SETTING) {
            meaning(Meaning.MOVES);
        }
    }

    /** Notes what a rollback makes of what was read. */
    void effect(Effect more) {
        effect = effect.and(more);
    }

    /** Forgets changes noted since the effect was this one: what would make them isn't run. */
    void forgetChanges(Effect before) {
        if (effect == Effect.CHANGES) {
            effect = before;
        }
    }

    /** What a rollback makes of what was read so far, apart from what the functions do that it calls. */
    Effect effect() {
        return effect;
    }

    /** Notes a kind of state that may be taken out of the session. */
    void ends(PinReason kind) {
        ends = with(ends, kind);
        if (kind == PinReason.SETTING) {
            meaning(Meaning.MOVES);
        }
    }

    /** Notes a setting, in lower case, that may be changed for the session. */
    void changes(String setting) {
        noted++;
        meaning(Meaning.behind(setting));
        settings = with(settings, setting);
        if (!assigned.isEmpty()) {
            assigned.remove(setting);
        }
    }

    boolean mayChange(String setting) {
        return settings.contains(setting);
    }

    /** Notes a setting, in lower case, that is given a value which isn't meant to be its default. */
    void assigns(String setting) {
        changes(setting);
        assigned = with(assigned, setting);
    }

    /** Notes the call of a function that isn't known, by its simple name. */
    void calls(String function) {
        noted++;
        functions = with(functions, function);
        mayRunHiddenCode = true;
        mayAdvanceSequence = true;
    }

    /** Notes all that another text, run by this one, may do. */
    void include(SqlTraits traits) {
        traits.leaves().forEach(this::leaves);
        traits.ends().forEach(this::ends);
        traits.settings().forEach(this::changes);
        traits.functions().forEach(this::calls);
        mayRunHiddenCode |= traits.mayRunHiddenCode();
        mayAdvanceSequence |= traits.mayAdvanceSequence();
        readsSequenceState |= traits.readsSequenceState();
        deallocatesUnseen |= traits.deallocatesUnseen();
        meaning(traits.meaning());
        changesCatalog |= traits.changesCatalog();
        effect(traits.ownEffect());
    }

    void begins() {
        begins = true;
        beginsOrRollsBack();
    }

    /** Notes a BEGIN, or a ROLLBACK of all. */
    void beginsOrRollsBack() {
        effect = statements == 1 && !effect.lasts() ? Effect.BEGINS_OR_ROLLS_BACK : Effect.ENDS_TRANSACTION;
    }

    /** Notes that a statement begins. */
    void statement() {
        statements++;
        if (effect == Effect.BEGINS_OR_ROLLS_BACK) {
            effect = Effect.ENDS_TRANSACTION;
        }
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

    void deallocatesUnseen() {
        deallocatesUnseen = true;
    }

    /** Notes what becomes of the meaning of other texts. */
    void meaning(Meaning behind) {
        meaning = meaning.and(behind);
    }

    void changesCatalog() {
        changesCatalog = true;
        effect(Effect.CHANGES);
    }

    /** How often something was noted that may be in the session afterwards. */
    int noted() {
        return noted;
    }

    SqlTraits traits(int parameters) {
        return new SqlTraits(
                unmodifiable(leaves),
                unmodifiable(ends),
                unmodifiable(settings),
                unmodifiable(assigned),
                unmodifiable(functions),
                parameters,
                begins,
                mayRunHiddenCode,
                mayAdvanceSequence,
                readsSequenceState,
                deallocatesUnseen,
                meaning,
                changesCatalog,
                effect);
    }

    private static <T> Set<T> with(Set<T> found, T more) {
        Set<T> all = found.isEmpty() ? new LinkedHashSet<>(2) : found;
        all.add(more);
        return all;
    }

    private static <T> Set<T> unmodifiable(Set<T> found) {
        return found.isEmpty() ? found : Collections.unmodifiableSet(found);
    }
}
