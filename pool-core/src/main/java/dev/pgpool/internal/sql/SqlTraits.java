package dev.pgpool.internal.sql;

import dev.pgpool.pool.PinReason;
import java.util.Collections;
import java.util.LinkedHashSet;
import java.util.Set;

/**
 * What a SQL text was proven, or not proven, to do to the session that runs it.
 *
 * @param leaves the kinds of state that it may leave in the session, in the order found; empty if it provably leaves
 *     none. {@link PinReason#SETTING} stands for any setting at all
 * @param ends the kinds of state that it may take out of the session
 * @param settings the names, in lower case, of the settings that it may change for the session, where they are known
 * @param assigned those of {@code settings} to which it gives a value at last that stands in the text, and not their
 *     default: these stay with the session even if the value is that of the default at the moment
 * @param functions the functions it calls that aren't known, as an unquoted or quoted name without the schema
 * @param parameters number of JDBC parameter markers ({@code ?}, not {@code ??})
 * @param begins whether the text contains BEGIN or START TRANSACTION
 * @param mayRunHiddenCode whether triggers, rules, views or defaults could run user code: any query or data change
 * @param mayAdvanceSequence whether it may call {@code nextval}, also through a column default: INSERT, MERGE, nextval
 * @param readsSequenceState whether it calls {@code currval} or {@code lastval}
 * @param deallocatesUnseen whether it may deallocate statements that the driver has prepared and goes on using, because
 *     nothing tells it: in code, or by their names
 * @param meaning what becomes of the meaning of other texts behind it
 * @param changesCatalog whether it may define functions, triggers and the like, and so change what hidden code there is
 * @param ownEffect what a rollback makes of it, apart from what the functions do that it calls
 */
public record SqlTraits(
        Set<PinReason> leaves,
        Set<PinReason> ends,
        Set<String> settings,
        Set<String> assigned,
        Set<String> functions,
        int parameters,
        boolean begins,
        boolean mayRunHiddenCode,
        boolean mayAdvanceSequence,
        boolean readsSequenceState,
        boolean deallocatesUnseen,
        Meaning meaning,
        boolean changesCatalog,
        Effect ownEffect) {

    /** Work of the driver itself, which leaves no session state. */
    public static final SqlTraits HARMLESS = new SqlTraits(
            Set.of(),
            Set.of(),
            Set.of(),
            Set.of(),
            Set.of(),
            0,
            false,
            false,
            false,
            false,
            false,
            Meaning.STAYS,
            false,
            Effect.READS);

    /** These, with one more setting that may be changed. */
    public SqlTraits withSetting(String name) {
        return and(ofSetting(Set.of(name), Set.of()));
    }

    /** These, with one more setting that is given a value. */
    public SqlTraits withAssigned(String name) {
        return and(ofSetting(Set.of(name), Set.of(name)));
    }

    private static SqlTraits ofSetting(Set<String> names, Set<String> assigned) {
        return new SqlTraits(
                Set.of(),
                Set.of(),
                names,
                assigned,
                Set.of(),
                0,
                false,
                false,
                false,
                false,
                false,
                names.stream().map(Meaning::behind).reduce(Meaning.STAYS, Meaning::and),
                false,
                Effect.READS);
    }

    /** These, with one more effect. */
    public SqlTraits withEffect(Effect effect) {
        return with(leaves, ownEffect.and(effect));
    }

    /** These, but with other kinds of state that may be left. */
    public SqlTraits withLeaves(Set<PinReason> kinds) {
        return with(Collections.unmodifiableSet(kinds), ownEffect);
    }

    private SqlTraits with(Set<PinReason> otherLeaves, Effect otherEffect) {
        return new SqlTraits(
                otherLeaves,
                ends,
                settings,
                assigned,
                functions,
                parameters,
                begins,
                mayRunHiddenCode,
                mayAdvanceSequence,
                readsSequenceState,
                deallocatesUnseen,
                meaning,
                changesCatalog,
                otherEffect);
    }

    /** What a rollback makes of it; functions that aren't known may do anything. */
    public Effect effect() {
        return functions.isEmpty() ? ownEffect : ownEffect.and(Effect.OUTSIDE);
    }

    /** The traits of both texts run one after the other, as in a batch. */
    public SqlTraits and(SqlTraits other) {
        return new SqlTraits(
                union(leaves, other.leaves),
                union(ends, other.ends),
                union(settings, other.settings),
                assignedAtLast(other),
                union(functions, other.functions),
                parameters + other.parameters,
                begins || other.begins,
                mayRunHiddenCode || other.mayRunHiddenCode,
                mayAdvanceSequence || other.mayAdvanceSequence,
                readsSequenceState || other.readsSequenceState,
                deallocatesUnseen || other.deallocatesUnseen,
                meaning.and(other.meaning),
                changesCatalog || other.changesCatalog,
                ownEffect.and(other.ownEffect));
    }

    private Set<String> assignedAtLast(SqlTraits other) {
        if (other.settings.isEmpty() || assigned.isEmpty()) {
            return union(assigned, other.assigned);
        }
        Set<String> last = new LinkedHashSet<>(assigned);
        last.removeAll(other.settings);
        last.addAll(other.assigned);
        return Collections.unmodifiableSet(last);
    }

    private static <T> Set<T> union(Set<T> one, Set<T> other) {
        if (other.isEmpty() || one.equals(other)) {
            return one;
        }
        if (one.isEmpty()) {
            return other;
        }
        Set<T> both = new LinkedHashSet<>(one);
        both.addAll(other);
        return Collections.unmodifiableSet(both);
    }
}
