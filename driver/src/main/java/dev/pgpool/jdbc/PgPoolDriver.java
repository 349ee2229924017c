package dev.pgpool.jdbc;

import dev.pgpool.jdbc.internal.facade.LogicalConnection;
import dev.pgpool.jdbc.internal.url.Pools;
import dev.pgpool.jdbc.internal.url.PropertyInfo;
import dev.pgpool.jdbc.internal.url.Target;
import dev.pgpool.jdbc.internal.url.Targets;
import dev.pgpool.pool.PoolControl;
import java.sql.Connection;
import java.sql.Driver;
import java.sql.DriverManager;
import java.sql.DriverPropertyInfo;
import java.sql.SQLException;
import java.util.List;
import java.util.Properties;
import java.util.logging.Logger;
import org.jspecify.annotations.Nullable;

/**
 * The driver of {@code jdbc:pgpool:} URLs.
 *
 * <p>{@link DriverManager} finds it by itself. It opens physical connections by an object of pgjdbc's driver of its own,
 * so it works whether or not that one is registered. Safe for use by many threads.
 *
 * <p>{@link DriverManager#deregisterDriver} closes all pools of this class loader but for those of a data source, which
 * are closed with that: nothing is left of an application that is taken out of a process.
 */
public final class PgPoolDriver implements Driver {
    static {
        try {
            DriverManager.registerDriver(new PgPoolDriver(), Pools.SHARED::closeUnowned);
        } catch (SQLException e) {
            throw new ExceptionInInitializerError(e);
        }
    }

    /**
     * Opens a logical connection.
     *
     * <p>The first one of a pool opens a physical connection too, so that a wrong password, host or database is
     * reported here; the others only create an object.
     *
     * @return null if the URL does not begin with {@code jdbc:pgpool:}
     * @throws SQLException (SQLState 22023) if the URL or a property is wrong, with every fault; or PostgreSQL's own
     */
    @Override
    public @Nullable Connection connect(@Nullable String url, @Nullable Properties info) throws SQLException {
        String required = require(url);
        if (!Target.accepts(required)) {
            return null;
        }
        Target target = Targets.of(required, info == null ? new Properties() : info);
        return new LogicalConnection(Pools.SHARED.open(target, null), target.url(), target.user());
    }

    /** Whether the URL begins with {@code jdbc:pgpool:}; what is wrong with the rest is told by {@link #connect}. */
    @Override
    public boolean acceptsURL(@Nullable String url) throws SQLException {
        return Target.accepts(require(url));
    }

    /** All properties of pgjdbc and of the pool with their present value, for tools that ask a human for them. */
    @Override
    public DriverPropertyInfo[] getPropertyInfo(@Nullable String url, @Nullable Properties info) throws SQLException {
        return PropertyInfo.of(require(url), info == null ? new Properties() : info);
    }

    /** All open pools of this class loader, whether opened by a URL or by a data source. */
    public static List<PoolControl> pools() {
        return Pools.SHARED.all();
    }

    private static String require(@Nullable String url) throws SQLException {
        if (url == null) {
            throw new SQLException("url is null", "22023");
        }
        return url;
    }

    @Override
    public int getMajorVersion() {
        return Version.CURRENT.major();
    }

    @Override
    public int getMinorVersion() {
        return Version.CURRENT.minor();
    }

    /** False, as pgjdbc says: PostgreSQL does not comply with SQL-92 Entry Level in full. */
    @Override
    public boolean jdbcCompliant() {
        return false;
    }

    /** The logger above pgjdbc's; what this driver itself has to say goes to SLF4J under {@code dev.pgpool}. */
    @Override
    public Logger getParentLogger() {
        return Logger.getLogger("org.postgresql");
    }
}
