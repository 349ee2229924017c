package dev.pgpool.internal.physical;

import dev.pgpool.internal.failure.Ending;
import dev.pgpool.internal.failure.Progress;
import dev.pgpool.internal.session.Parameters;
import dev.pgpool.internal.session.SessionSettings;
import dev.pgpool.internal.sql.Meaning;
import dev.pgpool.internal.sql.MeaningSettings;
import dev.pgpool.pool.AddedRoundTrip;
import dev.pgpool.pool.PinReason;
import java.io.IOException;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.SQLWarning;
import java.sql.Statement;
import java.sql.Types;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.ThreadLocalRandom;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.postgresql.core.Query;
import org.postgresql.core.QueryExecutor;
import org.postgresql.core.TransactionState;
import org.postgresql.core.TypeInfo;
import org.postgresql.jdbc.PgConnection;
import org.postgresql.jdbc.PgResultSet;
import org.postgresql.jdbc.PreferQueryMode;

/**
 * One PostgreSQL session: a pgjdbc connection with its socket and backend process.
 *
 * <p>Everything but {@link #abort} and the read-only questions is for whoever holds the lease.
 */
public final class PhysicalConnection {
    /** Like HikariCP's: how long a connection whose socket can't be looked at is trusted without a round trip. */
    private static final Duration TRUSTED_UNSEEN = Duration.ofMillis(500);

    /** What we ask takes milliseconds; so long, with reserve, nobody answers but a dead network. */
    private static final Duration LONGEST_QUESTION = Duration.ofSeconds(60);

    /** How long the server may take to end a statement or a transaction, once it was asked to. */
    private static final Duration LONGEST_CANCEL = Duration.ofSeconds(5);

    private static final Duration VALIDATION = Duration.ofSeconds(5);

    /** PostgreSQL's connection_failure. */
    private static final String CONNECTION_FAILURE = "08006";

    private static final String DISCARD_PLANS = "DISCARD PLANS";

    private static final int COMMIT_FLAGS =
            QueryExecutor.QUERY_NO_METADATA | QueryExecutor.QUERY_NO_RESULTS | QueryExecutor.QUERY_SUPPRESS_BEGIN;

    private final SharedPgConnection pgjdbc;
    private final ProbedConnection probed;
    private final Duration toCancel;
    private final LifeCycle life = new LifeCycle();
    private final int backend;
    private final long openedAtNanos = System.nanoTime();
    private final long openingAtNanos;
    private final Duration openedIn;
    private final SessionSettings initial;
    private final String initialApplicationName;
    private final ServerSettings server;
    private final ReadConstants constants;
    private final double variance = ThreadLocalRandom.current().nextDouble(0.05);
    private final IdleStatements statements;
    private final Set<Integer> resolvedTypes = new HashSet<>();
    private SessionSettings has;
    private boolean namesLost;
    private volatile long usedAtNanos = openedAtNanos;
    private volatile long leases;
    private volatile @Nullable Object tenant;
    private final Query commit;
    private final Copies copies;
    private long acceptedBefore;
    private @Nullable Object sequencesOf;
    private @Nullable Object preparedSpoiledBy;
    private volatile boolean silent;
    private volatile Consumer<AddedRoundTrip> asked = reason -> {};

    /** Takes over a freshly opened session and cleans it: servers with one shared session hand out dirty ones. */
    PhysicalConnection(
            SharedPgConnection pgjdbc,
            ProbedConnection probed,
            IdleStatements statements,
            long openingAtNanos,
            Duration toCancel)
            throws SQLException {
        this.pgjdbc = pgjdbc;
        this.probed = probed;
        this.toCancel = toCancel;
        this.statements = statements;
        this.backend = pgjdbc.getBackendPID();
        this.openingAtNanos = openingAtNanos;
        this.commit = pgjdbc.getQueryExecutor().createSimpleQuery("COMMIT");
        this.copies = new Copies(this, probed, toCancel.plus(LONGEST_CANCEL));
        discardAll();
        this.server = new ServerSettings(pgjdbc);
        this.constants = new ReadConstants(pgjdbc);
        this.initial = new SessionSettings(
                pgjdbc.isReadOnly(), pgjdbc.getHoldability(), pgjdbc.getNetworkTimeout(), Parameters.NONE);
        this.initialApplicationName = applicationName();
        this.has = initial;
        this.openedIn = Duration.ofNanos(System.nanoTime() - openingAtNanos);
    }

