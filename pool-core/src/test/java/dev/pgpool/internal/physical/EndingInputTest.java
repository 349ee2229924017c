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
