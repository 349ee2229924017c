package dev.pgpool.model;

import java.util.ArrayList;
import java.util.List;

/** What two sessions tell, as far as it isn't the same. */
final class Difference {
    private static final int LONG = 600;

    private Difference() {}

    static String between(String expected, String told) {
        if (expected.length() < LONG) {
            return "  private session: " + expected + "\n  pool:            " + told;
        }
        List<String> missing = new ArrayList<>(List.of(expected.split("; ")));
        List<String> unexpected = new ArrayList<>(List.of(told.split("; ")));
        missing.removeAll(List.of(told.split("; ")));
        unexpected.removeAll(List.of(expected.split("; ")));
        return "  private session only: " + missing + "\n  pool only:            " + unexpected;
    }
}
