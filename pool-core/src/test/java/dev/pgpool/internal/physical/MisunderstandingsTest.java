package dev.pgpool.internal.physical;

import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.ByteArrayInputStream;
import org.junit.jupiter.api.Test;
import org.postgresql.core.VisibleBufferedInputStream;

class MisunderstandingsTest {
    @Test
    void what_pgjdbc_throws_is_a_misunderstanding() {
        var stream = new VisibleBufferedInputStream(new ByteArrayInputStream(new byte[0]), 8_192);
        assertTrue(Misunderstandings.is(
                assertThrows(IndexOutOfBoundsException.class, () -> stream.read(new byte[1], 5, 5))));
    }

    @Test
    void what_the_jdk_throws_for_pgjdbc_is_one_too() {
        RuntimeException thrown = new NegativeArraySizeException();
        thrown.setStackTrace(new StackTraceElement[] {
            new StackTraceElement("java.util.ArrayDeque", "removeFirst", "ArrayDeque.java", 1),
            new StackTraceElement("org.postgresql.core.v3.QueryExecutorImpl", "processResults", null, 1),
            new StackTraceElement("com.example.Shop", "order", "Shop.java", 1)
        });
        assertTrue(Misunderstandings.is(thrown));
    }

    @Test
    void what_the_application_throws_out_of_a_call_of_pgjdbc_is_none() {
        RuntimeException thrown = new IllegalStateException();
        thrown.setStackTrace(new StackTraceElement[] {
            new StackTraceElement("java.util.Objects", "requireNonNull", "Objects.java", 1),
            new StackTraceElement("com.example.Stream", "read", "Stream.java", 1),
            new StackTraceElement("org.postgresql.core.PGStream", "sendStream", null, 1)
        });
        assertFalse(Misunderstandings.is(thrown));
        thrown.setStackTrace(new StackTraceElement[0]);
        assertFalse(Misunderstandings.is(thrown));
    }
}
