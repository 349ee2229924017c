package dev.pgpool.conformance;

import static org.junit.jupiter.api.Assertions.assertTrue;

import java.lang.reflect.Method;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.function.Executable;

/**
 * A conformance test that is known, and meant, to end otherwise on the pool than on plain pgjdbc.
 *
 * <p>An entry that no longer differs fails its test, so that this list never tells more than is true.
 */
enum KnownDifference {
    ;

    private final String test;
    private final Set<Target> targets;
    private final String failure;
    private final String reason;

    /**
     * @param test class and method, as in {@code StatementsIT.a_sentence}
     * @param failure part of the failure's text, which tells this difference from another one
     * @param reason why it differs
     */
    KnownDifference(String test, String failure, String reason, Target first, Target... more) {
        this.test = test;
        this.targets = EnumSet.of(first, more);
        this.failure = failure;
        this.reason = reason;
    }

    static Optional<KnownDifference> of(Method method, Target target) {
        String test = method.getDeclaringClass().getSimpleName() + "." + method.getName();
        return Arrays.stream(values())
                .filter(difference -> difference.test.equals(test) && difference.targets.contains(target))
                .findFirst();
    }

    void requireStillDiffers(Target target, Executable run) {
        try {
            run.execute();
        } catch (Throwable differs) {
            assertTrue(
                    String.valueOf(differs.getMessage()).contains(failure),
                    () -> "another difference than " + this + " (" + reason + "): " + differs);
            return;
        }
        throw new AssertionError(this + " no longer differs on " + target + ": delete it (" + reason + ")");
    }
}
