package dev.pgpool.internal.lease;

import dev.pgpool.internal.physical.Notifications;
import dev.pgpool.internal.physical.PhysicalConnection;
import dev.pgpool.internal.session.Parameters;
import dev.pgpool.internal.session.SessionSettings;
import dev.pgpool.internal.sql.Effect;
import dev.pgpool.internal.sql.Meaning;
import dev.pgpool.internal.sql.SqlTraits;
import dev.pgpool.pool.PinReason;
import dev.pgpool.pool.PoolMode;
import java.sql.SQLException;
import java.util.Collections;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import java.util.function.Predicate;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * What is known of one logical connection's session state: the settings that it wants, and what its unit of work may have
 * left on the physical connection.
 *
 * <p>Guarded by its conversation's lock.
 */
final class Ledger {
    private static final String SEARCH_PATH = "search_path";
    private static final Pattern ROLLBACK = Pattern.compile("rollback|abort", Pattern.CASE_INSENSITIVE);

    private final Pool pool;
    /** What RESET brings back. */
    private final Parameters start;
    /** The parameters set for the transaction before it had a lease, and what they are again if it is rolled back. */
    private final Map<String, @Nullable String> undo = new HashMap<>(0);

    private SessionSettings wanted;
    private boolean catalogChanged;
    private @Nullable PhysicalConnection sequencesOn;
    /** What arrived on a physical connection before it was no longer listened on. */
    private Notifications heard = Notifications.NONE;

    Ledger(Pool pool, SessionSettings initial, Parameters start) {
        this.pool = pool;
        this.start = start;
        this.wanted = initial.with(start);
    }

    SessionSettings wanted() {
        return wanted;
    }

    void want(SessionSettings settings) {
        wanted = settings;
    }

    /** {@code value} null means what RESET brings back. */
    void want(String parameter, @Nullable String value) {
        wanted = wanted.with(wanted.parameters().with(parameter, value == null ? start.get(parameter) : value));
    }

    /** As {@link #want(String, String)}, until the transaction is rolled back that has no lease yet. */
    void wantInTransaction(String parameter, @Nullable String value) {
        if (!undo.containsKey(parameter)) {
            undo.put(parameter, wanted.parameters().get(parameter));
        }
        want(parameter, value);
    }

    /** Keeps what was set for the transaction. */
    void commit() {
        undo.clear();
    }

    /** Forgets what was set for the transaction. */
    void rollBack() {
        Parameters parameters = wanted.parameters();
        for (Map.Entry<String, @Nullable String> undone : undo.entrySet()) {
            parameters = parameters.with(undone.getKey(), undone.getValue());
        }
        wanted = wanted.with(parameters);
        undo.clear();
    }

    /** What arrived while this listened, and has not been asked for; forgets it. */
    Notifications takeHeard() {
        Notifications taken = heard;
        heard = Notifications.NONE;
        return taken;
    }

    /** Which physical connection is best for a text. */
    Predicate<PhysicalConnection> fits(SqlTraits text) {
        PhysicalConnection drawnFrom = text.readsSequenceState() ? sequencesOn : null;
        if (drawnFrom != null) {
            return ready -> ready == drawnFrom;
        }
        SessionSettings settings = wanted;
        return ready -> ready.has(settings);
    }

    /** What must be so before the statement runs, and what must be noted because it may have run; gives its effects. */
    SqlTraits expect(SqlTraits text, String detail, Lease current) throws SQLException {
        SqlTraits traits;
        if (catalogChanged || text.changesCatalog()) {
            // What it calls may have been defined a moment ago.
            current.doubt().addUnjudged(text);
            SqlTraits judged = pool.judge().judged(text);
            traits = judged == text ? text : text.withEffect(judged.effect());
        } else {
            traits = pool.judge().judged(text);
        }
        expectState(traits, detail, current);
        catalogChanged |= traits.changesCatalog();
        if (text.readsSequenceState() && !current.physical.sequencesAreTenants() && sequencesOn != null) {
            throw new SQLException(
                    "currval and lastval are not available: they belong to the session in which nextval ran, and this"
                            + " logical connection's physical connection was handed on since. Ask in the same"
                            + " transaction, or use RETURNING. From now on this pool pins connections that use"
                            + " sequences",
                    "55000");
        }
        // Also before drawing: numbers of other sequences would stay there beside those drawn now.
        boolean sequencesMatter = traits.readsSequenceState()
                || traits.mayAdvanceSequence() && pool.judge().sequenceStateAsked();
        if (sequencesMatter && !current.physical.sequencesAreTenants()) {
            current.physical.forgetSequences();
        }
        if (traits.mayAdvanceSequence()) {
            current.physical.sequencesBecomeTenants();
            sequencesOn = current.physical;
            if (pool.judge().sequenceStateAsked()) {
                pool.pins().pin(current, PinReason.SEQUENCE_STATE, detail);
            }
        }
        return traits;
    }

    private void expectState(SqlTraits traits, String detail, Lease current) throws SQLException {
        if (traits.deallocatesUnseen() || traits.leaves().contains(PinReason.TEMPORARY_OBJECT)) {
            current.physical.tenantSpoilsPreparedStatements();
        }
        current.physical.expect(traits.meaning());
        // Another transaction may follow in the same text.
        if (current.physical.namesMayHaveMoved()
                && (traits.effect() == Effect.ENDS_TRANSACTION
                        || ROLLBACK.matcher(detail).find())) {
            current.physical.expect(Meaning.MOVES);
        }
        if (!traits.leaves().isEmpty()) {
            for (PinReason reason : traits.leaves()) {
                pool.pins().admit(current, reason, detail);
                if (!reason.asked()) {
                    pool.pins().pin(current, reason, detail);
                }
            }
            current.doubt().add(traits, detail);
        } else if (!traits.settings().isEmpty()) {
            current.doubt().add(traits, detail);
        }
        Doubts doubts = current.doubts();
        if (doubts != null
                && !doubts.assigned().isEmpty()
                && ROLLBACK.matcher(detail).find()) {
            mayBeRolledBack(current);
        }
        if (traits.changesCatalog()) {
            // The search path may have made it a temporary one, and no text shows what that is now.
            current.doubt().add(PinReason.TEMPORARY_OBJECT, detail);
        }
        for (PinReason ended : traits.ends()) {
            if (ended == PinReason.SETTING || current.pinnedBy(ended)) {
                current.doubt().mayHaveEnded(ended, detail);
            }
        }
    }

