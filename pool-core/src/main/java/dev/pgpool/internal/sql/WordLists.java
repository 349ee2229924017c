package dev.pgpool.internal.sql;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.List;

/** The lists of words that lie in the jar, made from what servers say of themselves. */
final class WordLists {
    private WordLists() {}

    /**
     * The functions of {@code pg_catalog} that leave no session state behind.
     *
     * <p>A name is followed by a space and the first and last version that have it, unless all of 14 to 18 have.
     */
    static List<String> harmlessFunctions() {
        return lines("harmless-functions.txt");
    }

    /** The keywords that, unquoted and unqualified, can't be the name of a function. */
    static List<String> reservedWords() {
        return lines("reserved-words.txt");
    }

    private static List<String> lines(String resource) {
        try (InputStream stream = WordLists.class.getResourceAsStream(resource)) {
            if (stream == null) {
                throw new IllegalStateException("bug: the resource " + resource + " is missing from the jar");
            }
            return new BufferedReader(new InputStreamReader(stream, StandardCharsets.US_ASCII))
                    .lines()
                    .filter(line -> !line.isEmpty() && line.charAt(0) != '#')
                    .toList();
        } catch (IOException e) {
            throw new UncheckedIOException("bug: the resource " + resource + " can't be read", e);
        }
    }
}
