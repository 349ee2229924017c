package dev.pgpool.jdbc;

import dev.pgpool.internal.lease.Conversation;
import dev.pgpool.jdbc.internal.facade.LogicalConnection;
import dev.pgpool.jdbc.internal.url.Pools;
import dev.pgpool.jdbc.internal.url.ServerAddress;
import dev.pgpool.jdbc.internal.url.Target;
import dev.pgpool.pool.PoolControl;
import dev.pgpool.pool.PoolProperty;
import dev.pgpool.pool.PoolSnapshot;
import java.io.InvalidObjectException;
import java.io.ObjectInputStream;
import java.io.PrintWriter;
import java.io.Serializable;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.Collections;
import java.util.Optional;
import java.util.Properties;
import java.util.logging.Logger;
import javax.naming.RefAddr;
import javax.naming.Reference;
import javax.naming.Referenceable;
import javax.naming.StringRefAddr;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;

/**
 * A {@link DataSource} of logical connections, as a plain bean.
 *
 * <p>Where to connect is told either by {@link #setUrl} or by server names, port numbers and database name. A property
 * of this object wins over one in the URL. Durations are texts with a unit, as in a URL: {@code 30s}. Values are checked
 * by {@link #getConnection()}, all faults at once. Data sources and URLs that lead to the same values share one pool.
 *
 * <p>It can be serialized, and bound in JNDI: that carries each property as it was set, the password in clear text. What
 * comes out on the other side is open, and shares the pool of the others of the same values in its process.
 *
 * <p>Safe for use by many threads. A change of a property holds for connections that are opened after it.
 */
public final class PgPoolDataSource implements DataSource, Referenceable, Serializable, AutoCloseable {
    private static final long serialVersionUID = 1L;

    private static final String USER = "user";
    private static final String PASSWORD = "password";
    private static final String LOGIN_TIMEOUT = "loginTimeout";

    private final transient Object lock = new Object();
    private final transient Properties properties = new Properties();
    private final transient ServerAddress address = new ServerAddress();
    private transient @Nullable PrintWriter logWriter;
    private transient @Nullable Target target;
    private transient boolean closed;

    /** What is written in place of a data source. */
    private record Serialized(Reference reference) implements Serializable {
        private Object readResolve() {
            return of(reference);
        }
    }

    /**
     * Opens a logical connection; the first one of a pool opens a physical connection too.
     *
     * @throws SQLException (SQLState 22023) if a property is wrong, with every fault; (08003) if this object was closed;
     *     or PostgreSQL's own
     */
    @Override
    public Connection getConnection() throws SQLException {
        return open(target());
    }

    /** As {@link #getConnection()} for another user; such connections have a pool of their own. */
    @Override
    public Connection getConnection(@Nullable String user, @Nullable String password) throws SQLException {
        if (user == null) {
            return getConnection();
        }
        Properties others;
        String url;
        synchronized (lock) {
            others = (Properties) properties.clone();
            url = address.url();
        }
        others.setProperty(USER, user);
        // An empty password, unlike none, keeps one in the URL from being used, which is somebody else's.
        others.setProperty(PASSWORD, password == null ? "" : password);
        return open(Target.of(url, others, others.stringPropertyNames()));
    }

    private Target target() throws SQLException {
        synchronized (lock) {
            if (target == null) {
                target = Target.of(address.url(), properties, properties.stringPropertyNames());
            }
            return target;
        }
    }

    private Connection open(Target where) throws SQLException {
        requireOpen();
        Conversation conversation = Pools.SHARED.open(where, this);
        try {
            requireOpen();
        } catch (SQLException e) {
            conversation.close();
            Pools.SHARED.release(this);
            throw e;
        }
        return new LogicalConnection(conversation, where.url(), where.user());
    }

    private void requireOpen() throws SQLException {
        synchronized (lock) {
            if (closed) {
                throw new SQLException("this PgPoolDataSource was closed; it opens no more connections", "08003");
            }
        }
    }

