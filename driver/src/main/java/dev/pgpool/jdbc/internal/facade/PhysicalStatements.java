package dev.pgpool.jdbc.internal.facade;

import dev.pgpool.internal.physical.PhysicalConnection;
import java.sql.SQLException;
import java.sql.Statement;

/** Where logical statements get physical ones for one execution, and give them back. */
final class PhysicalStatements {
    private PhysicalStatements() {}

    /** A statement of the physical connection; to be called under its lease. */
    static Statement borrow(PhysicalConnection physical, StatementText text) throws SQLException {
        return text.open(physical.pgjdbc());
    }

    /**
     * Ends the use of a statement, whose result sets are closed by that. Needs neither a lease nor the server.
     */
    static void giveBack(Statement statement) throws SQLException {
        statement.close();
    }
}