    /** Says who is to hear of what this asks the server from now on, beside what its user asks. */
    void tell(Consumer<AddedRoundTrip> listener) {
        asked = listener;
    }

    /** The pgjdbc connection; only to be used under a lease. */
    public PgConnection pgjdbc() {
        return pgjdbc;
    }

    /**
     * What to keep a prepared statement by: what was prepared under one search path or by one role may name other tables
     * under another one, and pgjdbc and the server cut its text into tokens once.
     */
    public Object keyOf(Object text) {
        return pgjdbc.scopes().keyOf(text);
    }

    /** Its open prepared statements that nobody uses, by {@link #keyOf}; safe for use without the lease. */
    public IdleStatements statements() {
        return statements;
    }

    /** Its COPYs from and to the client. */
    public Copies copies() {
        return copies;
    }

    /** The process id of the backend, as the server told it at the start. */
    public int backend() {
        return backend;
    }

    /** The settings of a session on which none was changed. */
    public SessionSettings initialSettings() {
        return initial;
    }

    /** The client info property ApplicationName of a session on which it wasn't set. */
    public String initialApplicationName() {
        return initialApplicationName;
    }

    public Duration age() {
        return Duration.ofNanos(System.nanoTime() - openedAtNanos);
    }

    public Duration idleFor() {
        return Duration.ofNanos(System.nanoTime() - usedAtNanos);
    }

    /** How long opening this session took, its first cleaning included. */
    public Duration openedIn() {
        return openedIn;
    }

    /** Whether its opening began before this {@link System#nanoTime}. */
    boolean isOlderThan(long nanoTime) {
        return openingAtNanos - nanoTime < 0;
    }

    /** How often this connection was leased. */
    public long leases() {
        return leases;
    }

    /** Who holds the lease; null if nobody does. */
    public @Nullable Object tenant() {
        return tenant;
    }

    LifeCycle life() {
        return life;
    }

    /**
     * Gives the connection up if this failure says that the network failed. pgjdbc does that itself, but not in a COPY, in
     * calls of large objects, and in calls of functions by number: these leave it open, in the middle of an answer.
     */
    public void failed(SQLException failure) {
        if (CONNECTION_FAILURE.equals(failure.getSQLState()) && failure.getCause() instanceof IOException) {
            pgjdbc.getQueryExecutor().abort();
        }
    }

    /** Whether pgjdbc gave this connection up, or it was retired. */
    public boolean broken() {
        try {
            return life.state() == State.RETIRED || pgjdbc.isClosed();
        } catch (SQLException e) {
            return true;
        }
    }

    /**
     * Breaks the connection if a statement doesn't end although its time is over and the server was asked to cancel it:
     * then the network or the server is dead, or the answer never ends.
     *
     * @param seconds the query timeout of the next statement; zero for none, and when it is over
     */
    public void limitNextAnswer(int seconds) {
        probed.giveUpIn(
                seconds == 0
                        ? Duration.ZERO
                        : Duration.ofSeconds(seconds).plus(toCancel).plus(LONGEST_CANCEL));
    }

    /** Whether a cancel request may still interrupt what this session does next. */
    public boolean cancelMayArrive() {
        return probed.cancels().mayArrive();
    }

    /** Whether the server says that a transaction is open, be it healthy or failed. */
    public boolean inTransaction() {
        return pgjdbc.getTransactionState() != TransactionState.IDLE;
    }

    /**
     * Takes the lease, unless a look at the connection shows that it is dead.
     *
     * @param validateAfterIdle idle time after which the server itself is asked
     */
    public boolean take(Object tenant, Duration validateAfterIdle) {
        if (!life.attempt(Move.PROBE_STARTED) || !alive(validateAfterIdle) || !life.attempt(Move.LEASE_TAKEN)) {
            return false;
        }
        this.tenant = tenant;
        leases++;
        return true;
    }

