package dev.pgpool.internal.physical;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.pgpool.internal.failure.Ending;
import java.io.EOFException;
import java.net.SocketTimeoutException;
import java.sql.BatchUpdateException;
import java.sql.SQLException;
import org.junit.jupiter.api.Test;
import org.postgresql.util.PSQLException;
import org.postgresql.util.PSQLState;
import org.postgresql.util.ServerErrorMessage;

class EndingsTest {
    private static final SQLException END_OF_STREAM =
            new PSQLException("An I/O error occurred", PSQLState.CONNECTION_FAILURE, new EOFException());

    private static SQLException server(String severity, String state) {
        return new PSQLException(new ServerErrorMessage(
                "S" + severity + "\0V" + severity + "\0C" + state + "\0Mtext\0RProcessInterrupts"));
    }

    /** As pgjdbc says it of a row for which there is no memory; what comes after it is read all the same. */
    private static SQLException outOfMemory() {
        return new PSQLException(
                "Ran out of memory retrieving query results.",
                PSQLState.OUT_OF_MEMORY,
                new OutOfMemoryError("raised by a test"));
    }

    private static SQLException then(SQLException first, SQLException next) {
        first.setNextException(next);
        return first;
    }

    @Test
    void memory_that_ran_out_does_not_hide_how_the_connection_ended() {
        assertEquals(Ending.LOST, Endings.of(then(outOfMemory(), END_OF_STREAM)));
        assertEquals(Ending.FATAL, Endings.of(then(outOfMemory(), server("FATAL", "57P01"))));
        SQLException late = new PSQLException("late", PSQLState.CONNECTION_FAILURE, new SocketTimeoutException());
        assertEquals(Ending.TIMED_OUT, Endings.of(then(outOfMemory(), late)));
        SQLException batch = new BatchUpdateException(new int[1], then(outOfMemory(), END_OF_STREAM));
        assertEquals(Ending.LOST, Endings.of(batch));
    }

    @Test
    void memory_that_ran_out_over_thousands_of_rows_hides_it_no_more() {
        SQLException first = outOfMemory();
        SQLException last = first;
        for (int i = 0; i < 5_000; i++) {
            SQLException next = outOfMemory();
            last.setNextException(next);
            last = next;
        }
        last.setNextException(END_OF_STREAM);
        assertEquals(Ending.LOST, Endings.of(first));
    }

    @Test
    void what_the_server_answered_before_the_end_is_its_answer() {
        assertEquals(Ending.ANSWERED, Endings.of(then(server("ERROR", "23505"), END_OF_STREAM)));
        assertEquals(Ending.FATAL, Endings.of(then(server("FATAL", "57P01"), END_OF_STREAM)));
    }

    @Test
    void what_pgjdbc_objects_to_is_an_answer() {
        assertEquals(Ending.ANSWERED, Endings.of(outOfMemory()));
        assertEquals(Ending.LOST, Endings.of(new PSQLException("closed", PSQLState.CONNECTION_DOES_NOT_EXIST)));
    }

    @Test
    void a_chain_may_be_a_ring() {
        SQLException first = new SQLException("first");
        SQLException second = new SQLException("second", first);
        first.setNextException(second);
        assertEquals(Ending.ANSWERED, Endings.of(first));
    }
}
