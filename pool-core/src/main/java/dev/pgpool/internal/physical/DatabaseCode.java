package dev.pgpool.internal.physical;

import dev.pgpool.internal.sql.Effect;
import dev.pgpool.internal.sql.RoutineBodies;
import dev.pgpool.internal.sql.SqlTraits;
import dev.pgpool.pool.PinReason;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Deque;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * What the code that users have put into a database does to the sessions that run it.
 *
 * <p>Errs on the safe side: a call means every function of that name in every schema; which trigger or view is reached
 * from which statement isn't followed, only that what doesn't change anything runs no trigger; what isn't known leaves
 * {@link PinReason#FUNCTION}. Immutable.
 */
public final class DatabaseCode {
    /** What isn't known more exactly, and is {@link PinReason#HIDDEN_CODE} for a statement that names no function. */
    private static final Set<PinReason> UNNAMED = EnumSet.of(
            PinReason.FUNCTION, PinReason.PROCEDURE, PinReason.UNKNOWN_STATEMENT, PinReason.SETTING, PinReason.COPY);

    /** Of a database that could not be asked, or has too much code to be read. */
    public static final DatabaseCode UNKNOWN = new DatabaseCode();

    private final @Nullable String fingerprint;
    private final Map<Routine, SqlTraits> calls = new HashMap<>();
    private final Map<String, SqlTraits> effects;
    private final SqlTraits inQueries;
    private final SqlTraits inChanges;
    private final Set<String> culprits = new TreeSet<>();

    private DatabaseCode() {
        this.fingerprint = null;
        this.effects = Map.of();
        this.inQueries = hiding(RoutineBodies.UNKNOWN);
        this.inChanges = inQueries;
    }

    /**
     * Judges the code of a database.
     *
     * @param fingerprint of the catalog from which it was read
     * @param before what was judged before, and needs not be again where it is unchanged
     */
    DatabaseCode(String fingerprint, Collection<Routine> routines, UnnamedCalls unnamed, DatabaseCode before) {
        this.fingerprint = fingerprint;
        Map<String, SqlTraits> own = new HashMap<>();
        for (Routine routine : routines) {
            SqlTraits known = before.calls.get(routine);
            SqlTraits called = known == null ? routine.called() : known;
            calls.put(routine, called);
            own.merge(routine.name(), called.and(namesake(routine)), SqlTraits::and);
        }
        own.put(RoutineBodies.COMPOSITION, composing(routines, unnamed));
        this.effects = closed(own);
        SqlTraits queries = entered(Reach.QUERIES, unnamed.inQueries());
        if (unnamed.programs()) {
            queries = queries.withEffect(Effect.OUTSIDE);
        }
        SqlTraits changes = queries.and(entered(Reach.CHANGES, unnamed.inChanges()));
        if (unnamed.foreignTables()) {
            changes = changes.withEffect(Effect.OUTSIDE);
        }
        this.inChanges = hiding(changes);
        // What changes data runs what is run by changes.
        this.inQueries = queries.effect() == Effect.READS ? hiding(queries) : inChanges;
    }

    /** What those functions do that statements run without naming them, by way of this reach. */
    private SqlTraits entered(Reach reach, String builtIn) {
        SqlTraits all = builtIn.isEmpty() ? SqlTraits.HARMLESS : followed(RoutineBodies.expressions(builtIn));
        if (!all.leaves().isEmpty()) {
            culprits.add(builtIn);
        }
        for (Map.Entry<Routine, SqlTraits> entry : calls.entrySet()) {
            Routine routine = entry.getKey();
            if (routine.reach() == reach) {
                SqlTraits traits = routine.entered(followed(entry.getValue()));
                if (!traits.leaves().isEmpty()) {
                    culprits.add(routine.toString());
                }
                all = all.and(traits);
            }
        }
        return all;
    }

    /** What dynamic SQL does beside its text: anything, where a function or operator of users could change the text. */
    private static SqlTraits composing(Collection<Routine> routines, UnnamedCalls unnamed) {
        boolean believed = !unnamed.concatenates()
                && routines.stream().noneMatch(routine -> RoutineBodies.COMPOSERS.contains(routine.name()));
        return believed ? SqlTraits.HARMLESS : RoutineBodies.UNKNOWN;
    }

    /** What the built-in function does that a name in the text may mean as well. */
    private static SqlTraits namesake(Routine routine) {
        if (!routine.builtIn()) {
            return SqlTraits.HARMLESS;
        }
        String quoted = routine.name().replace("\"", "\"\"");
        SqlTraits traits = RoutineBodies.expressions("pg_catalog.\"" + quoted + "\"()");
        return traits.functions().isEmpty() ? traits : RoutineBodies.UNKNOWN;
    }

    /** The traits of each name with those of all that it calls, however deep; without the names called. */
    private static Map<String, SqlTraits> closed(Map<String, SqlTraits> own) {
        Map<String, SqlTraits> closed = new HashMap<>();
        Map<String, List<String>> callers = new HashMap<>();
        own.forEach((name, traits) -> {
            boolean allKnown = own.keySet().containsAll(traits.functions());
            closed.put(name, following(traits, allKnown ? SqlTraits.HARMLESS : RoutineBodies.UNKNOWN));
            for (String function : traits.functions()) {
                callers.computeIfAbsent(function, callee -> new ArrayList<>()).add(name);
            }
        });
        Deque<String> changed = new ArrayDeque<>(own.keySet());
        for (String name = changed.poll(); name != null; name = changed.poll()) {
            SqlTraits traits = Objects.requireNonNull(closed.get(name));
            for (String caller : callers.getOrDefault(name, List.of())) {
                SqlTraits before = Objects.requireNonNull(closed.get(caller));
                SqlTraits after = before.and(traits);
                if (!after.equals(before)) {
                    closed.put(caller, after);
                    changed.add(caller);
                }
            }
        }
        return Map.copyOf(closed);
    }

    private SqlTraits followed(SqlTraits traits) {
        return following(traits, of(traits.functions()));
    }

    /** Traits with what the functions do in place of their names. */
    private static SqlTraits following(SqlTraits traits, SqlTraits functions) {
        return new SqlTraits(
                        traits.leaves(),
                        traits.ends(),
                        traits.settings(),
                        traits.assigned(),
                        Set.of(),
                        traits.parameters(),
                        traits.begins(),
                        traits.mayRunHiddenCode(),
                        traits.mayAdvanceSequence(),
                        traits.readsSequenceState(),
                        traits.deallocatesUnseen(),
                        traits.meaning(),
                        traits.changesCatalog(),
                        traits.ownEffect())
                .and(functions);
    }

    /** The traits of what no text names; {@link SqlTraits#HARMLESS} itself if they are equal. */
    private static SqlTraits hiding(SqlTraits traits) {
        Set<PinReason> leaves = new LinkedHashSet<>();
        for (PinReason reason : traits.leaves()) {
            leaves.add(UNNAMED.contains(reason) ? PinReason.HIDDEN_CODE : reason);
        }
        SqlTraits hidden = new SqlTraits(
                Set.copyOf(leaves),
                traits.ends(),
                traits.settings(),
                Set.of(),
                Set.of(),
                0,
                false,
                false,
                traits.mayAdvanceSequence(),
                traits.readsSequenceState(),
                traits.deallocatesUnseen(),
                traits.meaning(),
                traits.changesCatalog(),
                traits.ownEffect());
        return hidden.equals(SqlTraits.HARMLESS) ? SqlTraits.HARMLESS : hidden;
    }

    /** What calls of functions with these names do; a name that the database doesn't have leaves FUNCTION. */
    public SqlTraits of(Set<String> functions) {
        SqlTraits all = SqlTraits.HARMLESS;
        for (String function : functions) {
            all = all.and(effects.getOrDefault(function, RoutineBodies.UNKNOWN));
        }
        return all;
    }

    /** The traits of a text with what the functions do that it calls, or may run unnamed. */
    public SqlTraits judged(SqlTraits traits) {
        SqlTraits judged = traits.functions().isEmpty() ? traits : followed(traits);
        if (!traits.mayRunHiddenCode()) {
            return judged;
        }
        SqlTraits hidden = judged.effect() == Effect.READS ? inQueries : inChanges;
        return hidden == SqlTraits.HARMLESS ? judged : judged.and(hidden);
    }

    /** Whether any change of data or definitions may leave something that nobody can ask for. */
    public boolean mayHide() {
        return inChanges.leaves().contains(PinReason.HIDDEN_CODE);
    }

    /** Whether mere queries may do so too. */
    public boolean mayHideInQueries() {
        return inQueries.leaves().contains(PinReason.HIDDEN_CODE);
    }

    /** The functions, with their schemas, because of which statements that don't name them leave something; at most three. */
    public List<String> culprits() {
        return new ArrayList<>(culprits).subList(0, Math.min(3, culprits.size()));
    }

    boolean isFrom(String fingerprint) {
        return fingerprint.equals(this.fingerprint);
    }
}