    /** Looks whether an idle connection is alive. A dead one stays in PROBING, for its caller to retire. */
    boolean probeIdle(Duration validateAfterIdle) {
        return life.attempt(Move.PROBE_STARTED) && alive(validateAfterIdle) && life.attempt(Move.PROBE_PASSED);
    }

    private boolean alive(Duration validateAfterIdle) {
        Liveness seen = probed.probe();
        if (seen == Liveness.DEAD) {
            return false;
        }
        Duration trusted = probed.canBeProbed() || validateAfterIdle.compareTo(TRUSTED_UNSEEN) < 0
                ? validateAfterIdle
                : TRUSTED_UNSEEN;
        boolean suspect = seen == Liveness.SUSPECT && probed.canBeProbed();
        return (!suspect && idleFor().compareTo(trusted) < 0) || answers();
    }

    private boolean answers() {
        long startedAt = System.nanoTime();
        try {
            return counted(AddedRoundTrip.VALIDATION, this::givesASign);
        } catch (SQLException | RuntimeException | AssertionError e) {
            // Where server and pgjdbc are out of step, pgjdbc may throw anything.
            silent = System.nanoTime() - startedAt >= VALIDATION.toNanos();
            return false;
        }
    }

    private boolean givesASign() throws SQLException {
        if (!probed.canBeProbed()) {
            return pgjdbc.isValid((int) VALIDATION.toSeconds());
        }
        probed.giveUpIn(VALIDATION);
        boolean answers = answersToTheQuestion();
        probed.giveUpIn(Duration.ZERO);
        return answers;
    }

    // isValid asks nothing, and takes any answer for one: also that to a question of somebody before.
    private boolean answersToTheQuestion() throws SQLException {
        beginNoTransaction();
        try (Statement statement = pgjdbc.createStatement();
                ResultSet answer = statement.executeQuery("SELECT 'alive'")) {
            return answer.next() && "alive".equals(answer.getString(1));
        }
    }

    /** Whether it was asked for a sign of life and gave none in time: then its network may be dead. */
    boolean silent() {
        return silent;
    }

    /** Ends the lease; false if the connection was retired meanwhile, by an abort or the end of the pool. */
    public boolean giveBack() {
        tenant = null;
        usedAtNanos = System.nanoTime();
        if (life.attempt(Move.LEASE_RETURNED)) {
            return true;
        }
        if (life.state() != State.RETIRED) {
            life.require(Move.LEASE_RETURNED);
        }
        return false;
    }

    /** Whether somebody who wants these settings could begin without a change. For whoever guards the idle ones. */
    public boolean has(SessionSettings wanted) {
        return has == wanted || has.equals(wanted);
    }

    /**
     * Brings the settings that this session has to those that its user wants; no round trip if they agree, and if its
     * former user has spoiled nothing that is prepared.
     */
    public void synchronise(SessionSettings wanted, boolean autoCommit) throws SQLException {
        forgetWhatOthersSpoiled();
        if (!has(wanted)) {
            beginNoTransaction();
            understood(AddedRoundTrip.SETTINGS, () -> {
                apply(wanted);
                return wanted;
            });
        }
        if (!inTransaction()) {
            readConstantsAgain();
        }
        if (pgjdbc.getAutoCommit() != autoCommit) {
            pgjdbc.setAutoCommit(autoCommit);
        }
    }

    /** To be called before statements of our own, which mustn't begin a transaction of their user's. */
    private void beginNoTransaction() throws SQLException {
        if (!inTransaction()) {
            pgjdbc.setAutoCommit(true);
        }
    }

    private void apply(SessionSettings wanted) throws SQLException {
        if (wanted.networkTimeout() != has.networkTimeout()) {
            pgjdbc.setNetworkTimeout(null, wanted.networkTimeout());
            has = has.withNetworkTimeout(wanted.networkTimeout());
        }
        if (wanted.readOnly() != has.readOnly()) {
            setReadOnly(wanted.readOnly());
        }
        if (wanted.holdability() != has.holdability()) {
            pgjdbc.setHoldability(wanted.holdability());
            has = has.withHoldability(wanted.holdability());
        }
        // Within a transaction these are on their way: whoever set them there has the server asked when it ends.
        if (!inTransaction() && !has.parameters().equals(wanted.parameters())) {
            changeTo(wanted.parameters());
        }
    }

