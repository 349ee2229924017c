package dev.pgpool.internal.lease;

import dev.pgpool.internal.session.Identifiers;
import dev.pgpool.internal.session.SessionSettings;
import dev.pgpool.internal.sql.SqlTraits;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.Map;
import java.util.concurrent.Executor;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/**
 * The settings of one logical connection that JDBC has methods for; SQL knows most of them by other names.
 *
 * <p>While no lease is open they are only noted, and sent with the next one. Safe for use by many threads.
 */
public final class JdbcSettings {
    private static final String SEARCH_PATH = "search_path";
    private static final String ISOLATION = "default_transaction_isolation";
    private static final String APPLICATION_NAME = "application_name";
    private static final Map<Integer, String> ISOLATION_LEVELS = Map.of(
            Connection.TRANSACTION_READ_UNCOMMITTED, "read uncommitted",
            Connection.TRANSACTION_READ_COMMITTED, "read committed",
            Connection.TRANSACTION_REPEATABLE_READ, "repeatable read",
            Connection.TRANSACTION_SERIALIZABLE, "serializable");

    private final Conversation conversation;
    private final Ledger ledger;
    private final Pool pool;

    JdbcSettings(Conversation conversation, Ledger ledger, Pool pool) {
        this.conversation = conversation;
        this.ledger = ledger;
        this.pool = pool;
    }

    public boolean readOnly() throws SQLException {
        conversation.requireOpen();
        return ledger.wanted().readOnly();
    }

    public void setReadOnly(boolean readOnly) throws SQLException {
        conversation.lock().lock();
        try {
            conversation.requireOpen();
            requireNoTransaction("Cannot change transaction read-only property in the middle of a transaction.");
            if (conversation.leased()) {
                conversation.run(SqlTraits.HARMLESS, physical -> physical.setReadOnly(readOnly));
            }
            ledger.want(ledger.wanted().withReadOnly(readOnly));
        } finally {
            conversation.lock().unlock();
        }
    }

    /** As {@link java.sql.Connection#getTransactionIsolation}; asks the server only if a lease is open or once a pool. */
    public int transactionIsolation() throws SQLException {
        conversation.requireOpen();
        if (conversation.leased()) {
            return conversation.work(
                    SqlTraits.HARMLESS, physical -> physical.pgjdbc().getTransactionIsolation());
        }
        String set = ledger.wanted().parameters().get(ISOLATION);
        for (Map.Entry<Integer, String> level : ISOLATION_LEVELS.entrySet()) {
            if (level.getValue().equals(set)) {
                return level.getKey();
            }
        }
        return conversation.constant(
                "default transaction isolation", physical -> physical.pgjdbc().getTransactionIsolation());
    }

    public void setTransactionIsolation(int level) throws SQLException {
        conversation.requireOpen();
        String value = ISOLATION_LEVELS.get(level);
        if (value == null) {
            throw new SQLException("Transaction isolation level " + level + " not supported.", "0A000");
        }
        conversation.lock().lock();
        try {
            requireNoTransaction("Cannot change transaction isolation level in the middle of a transaction.");
            if (conversation.leased()) {
                conversation.run(
                        setting(ISOLATION, value), physical -> physical.pgjdbc().setTransactionIsolation(level));
            } else {
                ledger.want(ISOLATION, value);
            }
        } finally {
            conversation.lock().unlock();
        }
    }

    private void requireNoTransaction(String refusal) throws SQLException {
        if (conversation.inTransaction()) {
            throw new SQLException(refusal, "25001");
        }
    }

    /** What a statement does that gives this parameter a value; null for that of its default. */
    private static SqlTraits setting(String parameter, @Nullable String value) {
        return value == null ? SqlTraits.HARMLESS.withSetting(parameter) : SqlTraits.HARMLESS.withAssigned(parameter);
    }

    /** As {@link java.sql.Connection#getSchema}: a round trip, as with pgjdbc. */
    public @Nullable String schema() throws SQLException {
        AtomicReference<@Nullable String> schema = new AtomicReference<>();
        conversation.run(
                SqlTraits.HARMLESS, physical -> schema.set(physical.pgjdbc().getSchema()));
        return schema.get();
    }

    public void setSchema(@Nullable String schema) throws SQLException {
        change(
                SEARCH_PATH,
                schema == null ? null : Identifiers.quoted(schema),
                physical -> physical.pgjdbc().setSchema(schema));
    }

    /** The client info property ApplicationName; the empty string if none was set. */
    public String applicationName() throws SQLException {
        conversation.requireOpen();
        if (conversation.leased()) {
            // Reported by the server, so without asking it.
            return conversation.work(SqlTraits.HARMLESS, physical -> physical.applicationName());
        }
        String set = ledger.wanted().parameters().get(APPLICATION_NAME);
        return set == null ? pool.initialApplicationName() : set;
    }

    public void setApplicationName(String applicationName) throws SQLException {
        change(
                APPLICATION_NAME,
                applicationName,
                physical -> physical.pgjdbc().setClientInfo("ApplicationName", applicationName));
    }

    /** Changes what the server undoes with the transaction: now if a lease is open, else with the next one. */
    private void change(String parameter, @Nullable String value, Task now) throws SQLException {
        conversation.lock().lock();
        try {
            conversation.requireOpen();
            conversation.requireTransaction();
            if (conversation.leased()) {
                conversation.run(setting(parameter, value), now);
                return;
            }
            if (conversation.autoCommit()) {
                ledger.want(parameter, value);
            } else {
                ledger.wantInTransaction(parameter, value);
            }
        } finally {
            conversation.lock().unlock();
        }
    }

    public int holdability() throws SQLException {
        conversation.requireOpen();
        return ledger.wanted().holdability();
    }

    public void setHoldability(int holdability) throws SQLException {
        conversation.requireOpen();
        if (holdability != ResultSet.CLOSE_CURSORS_AT_COMMIT && holdability != ResultSet.HOLD_CURSORS_OVER_COMMIT) {
            throw new SQLException("Unknown ResultSet holdability setting: " + holdability + ".", "22023");
        }
        changeLocal(ledger.wanted().withHoldability(holdability));
    }

    /** As {@link java.sql.Connection#getNetworkTimeout}, in milliseconds; zero for none. */
    public int networkTimeout() throws SQLException {
        conversation.requireOpen();
        return ledger.wanted().networkTimeout();
    }

    public void setNetworkTimeout(@Nullable Executor executor, int milliseconds) throws SQLException {
        conversation.requireOpen();
        if (milliseconds < 0) {
            throw new SQLException("Network timeout must be a value greater than or equal to 0.", "22023");
        }
        changeLocal(ledger.wanted().withNetworkTimeout(milliseconds));
    }

    /** Changes what only pgjdbc knows of. */
    private void changeLocal(SessionSettings settings) throws SQLException {
        conversation.lock().lock();
        try {
            conversation.requireOpen();
            ledger.want(settings);
        } finally {
            conversation.lock().unlock();
        }
    }
}
