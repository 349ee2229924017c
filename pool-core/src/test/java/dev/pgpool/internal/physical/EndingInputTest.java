package dev.pgpool.internal.physical;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.io.ByteArrayInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import org.junit.jupiter.api.Test;

class EndingInputTest {
    private static EndingInput over(InputStream other) {
        return new EndingInput() {
            @Override
            int receive(byte[] into, int offset, int length) throws IOException {
                return other.read(into, offset, length);
            }
        };
    }

    @Test
    void what_is_there_is_skipped_and_then_the_end_is_a_failure() throws IOException {
        EndingInput input = over(new ByteArrayInputStream(new byte[10_000]));
        assertEquals(0, input.skip(0));
        long skipped = 0;
        while (skipped < 10_000) {
            skipped += input.skip(20_000);
        }
        assertEquals(10_000, skipped);
        assertThrows(EOFException.class, () -> input.skip(1));
        assertEquals(-1, input.read());
    }

    private static EndingInput endless() {
        return new EndingInput() {
            @Override
            int receive(byte[] into, int offset, int length) {
                return length;
            }
        };
    }

    private static void skip(EndingInput input, long size) throws IOException {
        for (long rest = size; rest > 0; ) {
            rest -= input.skip(rest);
        }
    }

    /** So is the method called in which pgjdbc reads a row. */
    private static void receiveTupleV3(EndingInput input, long size) throws IOException {
        skip(input, size);
    }

    @Test
    void a_few_values_of_any_size_are_skipped_but_not_one_after_the_other_without_end() throws IOException {
        EndingInput input = endless();
        receiveTupleV3(input, 1 << 30);
        receiveTupleV3(input, 9_000);
        receiveTupleV3(input, 9_000);
        assertThrows(IOException.class, () -> {
            for (int i = 0; i < 10; i++) {
                receiveTupleV3(input, 9_000_000);
            }
        });
    }

    @Test
    void messages_of_no_use_are_skipped_as_often_as_they_come() throws IOException {
        EndingInput input = endless();
        for (int i = 0; i < 100; i++) {
            skip(input, 100_000);
        }
    }

    @Test
    void nothing_is_read_after_memory_ran_out_in_the_middle_of_a_message() {
        EndingInput input = new EndingInput() {
            private boolean full = true;

            @Override
            int receive(byte[] into, int offset, int length) {
                if (full) {
                    full = false;
                    throw new OutOfMemoryError("raised by a test");
                }
                return length;
            }
        };
        assertThrows(IOException.class, () -> input.skip(10));
        assertThrows(IOException.class, () -> input.skip(10));
        assertThrows(IOException.class, () -> input.read(new byte[10]));
        assertThrows(IOException.class, input::read);
    }

    @Test
    void memory_that_runs_out_ends_the_stream_as_any_failure_does() {
        OutOfMemoryError error = new OutOfMemoryError("raised by a test");
        EndingInput input = over(new InputStream() {
            @Override
            public int read() {
                throw error;
            }
        });
        assertSame(
                error,
                assertThrows(IOException.class, () -> input.read(new byte[10])).getCause());
        assertSame(error, assertThrows(IOException.class, input::read).getCause());
    }
}
