package dev.pgpool.conformance;

import dev.pgpool.testserver.PostgresTest;
import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import org.junit.jupiter.api.extension.ExtendWith;

/** A class of conformance tests, with a database of its own. */
@Retention(RetentionPolicy.RUNTIME)
@java.lang.annotation.Target(ElementType.TYPE)
@PostgresTest
@ExtendWith(ConformanceExtension.class)
@interface Conformance {
    /** SQL that runs once, before the first test. */
    String schema() default "";

    /** SQL that runs before each test on each target, so that all find the same rows. */
    String data() default "";
}
