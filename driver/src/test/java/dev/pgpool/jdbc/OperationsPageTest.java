package dev.pgpool.jdbc;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.pgpool.pool.AddedRoundTrip;
import dev.pgpool.pool.PoolMXBean;
import dev.pgpool.pool.RetireReason;
import java.io.IOException;
import java.lang.reflect.Method;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Function;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.postgresql.util.PSQLState;

/** Keeps {@code docs/operations.md} complete. */
final class OperationsPageTest {
    private static final List<Path> SOURCES =
            List.of(Path.of("src", "main", "java"), Path.of("..", "pool-core", "src", "main", "java"));
    private static final Pattern STATE = Pattern.compile("\"(\\d[0-9A-Z]{4})\"");
    private static final Pattern NAMED_STATE = Pattern.compile("PSQLState\\.(\\w+)");
    private static final Pattern CODE = Pattern.compile("`([^`\n]+)`");
    private static final Pattern RAISED = Pattern.compile("(?m)^\\| `((?=[A-Z]*\\d)[0-9A-Z]{5})` \\|");

    private static String page() throws IOException {
        return Files.readString(Path.of("..", "docs", "operations.md"));
    }

    private static Set<String> all(Pattern pattern, String text, Function<String, String> map) {
        return pattern.matcher(text)
                .results()
                .map((MatchResult match) -> map.apply(match.group(1)))
                .collect(Collectors.toCollection(TreeSet::new));
    }

    /** The SQLStates that are written in our code. */
    private static Set<String> statesInCode() throws IOException {
        Set<String> states = new TreeSet<>();
        for (Path source : SOURCES) {
            try (Stream<Path> files = Files.walk(source)) {
                for (Path file : files.filter(each -> each.toString().endsWith(".java"))
                        // A number of five digits there is none.
                        .filter(each -> !each.endsWith("PoolProperty.java"))
                        .toList()) {
                    String text = Files.readString(file);
                    states.addAll(all(STATE, text, state -> state));
                    states.addAll(all(
                            NAMED_STATE, text, name -> PSQLState.valueOf(name).getState()));
                }
            }
        }
        assertTrue(states.containsAll(Set.of("08001", "22023", "55000")), states::toString);
        return states;
    }

    private static Set<String> missing(Set<String> names) throws IOException {
        Set<String> missing = new TreeSet<>(names);
        missing.removeAll(all(CODE, page(), code -> code));
        return missing;
    }

    @Test
    void every_sqlstate_that_the_code_knows_is_explained() throws IOException {
        assertEquals(Set.of(), missing(statesInCode()));
    }

    @Test
    void every_sqlstate_in_the_table_is_raised_by_the_code() throws IOException {
        Set<String> raised = all(RAISED, page(), state -> state);
        raised.removeAll(statesInCode());
        assertEquals(Set.of(), raised);
    }

    @Test
    void every_number_and_operation_of_the_mxbean_is_explained() throws IOException {
        Set<String> names = Arrays.stream(PoolMXBean.class.getMethods())
                .map(Method::getName)
                .filter(name -> name.startsWith("get"))
                .map(name -> name.substring("get".length()))
                .collect(Collectors.toSet());
        assertEquals(Set.of(), missing(names));
        Set<String> operations = Arrays.stream(PoolMXBean.class.getMethods())
                .map(Method::getName)
                .filter(name -> !name.startsWith("get"))
                .collect(Collectors.toSet());
        String page = page();
        operations.removeIf(name -> page.contains("| `" + name + "("));
        assertEquals(Set.of(), operations);
    }

    @Test
    void every_reason_to_close_a_physical_connection_is_explained() throws IOException {
        assertEquals(
                Set.of(),
                missing(Arrays.stream(RetireReason.values()).map(Enum::name).collect(Collectors.toSet())));
    }

    @Test
    void every_reason_for_a_round_trip_of_our_own_is_explained() throws IOException {
        assertEquals(
                Set.of(),
                missing(Arrays.stream(AddedRoundTrip.values()).map(Enum::name).collect(Collectors.toSet())));
    }
}
