package dev.pgpool.jdbc.internal.facade;

import dev.pgpool.internal.lease.Conversation;
import dev.pgpool.internal.lease.Patience;
import dev.pgpool.internal.lease.Work;
import dev.pgpool.internal.physical.PhysicalConnection;
import dev.pgpool.internal.sql.SqlTraits;
import dev.pgpool.jdbc.internal.forward.Unsupported;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.ResultSetMetaData;
import java.sql.SQLException;
import java.sql.SQLWarning;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.List;
import java.util.stream.LongStream;
import org.jspecify.annotations.Nullable;
import org.postgresql.PGStatement;
import org.postgresql.util.GT;
import org.postgresql.util.PSQLException;
import org.postgresql.util.PSQLState;

/**
 * A statement that holds its options and its results, and meets a physical statement only while it is executed.
 *
 * <p>Nothing but an execution needs a lease.
 */
class LogicalStatement implements Statement, PGStatement {
    /** What an execution asks of a physical statement; answers its only result set where it is known to be that. */
    @FunctionalInterface
    interface Execution {
        @Nullable ResultSet run(Statement physical) throws SQLException;
    }

    final LogicalConnection connection;
    final Conversation conversation;
    final StatementOptions options;
    final StatementText text;

    private volatile boolean closed;
    private volatile boolean closeOnCompletion;
    private volatile boolean poolable;
    private volatile @Nullable Outcome outcome;
    private volatile @Nullable SQLWarning warnings;

    /** That of the execution under way; null if there is none. */
    private volatile @Nullable Patience waiting;

    private @Nullable List<String> batch;
    private @Nullable Batch runningBatch;

    LogicalStatement(LogicalConnection connection, StatementOptions options, StatementText text) {
        this.connection = connection;
        this.conversation = connection.conversation();
        this.options = options;
        this.text = text;
    }

    // Execution

    /** Runs a text under a lease and keeps what it left. */
    final Outcome execute(
            String sql, SqlTraits traits, @Nullable Description again, boolean wantsKeys, Execution execution)
            throws SQLException {
        requireOpen();
        forgetOutcome();
        Patience patience = Patience.of(Duration.ofSeconds(Math.max(0, options.queryTimeoutSeconds())));
        waiting = patience;
        Outcome result;
        try {
            result = conversation.work(traits, sql, patience, new Work<>() {
                @Override
                public Outcome on(PhysicalConnection physical) throws SQLException {
                    return execute(physical, again, wantsKeys, execution, patience);
                }

                @Override
                public @Nullable String whyOnlyOnce() {
                    return LogicalStatement.this.whyOnlyOnce();
                }
            });
        } finally {
            waiting = null;
        }
        outcome = result;
        return result;
    }

    /** Why an execution that failed can't be repeated, as a clause; null if it can. */
    @Nullable String whyOnlyOnce() {
        Batch running = runningBatch;
        return running == null ? null : running.whyOnlyOnce();
    }

    private Outcome execute(
            PhysicalConnection physical,
            @Nullable Description again,
            boolean wantsKeys,
            Execution execution,
            Patience patience)
            throws SQLException {
        BorrowedStatement borrowed = BorrowedStatement.of(physical, text, options, connection.learnDefaults(physical));
        Statement statement = borrowed.statement();
        Outcome result = new Outcome(borrowed);
        boolean succeeded = false;
        try {
            options.replay(statement, patience);
            prepare(statement);
            ResultSet only = execute(physical, statement, execution);
            new OutcomeReader(this, physical, statement, result, again).read(only, wantsKeys);
            finish(result, physical);
            succeeded = true;
        } finally {
            if (succeeded) {
                result.giveBackIfUnused();
            } else {
                result.abandon();
            }
        }
        return result;
    }

    private @Nullable ResultSet execute(PhysicalConnection physical, Statement statement, Execution execution)
            throws SQLException {
        RunningStatement running = connection.running();
        running.begin(this, statement);
        physical.limitNextAnswer(statement.getQueryTimeout());
        try {
            return execution.run(statement);
        } finally {
            physical.limitNextAnswer(0);
            running.end();
            warnings = statement.getWarnings();
        }
    }

    /** Sets what the physical statement needs before its execution. */
    void prepare(Statement physical) throws SQLException {}

    /** Takes what has to be taken from the physical statement under the lease, after the execution. */
    void finish(Outcome result, PhysicalConnection on) throws SQLException {}

