package dev.pgpool.internal.failure;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.pgpool.internal.sql.Effect;
import dev.pgpool.pool.Verdict;
import java.io.IOException;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/** The table of verdicts, and that no row of it is bolder than what is known. */
class DiagnosisTest {
    @ParameterizedTest
    @CsvSource({
        // An autocommit statement.
        "READS,            false, false, SENT,         LOST,  ROLLED_BACK",
        "READS,            false, false, SENT,         FATAL, ROLLED_BACK",
        "BEGINS_OR_ROLLS_BACK, false, true, SENT,      LOST,  ROLLED_BACK",
        "CHANGES,          false, false, SENT,         FATAL, ROLLED_BACK",
        "CHANGES,          false, false, PARTLY_SENT,  LOST,  ROLLED_BACK",
        "CHANGES,          false, false, SENT,         LOST,  UNKNOWN",
        "CHANGES,          false, false, SENT,         TIMED_OUT, UNKNOWN",
        "CHANGES,          false, true,  SENT,         FATAL, UNKNOWN",
        "CHANGES,          false, true,  PARTLY_SENT,  LOST,  UNKNOWN",
        "CHANGES,          false, false, UNFINISHED,   LOST,  ROLLED_BACK",
        "CHANGES,          false, true,  UNFINISHED,   LOST,  ROLLED_BACK",
        "OUTSIDE,          false, false, UNFINISHED,   LOST,  UNKNOWN",
        "ENDS_TRANSACTION, true,  false, UNFINISHED,   LOST,  UNKNOWN",
        "OUTSIDE,          false, false, SENT,         FATAL, UNKNOWN",
        "OUTSIDE,          false, false, PARTLY_SENT,  LOST,  UNKNOWN",
        "OUTSIDE,          false, false, NOTHING_SENT, LOST,  NOT_SENT",
        "ENDS_TRANSACTION, false, false, SENT,         FATAL, UNKNOWN",
        // A statement in a transaction block.
        "READS,            true,  false, SENT,         LOST,  ROLLED_BACK",
        "CHANGES,          true,  false, SENT,         LOST,  ROLLED_BACK",
        "CHANGES,          true,  true,  SENT,         FATAL, ROLLED_BACK",
        "OUTSIDE,          true,  false, SENT,         LOST,  ROLLED_BACK",
        "BEGINS_OR_ROLLS_BACK, true, false, SENT,      LOST,  ROLLED_BACK",
        "ENDS_TRANSACTION, true,  false, SENT,         LOST,  UNKNOWN",
        "ENDS_TRANSACTION, true,  false, NOTHING_SENT, LOST,  NOT_SENT",
    })
    void a_statement_has_the_verdict_of_its_row(
            Effect effect,
            boolean inTransaction,
            boolean answersLate,
            Progress progress,
            Ending ending,
            Verdict verdict) {
        Request request = new Request(effect, false, inTransaction, answersLate);
        assertEquals(verdict, Diagnosis.of(request, progress, ending));
    }

    @ParameterizedTest
    @CsvSource({
        "SENT,         FATAL,     ROLLED_BACK",
        "SENT,         LOST,      UNKNOWN",
        "SENT,         TIMED_OUT, UNKNOWN",
        "PARTLY_SENT,  LOST,      ROLLED_BACK",
        "NOTHING_SENT, LOST,      NOT_SENT",
    })
    void a_commit_that_was_not_confirmed_has_the_verdict_of_its_row(Progress progress, Ending ending, Verdict verdict) {
        assertEquals(verdict, Diagnosis.of(new Request(Effect.READS, true, true, false), progress, ending));
    }

    @Test
    void a_failure_is_never_taken_for_a_commit() {
        requests().forEach(request -> {
            for (Progress progress : Progress.values()) {
                for (Ending ending : Ending.values()) {
                    assertTrue(Diagnosis.of(request, progress, ending) != Verdict.COMMITTED);
                }
            }
        });
    }

    @Test
    void knowing_less_never_makes_a_verdict_bolder() {
        for (Request request : requests()) {
            for (Ending ending : Ending.values()) {
                if (Diagnosis.of(request, Progress.PARTLY_SENT, ending) == Verdict.UNKNOWN) {
                    assertEquals(Verdict.UNKNOWN, Diagnosis.of(request, Progress.SENT, ending));
                }
            }
            for (Progress progress : Progress.values()) {
                if (Diagnosis.of(request, progress, Ending.FATAL) == Verdict.UNKNOWN) {
                    assertEquals(Verdict.UNKNOWN, Diagnosis.of(request, progress, Ending.LOST));
                }
            }
        }
    }

    private static List<Request> requests() {
        List<Request> requests = new ArrayList<>();
        for (Effect effect : Effect.values()) {
            for (int i = 0; i < 8; i++) {
                requests.add(new Request(effect, (i & 1) != 0, (i & 2) != 0, (i & 4) != 0));
            }
        }
        return requests;
    }

    @ParameterizedTest
    @EnumSource(Effect.class)
    void what_was_not_sent_is_repeated_and_what_is_unknown_never(Effect effect) {
        Request request = new Request(effect, false, false, false);
        assertTrue(Diagnosis.repeatable(request, Verdict.NOT_SENT));
        assertFalse(Diagnosis.repeatable(request, Verdict.UNKNOWN));
        assertFalse(Diagnosis.repeatable(request, Verdict.COMMITTED));
    }

    @ParameterizedTest
    @CsvSource({
        "READS, true",
        "BEGINS_OR_ROLLS_BACK, true",
        "CHANGES, true",
        "OUTSIDE, false",
        "ENDS_TRANSACTION, false"
    })
    void what_was_rolled_back_is_repeated_where_that_leaves_nothing_behind(Effect effect, boolean repeatable) {
        Request request = new Request(effect, false, true, false);
        assertEquals(repeatable, Diagnosis.repeatable(request, Verdict.ROLLED_BACK));
    }

    @Test
    void memory_that_ran_out_is_found_wherever_it_is_told() {
        OutOfMemoryError ranOut = new OutOfMemoryError("raised by a test");
        SQLException lost = new SQLException("An I/O error occurred", "08006", new IOException("no memory", ranOut));
        assertTrue(Diagnosis.outOfMemory(lost));
        SQLException first = new SQLException("something before", "22000");
        first.setNextException(lost);
        assertTrue(Diagnosis.outOfMemory(first));
        assertTrue(Diagnosis.outOfMemory(new SQLException("Ran out of memory", "53200", ranOut)));
        assertFalse(Diagnosis.outOfMemory(new SQLException("An I/O error occurred", "08006", new IOException("end"))));
    }
}
