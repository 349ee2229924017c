package dev.pgpool.model;

import java.sql.SQLException;
import java.util.function.UnaryOperator;
import java.util.regex.Pattern;

/**
 * One thing that is done to a session.
 *
 * @param text what is done, to be read by who looks for the reason of a difference
 * @param transactional whether it needs transactions of several statements
 */
record Deed(String text, boolean transactional, Action action) {
    /** Gives what can be told of its outcome. */
    @FunctionalInterface
    interface Action {
        String on(Session session) throws SQLException;
    }

    /** A call that returns nothing. */
    @FunctionalInterface
    interface Call {
        void on(Session session) throws SQLException;
    }

    private static final Pattern ENDS_TRANSACTION =
            Pattern.compile("\\b(commit|rollback(?! to)|abort|end)\\b", Pattern.CASE_INSENSITIVE);

    static Deed sql(String sql) {
        boolean ends = ENDS_TRANSACTION.matcher(sql).find();
        return new Deed(sql, false, session -> {
            if (ends) {
                session.forgetSavepoints();
            }
            return session.run(sql);
        });
    }

    /** A text whose results, such as the time it took, are never the same. */
    static Deed unread(String sql) {
        return call(sql, session -> session.run(sql));
    }

    static Deed call(String text, Call call) {
        return new Deed(text, false, session -> {
            call.on(session);
            return "done";
        });
    }

    /**
     * PostgreSQL's driver begins a transaction with these; a logical connection waits for the first statement. So that
     * both are in the same state, the transaction begins before.
     */
    static Deed inTransaction(String text, Call call) {
        return call(text, session -> {
            if (!session.connection().getAutoCommit()) {
                session.run("select 1");
            }
            call.on(session);
        });
    }

    /** The same, refused by a pool without transactions. */
    Deed inTransactionsOnly() {
        return new Deed(text, true, action);
    }

    /** The same, with something done to what it tells. */
    Deed telling(UnaryOperator<String> change) {
        return new Deed(text, transactional, session -> change.apply(action.on(session)));
    }

    /** What the session tells: a result, or the SQLState of a failure. */
    String outcome(Session session) {
        try {
            return String.valueOf(action.on(session));
        } catch (SQLException e) {
            return failed(e);
        }
    }

    static String failed(SQLException e) {
        return "failed with " + e.getSQLState();
    }
}