    /**
     * Closes the pool at once, unless another data source that is not closed yet uses it too. Its logical connections
     * are closed with it. Idempotent.
     */
    @Override
    public void close() {
        synchronized (lock) {
            closed = true;
        }
        Pools.SHARED.release(this);
    }

    /**
     * The numbers of this data source's pool at this moment; empty if the pool isn't open.
     *
     * @throws SQLException (SQLState 22023) if a property is wrong, with every fault
     */
    public Optional<PoolSnapshot> snapshot() throws SQLException {
        return pool().map(PoolControl::snapshot);
    }

    /**
     * This data source's pool, to pause it, for example; empty if it isn't open.
     *
     * @throws SQLException (SQLState 22023) if a property is wrong, with every fault
     */
    public Optional<PoolControl> pool() throws SQLException {
        return Pools.SHARED.pool(target());
    }

    /** A {@code jdbc:pgpool:} URL as it was set; null if there is none. */
    public @Nullable String getUrl() {
        synchronized (lock) {
            return address.given();
        }
    }

    /** Where to connect: a {@code jdbc:pgpool:} URL, instead of server names, port numbers and database name. */
    public void setUrl(@Nullable String url) {
        change(() -> address.give(url));
    }

    /** As {@link #getUrl()}. */
    public @Nullable String getURL() {
        return getUrl();
    }

    /** As {@link #setUrl}. */
    public void setURL(@Nullable String url) {
        setUrl(url);
    }

    public @Nullable String getUser() {
        return getProperty(USER);
    }

    public void setUser(@Nullable String user) {
        setProperty(USER, user);
    }

    public @Nullable String getPassword() {
        return getProperty(PASSWORD);
    }

    public void setPassword(@Nullable String password) {
        setProperty(PASSWORD, password);
    }

    /** Hosts in the order in which they are tried. */
    public String[] getServerNames() {
        synchronized (lock) {
            return address.hosts();
        }
    }

    public void setServerNames(String[] serverNames) {
        change(() -> address.setHosts(serverNames));
    }

    /** The hosts, separated by commas. */
    public String getServerName() {
        return String.join(",", getServerNames());
    }

    public void setServerName(String serverName) {
        setServerNames(serverName.split(","));
    }

    /** Ports of the hosts; empty for 5432 everywhere, else one for each host. */
    public int[] getPortNumbers() {
        synchronized (lock) {
            return address.ports();
        }
    }

    public void setPortNumbers(int[] portNumbers) {
        change(() -> address.setPorts(portNumbers));
    }

    /** Port of the only or first host; 0 if none was set. */
    public int getPortNumber() {
        int[] ports = getPortNumbers();
        return ports.length == 0 ? 0 : ports[0];
    }

    public void setPortNumber(int portNumber) {
        setPortNumbers(new int[] {portNumber});
    }

    public @Nullable String getDatabaseName() {
        synchronized (lock) {
            return address.database();
        }
    }

    public void setDatabaseName(@Nullable String databaseName) {
        change(() -> address.setDatabase(databaseName));
    }

    /** Value of {@code pool.name}; null if the pool is named after its target. */
    public @Nullable String getName() {
        return getProperty(PoolProperty.NAME.fullName());
    }

    /** @see PoolProperty#NAME */
    public void setName(@Nullable String name) {
        set(PoolProperty.NAME, name);
    }

    /** @see PoolProperty#MODE */
    public String getMode() {
        return get(PoolProperty.MODE);
    }

    /** @see PoolProperty#MODE */
    public void setMode(String mode) {
        set(PoolProperty.MODE, mode);
    }

    /** @see PoolProperty#RESET_MODE */
    public String getResetMode() {
        return get(PoolProperty.RESET_MODE);
    }

    /** @see PoolProperty#RESET_MODE */
    public void setResetMode(String resetMode) {
        set(PoolProperty.RESET_MODE, resetMode);
    }

    /** @see PoolProperty#MAX_SIZE */
    public int getMaxSize() {
        return Integer.parseInt(get(PoolProperty.MAX_SIZE));
    }

