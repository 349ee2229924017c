package dev.pgpool.internal.lease;

import dev.pgpool.internal.physical.DatabaseCode;
import dev.pgpool.internal.physical.PhysicalConnection;
import dev.pgpool.internal.sql.SqlTraits;
import dev.pgpool.internal.sql.SqlTraitsCache;
import dev.pgpool.pool.PinReason;
import dev.pgpool.pool.PoolEvent;
import dev.pgpool.pool.PoolSettings;
import dev.pgpool.pool.ResetMode;
import java.sql.SQLException;
import java.time.Duration;
import java.util.EnumSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Tells what a text may do to its session, in the one database of a pool, whose code it knows.
 *
 * <p>Safe for use by many threads.
 */
final class Judge {
    /** What can't be looked into. */
    private static final Set<PinReason> OPAQUE =
            EnumSet.of(PinReason.FUNCTION, PinReason.PROCEDURE, PinReason.HIDDEN_CODE, PinReason.UNKNOWN_STATEMENT);

    private static final Duration CODE_KNOWN_FOR = Duration.ofSeconds(30);

    private final PoolSettings settings;
    private final PoolEvent.Listener events;
    private final SqlTraitsCache traits = new SqlTraitsCache();
    private volatile boolean sequenceStateAsked;
    private volatile @Nullable DatabaseCode code;
    private volatile long codeAskedAtNanos;

    Judge(PoolSettings settings, PoolEvent.Listener events) {
        this.settings = settings;
        this.events = events;
    }

    /** What the text alone tells; cached. */
    SqlTraits traits(String sql) {
        SqlTraits found = traits.traits(sql);
        if (found.readsSequenceState()) {
            sequenceStateAsked = true;
        }
        return found;
    }

    /** Whether any logical connection of this pool ever asked for {@code currval} or {@code lastval}. */
    boolean sequenceStateAsked() {
        return sequenceStateAsked;
    }

    /** What a text may do to its session in this database. */
    SqlTraits judged(SqlTraits text) {
        DatabaseCode known = code;
        SqlTraits judged = (known == null ? DatabaseCode.UNKNOWN : known).judged(text);
        if (judged == text && judged.leaves().isEmpty()) {
            return text;
        }
        if (judged.readsSequenceState() && !text.functions().isEmpty()) {
            sequenceStateAsked = true;
        }
        if (settings.resetMode() != ResetMode.NEVER || judged.leaves().isEmpty()) {
            return judged;
        }
        Set<PinReason> leaves = new LinkedHashSet<>(judged.leaves());
        leaves.removeAll(OPAQUE);
        return judged.withLeaves(leaves);
    }

    /** Asks for the code of users in the database, which may have changed; to be called outside a transaction. */
    void ask(PhysicalConnection physical) {
        ask(physical, DatabaseCode.UNKNOWN);
    }

    /**
     * As {@link #ask(PhysicalConnection)}.
     *
     * @param unanswered what is to be known of it if the session ends meanwhile, which says nothing of the database
     */
    void ask(PhysicalConnection physical, @Nullable DatabaseCode unanswered) {
        codeAskedAtNanos = System.nanoTime();
        DatabaseCode before = code;
        boolean wasHidden = before != null && before.mayHide();
        boolean wasInQueries = before != null && before.mayHideInQueries();
        try {
            DatabaseCode now = physical.databaseCode(before);
            code = now;
            boolean changed = now.mayHide() != wasHidden || now.mayHideInQueries() != wasInQueries;
            if (changed || before == DatabaseCode.UNKNOWN && now != before) {
                events.on(new PoolEvent.HiddenCode(now.mayHide(), now.mayHideInQueries(), now.culprits(), null));
            }
        } catch (SQLException e) {
            // When not sure, be correct and slow.
            DatabaseCode now = DatabaseCode.UNKNOWN;
            if (physical.broken()) {
                now = unanswered;
                codeAskedAtNanos = System.nanoTime() - CODE_KNOWN_FOR.toNanos();
            }
            code = now;
            if (now == DatabaseCode.UNKNOWN && before != now) {
                events.on(new PoolEvent.HiddenCode(true, true, List.of(), e));
            }
        }
    }

    /** The code of users in the database; null if it wasn't asked for yet. */
    @Nullable DatabaseCode code() {
        return code;
    }

    /** Whether it is time to ask again, for what was created from elsewhere. */
    boolean mayHaveChanged() {
        return System.nanoTime() - codeAskedAtNanos >= CODE_KNOWN_FOR.toNanos();
    }
}
