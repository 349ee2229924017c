package dev.pgpool.internal.physical;

import java.io.PrintWriter;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.SQLFeatureNotSupportedException;
import java.util.logging.Logger;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;

/** The data source below HikariCP. */
final class EngineDataSource implements DataSource {
    /** Where its connections come from. */
    @FunctionalInterface
    interface Supply {
        Connection next() throws SQLException;
    }

    private final Supply supply;

    EngineDataSource(Supply supply) {
        this.supply = supply;
    }

    @Override
    public Connection getConnection() throws SQLException {
        return supply.next();
    }

    @Override
    public Connection getConnection(String user, String password) throws SQLException {
        throw new SQLFeatureNotSupportedException("the identity of a pool can't be changed");
    }

    @Override
    public @Nullable PrintWriter getLogWriter() {
        return null;
    }

    @Override
    public void setLogWriter(@Nullable PrintWriter out) {
        // java.util.logging's predecessor; HikariCP calls this only if it was configured with one.
    }

    @Override
    public void setLoginTimeout(int seconds) {
        // HikariCP sets its own time-out here; ours are pgjdbc's properties.
    }

    /** How many seconds HikariCP waits, when it is closed, for its thread to leave {@link Supply#next}. */
    @Override
    public int getLoginTimeout() {
        return 1;
    }

    @Override
    public Logger getParentLogger() throws SQLFeatureNotSupportedException {
        throw new SQLFeatureNotSupportedException("logs through SLF4J");
    }

    @Override
    public <T> T unwrap(Class<T> type) throws SQLException {
        throw new SQLException("wraps nothing that is a " + type.getName(), "22023");
    }

    @Override
    public boolean isWrapperFor(Class<?> type) {
        return false;
    }
}
