package dev.pgpool.internal.failure;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertSame;

import dev.pgpool.internal.sql.Effect;
import dev.pgpool.pool.Verdict;
import java.sql.BatchUpdateException;
import java.sql.SQLException;
import java.sql.SQLNonTransientConnectionException;
import java.sql.SQLTransactionRollbackException;
import java.sql.Statement;
import java.time.Duration;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** The words in which an application learns what is known. */
class ReportTest {
    private static final SQLException CAUSE = new SQLException("An I/O error occurred", "08006");

    @Test
    void an_update_that_may_have_run_is_said_to() {
        SQLException error =
                statement("update stock set n = 0", false, null, null).error(Verdict.UNKNOWN, CAUSE);
        assertEquals(
                "the server may or may not have run this UPDATE: its connection broke after 132 ms, before the answer"
                        + " (backend 4711). It was not repeated",
                error.getMessage());
        assertEquals("08007", error.getSQLState());
        assertInstanceOf(SQLNonTransientConnectionException.class, error);
        assertSame(CAUSE, error.getCause());
    }

    @Test
    void a_commit_that_may_have_happened_is_said_to() {
        Report report = new Report(
                new Request(Effect.READS, true, true, false), "COMMIT", Duration.ofMillis(3), 4711, null, null);
        assertEquals(
                "the server may or may not have committed this transaction: its connection broke after 3 ms, before the"
                        + " answer (backend 4711). It was not repeated",
                report.error(Verdict.UNKNOWN, CAUSE).getMessage());
        SQLException undone = report.error(Verdict.ROLLED_BACK, CAUSE);
        assertEquals(
                "the transaction was rolled back: its connection broke before the server committed, after 3 ms (backend"
                        + " 4711). It is safe to repeat the transaction",
                undone.getMessage());
        assertEquals("40001", undone.getSQLState());
    }

    @Test
    void a_transaction_that_is_gone_is_safe_to_repeat() {
        SQLException error = statement(" select 1", true, null, null).error(Verdict.ROLLED_BACK, CAUSE);
        assertEquals(
                "the transaction was rolled back: its connection broke during this SELECT, after 132 ms (backend 4711)."
                        + " It is safe to repeat the transaction",
                error.getMessage());
        assertEquals("40001", error.getSQLState());
        assertInstanceOf(SQLTransactionRollbackException.class, error);
        assertSame(CAUSE, error.getCause());
    }

    @Test
    void a_statement_that_could_have_been_repeated_says_why_it_was_not() {
        SQLException error = statement("insert into t values (?)", false, "a parameter is a stream", null)
                .error(Verdict.ROLLED_BACK, CAUSE);
        assertEquals(
                "this INSERT has had no lasting effect: its connection broke during this INSERT, after 132 ms (backend"
                        + " 4711). It is safe to repeat it; the pool didn't, because a parameter is a stream",
                error.getMessage());
        assertEquals("40001", error.getSQLState());
    }

    @Test
    void an_answer_for_which_there_is_no_memory_is_no_reason_to_repeat_anything() {
        SQLException ranOut = new SQLException("Ran out of memory", "53200", new OutOfMemoryError("raised by a test"));
        ranOut.setNextException(CAUSE);
        SQLException error =
                statement("select", false, "its answer is too big", null).error(Verdict.ROLLED_BACK, ranOut);
        assertEquals(
                "this SELECT has had no lasting effect: the memory ran out over its answer, after 132 ms, so its"
                        + " connection was closed (backend 4711). Read less at once, for example with a fetch size in a"
                        + " transaction",
                error.getMessage());
        assertEquals("53200", error.getSQLState());
        SQLException undone = statement("select", true, null, null).error(Verdict.ROLLED_BACK, ranOut);
        assertEquals(
                "the transaction was rolled back: the memory ran out over the answer to this SELECT, after 132 ms, so its"
                        + " connection was closed (backend 4711). Read less at once, for example with a fetch size in a"
                        + " transaction",
                undone.getMessage());
        assertEquals("53200", undone.getSQLState());
        assertEquals(
                "08007",
                statement("update", false, null, null)
                        .error(Verdict.UNKNOWN, ranOut)
                        .getSQLState());
    }

    @Test
    void lost_state_of_the_session_is_named() {
        SQLException error = statement("/* first */ insert", false, null, "a temporary object")
                .error(Verdict.NOT_SENT, CAUSE);
        assertEquals(
                "this statement was not sent: its connection broke during this statement, after 132 ms (backend 4711)."
                        + " It is safe to repeat it. With it went a temporary object, which can't be moved to another"
                        + " session: this logical connection is closed; open a new one",
                error.getMessage());
        assertEquals("08006", error.getSQLState());
    }

    @Test
    void the_error_of_a_batch_keeps_its_update_counts() {
        long[] counts = {1, Statement.EXECUTE_FAILED};
        BatchUpdateException batch = new BatchUpdateException("broke", "08006", 0, counts, CAUSE);

        SQLException error =
                statement("insert into t values (?)", false, null, null).error(Verdict.UNKNOWN, batch);

        assertArrayEquals(
                counts, assertInstanceOf(BatchUpdateException.class, error).getLargeUpdateCounts());
        assertEquals("08007", error.getSQLState());
        assertSame(batch, error.getNextException());
        assertEquals(
                "the server may or may not have run the rest of this batch (INSERT): its connection broke after 132 ms,"
                        + " before the answer (backend 4711). It was not repeated. The entries that have an update count"
                        + " were done and remain",
                error.getMessage());
    }

    @Test
    void a_batch_that_is_done_in_part_is_not_said_to_be_safe_to_repeat() {
        long[] counts = {1, Statement.EXECUTE_FAILED};
        BatchUpdateException batch = new BatchUpdateException("broke", "57P01", 0, counts, CAUSE);

        SQLException error = statement("insert into t values (?)", false, "its time was over", null)
                .error(Verdict.ROLLED_BACK, batch);

        assertEquals(
                "the rest of this batch (INSERT) has had no lasting effect: its connection broke during this INSERT,"
                        + " after 132 ms (backend 4711). It is safe to repeat that rest; the pool didn't, because its"
                        + " time was over. The entries that have an update count were done and remain",
                error.getMessage());
        assertEquals("08006", error.getSQLState());
    }

    @Test
    void a_batch_of_a_transaction_is_undone_with_it() {
        long[] counts = {Statement.EXECUTE_FAILED, Statement.EXECUTE_FAILED};
        BatchUpdateException batch = new BatchUpdateException("broke", "57P01", 0, counts, CAUSE);

        SQLException error =
                statement("insert into t values (?)", true, null, null).error(Verdict.ROLLED_BACK, batch);

        assertEquals("40001", error.getSQLState());
        assertFalse(error.getMessage().contains("update count"), error.getMessage());
    }

    private static Report statement(
            String sql, boolean inTransaction, @Nullable String notRepeated, @Nullable String lostState) {
        return new Report(
                new Request(Effect.CHANGES, false, inTransaction, false),
                sql,
                Duration.ofMillis(132),
                4711,
                notRepeated,
                lostState);
    }
}