    /** Does, when a text has run, what must be done before anybody else uses the session; within its transaction. */
    void conclude(SqlTraits expected, Lease current) throws SQLException {
        if (current.pinnedBy(PinReason.COPY)) {
            // Nothing else can be said while it is under way.
            return;
        }
        boolean keepPrepared = current.mayHavePrepared();
        if (expected.leaves().contains(PinReason.TEMPORARY_OBJECT) || expected.deallocatesUnseen() && !keepPrepared) {
            current.physical.forgetPlans(keepPrepared);
        }
        if (mayHaveResetStart(current)) {
            current.physical.bringBack(start);
        }
        if (expected.meaning() != Meaning.STAYS) {
            current.physical.meaningMoved();
        }
    }

    private boolean mayHaveResetStart(Lease current) {
        Doubts doubts = current.doubts();
        return doubts != null
                && start != Parameters.NONE
                && !Collections.disjoint(doubts.parameters(start.names()), start.names());
    }

    /**
     * Finds out, when no transaction is open, what the unit of work has left in the session.
     *
     * @throws SQLException if the connection broke over it, so that nobody knows
     */
    void takeStock(Lease current) throws SQLException {
        current.transactionEnded();
        if (catalogChanged) {
            catalogChanged = false;
            judgeLate(current);
        }
        learn(current);
    }

    /** Judges what ran behind a definition, by the code that the database has now. */
    private void judgeLate(Lease current) {
        pool.judge().ask(current.physical);
        SqlTraits traits = pool.judge().judged(current.doubt().unjudged());
        if (traits.deallocatesUnseen()) {
            current.physical.tenantSpoilsPreparedStatements();
        }
        for (PinReason reason : traits.leaves()) {
            if (!reason.asked()) {
                pool.pins().pin(current, reason, "code defined in this unit of work");
            }
        }
        current.doubt().add(traits, "code defined in this unit of work");
    }

    /** To be called when what was done under the lease since the last {@link #takeStock} may be undone. */
    void mayBeRolledBack(Lease current) {
        Doubts doubts = current.doubts();
        if (doubts != null) {
            doubts.mayBeRolledBack(wanted.parameters());
        }
    }

    /** Notes that what runs next undoes a part of the transaction: names may mean again what they meant before. */
    void namesMoveBack(Lease current) {
        if (current.physical.namesMayHaveMoved()) {
            current.physical.expect(Meaning.MOVES);
        }
    }

    /** Asks the server for what the unit of work may have changed. */
    private void learn(Lease current) throws SQLException {
        Doubts doubts = current.doubts();
        if (doubts == null) {
            current.physical.namesAreBack();
            return;
        }
        // In session mode nobody else needs to know: the session is reset when this logical connection is closed.
        // A COPY under way lets nothing else be asked.
        if (pool.settings().mode() == PoolMode.SESSION || current.pinnedBy(PinReason.COPY)) {
            return;
        }
        PhysicalConnection physical = current.physical;
        try {
            Set<String> parameters =
                    doubts.parameters(physical.settings().parameters().names());
            Set<PinReason> there =
                    physical.ask(parameters, doubts.assigned(), doubts.kinds().keySet());
            Parameters now = wanted.parameters();
            for (String name : parameters) {
                now = now.with(name, physical.settings().parameters().get(name));
            }
            wanted = wanted.with(now);
            pinIfTemporaryByDefault(current);
            if (there.contains(PinReason.TEMPORARY_OBJECT)) {
                physical.tenantSpoilsPreparedStatements();
            }
            if (doubts.kinds().containsKey(PinReason.LISTEN) && !there.contains(PinReason.LISTEN)) {
                // Somebody else's, once the connection is.
                heard = heard.and(physical.takeNotifications());
            }
            doubts.kinds().forEach((kind, detail) -> {
                if (there.contains(kind)) {
                    pool.pins().pin(current, kind, detail);
                } else {
                    pool.pins().unpin(current, kind);
                }
            });
            pool.pins().unpin(current, PinReason.NOT_ASKED);
            current.doubtsSettled();
            pool.pins().uncountUnlessPinned(current);
        } catch (SQLException e) {
            if (physical.broken()) {
                throw e;
            }
            // The session's own statement_timeout, for example. It stays with its session, and is asked again later.
            pool.pins().pin(current, PinReason.NOT_ASKED, String.valueOf(e.getMessage()));
        } catch (RuntimeException e) {
            // Where server and pgjdbc are out of step, pgjdbc may throw anything.
            pool.leases().breakOff(physical, e);
            throw new SQLException(
                    "backend " + physical.backend() + " could not be asked what its session holds", "08006", e);
        }
    }

    /** With pg_temp in front, the search path makes temporary objects of what no text shows to be one. */
    void pinIfTemporaryByDefault(Lease current) {
        String searchPath = wanted.parameters().get(SEARCH_PATH);
        if (searchPath != null && searchPath.contains("pg_temp")) {
            pool.pins().pin(current, PinReason.SETTING, "search_path = " + searchPath);
        }
    }
}
