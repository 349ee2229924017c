package dev.pgpool.internal.physical;

import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.postgresql.PGNotification;

/** What a session was notified of, and its user has not asked for yet. Immutable. */
public record Notifications(List<PGNotification> arrived) {
    public static final Notifications NONE = new Notifications(List.of());

    public Notifications {
        arrived = List.copyOf(arrived);
    }

    public static Notifications of(PGNotification[] arrived) {
        return arrived.length == 0 ? NONE : new Notifications(Arrays.asList(arrived));
    }

    /** These, and others that came later. */
    public Notifications and(Notifications later) {
        return later.arrived.isEmpty()
                ? this
                : new Notifications(
                        Stream.concat(arrived.stream(), later.arrived.stream()).toList());
    }

    public boolean isEmpty() {
        return arrived.isEmpty();
    }

    public PGNotification[] toArray() {
        return arrived.toArray(new PGNotification[0]);
    }
}
