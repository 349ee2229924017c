package dev.pgpool.faults;

import java.sql.SQLException;
import java.util.EnumSet;
import java.util.Locale;
import java.util.Set;

/** A kind of unit of work. */
enum Kind {
    INSERT(1, Singles::insert),
    INSERT_AS_TEXT(1, Singles::insertAsText),
    INSERT_FOR_KEYS(1, Singles::insertForKeys),
    UPDATE_RETURNING(1, Singles::updateReturning),
    TRANSFER_BY_ONE_STATEMENT(1, Singles::transferByOneStatement),
    TWO_STATEMENTS_IN_ONE_TEXT(2, Singles::twoStatementsInOneText),
    FUNCTION_IN_PLPGSQL(1, Singles::functionInPlpgsql),
    FUNCTION_IN_SQL(1, Singles::functionInSql),
    BATCH_IN_AUTOCOMMIT(5, Singles::batchInAutocommit),
    READ(0, Singles::read),
    READ_ALL(0, Singles::readAll),

    TRANSFER(1, Transactions::transfer),
    TRANSFER_WITH_LOCKS(1, Transactions::transferWithLocks),
    TRANSFER_WITH_SAVEPOINT(1, Transactions::transferWithSavepoint),
    BATCH_IN_TRANSACTION(5, Transactions::batchInTransaction),
    COPY_IN_TRANSACTION(3, Transactions::copyInTransaction),
    COMMIT_BY_AUTOCOMMIT(1, Transactions::commitByAutocommit),
    COMMIT_AS_TEXT(1, Transactions::commitAsText),
    ROLLBACK(0, Transactions::rolledBack),
    READ_IN_TRANSACTION(0, Transactions::readInTransaction),
    READ_BY_CURSOR(0, Transactions::readByCursor);

    /** Single statements and batches in autocommit. */
    static final Set<Kind> SINGLES = EnumSet.range(INSERT, READ_ALL);

    static {
        // The server may commit the first before it is ended.
        SINGLES.remove(TWO_STATEMENTS_IN_ONE_TEXT);
    }

    static final Set<Kind> ALL = EnumSet.allOf(Kind.class);

    /** Does the unit of work. */
    @FunctionalInterface
    interface Work {
        void by(Teller teller) throws SQLException;
    }

    private final int rows;
    // Error Prone can't see that a method reference is immutable.
    @SuppressWarnings("ImmutableEnumChecker")
    private final Work work;

    Kind(int rows, Work work) {
        this.rows = rows;
        this.work = work;
    }

    /** How many rows it writes, from {@link Teller#row} on; those after it are rolled back. */
    int rows() {
        return rows;
    }

    /** Whether it can be done again: the data of a COPY comes from a stream, which can be read only once. */
    boolean canBeRepeated() {
        return this != COPY_IN_TRANSACTION;
    }

    boolean onlyReads() {
        return this == READ || this == READ_ALL;
    }

    void by(Teller teller) throws SQLException {
        work.by(teller);
    }

    @Override
    public String toString() {
        return name().toLowerCase(Locale.ROOT).replace('_', ' ');
    }
}