    private void forgetOutcome() throws SQLException {
        warnings = null;
        Outcome former = outcome;
        if (former != null) {
            outcome = null;
            former.close();
        }
    }

    final @Nullable Outcome outcome() {
        return outcome;
    }

    final Outcome execute(String sql, boolean wantsKeys, Execution execution) throws SQLException {
        return execute(sql, conversation.traits(sql), on -> metaData(on.pgjdbc(), sql), wantsKeys, execution);
    }

    private static @Nullable ResultSetMetaData metaData(Connection physical, String sql) throws SQLException {
        try (PreparedStatement statement = physical.prepareStatement(sql)) {
            return statement.getMetaData();
        }
    }

    @Override
    public ResultSet executeQuery(String sql) throws SQLException {
        return onlyResultSet(execute(sql, false, s -> s.executeQuery(sql)));
    }

    static ResultSet onlyResultSet(Outcome result) throws SQLException {
        ResultSet rows = result.resultSet();
        if (rows == null) {
            throw new PSQLException(GT.tr("No results were returned by the query."), PSQLState.NO_DATA);
        }
        return rows;
    }

    @Override
    public boolean execute(String sql) throws SQLException {
        Outcome result = execute(sql, false, s -> {
            s.execute(sql);
            return null;
        });
        return result.resultSet() != null;
    }

    @Override
    public boolean execute(String sql, int autoGeneratedKeys) throws SQLException {
        return wantsKeys(autoGeneratedKeys) ? execute(sql, (String @Nullable []) null) : execute(sql);
    }

    @Override
    public boolean execute(String sql, int @Nullable [] columnIndexes) throws SQLException {
        if (columnIndexes != null && columnIndexes.length == 0) {
            return execute(sql);
        }
        throw Errors.keysByIndex();
    }

    @Override
    public boolean execute(String sql, String @Nullable [] columnNames) throws SQLException {
        if (columnNames != null && columnNames.length == 0) {
            return execute(sql);
        }
        return executeForKeys(sql, columnNames).resultSet() != null;
    }

    private Outcome executeForKeys(String sql, String @Nullable [] columnNames) throws SQLException {
        return execute(sql, true, s -> {
            if (columnNames == null) {
                s.execute(sql, RETURN_GENERATED_KEYS);
            } else {
                s.execute(sql, columnNames);
            }
            return null;
        });
    }

    @Override
    public int executeUpdate(String sql) throws SQLException {
        return toInt(executeLargeUpdate(sql));
    }

    @Override
    public int executeUpdate(String sql, int autoGeneratedKeys) throws SQLException {
        return toInt(executeLargeUpdate(sql, autoGeneratedKeys));
    }

    @Override
    public int executeUpdate(String sql, int @Nullable [] columnIndexes) throws SQLException {
        return toInt(executeLargeUpdate(sql, columnIndexes));
    }

    @Override
    public int executeUpdate(String sql, String @Nullable [] columnNames) throws SQLException {
        return toInt(executeLargeUpdate(sql, columnNames));
    }

    @Override
    public long executeLargeUpdate(String sql) throws SQLException {
        Outcome result = execute(sql, false, s -> {
            s.executeLargeUpdate(sql);
            return null;
        });
        return result.updateCount();
    }

    @Override
    public long executeLargeUpdate(String sql, int autoGeneratedKeys) throws SQLException {
        return wantsKeys(autoGeneratedKeys)
                ? executeLargeUpdate(sql, (String @Nullable []) null)
                : executeLargeUpdate(sql);
    }

    @Override
    public long executeLargeUpdate(String sql, int @Nullable [] columnIndexes) throws SQLException {
        if (columnIndexes == null || columnIndexes.length == 0) {
            return executeLargeUpdate(sql);
        }
        throw Errors.keysByIndex();
    }

    @Override
    public long executeLargeUpdate(String sql, String @Nullable [] columnNames) throws SQLException {
        if (columnNames != null && columnNames.length == 0) {
            return executeLargeUpdate(sql);
        }
        return executeForKeys(sql, columnNames).updateCount();
    }

    private static boolean wantsKeys(int autoGeneratedKeys) throws SQLException {
        return switch (autoGeneratedKeys) {
            case NO_GENERATED_KEYS -> false;
            case RETURN_GENERATED_KEYS -> true;
            default -> throw Errors.invalid("Invalid value for autoGeneratedKeys {0}", autoGeneratedKeys);
        };
    }

