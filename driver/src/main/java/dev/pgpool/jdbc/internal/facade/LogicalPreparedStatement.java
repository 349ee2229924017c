package dev.pgpool.jdbc.internal.facade;

import dev.pgpool.internal.physical.PhysicalConnection;
import dev.pgpool.internal.sql.BoundText;
import dev.pgpool.internal.sql.SqlTraits;
import dev.pgpool.jdbc.internal.forward.RememberingPreparedStatement;
import java.sql.Array;
import java.sql.ParameterMetaData;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.ResultSetMetaData;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;
import org.postgresql.util.ByteStreamWriter;

/** A prepared statement that holds its text and parameters, and meets a physical one only while it is executed. */
class LogicalPreparedStatement extends LogicalStatement implements RememberingPreparedStatement {
    final SqlTraits traits;
    private final boolean returnsKeys;
    private final @Nullable Parameter[] parameters;
    private final Description again = this::describe;
    private @Nullable List<@Nullable Parameter[]> rows;
    private @Nullable List<@Nullable Parameter[]> batchUnderWay;
    private int executions;

    LogicalPreparedStatement(LogicalConnection connection, StatementOptions options, StatementText text) {
        super(connection, options, text);
        traits = conversation.traits(text.sql());
        parameters = new Parameter[traits.parameters()];
        returnsKeys = text.kind() == StatementText.Kind.PREPARED_FOR_KEYS;
    }

    // Parameters

    @Override
    public void remember(int index, Parameter parameter) throws SQLException {
        requireOpen();
        if (index < 1 || index > parameters.length) {
            throw Errors.invalid(
                    "The column index is out of range: {0}, number of columns: {1}.", index, parameters.length);
        }
        parameters[index - 1] = parameter;
    }

    @Override
    public void clearParameters() throws SQLException {
        Arrays.fill(parameters, null);
    }

    /** A parameter that reaches the server as this text. */
    private record Text(@Nullable String value) implements Parameter {
        @Override
        public void set(PreparedStatement physical, int index) throws SQLException {
            physical.setString(index, value);
        }
    }

    @Override
    public void setString(int parameterIndex, @Nullable String x) throws SQLException {
        remember(parameterIndex, new Text(x));
    }

    @Override
    public void setArray(int parameterIndex, @Nullable Array x) throws SQLException {
        Array array = LogicalArray.physical(x);
        remember(parameterIndex, (p, i) -> p.setArray(i, array));
    }

    @Override
    public void setObject(int parameterIndex, @Nullable Object x) throws SQLException {
        if (x instanceof ByteStreamWriter writer) {
            remember(parameterIndex, new OnceWritten(writer));
            return;
        }
        if (x instanceof String text) {
            remember(parameterIndex, new Text(text));
            return;
        }
        Conversions.require(x);
        Object value = Snapshot.of(x);
        remember(parameterIndex, (p, i) -> p.setObject(i, value));
    }

    @Override
    public void setObject(int parameterIndex, @Nullable Object x, int targetSqlType) throws SQLException {
        Conversions.require(x, targetSqlType);
        Object value = Snapshot.of(x);
        remember(parameterIndex, (p, i) -> p.setObject(i, value, targetSqlType));
    }

    @Override
    public void setObject(int parameterIndex, @Nullable Object x, int targetSqlType, int scaleOrLength)
            throws SQLException {
        Conversions.require(x, targetSqlType);
        Object value = Snapshot.of(x);
        remember(parameterIndex, (p, i) -> p.setObject(i, value, targetSqlType, scaleOrLength));
    }

    @Override
    void prepare(Statement physical) throws SQLException {
        if (batchUnderWay == null) {
            set(parameters, (PreparedStatement) physical);
        }
    }

    private static void set(@Nullable Parameter[] values, PreparedStatement physical) throws SQLException {
        for (int i = 0; i < values.length; i++) {
            Parameter value = values[i];
            if (value != null) {
                value.set(physical, i + 1);
            }
        }
    }

    // Execution

    final Outcome execute(Execution execution) throws SQLException {
        executions++;
        return execute(text.sql(), traitsOfValues(), again, returnsKeys, execution);
    }

    /** The traits, where they depend on the parameters; a name that isn't known is any name. */
    private SqlTraits traitsOfValues() {
        if (!BoundText.mayTell(traits)) {
            return traits;
        }
        List<@Nullable String> values = new ArrayList<>();
        for (Parameter parameter : parameters) {
            values.add(parameter instanceof Text known ? known.value() : null);
        }
        return conversation.traits(BoundText.of(text.sql(), values));
    }

