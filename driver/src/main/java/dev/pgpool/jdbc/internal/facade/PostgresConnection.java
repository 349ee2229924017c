package dev.pgpool.jdbc.internal.facade;

import static dev.pgpool.jdbc.internal.facade.StatementOptions.UNSET;

import dev.pgpool.internal.lease.Conversation;
import dev.pgpool.internal.lease.Work;
import dev.pgpool.internal.physical.Notifications;
import dev.pgpool.internal.physical.PhysicalConnection;
import dev.pgpool.internal.sql.SqlTraits;
import dev.pgpool.jdbc.internal.forward.ConnectionOverloads;
import dev.pgpool.pool.PinReason;
import java.sql.Array;
import java.sql.SQLException;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.postgresql.PGConnection;
import org.postgresql.PGNotification;
import org.postgresql.copy.CopyManager;
import org.postgresql.core.Utils;
import org.postgresql.fastpath.Fastpath;
import org.postgresql.jdbc.AutoSave;
import org.postgresql.jdbc.PreferQueryMode;
import org.postgresql.largeobject.LargeObjectManager;
import org.postgresql.replication.PGReplicationConnection;
import org.postgresql.util.PGobject;

/**
 * The part of a logical connection that is PostgreSQL's own: settings are remembered, questions borrow a lease, and what
 * hands out an object that is bound to one session pins it.
 */
abstract class PostgresConnection implements ConnectionOverloads, PGConnection {
    final Conversation conversation;
    final ConnectionDefaults defaults = new ConnectionDefaults();

    private final RunningStatement running = new RunningStatement();

    private @Nullable PhysicalDefaults physicalDefaults;
    /** Making one asks the server. */
    private @Nullable LargeObjectManager largeObjects;

    PostgresConnection(Conversation conversation) {
        this.conversation = conversation;
    }

    final RunningStatement running() {
        return running;
    }

    final <T> T borrow(Work<T> work) throws SQLException {
        return conversation.work(SqlTraits.HARMLESS, work);
    }

    private <T> T pinned(PinReason reason, String detail, Work<T> work) throws SQLException {
        return borrow(on -> {
            conversation.pin(reason, detail);
            return work.on(on);
        });
    }

    /** For PostgreSQL's methods that declare no exception, yet need the server. */
    private <T> T unchecked(Work<T> work) {
        try {
            return borrow(work);
        } catch (SQLException e) {
            throw new IllegalStateException(e.getMessage(), e);
        }
    }

    /** What the physical connections have by default; a lease is needed only if none of the pool was used before. */
    private PhysicalDefaults physicalDefaults() {
        PhysicalDefaults known = physicalDefaults;
        if (known != null) {
            return known;
        }
        if (conversation.isClosed()) {
            return PhysicalDefaults.UNTOLD;
        }
        try {
            known = conversation.constant("defaults of statements", on -> PhysicalDefaults.of(on.pgjdbc()));
        } catch (SQLException e) {
            throw new IllegalStateException(e.getMessage(), e);
        }
        physicalDefaults = known;
        return known;
    }

    /** Remembers the defaults while there is a lease anyway, so that asking for them needs none. */
    final PhysicalDefaults learnDefaults(PhysicalConnection on) throws SQLException {
        PhysicalDefaults known = physicalDefaults;
        if (known == null) {
            known = PhysicalDefaults.of(on.pgjdbc());
            physicalDefaults = known;
        }
        return known;
    }

    // Values

    @Override
    public Array createArrayOf(String typeName, @Nullable Object elements) throws SQLException {
        return borrow(on -> {
            Array array = on.pgjdbc().createArrayOf(typeName, elements);
            // Looked up now, because the array may be used after this lease.
            array.getBaseTypeName();
            array.getBaseType();
            return new LogicalArray(logical(), array);
        });
    }

    abstract LogicalConnection logical();

    @Override
    public String escapeIdentifier(String identifier) throws SQLException {
        return Utils.escapeIdentifier(null, identifier).toString();
    }

    @Override
    public String escapeLiteral(String literal) throws SQLException {
        return borrow(on -> on.pgjdbc().escapeLiteral(literal));
    }

    // The session

    @Override
    public PGNotification[] getNotifications() throws SQLException {
        return notifications(on -> on.pgjdbc().getNotifications());
    }

    /** Notifications for the channels that this connection listens to; without any there is nothing to wait for. */
    @Override
    public PGNotification[] getNotifications(int timeoutMillis) throws SQLException {
        return notifications(on -> on.pgjdbc().getNotifications(timeoutMillis));
    }

    private PGNotification[] notifications(Work<PGNotification[]> wait) throws SQLException {
        Notifications kept = conversation.takeNotifications();
        if (!conversation.leased()) {
            return kept.toArray();
        }
        // Whoever has some waits no longer.
        PGNotification[] arrived =
                borrow(kept.isEmpty() ? wait : on -> on.pgjdbc().getNotifications());
        return kept.and(Notifications.of(arrived)).toArray();
    }

