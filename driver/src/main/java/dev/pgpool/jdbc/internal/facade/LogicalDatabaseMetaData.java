package dev.pgpool.jdbc.internal.facade;

import dev.pgpool.internal.lease.Conversation;
import dev.pgpool.internal.sql.SqlTraits;
import dev.pgpool.jdbc.internal.forward.BorrowingDatabaseMetaData;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import org.jspecify.annotations.Nullable;
import org.postgresql.util.DriverInfo;

/**
 * Metadata of the database: facts are asked once per pool, everything else under a lease of its own.
 *
 * <p>The URL is one that frameworks recognise as PostgreSQL's.
 */
final class LogicalDatabaseMetaData extends BorrowingDatabaseMetaData {
    private final LogicalConnection connection;
    private final Conversation conversation;
    private final String url;
    private final @Nullable String user;

    LogicalDatabaseMetaData(LogicalConnection connection, String url, @Nullable String user) {
        this.connection = connection;
        this.conversation = connection.conversation();
        this.url = url;
        this.user = user;
    }

    @Override
    protected <T> T fact(String name, Question<T> question) throws SQLException {
        return conversation.constant(name, on -> question.ask(on.pgjdbc().getMetaData()));
    }

    @Override
    protected <T> T ask(Question<T> question) throws SQLException {
        return conversation.work(
                SqlTraits.HARMLESS, on -> question.ask(on.pgjdbc().getMetaData()));
    }

    @Override
    protected ResultSet rows(Question<ResultSet> question) throws SQLException {
        return conversation.work(SqlTraits.HARMLESS, on -> {
            ResultSet rows = question.ask(on.pgjdbc().getMetaData());
            on.resolveTypes(rows);
            return new LogicalResultSet(connection, null, null, rows, null, false, again -> {
                try (ResultSet same = question.ask(again.pgjdbc().getMetaData())) {
                    return same.getMetaData();
                }
            });
        });
    }

    @Override
    public Connection getConnection() throws SQLException {
        return connection;
    }

    @Override
    public String getURL() throws SQLException {
        return url;
    }

    @Override
    public String getUserName() throws SQLException {
        return user != null
                ? user
                : conversation.constant("user", on -> on.pgjdbc().getUserName());
    }

    @Override
    public int getDriverMajorVersion() {
        return DriverInfo.MAJOR_VERSION;
    }

    @Override
    public int getDriverMinorVersion() {
        return DriverInfo.MINOR_VERSION;
    }

    @Override
    public boolean isWrapperFor(Class<?> iface) throws SQLException {
        return iface.isInstance(this);
    }

    @Override
    public <T> T unwrap(Class<T> iface) throws SQLException {
        if (iface.isInstance(this)) {
            return iface.cast(this);
        }
        throw Errors.cannotUnwrap(iface);
    }
}
