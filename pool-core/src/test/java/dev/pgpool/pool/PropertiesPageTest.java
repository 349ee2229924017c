package dev.pgpool.pool;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;

/** Keeps the table in {@code docs/properties.md} equal to {@link PoolProperty}. */
final class PropertiesPageTest {
    private static final Path PAGE = Path.of("..", "docs", "properties.md");
    private static final String BEGIN = "<!-- begin of the table printed from PoolProperty -->\n";
    private static final String END = "<!-- end of the table printed from PoolProperty -->\n";

    @Test
    void the_page_of_properties_shows_what_the_code_defines() throws IOException {
        String page = Files.readString(PAGE);
        int begin = page.indexOf(BEGIN) + BEGIN.length();
        int end = page.indexOf(END);
        if (Boolean.getBoolean("properties.write")) {
            Files.writeString(PAGE, page.substring(0, begin) + table() + page.substring(end));
            return;
        }
        assertEquals(
                table(),
                page.substring(begin, end),
                "print the table anew: ./mvnw -pl pool-core test -Dtest=PropertiesPageTest -Dproperties.write=true");
    }

    private static String table() {
        StringBuilder table = new StringBuilder("| property | allowed | default | meaning |\n|---|---|---|---|\n");
        for (PoolProperty property : PoolProperty.values()) {
            String defaultText = property.defaultText();
            table.append("| `%s` | %s | %s | %s |\n"
                    .formatted(
                            property.fullName(),
                            property.kind().allowed(),
                            defaultText.isEmpty() ? "" : "`" + defaultText + "`",
                            property.description()));
        }
        return table.toString();
    }
}