    private void changeTo(Parameters wanted) throws SQLException {
        try {
            apply(has.parameters().changesTo(wanted), wanted);
        } catch (SQLException e) {
            if (broken()) {
                throw e;
            }
            changeFromTheStart(wanted);
        }
    }

    /** For what only a role that its user had may change: taking all back needs no privilege. */
    private void changeFromTheStart(Parameters wanted) throws SQLException {
        takeBackParameters();
        if (wanted.equals(Parameters.NONE)) {
            return;
        }
        try {
            apply(Parameters.NONE.changesTo(wanted), wanted);
        } catch (SQLException e) {
            if (broken()) {
                throw e;
            }
            try {
                apply(wanted.changesUnderItsRole(), wanted);
            } catch (SQLException again) {
                again.addSuppressed(e);
                throw again;
            }
        }
    }

    private void apply(List<Parameters.Change> changes, Parameters wanted) throws SQLException {
        boolean readAgain = changes.stream().anyMatch(change -> MeaningSettings.OF_CONSTANTS.contains(change.name()));
        if (readAgain) {
            constants.settingsMayMove();
        }
        // What is prepared is kept by the search path: pgjdbc need not forget it.
        probed.hidePathReports(ServerSettings.movePath(changes) && !pgjdbc.keepsPlainStatements());
        try {
            server.apply(changes, readAgain ? DISCARD_PLANS : "");
        } finally {
            probed.hidePathReports(false);
        }
        nowHas(wanted);
        if (readAgain) {
            constants.fresh(wanted, false);
        }
    }

    /** A session of which that can't be done is nobody's any more. */
    private void takeBackParameters() throws SQLException {
        try {
            constants.settingsMayMove();
            execute("RESET SESSION AUTHORIZATION; RESET ALL");
            nowHas(Parameters.NONE);
            if (has.readOnly()) {
                // With readOnlyMode=always, that was one of them.
                pgjdbc.setReadOnly(false);
                pgjdbc.setReadOnly(true);
            }
        } catch (SQLException e) {
            abort();
            throw e;
        }
    }

    public void setReadOnly(boolean readOnly) throws SQLException {
        pgjdbc.setReadOnly(readOnly);
        has = has.withReadOnly(readOnly);
    }

    /**
     * Asks the server what this session has now; notes the parameters. Not in a transaction. No round trip if the server
     * has reported all of it.
     *
     * @param parameters names in lower case
     * @param assigned those of them that were given a value, even if it is that of their default
     * @param kinds those that {@link PinReason#asked} is true of
     * @return those of {@code kinds} that there are
     */
    public Set<PinReason> ask(Set<String> parameters, Set<String> assigned, Set<PinReason> kinds) throws SQLException {
        ServerSettings.Answer answer =
                understood(AddedRoundTrip.QUESTION, () -> server.ask("", parameters, assigned, kinds));
        note(answer);
        return answer.kinds();
    }

    private void note(ServerSettings.Answer answer) {
        Parameters now = has.parameters();
        for (Map.Entry<String, @Nullable String> asked : answer.parameters().entrySet()) {
            now = now.with(asked.getKey(), asked.getValue());
        }
        nowHas(now);
    }

    private void nowHas(Parameters parameters) {
        has = has.with(parameters);
        namesAreBack();
    }

    /** Notes what becomes of the meaning of texts behind what runs next. */
    public void expect(Meaning behind) {
        switch (behind) {
            case STAYS -> {
                return;
            }
            case CONSTANTS_MOVE -> {}
            case MAY_MOVE -> namesMayMove();
            case MOVES -> namesMove();
        }
        constants.settingsMayMove();
    }

    /** Notes that what was announced to {@link #expect} has run; within its transaction, if that is still open. */
    public void meaningMoved() throws SQLException {
        if (inTransaction()) {
            readConstantsAgain();
        }
    }

