package dev.pgpool.internal.physical;

/**
 * What the statements of a database may run without naming it, beside the functions of users.
 *
 * @param inQueries PostgreSQL's own functions that views, policies, operators and the like call, as a list of calls;
 *     empty if there are none
 * @param inChanges those that triggers, rules, defaults and constraints of tables call
 * @param foreignTables whether there are any: what is changed there commits by itself
 * @param programs whether reading one of them runs a program
 * @param concatenates whether there is an operator {@code ||} of users that takes two texts
 */
record UnnamedCalls(String inQueries, String inChanges, boolean foreignTables, boolean programs, boolean concatenates) {
    static final UnnamedCalls NONE = new UnnamedCalls("", "", false, false, false);
}
