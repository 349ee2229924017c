package dev.pgpool.internal.sql;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.params.provider.Arguments;

/** SQL texts of which it is known what they leave behind; in the files, ⏎ stands for a line feed. */
final class SqlTexts {
    private SqlTexts() {}

    static List<String> harmless() throws IOException {
        return lines("harmless.txt");
    }

    /** Texts behind what they do, written as {@link #effect} does. */
    static List<Arguments> effects() throws IOException {
        return headed("effects.txt");
    }

    /** Texts behind what a rollback makes of them, in brackets. */
    static List<Arguments> rollbacks() throws IOException {
        return headed("rollbacks.txt");
    }

    private static List<Arguments> headed(String resource) throws IOException {
        List<Arguments> texts = new ArrayList<>();
        String effect = null;
        for (String line : lines(resource)) {
            if (line.startsWith("[")) {
                effect = line;
            } else {
                texts.add(Arguments.of(Objects.requireNonNull(effect), line));
            }
        }
        return texts;
    }

    /** What a text does to the session, as in {@code [leaves SETTING, ends LISTEN, functions f g]}. */
    static String effect(SqlTraits traits) {
        return Stream.of(
                        effect("leaves", traits.leaves()),
                        effect("ends", traits.ends()),
                        effect("settings", traits.settings()),
                        effect("functions", traits.functions()))
                .filter(part -> !part.isEmpty())
                .collect(Collectors.joining(", ", "[", "]"));
    }

    private static String effect(String kind, Set<?> found) {
        return found.isEmpty()
                ? ""
                : found.stream().map(Object::toString).sorted().collect(Collectors.joining(" ", kind + " ", ""));
    }

    /** Whether the session is provably as before. */
    static boolean leavesNothing(SqlTraits traits) {
        return traits.leaves().isEmpty()
                && traits.settings().isEmpty()
                && traits.functions().isEmpty();
    }

    /** Texts that call a function in a way that a careless reader takes for quoted. */
    static List<String> hidden() throws IOException {
        return lines("hidden.txt");
    }

    private static List<String> lines(String resource) throws IOException {
        try (BufferedReader reader = new BufferedReader(new InputStreamReader(
                Objects.requireNonNull(SqlTexts.class.getResourceAsStream(resource), resource),
                StandardCharsets.UTF_8))) {
            return reader.lines()
                    .filter(line -> !line.startsWith("#"))
                    .map(line -> line.replace('⏎', '\n'))
                    .toList();
        }
    }
}