    @Override
    public int getBackendPID() {
        return unchecked(on -> on.pgjdbc().getBackendPID());
    }

    @Override
    public Map<String, String> getParameterStatuses() {
        return unchecked(on -> Map.copyOf(on.pgjdbc().getParameterStatuses()));
    }

    @Override
    public @Nullable String getParameterStatus(String parameterName) {
        return unchecked(on -> on.pgjdbc().getParameterStatus(parameterName));
    }

    /** Cancels the statement that this connection executes at the moment, and does nothing if there is none. */
    @Override
    public void cancelQuery() throws SQLException {
        requireOpen();
        running.cancel();
    }

    @Override
    public void alterUserPassword(String user, char[] newPassword, @Nullable String encryptionType)
            throws SQLException {
        PGConnection.super.alterUserPassword(user, newPassword, encryptionType);
    }

    // What is bound to one session

    @Override
    public CopyManager getCopyAPI() throws SQLException {
        return borrow(on -> new LogicalCopyManager(conversation, on.pgjdbc()));
    }

    @Override
    public LargeObjectManager getLargeObjectAPI() throws SQLException {
        LargeObjectManager known = largeObjects;
        if (known == null) {
            known = borrow(on -> new LogicalLargeObjectManager(conversation, on.pgjdbc()));
            largeObjects = known;
        }
        return known;
    }

    @Override
    @Deprecated
    public Fastpath getFastpathAPI() throws SQLException {
        return pinned(PinReason.FASTPATH, "getFastpathAPI", on -> on.pgjdbc().getFastpathAPI());
    }

    @Override
    public PGReplicationConnection getReplicationAPI() {
        return unchecked(on -> {
            conversation.pin(PinReason.REPLICATION, "getReplicationAPI");
            return on.pgjdbc().getReplicationAPI();
        });
    }

    @Override
    @Deprecated
    public void addDataType(String type, String className) {
        unchecked(on -> {
            conversation.pin(PinReason.UNWRAPPED, "addDataType " + type);
            on.pgjdbc().addDataType(type, className);
            return Boolean.TRUE;
        });
    }

    @Override
    public void addDataType(String type, Class<? extends PGobject> klass) throws SQLException {
        pinned(PinReason.UNWRAPPED, "addDataType " + type, on -> {
            on.pgjdbc().addDataType(type, klass);
            return Boolean.TRUE;
        });
    }

    @Override
    public AutoSave getAutosave() {
        return conversation.leased()
                ? unchecked(on -> on.pgjdbc().getAutosave())
                : physicalDefaults().autosave();
    }

    @Override
    public void setAutosave(AutoSave autoSave) {
        unchecked(on -> {
            conversation.pin(PinReason.UNWRAPPED, "setAutosave " + autoSave.value());
            on.pgjdbc().setAutosave(autoSave);
            return Boolean.TRUE;
        });
    }

    @Override
    public PreferQueryMode getPreferQueryMode() {
        return physicalDefaults().preferQueryMode();
    }

    // Defaults of statements

    @Override
    public void setPrepareThreshold(int threshold) {
        defaults.prepareThreshold = threshold;
    }

    @Override
    public int getPrepareThreshold() {
        return defaults.prepareThreshold != UNSET
                ? defaults.prepareThreshold
                : physicalDefaults().prepareThreshold();
    }

    @Override
    public void setDefaultFetchSize(int fetchSize) throws SQLException {
        if (fetchSize < 0) {
            throw Errors.invalid("Fetch size must be a value greater than or equal to 0.");
        }
        defaults.fetchSize = fetchSize;
    }

    @Override
    public int getDefaultFetchSize() {
        return defaults.fetchSize != UNSET
                ? defaults.fetchSize
                : physicalDefaults().fetchSize();
    }

    @Override
    public void setQueryTimeout(int seconds) throws SQLException {
        if (seconds < 0) {
            throw Errors.invalid("Query timeout must be a value greater than or equal to 0.");
        }
        defaults.queryTimeoutSeconds = seconds;
    }

    @Override
    public int getQueryTimeout() {
        return defaults.queryTimeoutSeconds != UNSET
                ? defaults.queryTimeoutSeconds
                : physicalDefaults().queryTimeoutSeconds();
    }

    @Override
    public void setAdaptiveFetch(boolean adaptiveFetch) {
        defaults.adaptiveFetch = adaptiveFetch ? 1 : 0;
    }

    @Override
    public boolean getAdaptiveFetch() {
        return defaults.adaptiveFetch != UNSET
                ? defaults.adaptiveFetch == 1
                : physicalDefaults().adaptiveFetch();
    }
}
