package dev.pgpool.internal.sql;

/**
 * How much is tried at random, and from where on.
 *
 * <p>These system properties change it: {@code pgpool.fuzz.rounds}, how many there are in each test;
 * {@code pgpool.fuzz.seed}, to repeat one or to have a {@code random} one.
 */
final class Fuzz {
    static final int ROUNDS = Integer.getInteger("pgpool.fuzz.rounds", 20_000);
    /** Always the same, so that a build fails only because of what was changed. */
    private static final String DEFAULT_SEED = "20261127";

    private Fuzz() {}

    static long seed() {
        String given = System.getProperty("pgpool.fuzz.seed", DEFAULT_SEED);
        return given.equals("random") ? System.nanoTime() : Long.parseLong(given);
    }
}
