package dev.pgpool.conformance;

import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import org.junit.jupiter.api.TestTemplate;

/** A test that runs once on each {@link Target}, with a {@link Subject} or an open connection as its parameters. */
@Retention(RetentionPolicy.RUNTIME)
@java.lang.annotation.Target(ElementType.METHOD)
@TestTemplate
@interface Conforms {
    /**
     * Whether the test runs transactions of several statements. In statement mode such a test must fail with that
     * mode's refusal.
     */
    boolean transactions() default false;
}