    /** @see PoolProperty#MAX_SIZE */
    public void setMaxSize(int maxSize) {
        set(PoolProperty.MAX_SIZE, Integer.toString(maxSize));
    }

    /** @see PoolProperty#MIN_IDLE */
    public int getMinIdle() {
        return Integer.parseInt(get(PoolProperty.MIN_IDLE));
    }

    /** @see PoolProperty#MIN_IDLE */
    public void setMinIdle(int minIdle) {
        set(PoolProperty.MIN_IDLE, Integer.toString(minIdle));
    }

    /** @see PoolProperty#MAX_PINNED */
    public int getMaxPinned() {
        return Integer.parseInt(get(PoolProperty.MAX_PINNED));
    }

    /** @see PoolProperty#MAX_PINNED */
    public void setMaxPinned(int maxPinned) {
        set(PoolProperty.MAX_PINNED, Integer.toString(maxPinned));
    }

    /** @see PoolProperty#ACQUIRE_TIMEOUT */
    public String getAcquireTimeout() {
        return get(PoolProperty.ACQUIRE_TIMEOUT);
    }

    /** @see PoolProperty#ACQUIRE_TIMEOUT */
    public void setAcquireTimeout(String acquireTimeout) {
        set(PoolProperty.ACQUIRE_TIMEOUT, acquireTimeout);
    }

    /** @see PoolProperty#RETRY_TIMEOUT */
    public String getRetryTimeout() {
        return get(PoolProperty.RETRY_TIMEOUT);
    }

    /** @see PoolProperty#RETRY_TIMEOUT */
    public void setRetryTimeout(String retryTimeout) {
        set(PoolProperty.RETRY_TIMEOUT, retryTimeout);
    }

    /** @see PoolProperty#MAX_WAITERS */
    public int getMaxWaiters() {
        return Integer.parseInt(get(PoolProperty.MAX_WAITERS));
    }

    /** @see PoolProperty#MAX_WAITERS */
    public void setMaxWaiters(int maxWaiters) {
        set(PoolProperty.MAX_WAITERS, Integer.toString(maxWaiters));
    }

    /** @see PoolProperty#VALIDATE_AFTER_IDLE */
    public String getValidateAfterIdle() {
        return get(PoolProperty.VALIDATE_AFTER_IDLE);
    }

    /** @see PoolProperty#VALIDATE_AFTER_IDLE */
    public void setValidateAfterIdle(String validateAfterIdle) {
        set(PoolProperty.VALIDATE_AFTER_IDLE, validateAfterIdle);
    }

    /** @see PoolProperty#MAX_LIFETIME */
    public String getMaxLifetime() {
        return get(PoolProperty.MAX_LIFETIME);
    }

    /** @see PoolProperty#MAX_LIFETIME */
    public void setMaxLifetime(String maxLifetime) {
        set(PoolProperty.MAX_LIFETIME, maxLifetime);
    }

    /** @see PoolProperty#IDLE_TIMEOUT */
    public String getIdleTimeout() {
        return get(PoolProperty.IDLE_TIMEOUT);
    }

    /** @see PoolProperty#IDLE_TIMEOUT */
    public void setIdleTimeout(String idleTimeout) {
        set(PoolProperty.IDLE_TIMEOUT, idleTimeout);
    }

    /** @see PoolProperty#KEEPALIVE_TIME */
    public String getKeepaliveTime() {
        return get(PoolProperty.KEEPALIVE_TIME);
    }

    /** @see PoolProperty#KEEPALIVE_TIME */
    public void setKeepaliveTime(String keepaliveTime) {
        set(PoolProperty.KEEPALIVE_TIME, keepaliveTime);
    }

    /** @see PoolProperty#IDLE_POOL_TIMEOUT */
    public String getIdlePoolTimeout() {
        return get(PoolProperty.IDLE_POOL_TIMEOUT);
    }

    /** @see PoolProperty#IDLE_POOL_TIMEOUT */
    public void setIdlePoolTimeout(String idlePoolTimeout) {
        set(PoolProperty.IDLE_POOL_TIMEOUT, idlePoolTimeout);
    }