    /** What is prepared, and the code of functions, has constants in it that were read with other settings. */
    private void readConstantsAgain() throws SQLException {
        if (constants.stale(has.parameters())) {
            beginNoTransaction();
            execute(AddedRoundTrip.PREPARED, DISCARD_PLANS);
        }
        constants.fresh(has.parameters(), inTransaction());
    }

    /** Notes that until a reset nobody knows what names mean. */
    public void namesAreUnknown() {
        if (!namesLost) {
            namesLost = true;
            namesMayMove();
        }
    }

    /** Whether names may mean something else than what the settings say that this session is known to have. */
    public boolean namesMayHaveMoved() {
        return pgjdbc.scopes().moving();
    }

    private void namesMove() {
        pgjdbc.typeNames().lookUpAnew();
        pgjdbc.scopes().move();
    }

    private void namesMayMove() {
        pgjdbc.typeNames().lookUpAnew();
        pgjdbc.scopes().mayMove();
    }

    /** Notes that names mean again what the parameters say that this session is known to have: the transaction is over. */
    public void namesAreBack() {
        if (!namesLost) {
            pgjdbc.typeNames().lookUpBy(has.parameters().only(MeaningSettings.OF_NAMES));
            pgjdbc.scopes().are(has.parameters());
        }
    }

    /**
     * Lets the names in prepared statements be looked up again; within the open transaction, if any.
     *
     * <p>The server doesn't by itself when a new temporary object hides another one of the same name, and here statements
     * were prepared that its owner has never run.
     *
     * @param keepPrepared whether statements may be there that the user has prepared by SQL: then the driver's stay too,
     *     and fail if what they name has other columns now
     */
    public void forgetPlans(boolean keepPrepared) throws SQLException {
        beginNoTransaction();
        execute(AddedRoundTrip.PREPARED, keepPrepared ? DISCARD_PLANS : "DEALLOCATE ALL");
    }

    /**
     * Notes that who holds the lease may have made statements fail that the driver has prepared: they are about his temporary
     * objects, or were deallocated without the driver being told.
     */
    public void tenantSpoilsPreparedStatements() {
        preparedSpoiledBy = tenant;
    }

    /** What is prepared about objects that are gone would fail too: a statement's result may not change its columns. */
    private void forgetWhatOthersSpoiled() throws SQLException {
        if (preparedSpoiledBy != null && preparedSpoiledBy != tenant) {
            forgetPlans(false);
            preparedSpoiledBy = null;
        }
    }

    /** Sets again those of these parameters that the session has reset; within the open transaction, if any. */
    public void bringBack(Parameters start) throws SQLException {
        beginNoTransaction();
        counted(AddedRoundTrip.SETTINGS, () -> {
            server.bringBack(start);
            return start;
        });
    }

    /** What this session has, as far as is known. */
    public SessionSettings settings() {
        return has;
    }

    /** The application name that the server reported last. */
    public String applicationName() throws SQLException {
        return Objects.requireNonNullElse(pgjdbc.getClientInfo("ApplicationName"), "");
    }

    private void execute(AddedRoundTrip reason, String sql) throws SQLException {
        counted(reason, () -> {
            execute(sql);
            return sql;
        });
    }

    private void execute(String sql) throws SQLException {
        try (Statement statement = pgjdbc.createStatement()) {
            statement.execute(sql);
        }
    }

    /**
     * Remembers where a request begins, for {@link #progress}.
     *
     * @param look whether to look if the session has ended meanwhile
     * @throws SQLException if it has; so nothing of the request is sent, not even to somebody who has closed one direction
     *     only
     */
    public void requestBegins(boolean look) throws SQLException {
        if (look && probed.probe() == Liveness.DEAD) {
            // Asks for nothing, and fails with what the server said at the end.
            execute("");
        }
        acceptedBefore = probed.accepted();
    }

    /** How far the request has got that began last. */
    public Progress progress() {
        return probed.since(acceptedBefore);
    }

    /** How an exchange ended that failed so. */
    public static Ending ending(SQLException failure) {
        return Endings.of(failure);
    }

