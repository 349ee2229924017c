package dev.pgpool.internal.physical;

/** Which statements may run a function without naming it. */
enum Reach {
    /** None. */
    NAMED,
    /** Those that change data or definitions: as a trigger, a rule, a default or a constraint of a table. */
    CHANGES,
    /** All: by a view, a policy, an operator, a cast, {@code row.function}, or by its name for a built-in one. */
    QUERIES
}
