package dev.pgpool.internal.sql;

import dev.pgpool.pool.PinReason;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.params.provider.Arguments;

/** SQL texts of which it is known what they leave behind; in the files, ⏎ stands for a line feed. */
final class SqlTexts {
    private SqlTexts() {}

    static List<String> harmless() throws IOException {
        return lines("harmless.txt");
    }

    static List<Arguments> pinning() throws IOException {
        List<Arguments> texts = new ArrayList<>();
        PinReason reason = null;
        for (String line : lines("pinning.txt")) {
            if (line.startsWith("[")) {
                reason = PinReason.valueOf(line.substring(1, line.length() - 1));
            } else {
                texts.add(Arguments.of(Objects.requireNonNull(reason), line));
            }
        }
        return texts;
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
