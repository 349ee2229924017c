package dev.pgpool.internal.session;

import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * The parameters of a session that differ from those it started with. Immutable.
 *
 * @param values names in lower case, with values as {@code SHOW} gives them
 */
public record Parameters(Map<String, String> values) {
    /** What a session starts with. */
    public static final Parameters NONE = new Parameters(Map.of());

    /** Who somebody is decides what he may set: so these go first when taken back, and last when set. */
    private static final List<String> IDENTITIES = List.of("session_authorization", "role");

    /**
     * A parameter to be set.
     *
     * @param value null to reset it
     */
    public record Change(String name, @Nullable String value) {}

    public Parameters {
        values = Collections.unmodifiableMap(new TreeMap<>(values));
    }

    /** The value of a parameter; null if it is as at the start of the session. */
    public @Nullable String get(String name) {
        return values.get(name);
    }

    public Set<String> names() {
        return values.keySet();
    }

    /** Those of them that have one of these names. */
    public Parameters only(Collection<String> kept) {
        if (values.isEmpty() || Collections.disjoint(kept, names())) {
            return NONE;
        }
        Map<String, String> some = new TreeMap<>(values);
        some.keySet().retainAll(kept);
        return new Parameters(some);
    }

    /** These with another value for one of them; null for that of the session's start. */
    public Parameters with(String name, @Nullable String value) {
        if (Objects.equals(values.get(name), value)) {
            return this;
        }
        Map<String, String> changed = new TreeMap<>(values);
        if (value == null) {
            changed.remove(name);
        } else {
            changed.put(name, value);
        }
        return changed.isEmpty() ? NONE : new Parameters(changed);
    }

    /**
     * What to do, in this order, in a session that has these, so that it has others.
     *
     * <p>The role is given up first and taken last, since it decides what may be set.
     */
    public List<Change> changesTo(Parameters wanted) {
        if (equals(wanted)) {
            return List.of();
        }
        List<Change> changes = new ArrayList<>();
        if (get("role") != null || get("session_authorization") != null) {
            changes.add(new Change("role", "none"));
        }
        if (get("session_authorization") != null) {
            changes.add(new Change("session_authorization", null));
        }
        for (String name : names()) {
            if (wanted.get(name) == null && !IDENTITIES.contains(name)) {
                changes.add(new Change(name, null));
            }
        }
        wanted.values().forEach((name, value) -> {
            if (!IDENTITIES.contains(name) && !value.equals(get(name))) {
                changes.add(new Change(name, value));
            }
        });
        changes.addAll(wanted.identities());
        return changes;
    }

    /** What to do in a session as it starts, so that it has these, where only their role may change some of them. */
    public List<Change> changesUnderItsRole() {
        List<Change> changes = new ArrayList<>(identities());
        values.forEach((name, value) -> {
            if (!IDENTITIES.contains(name)) {
                changes.add(new Change(name, value));
            }
        });
        return changes;
    }

    private List<Change> identities() {
        return IDENTITIES.stream()
                .filter(values::containsKey)
                .map(name -> new Change(name, values.get(name)))
                .toList();
    }
}