    /** @see PoolProperty#JMX */
    public String getJmx() {
        return get(PoolProperty.JMX);
    }

    /** @see PoolProperty#JMX */
    public void setJmx(String jmx) {
        set(PoolProperty.JMX, jmx);
    }

    /** A property of pgjdbc, or of the pool by its full name; null if it was not set on this object. */
    public @Nullable String getProperty(String name) {
        synchronized (lock) {
            return properties.getProperty(canonical(name));
        }
    }

    /** Sets a property of pgjdbc, or of the pool by its full name; null takes it back. */
    public void setProperty(String name, @Nullable String value) {
        change(() -> {
            if (value == null) {
                properties.remove(canonical(name));
            } else {
                properties.setProperty(canonical(name), value);
            }
        });
    }

    /** Sets each of these properties, and leaves the others as they are. */
    public void setProperties(Properties values) {
        values.stringPropertyNames().forEach(name -> setProperty(name, values.getProperty(name)));
    }

    private static String canonical(String name) {
        return PoolProperty.named(name).map(PoolProperty::fullName).orElse(name);
    }

    private String get(PoolProperty property) {
        String value = getProperty(property.fullName());
        return value == null ? property.defaultText() : value;
    }

    private void set(PoolProperty property, @Nullable String value) {
        setProperty(property.fullName(), value);
    }

    private void change(Runnable change) {
        synchronized (lock) {
            change.run();
            target = null;
        }
    }

    /** Longest time to open a physical connection, in seconds; 0 for pgjdbc's default. */
    @Override
    public int getLoginTimeout() {
        String seconds = getProperty(LOGIN_TIMEOUT);
        return seconds == null ? 0 : (int) Float.parseFloat(seconds);
    }

    @Override
    public void setLoginTimeout(int seconds) {
        setProperty(LOGIN_TIMEOUT, Integer.toString(seconds));
    }

    /** What was set; nothing is written to it. */
    @Override
    public @Nullable PrintWriter getLogWriter() {
        synchronized (lock) {
            return logWriter;
        }
    }

    @Override
    public void setLogWriter(@Nullable PrintWriter out) {
        synchronized (lock) {
            logWriter = out;
        }
    }

    /** The logger above pgjdbc's; what this driver itself has to say goes to SLF4J under {@code dev.pgpool}. */
    @Override
    public Logger getParentLogger() {
        return Logger.getLogger("org.postgresql");
    }

    /** Each property as it was set, for {@link PgPoolObjectFactory}. */
    @Override
    public Reference getReference() {
        Reference reference =
                new Reference(PgPoolDataSource.class.getName(), PgPoolObjectFactory.class.getName(), null);
        synchronized (lock) {
            address.texts().forEach((name, text) -> reference.add(new StringRefAddr(name, text)));
            properties
                    .stringPropertyNames()
                    .forEach(name -> reference.add(new StringRefAddr(name, properties.getProperty(name))));
        }
        return reference;
    }

    /**
     * The data source that a reference tells of.
     *
     * @throws IllegalArgumentException if it has ports that are no numbers; other faults are told by {@link #getConnection()}
     */
    static PgPoolDataSource of(Reference reference) {
        PgPoolDataSource dataSource = new PgPoolDataSource();
        for (RefAddr each : Collections.list(reference.getAll())) {
            if (each.getContent() instanceof String text && !dataSource.address.take(each.getType(), text)) {
                dataSource.setProperty(each.getType(), text);
            }
        }
        return dataSource;
    }

    private Object writeReplace() {
        return new Serialized(getReference());
    }

    private void readObject(ObjectInputStream in) throws InvalidObjectException {
        throw new InvalidObjectException("bug: a data source is never written as itself");
    }

    @Override
    public <T> T unwrap(Class<T> type) throws SQLException {
        if (!type.isInstance(this)) {
            throw new SQLException("a PgPoolDataSource is no " + type.getName(), "22023");
        }
        return type.cast(this);
    }

    @Override
    public boolean isWrapperFor(Class<?> type) {
        return type.isInstance(this);
    }
}