    static int toInt(long updateCount) {
        return updateCount > Integer.MAX_VALUE ? SUCCESS_NO_INFO : (int) updateCount;
    }

    // Batches

    @Override
    public void addBatch(String sql) throws SQLException {
        requireOpen();
        if (batch == null) {
            batch = new ArrayList<>();
        }
        batch.add(sql);
    }

    @Override
    public void clearBatch() throws SQLException {
        batch = null;
    }

    @Override
    public int[] executeBatch() throws SQLException {
        return LongStream.of(executeLargeBatch())
                .mapToInt(LogicalStatement::toInt)
                .toArray();
    }

    @Override
    public long[] executeLargeBatch() throws SQLException {
        requireOpen();
        List<String> statements = batch;
        batch = null;
        if (statements == null) {
            forgetOutcome();
            return new long[0];
        }
        SqlTraits traits = conversation.traits(statements.get(0));
        for (int i = 1; i < statements.size(); i++) {
            traits = traits.and(conversation.traits(statements.get(i)));
        }
        Batch entries =
                new Batch(statements.size(), conversation.autoCommit(), false, (s, i) -> s.addBatch(statements.get(i)));
        return executeBatch(longest(statements), traits, null, false, entries);
    }

    /** The one that stands for all in what is said of a failure: that of several statements, if there is one. */
    private static String longest(List<String> statements) {
        return Collections.max(statements, Comparator.comparingLong(LogicalStatement::semicolons));
    }

    private static long semicolons(String sql) {
        return sql.strip().chars().filter(character -> character == ';').count();
    }

    /** Runs a batch; its update counts. */
    final long[] executeBatch(
            String sql, SqlTraits traits, @Nullable Description again, boolean wantsKeys, Batch entries)
            throws SQLException {
        runningBatch = entries;
        try {
            execute(sql, traits, again, wantsKeys, s -> {
                entries.run(s);
                return null;
            });
        } finally {
            runningBatch = null;
        }
        return entries.updateCounts();
    }

    // Results

    @Override
    public @Nullable ResultSet getResultSet() throws SQLException {
        requireOpen();
        Outcome result = outcome;
        return result == null ? null : result.resultSet();
    }

    @Override
    public int getUpdateCount() throws SQLException {
        return toInt(getLargeUpdateCount());
    }

    @Override
    public long getLargeUpdateCount() throws SQLException {
        requireOpen();
        Outcome result = outcome;
        return result == null ? -1 : result.updateCount();
    }

    @Override
    public boolean getMoreResults() throws SQLException {
        return getMoreResults(CLOSE_ALL_RESULTS);
    }

    @Override
    public boolean getMoreResults(int current) throws SQLException {
        requireOpen();
        Outcome result = outcome;
        return result != null && result.moreResults(current);
    }

    @Override
    public ResultSet getGeneratedKeys() throws SQLException {
        requireOpen();
        Outcome result = outcome;
        ResultSet keys = result == null ? null : result.generatedKeys();
        return keys != null ? keys : connection.emptyResultSet(this);
    }

    @Override
    public long getLastOID() throws SQLException {
        requireOpen();
        Outcome result = outcome;
        return result == null ? 0 : result.insertedOid();
    }

    /** Says that one of this statement's result sets was closed. */
    final void resultSetClosed(Outcome of) throws SQLException {
        if (of.resultSetClosed() && closeOnCompletion && of == outcome) {
            close();
        }
    }

    @Override
    public @Nullable SQLWarning getWarnings() throws SQLException {
        requireOpen();
        SQLWarning early = connection.running().warnings(this);
        return early != null ? early : warnings;
    }

    @Override
    public void clearWarnings() throws SQLException {
        warnings = null;
    }

    // Life

    /** Cancels the execution under way, and does nothing if there is none. */
    @Override
    public void cancel() throws SQLException {
        Patience patience = waiting;
        if (patience != null) {
            patience.end();
        }
        connection.running().cancel(this);
    }

    @Override
    public void close() throws SQLException {
        if (closed) {
            return;
        }
        closed = true;
        cancel();
        forgetOutcome();
    }

    @Override
    public boolean isClosed() throws SQLException {
        return closed || conversation.isClosed();
    }

    final void requireOpen() throws SQLException {
        if (closed) {
            throw Errors.statementClosed();
        }
    }

