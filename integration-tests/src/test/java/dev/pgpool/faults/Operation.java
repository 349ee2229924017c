package dev.pgpool.faults;

import static dev.pgpool.faults.Outcome.DONE;
import static dev.pgpool.faults.Outcome.NOT_DONE;
import static dev.pgpool.faults.Outcome.UNKNOWN;

import dev.pgpool.testserver.TestDatabase;
import java.nio.charset.StandardCharsets;
import java.sql.CallableStatement;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Savepoint;
import java.sql.Statement;
import java.sql.Types;
import java.util.Locale;
import org.postgresql.PGConnection;
import org.postgresql.copy.CopyIn;

/** Something that an application asks for, and what it is told if the connection breaks over it. */
enum Operation {
    READ(0, DONE, DONE, DONE) {
        @Override
        Act begin(Connection connection, int mark) {
            return () -> prepared(connection, "select * from item where mark = ?", mark);
        }
    },
    SET(0, DONE, DONE, DONE) {
        @Override
        Act begin(Connection connection, int mark) {
            return () -> execute(connection, "set statement_timeout = 12345");
        }
    },
    INSERT(1, UNKNOWN, UNKNOWN, DONE) {
        @Override
        Act begin(Connection connection, int mark) {
            return () -> prepared(connection, INSERT_MARK, mark);
        }
    },
    INSERT_RETURNING(1, UNKNOWN, UNKNOWN, DONE) {
        @Override
        Act begin(Connection connection, int mark) {
            return () -> prepared(connection, INSERT_MARK + " returning mark", mark);
        }
    },
    FUNCTION_THAT_WRITES(1, UNKNOWN, UNKNOWN, DONE) {
        @Override
        Act begin(Connection connection, int mark) {
            return () -> prepared(connection, "select add_item(?)", mark);
        }
    },
    /** No rollback gives the number back, but nobody can tell. */
    INSERT_WITH_NEXTVAL(1, UNKNOWN, UNKNOWN, DONE) {
        @Override
        Act begin(Connection connection, int mark) {
            return () -> prepared(connection, "insert into item select ? where nextval('numbers') > 0", mark);
        }
    },
    PROCEDURE_THAT_COMMITS(1, UNKNOWN, UNKNOWN, UNKNOWN) {
        @Override
        Act begin(Connection connection, int mark) {
            return () -> execute(connection, "call add_item_for_good(" + mark + ")");
        }
    },
    METADATA(0, DONE, DONE, DONE) {
        @Override
        Act begin(Connection connection, int mark) {
            return () -> connection.getMetaData().getColumns(null, null, "item", null);
        }
    },
    GENERATED_KEYS(1, UNKNOWN, UNKNOWN, DONE) {
        @Override
        Act begin(Connection connection, int mark) {
            return () -> {
                try (Statement statement = connection.createStatement()) {
                    statement.executeUpdate("insert into item values (" + mark + ")", Statement.RETURN_GENERATED_KEYS);
                    return only(statement.getGeneratedKeys(), mark);
                }
            };
        }
    },
    FUNCTION_WITH_OUT_PARAMETER(1, UNKNOWN, UNKNOWN, DONE) {
        @Override
        Act begin(Connection connection, int mark) {
            return () -> {
                try (CallableStatement statement = connection.prepareCall("{? = call add_item(?)}")) {
                    statement.registerOutParameter(1, Types.INTEGER);
                    statement.setInt(2, mark);
                    statement.execute();
                    return statement.getInt(1);
                }
            };
        }
    },
    BATCH(3, UNKNOWN, UNKNOWN, DONE) {
        @Override
        Act begin(Connection connection, int mark) {
            return () -> batch(connection, mark);
        }
    },
    BEGIN_OF_COPY(0, DONE, DONE, DONE) {
        @Override
        Act begin(Connection connection, int mark) {
            return () -> connection.unwrap(PGConnection.class).getCopyAPI().copyIn("copy item from stdin");
        }
    },
    /** pgjdbc loses the server's last words, but not its confirmation, which comes behind the commit. */
    END_OF_COPY(2, UNKNOWN, DONE, UNKNOWN) {
        @Override
        Act begin(Connection connection, int mark) throws SQLException {
            return copy(connection, mark)::endCopy;
        }
    },

