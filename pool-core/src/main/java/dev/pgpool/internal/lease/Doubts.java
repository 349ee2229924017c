package dev.pgpool.internal.lease;

import dev.pgpool.internal.session.Parameters;
import dev.pgpool.internal.sql.SqlTraits;
import dev.pgpool.pool.PinReason;
import java.util.EnumMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;

/** What the unit of work may have changed in its session; the server is asked for it when the transaction is over. */
final class Doubts {
    private final Set<String> parameters = new HashSet<>();
    private final Set<String> assigned = new HashSet<>();
    private final Map<PinReason, String> kinds = new EnumMap<>(PinReason.class);
    private boolean anyParameter;
    private SqlTraits unjudged = SqlTraits.HARMLESS;

    /** Notes what a text may do; {@code detail} is the SQL, for messages. */
    void add(SqlTraits traits, String detail) {
        parameters.addAll(traits.settings());
        assigned.removeAll(traits.settings());
        assigned.addAll(traits.assigned());
        for (PinReason kind : traits.leaves()) {
            if (kind.asked()) {
                add(kind, detail);
            }
        }
    }

    /** Notes a kind of state that there may be now. */
    void add(PinReason kind, String detail) {
        kinds.putIfAbsent(kind, detail);
    }

    /** Notes a text that may run code defined in this unit of work, which can be judged only behind it. */
    void addUnjudged(SqlTraits text) {
        unjudged = unjudged.and(text);
    }

    /** The traits of all such texts. */
    SqlTraits unjudged() {
        return unjudged;
    }

    /** Notes that a text may have taken away what there was of a kind. */
    void mayHaveEnded(PinReason kind, String detail) {
        if (kind == PinReason.SETTING) {
            anyParameter = true;
            assigned.clear();
        } else {
            add(kind, detail);
        }
    }

    /** The names of the parameters that may have changed, where {@code known} are those that were set before. */
    Set<String> parameters(Set<String> known) {
        if (!anyParameter) {
            return parameters;
        }
        Set<String> all = new HashSet<>(known);
        all.addAll(parameters);
        return all;
    }

    /** Notes that all may be as before, when the session had set what {@code before} has. */
    void mayBeRolledBack(Parameters before) {
        assigned.clear();
        assigned.addAll(before.names());
        assigned.retainAll(parameters);
    }

    /** Those of the parameters that were given a value, even if it is that of their default. */
    Set<String> assigned() {
        return assigned;
    }

    /** The kinds of state that there may be, each with the SQL that may have made it. */
    Map<PinReason, String> kinds() {
        return kinds;
    }
}
