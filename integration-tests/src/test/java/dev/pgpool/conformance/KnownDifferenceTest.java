package dev.pgpool.conformance;

import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Arrays;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class KnownDifferenceTest {
    @ParameterizedTest
    @EnumSource
    void a_known_difference_names_a_test_that_exists(KnownDifference difference) throws ClassNotFoundException {
        String[] names = difference.test().split("\\.");
        Class<?> type = Class.forName(getClass().getPackageName() + "." + names[0]);
        assertTrue(
                Arrays.stream(type.getDeclaredMethods())
                        .anyMatch(method ->
                                method.getName().equals(names[1]) && method.isAnnotationPresent(Conforms.class)),
                difference.test());
    }
}