    /**
     * Whether the server may commit a part of a request before it has seen the rest, or say more between a commit and its
     * answer: with the simple query protocol.
     */
    public boolean commitsPiecemeal() {
        PreferQueryMode mode = pgjdbc.getPreferQueryMode();
        return mode == PreferQueryMode.SIMPLE || mode == PreferQueryMode.EXTENDED_FOR_PREPARED;
    }

    /**
     * Commits the open transaction, if any. Returns when the server has confirmed it, even if the connection broke in the
     * same moment, which {@code Connection.commit} of pgjdbc reports as a failure.
     */
    public void commit() throws SQLException {
        if (!inTransaction()) {
            return;
        }
        try {
            executeCommit();
        } catch (SQLException e) {
            if (!pgjdbc.getQueryExecutor().willHealOnRetry(e)) {
                throw e;
            }
            // The server no longer has the prepared statement: it hasn't run.
            commit.close();
            executeCommit();
        }
    }

    private void executeCommit() throws SQLException {
        CommitHandler handler = new CommitHandler(pgjdbc);
        int oneShot = pgjdbc.getPrepareThreshold() == 0 ? QueryExecutor.QUERY_ONESHOT : 0;
        try {
            pgjdbc.getQueryExecutor().execute(commit, null, handler, 0, 0, COMMIT_FLAGS | oneShot);
        } catch (SQLException e) {
            if (!handler.confirmed() || !broken()) {
                throw e;
            }
        }
    }

    /**
     * Rolls back whatever transaction is open, whoever began it. If that isn't answered in time, the connection breaks, and
     * the transaction ends with it.
     */
    public void rollback() throws SQLException {
        if (!inTransaction()) {
            return;
        }
        probed.giveUpIn(toCancel.plus(LONGEST_CANCEL));
        try {
            if (pgjdbc.getAutoCommit()) {
                execute("ROLLBACK");
            } else {
                pgjdbc.rollback();
            }
        } finally {
            probed.giveUpIn(Duration.ZERO);
        }
    }

    /** Frees the session of all that there may be in it. On failure the connection must be retired. */
    public void reset() throws SQLException {
        startReset();
        understood(AddedRoundTrip.RESET, () -> {
            discardAll();
            return initial;
        });
        pgjdbc.setReadOnly(initial.readOnly());
        pgjdbc.setHoldability(initial.holdability());
        pgjdbc.setNetworkTimeout(null, initial.networkTimeout());
        has = initial;
        constants.settingsMayMove();
        constants.fresh(Parameters.NONE, false);
        sequencesOf = null;
        preparedSpoiledBy = null;
        endReset();
    }

    /**
     * Frees the session of what its user left, and makes sure that it is gone, in one round trip, or two if there are
     * statements prepared by SQL; none if the server has reported it all. What pgjdbc has prepared stays. Settings are
     * noted and left to the next user's. On failure the connection must be retired.
     */
    public void reset(Leftovers left) throws SQLException {
        startReset();
        pgjdbc.setAutoCommit(true);
        ServerSettings.Answer answer = understood(
                AddedRoundTrip.RESET,
                () -> server.ask(left.removal(pgjdbc), left.parameters(), left.assigned(), left.kinds()));
        if (inTransaction() || !answer.kinds().isEmpty()) {
            throw new SQLException(
                    "a reset of backend " + backend + " left a transaction open, or something of " + answer.kinds(),
                    "25001");
        }
        note(answer);
        endReset();
    }

    private void startReset() throws SQLException {
        life.require(Move.RESET_STARTED);
        tenant = null;
        rollback();
    }

    private void endReset() throws SQLException {
        namesLost = false;
        namesAreBack();
        pgjdbc.getQueryExecutor().getNotifications();
        usedAtNanos = System.nanoTime();
        life.require(Move.RESET_DONE);
    }

    private void discardAll() throws SQLException {
        pgjdbc.setAutoCommit(true);
        execute("DISCARD ALL");
        if (inTransaction() || pgjdbc.isClosed()) {
            throw new SQLException("DISCARD ALL left a transaction open on backend " + backend, "25001");
        }
        pgjdbc.clearWarnings();
    }

