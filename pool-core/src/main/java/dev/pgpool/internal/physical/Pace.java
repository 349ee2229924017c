package dev.pgpool.internal.physical;

import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ThreadLocalRandom;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * When the next physical connection may be opened: a few at once, and while the server can't be reached, one now and
 * then.
 *
 * <p>So a server that is away, or comes back, sees no storm, and nobody waits long for one that is back. Safe for use by
 * many threads.
 */
public final class Pace {
    /** An attempt to open a physical connection, from its permission to its end. */
    record Attempt(long startedAtNanos) {}

    /** Most attempts at once while the server can be reached. */
    static final int AT_ONCE = 4;

    private static final Duration FIRST_PAUSE = Duration.ofMillis(20);
    static final Duration LONGEST_PAUSE = Duration.ofMillis(250);
    /** An attempt that takes longer may be lost in the network: the others no longer wait for its end. */
    static final Duration HANGING = Duration.ofMillis(500);

    private final LongSupplier nanoTime;
    private final List<Attempt> underWay = new ArrayList<>();
    /** Failures in a row. */
    private int failures;

    private long notBefore;
    private @Nullable SQLException refusal;

    Pace(LongSupplier nanoTime) {
        this.nanoTime = nanoTime;
    }

    /** Whether a failure to open a session may be over in a moment: no server, one that starts or stops, a full one. */
    public static boolean passes(SQLException e) {
        String state = e.getSQLState();
        // 53300 too_many_connections; 57P01 admin_shutdown; 57P02 crash_shutdown; 57P03 cannot_connect_now
        return state != null
                && switch (state) {
                    case "53300", "57P01", "57P02", "57P03", "08001", "08006" -> true;
                    default -> false;
                };
    }

    /** Permits an attempt; null if none may begin now. Its end must be told. */
    synchronized @Nullable Attempt begin() {
        if (room() == 0) {
            return null;
        }
        Attempt attempt = new Attempt(nanoTime.getAsLong());
        underWay.add(attempt);
        return attempt;
    }

    /** How many attempts may begin now. */
    synchronized int room() {
        long now = nanoTime.getAsLong();
        if (failures > 0 && now - notBefore < 0) {
            return 0;
        }
        int counting = 0;
        for (Attempt attempt : underWay) {
            counting += now - attempt.startedAtNanos < HANGING.toNanos() ? 1 : 0;
        }
        return Math.max(0, (failures > 0 ? 1 : AT_ONCE) - counting);
    }

    /** How long to wait before one asks again, if nothing happens meanwhile. */
    synchronized Duration pause() {
        Duration longest = LONGEST_PAUSE;
        Duration left = Duration.ofNanos(notBefore - nanoTime.getAsLong());
        return failures == 0 || left.isNegative() || left.compareTo(longest) > 0 ? longest : left;
    }

    /** The last attempt's failure; null if it succeeded. */
    synchronized @Nullable SQLException refusal() {
        return refusal;
    }

    synchronized void succeeded(Attempt attempt) {
        underWay.remove(attempt);
        failures = 0;
        refusal = null;
    }

    synchronized void failed(Attempt attempt, SQLException failure) {
        underWay.remove(attempt);
        refusal = failure;
        if (passes(failure)) {
            failures++;
            notBefore = nanoTime.getAsLong() + jittered(pauseAfter(failures));
        } else {
            // The server is there, and says no to these credentials: others may have what it wants.
            failures = 0;
        }
    }

    /** Ends an attempt of which nobody knows how the server answered. */
    synchronized void gaveUp(Attempt attempt) {
        underWay.remove(attempt);
    }

    private static Duration pauseAfter(int failures) {
        Duration pause = FIRST_PAUSE.multipliedBy(1L << Math.min(failures - 1, 10));
        return pause.compareTo(LONGEST_PAUSE) < 0 ? pause : LONGEST_PAUSE;
    }

    private static long jittered(Duration pause) {
        long nanos = pause.toNanos();
        return nanos / 2 + ThreadLocalRandom.current().nextLong(nanos / 2 + 1);
    }
}
