package dev.pgpool.jdbc.internal.facade;

import dev.pgpool.internal.physical.IdleStatements;
import dev.pgpool.internal.physical.PhysicalConnection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.sql.Statement;
import org.jspecify.annotations.Nullable;

/** A physical statement, lent to one execution of a logical one. */
final class BorrowedStatement {
    private final Statement statement;

    /** Where it goes back to, under {@link #key}; null if it is closed after its use. */
    private final @Nullable IdleStatements home;

    private final Object key;

    /** What it has to be set back to; null if no option was set. */
    private final @Nullable PhysicalDefaults undo;

    private BorrowedStatement(
            Statement statement, @Nullable IdleStatements home, Object key, @Nullable PhysicalDefaults undo) {
        this.statement = statement;
        this.home = home;
        this.key = key;
        this.undo = undo;
    }

    /** Borrows from a physical connection; to be called under its lease. */
    static BorrowedStatement of(
            PhysicalConnection physical, StatementText text, StatementOptions options, PhysicalDefaults defaults)
            throws SQLException {
        boolean reusable = text.isPrepared() && !options.leaveTraces();
        Object key = physical.keyOf(text);
        Statement idle = reusable ? physical.statements().take(key) : null;
        return new BorrowedStatement(
                idle != null ? idle : text.open(physical.pgjdbc()),
                reusable ? physical.statements() : null,
                key,
                options.changed() ? defaults : null);
    }

    Statement statement() {
        return statement;
    }

    /** Ends the use after every result set was closed. Needs neither a lease nor the server. */
    void giveBack() throws SQLException {
        if (home == null) {
            close();
            return;
        }
        ((PreparedStatement) statement).clearParameters();
        if (undo != null) {
            StatementOptions.reset(statement, undo);
        }
        home.put(key, statement);
    }

    /** Ends the use of a statement in whatever state it is. Needs neither a lease nor the server. */
    void close() throws SQLException {
        statement.close();
    }
}