    @Override
    public void closeOnCompletion() throws SQLException {
        closeOnCompletion = true;
    }

    @Override
    public boolean isCloseOnCompletion() throws SQLException {
        return closeOnCompletion;
    }

    @Override
    public Connection getConnection() throws SQLException {
        return connection;
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

    // Options

    @Override
    public int getMaxFieldSize() throws SQLException {
        return options.maxFieldSize();
    }

    @Override
    public void setMaxFieldSize(int max) throws SQLException {
        requireOpen();
        options.setMaxFieldSize(max);
    }

    @Override
    public int getMaxRows() throws SQLException {
        requireOpen();
        return options.maxRows();
    }

    @Override
    public void setMaxRows(int max) throws SQLException {
        requireOpen();
        options.setMaxRows(max);
    }

    @Override
    public long getLargeMaxRows() throws SQLException {
        throw Unsupported.method("Statement.getLargeMaxRows()");
    }

    @Override
    public void setLargeMaxRows(long max) throws SQLException {
        throw Unsupported.method("Statement.setLargeMaxRows(long)");
    }

    @Override
    public void setEscapeProcessing(boolean enable) throws SQLException {
        requireOpen();
        options.setEscapeProcessing(enable);
    }

    @Override
    public int getQueryTimeout() throws SQLException {
        requireOpen();
        int seconds = options.queryTimeoutSeconds();
        return seconds == StatementOptions.UNSET ? connection.getQueryTimeout() : seconds;
    }

    @Override
    public void setQueryTimeout(int seconds) throws SQLException {
        requireOpen();
        options.setQueryTimeout(seconds);
    }

    @Override
    public void setCursorName(String name) throws SQLException {
        requireOpen();
    }

    @Override
    public void setFetchDirection(int direction) throws SQLException {
        options.setFetchDirection(direction);
    }

    @Override
    public int getFetchDirection() throws SQLException {
        return options.fetchDirection();
    }

    @Override
    public void setFetchSize(int rows) throws SQLException {
        requireOpen();
        options.setFetchSize(rows);
    }

    @Override
    public int getFetchSize() throws SQLException {
        int rows = options.fetchSize();
        return rows == StatementOptions.UNSET ? connection.getDefaultFetchSize() : rows;
    }

    @Override
    public int getResultSetConcurrency() throws SQLException {
        return options.resultSetConcurrency;
    }

    @Override
    public int getResultSetType() throws SQLException {
        return options.resultSetType;
    }

    @Override
    public int getResultSetHoldability() throws SQLException {
        return options.resultSetHoldability;
    }

    @Override
    public void setPoolable(boolean poolable) throws SQLException {
        requireOpen();
        this.poolable = poolable;
    }

    @Override
    public boolean isPoolable() throws SQLException {
        requireOpen();
        return poolable;
    }

    @Override
    @Deprecated
    public void setUseServerPrepare(boolean flag) throws SQLException {
        setPrepareThreshold(flag ? 1 : 0);
    }

    @Override
    public boolean isUseServerPrepare() {
        return false;
    }

    @Override
    public void setPrepareThreshold(int threshold) throws SQLException {
        requireOpen();
        options.setPrepareThreshold(threshold);
    }

    @Override
    public int getPrepareThreshold() {
        int threshold = options.prepareThreshold();
        return threshold == StatementOptions.UNSET ? connection.getPrepareThreshold() : threshold < 0 ? 1 : threshold;
    }

    @Override
    public void setAdaptiveFetch(boolean adaptiveFetch) {
        options.setAdaptiveFetch(adaptiveFetch);
    }

    @Override
    public boolean getAdaptiveFetch() {
        int adaptive = options.adaptiveFetch();
        return adaptive == StatementOptions.UNSET ? connection.getAdaptiveFetch() : adaptive == 1;
    }

    // Quoting

    @Override
    public String enquoteLiteral(String val) throws SQLException {
        return Statement.super.enquoteLiteral(val);
    }

    @Override
    public String enquoteIdentifier(String identifier, boolean alwaysQuote) throws SQLException {
        return Statement.super.enquoteIdentifier(identifier, alwaysQuote);
    }

    @Override
    public boolean isSimpleIdentifier(String identifier) throws SQLException {
        return Statement.super.isSimpleIdentifier(identifier);
    }

    @Override
    public String enquoteNCharLiteral(String val) throws SQLException {
        return Statement.super.enquoteNCharLiteral(val);
    }
}
