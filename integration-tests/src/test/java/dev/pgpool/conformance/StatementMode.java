package dev.pgpool.conformance;

import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assertions.fail;

import java.sql.SQLException;
import org.junit.jupiter.api.function.Executable;

/** What {@code pool.mode=statement} says to a transaction of several statements. */
final class StatementMode {
    private StatementMode() {}

    /** Asserts that a test fails because it wanted a transaction, and for no other reason. */
    static void requireRefusal(Executable test) throws Throwable {
        try {
            test.execute();
        } catch (SQLException refusal) {
            requireRefusal(refusal);
            return;
        } catch (AssertionError wrapped) {
            if (wrapped.getCause() instanceof SQLException refusal) {
                requireRefusal(refusal);
                return;
            }
            throw wrapped;
        }
        fail("statement mode let a transaction of several statements pass");
    }

    private static void requireRefusal(SQLException refusal) {
        assertTrue(
                String.valueOf(refusal.getMessage()).contains("pool.mode=statement"),
                () -> "not the refusal of statement mode: " + refusal);
    }
}
