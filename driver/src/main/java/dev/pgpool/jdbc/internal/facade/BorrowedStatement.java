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
    private final StatementText text;

    /** Where it goes back to; null if it is closed after its use. */
    private final @Nullable IdleStatements home;

    /** What it has to be set back to; null if no option was set. */
    private final @Nullable PhysicalDefaults undo;

    private BorrowedStatement(
            Statement statement, StatementText text, @Nullable IdleStatements home, @Nullable PhysicalDefaults undo) {
        this.statement = statement;
        this.text = text;
        this.home = home;
        this.undo = undo;
    }

    /** Borrows from a physical connection; to be called under its lease. */
    static BorrowedStatement of(
            PhysicalConnection physical, StatementText text, StatementOptions options, PhysicalDefaults defaults)
            throws SQLException {
        boolean reusable = text.isPrepared() && !options.leaveTraces();
        Statement idle = reusable ? physical.statements().take(text) : null;
        return new BorrowedStatement(
                idle != null ? idle : text.open(physical.pgjdbc()),
                text,
                reusable ? physical.statements() : null,
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
        home.put(text, statement);
    }

    /** Ends the use of a statement in whatever state it is. Needs neither a lease nor the server. */
    void close() throws SQLException {
        statement.close();
    }
}