    @Override
    public ResultSet executeQuery() throws SQLException {
        return onlyResultSet(execute(s -> ((PreparedStatement) s).executeQuery()));
    }

    @Override
    public boolean execute() throws SQLException {
        Outcome result = execute(s -> {
            ((PreparedStatement) s).execute();
            return null;
        });
        return result.resultSet() != null;
    }

    @Override
    public int executeUpdate() throws SQLException {
        return toInt(executeLargeUpdate());
    }

    @Override
    public long executeLargeUpdate() throws SQLException {
        Outcome result = execute(s -> {
            ((PreparedStatement) s).executeLargeUpdate();
            return null;
        });
        return result.updateCount();
    }

    @Override
    public void addBatch() throws SQLException {
        requireOpen();
        if (rows == null) {
            rows = new ArrayList<>();
        }
        rows.add(parameters.clone());
    }

    @Override
    public void clearBatch() throws SQLException {
        rows = null;
    }

    @Override
    public long[] executeLargeBatch() throws SQLException {
        List<@Nullable Parameter[]> batch = rows;
        rows = null;
        if (batch == null) {
            return super.executeLargeBatch();
        }
        executions++;
        batchUnderWay = batch;
        try {
            return executeBatch(text.sql(), traits, again, returnsKeys, entries(batch));
        } finally {
            batchUnderWay = null;
        }
    }

    private Batch entries(List<@Nullable Parameter[]> batch) throws SQLException {
        return new Batch(batch.size(), conversation.autoCommit(), returnsKeys, (s, i) -> {
            PreparedStatement physical = (PreparedStatement) s;
            set(batch.get(i), physical);
            physical.addBatch();
        });
    }

    @Override
    @Nullable String whyOnlyOnce() {
        List<@Nullable Parameter[]> batch = batchUnderWay;
        boolean read =
                batch == null ? isUsedUp(parameters) : batch.stream().anyMatch(LogicalPreparedStatement::isUsedUp);
        return read ? "a parameter is a stream, which can be read only once" : super.whyOnlyOnce();
    }

    private static boolean isUsedUp(@Nullable Parameter[] values) {
        return Arrays.stream(values).anyMatch(value -> value != null && value.isUsedUp());
    }

    // Metadata

    @Override
    public @Nullable ResultSetMetaData getMetaData() throws SQLException {
        requireOpen();
        ResultSet rows = getResultSet();
        if (rows != null && !rows.isClosed()) {
            return rows.getMetaData();
        }
        AtomicReference<@Nullable ResultSetMetaData> answer = new AtomicReference<>();
        conversation.run(SqlTraits.HARMLESS, on -> {
            ResultSetMetaData described = describe(on);
            answer.set(
                    described == null
                            ? null
                            : new LogicalResultSetMetaData(conversation, described, on.pgjdbc(), again).resolved());
        });
        return answer.get();
    }

    /** Lets the server describe the result, without executing anything. */
    private @Nullable ResultSetMetaData describe(PhysicalConnection on) throws SQLException {
        try (PreparedStatement physical = (PreparedStatement) text.open(on.pgjdbc())) {
            set(parameters, physical);
            return physical.getMetaData();
        }
    }

    @Override
    public ParameterMetaData getParameterMetaData() throws SQLException {
        requireOpen();
        return conversation.work(SqlTraits.HARMLESS, on -> {
            try (PreparedStatement physical = (PreparedStatement) text.open(on.pgjdbc())) {
                set(parameters, physical);
                return DetachedParameterMetaData.of(physical.getParameterMetaData());
            }
        });
    }

    @Override
    public boolean isUseServerPrepare() {
        int threshold = getPrepareThreshold();
        return threshold != 0 && executions + 1 >= threshold;
    }

    /** The text; its parameters may be confidential. */
    @Override
    public String toString() {
        return text.sql();
    }

    // What a prepared statement refuses

    @Override
    public final ResultSet executeQuery(String sql) throws SQLException {
        throw Errors.queryTextOnPreparedStatement();
    }

    @Override
    public final boolean execute(String sql) throws SQLException {
        throw Errors.queryTextOnPreparedStatement();
    }

    @Override
    public final int executeUpdate(String sql) throws SQLException {
        throw Errors.queryTextOnPreparedStatement();
    }

    @Override
    public final void addBatch(String sql) throws SQLException {
        requireOpen();
        throw Errors.queryTextOnPreparedStatement();
    }
}
