package dev.pgpool.behaviour;

import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** What docs/session-state.md says is backed by tests that exist. */
class SessionStatePageTest {
    private static final Pattern TEST = Pattern.compile("`(\\w+IT)\\.(\\w+)`");

    static List<String> tests() throws IOException {
        String page = Files.readString(Path.of("..", "docs", "session-state.md"));
        List<String> tests =
                TEST.matcher(page).results().map(MatchResult::group).distinct().toList();
        assertTrue(tests.size() > 20, "the page names its tests: " + tests);
        return tests;
    }

    @ParameterizedTest
    @MethodSource("tests")
    void a_test_that_the_page_names_exists(String name) throws ClassNotFoundException {
        var parts = TEST.matcher(name).results().findFirst().orElseThrow();
        Class<?> type = Class.forName(SessionStatePageTest.class.getPackageName() + "." + parts.group(1));
        assertTrue(
                Arrays.stream(type.getDeclaredMethods())
                        .anyMatch(method -> method.getName().equals(parts.group(2))),
                name);
    }
}