    FIRST_OF_TRANSACTION(1, DONE, DONE, DONE) {
        @Override
        Act begin(Connection connection, int mark) throws SQLException {
            connection.setAutoCommit(false);
            return () -> prepared(connection, INSERT_MARK, mark);
        }
    },
    BATCH_FIRST_OF_TRANSACTION(3, DONE, DONE, DONE) {
        @Override
        Act begin(Connection connection, int mark) throws SQLException {
            connection.setAutoCommit(false);
            return () -> batch(connection, mark);
        }
    },
    SECOND_OF_TRANSACTION(2, NOT_DONE, NOT_DONE, NOT_DONE) {
        @Override
        Act begin(Connection connection, int mark) throws SQLException {
            inTransaction(connection, mark);
            return () -> prepared(connection, INSERT_MARK, mark);
        }
    },
    READ_SECOND_OF_TRANSACTION(1, NOT_DONE, NOT_DONE, NOT_DONE) {
        @Override
        Act begin(Connection connection, int mark) throws SQLException {
            inTransaction(connection, mark);
            return () -> prepared(connection, "select * from item where mark = ?", mark);
        }
    },
    NEXTVAL_SECOND_OF_TRANSACTION(1, NOT_DONE, NOT_DONE, NOT_DONE) {
        @Override
        Act begin(Connection connection, int mark) throws SQLException {
            inTransaction(connection, mark);
            return () -> execute(connection, "select nextval('numbers')");
        }
    },
    BATCH_SECOND_OF_TRANSACTION(4, NOT_DONE, NOT_DONE, NOT_DONE) {
        @Override
        Act begin(Connection connection, int mark) throws SQLException {
            inTransaction(connection, mark);
            return () -> batch(connection, mark);
        }
    },
    END_OF_COPY_IN_TRANSACTION(3, NOT_DONE, NOT_DONE, NOT_DONE) {
        @Override
        Act begin(Connection connection, int mark) throws SQLException {
            inTransaction(connection, mark);
            return copy(connection, mark)::endCopy;
        }
    },
    FETCH(1, NOT_DONE, NOT_DONE, NOT_DONE) {
        @Override
        Act begin(Connection connection, int mark) throws SQLException {
            inTransaction(connection, mark);
            Statement statement = connection.createStatement();
            statement.setFetchSize(2);
            ResultSet rows = statement.executeQuery("select * from generate_series(1, 10)");
            rows.next();
            rows.next();
            return rows::next;
        }
    },
    SAVEPOINT(1, NOT_DONE, NOT_DONE, NOT_DONE) {
        @Override
        Act begin(Connection connection, int mark) throws SQLException {
            inTransaction(connection, mark);
            return connection::setSavepoint;
        }
    },
    ROLLBACK_TO_SAVEPOINT(1, NOT_DONE, NOT_DONE, NOT_DONE) {
        @Override
        Act begin(Connection connection, int mark) throws SQLException {
            inTransaction(connection, mark);
            Savepoint savepoint = connection.setSavepoint();
            return () -> {
                connection.rollback(savepoint);
                return true;
            };
        }
    },
    RELEASE_SAVEPOINT(1, NOT_DONE, NOT_DONE, NOT_DONE) {
        @Override
        Act begin(Connection connection, int mark) throws SQLException {
            inTransaction(connection, mark);
            Savepoint savepoint = connection.setSavepoint();
            return () -> {
                connection.releaseSavepoint(savepoint);
                return true;
            };
        }
    },
    /** The server's word that it has committed comes before the end of the answer. */
    COMMIT(1, UNKNOWN, DONE, NOT_DONE) {
        @Override
        Act begin(Connection connection, int mark) throws SQLException {
            inTransaction(connection, mark);
            return () -> {
                connection.commit();
                return true;
            };
        }
    },
    COMMIT_BY_AUTOCOMMIT(1, UNKNOWN, DONE, NOT_DONE) {
        @Override
        Act begin(Connection connection, int mark) throws SQLException {
            inTransaction(connection, mark);
            return () -> {
                connection.setAutoCommit(true);
                return true;
            };
        }
    },
    COMMIT_AS_TEXT(1, UNKNOWN, UNKNOWN, UNKNOWN) {
        @Override
        Act begin(Connection connection, int mark) throws SQLException {
            execute(connection, "begin");
            prepared(connection, INSERT_MARK, mark);
            return () -> execute(connection, "commit");
        }
    },
    BEGIN_AS_TEXT(0, DONE, DONE, DONE) {
        @Override
        Act begin(Connection connection, int mark) {
            return () -> execute(connection, "begin isolation level serializable");
        }
    },
    START_TRANSACTION_AS_TEXT(0, DONE, DONE, DONE) {
        @Override
        Act begin(Connection connection, int mark) throws SQLException {
            connection.setAutoCommit(false);
            return () -> execute(connection, "start transaction");
        }
    },
    SAVEPOINT_AS_TEXT(0, NOT_DONE, NOT_DONE, NOT_DONE) {
        @Override
        Act begin(Connection connection, int mark) throws SQLException {
            execute(connection, "begin");
            prepared(connection, INSERT_MARK, mark);
            return () -> execute(connection, "savepoint here");
        }
    },
    ROLLBACK_AS_TEXT(0, DONE, DONE, DONE) {
        @Override
        Act begin(Connection connection, int mark) throws SQLException {
            execute(connection, "begin");
            prepared(connection, INSERT_MARK, mark);
            return () -> execute(connection, "rollback");
        }
    },
    ROLLBACK_AS_TEXT_IN_JDBC_TRANSACTION(0, DONE, DONE, DONE) {
        @Override
        Act begin(Connection connection, int mark) throws SQLException {
            inTransaction(connection, mark);
            return () -> execute(connection, "abort work;");
        }
    },
    ROLLBACK_AND_INSERT(1, UNKNOWN, UNKNOWN, UNKNOWN) {
        @Override
        Act begin(Connection connection, int mark) throws SQLException {
            inTransaction(connection, mark + 1_000_000);
            return () -> execute(connection, "rollback; insert into item values (" + mark + ")");
        }
    },
    ROLLBACK(0, DONE, DONE, DONE) {
        @Override
        Act begin(Connection connection, int mark) throws SQLException {
            inTransaction(connection, mark);
            return () -> {
                connection.rollback();
                return true;
            };
        }
    };