    /**
     * Asks the server for the code of users in the database. Not in a transaction.
     *
     * @param known what was known of it before; null for nothing
     */
    public DatabaseCode databaseCode(@Nullable DatabaseCode known) throws SQLException {
        pgjdbc.setAutoCommit(true);
        return understood(AddedRoundTrip.CATALOG, () -> CatalogQuestion.ask(pgjdbc, known));
    }

    /** A question of ours to the server. */
    private interface Question<T> {
        T ask() throws SQLException;
    }

    /** Asks. Where the answer doesn't end in time, or pgjdbc can't make sense of it, the connection is closed. */
    private <T> T understood(AddedRoundTrip reason, Question<T> question) throws SQLException {
        probed.giveUpIn(LONGEST_QUESTION);
        try {
            return counted(reason, question);
        } catch (RuntimeException | AssertionError e) {
            abort();
            throw Misunderstandings.of(e, this);
        } finally {
            probed.giveUpIn(Duration.ZERO);
        }
    }

    /** Asks, and tells that if anything was sent; where that can't be seen, most likely it was. */
    private <T> T counted(AddedRoundTrip reason, Question<T> question) throws SQLException {
        long before = probed.accepted();
        try {
            return question.ask();
        } finally {
            if (!probed.canBeProbed() || probed.accepted() != before) {
                asked.accept(reason);
            }
        }
    }

    /** Notifications that have been read with other answers since they were asked for; asks for no more. */
    public Notifications takeNotifications() throws SQLException {
        return Notifications.of(pgjdbc.getQueryExecutor().getNotifications());
    }

    /** Warnings of the connection since the last call; null if none. */
    public @Nullable SQLWarning takeWarnings() throws SQLException {
        SQLWarning warnings = pgjdbc.getWarnings();
        if (warnings != null) {
            pgjdbc.clearWarnings();
        }
        return warnings;
    }

    /** Notes that {@code currval} and {@code lastval} would show the {@code nextval} results of who holds the lease. */
    public void sequencesBecomeTenants() {
        sequencesOf = tenant;
    }

    /** Whether {@code currval} and {@code lastval} would show the results of who holds the lease. */
    public boolean sequencesAreTenants() {
        return sequencesOf == tenant;
    }

    /** Makes {@code currval} and {@code lastval} answer as in a fresh session. */
    public void forgetSequences() throws SQLException {
        if (sequencesOf != null) {
            execute(AddedRoundTrip.SEQUENCES, "DISCARD SEQUENCES");
            sequencesOf = null;
        }
    }

    /** Whether this connection is older than it should get; each a little different, so that not all go at once. */
    public boolean expired(Duration maxLifetime) {
        return !maxLifetime.isZero() && System.nanoTime() - openedAtNanos > maxLifetime.toNanos() * (1 - variance);
    }

    /**
     * Looks up on the server, once per type and physical connection, what reading this result will need, so that a
     * fully fetched result can be read after its lease has ended.
     */
    public void resolveTypes(ResultSet result) throws SQLException {
        PgResultSet rows = result.unwrap(PgResultSet.class);
        int columns = rows.getMetaData().getColumnCount();
        for (int column = 1; column <= columns; column++) {
            int oid = rows.getColumnOID(column);
            if (!CoreTypes.contains(oid) && !resolvedTypes.contains(oid)) {
                resolve(oid);
            }
        }
    }

    private void resolve(int oid) throws SQLException {
        TypeInfo types = pgjdbc.getTypeInfo();
        types.getPGType(oid);
        if (types.getSQLType(oid) == Types.ARRAY) {
            int element = types.getPGArrayElement(oid);
            types.getArrayDelimiter(oid);
            types.getSQLType(element);
            types.getPGType(element);
        }
        resolvedTypes.add(oid);
    }

    /** Closes the socket without waiting for anything, and lets those go who wait for the answer to a cancel request. */
    void abort() throws SQLException {
        try {
            // First: an encrypted connection would wait for whoever is writing to say goodbye.
            probed.closeSocket();
        } catch (IOException e) {
            throw new SQLException("the socket of backend " + backend + " could not be closed", "08006", e);
        } finally {
            pgjdbc.abort(Runnable::run);
        }
        probed.cancels().giveUp();
    }
}