    private static final String INSERT_MARK = "insert into item values (?)";

    private static final String SCHEMA = """
            create table item (mark int not null);
            create sequence numbers;
            create function add_item(mark int) returns int language plpgsql as $$
            begin
                insert into item values (mark);
                return mark;
            end $$;
            create procedure add_item_for_good(mark int) language plpgsql as $$
            begin
                insert into item values (mark);
                commit;
            end $$;
            """;

    /** What the connection breaks over. */
    @FunctionalInterface
    interface Act {
        Object run() throws SQLException;
    }

    private final int rows;
    private final Outcome withoutAnswer;
    private final Outcome beforeReady;
    private final Outcome fatal;

    /**
     * @param rows how many there are once it and its transaction are done
     * @param withoutAnswer what is told if there is no answer
     * @param beforeReady what is told if only the end of the answer is missing
     * @param fatal what is told if the answer is FATAL
     */
    Operation(int rows, Outcome withoutAnswer, Outcome beforeReady, Outcome fatal) {
        this.rows = rows;
        this.withoutAnswer = withoutAnswer;
        this.beforeReady = beforeReady;
        this.fatal = fatal;
    }

    /** Makes what operations need, in an empty database. */
    static void createSchema(TestDatabase database) throws SQLException {
        try (Connection owner = database.connect()) {
            execute(owner, SCHEMA);
        }
    }

    /** Does what comes before it. */
    abstract Act begin(Connection connection, int mark) throws SQLException;

    int rows() {
        return rows;
    }

    Outcome told(Cut cut) {
        if (cut.place() == Cut.Place.AFTER_ANSWER) {
            return DONE;
        }
        if (cut.place() == Cut.Place.BEFORE_READY) {
            return beforeReady;
        }
        return cut.way() == Cut.Way.FATAL ? fatal : withoutAnswer;
    }

    private static boolean execute(Connection connection, String sql) throws SQLException {
        try (Statement statement = connection.createStatement()) {
            return statement.execute(sql);
        }
    }

    private static boolean prepared(Connection connection, String sql, int mark) throws SQLException {
        try (PreparedStatement statement = connection.prepareStatement(sql)) {
            statement.setInt(1, mark);
            return statement.execute();
        }
    }

    private static int only(ResultSet rows, int expected) throws SQLException {
        if (!rows.next() || rows.getInt(1) != expected || rows.next()) {
            throw new AssertionError("there is not just the row " + expected);
        }
        return expected;
    }

    private static int[] batch(Connection connection, int mark) throws SQLException {
        try (PreparedStatement statement = connection.prepareStatement(INSERT_MARK)) {
            for (int i = 0; i < 3; i++) {
                statement.setInt(1, mark);
                statement.addBatch();
            }
            return statement.executeBatch();
        }
    }

    /** A COPY to which all rows have been sent. */
    private static CopyIn copy(Connection connection, int mark) throws SQLException {
        CopyIn copy = connection.unwrap(PGConnection.class).getCopyAPI().copyIn("copy item from stdin");
        byte[] rows = (mark + "\n" + mark + "\n").getBytes(StandardCharsets.US_ASCII);
        copy.writeToCopy(rows, 0, rows.length);
        return copy;
    }

    private static void inTransaction(Connection connection, int mark) throws SQLException {
        connection.setAutoCommit(false);
        prepared(connection, INSERT_MARK, mark);
    }

    @Override
    public String toString() {
        return name().toLowerCase(Locale.ROOT).replace('_', ' ');
    }
}
