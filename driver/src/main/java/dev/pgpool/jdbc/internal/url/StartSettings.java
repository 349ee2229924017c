package dev.pgpool.jdbc.internal.url;

import dev.pgpool.internal.session.Parameters;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Properties;
import java.util.Set;
import org.postgresql.PGProperty;

/**
 * The properties of pgjdbc that only set parameters of the session: currentSchema, ApplicationName, and options as far
 * as they are of the form {@code -c name=value}. A logical connection begins with them; physical ones don't know them, so
 * that those who differ in nothing else share a pool.
 */
final class StartSettings {
    /** What can be told to a session at its start only, or decides who it is. */
    private static final Set<String> NOT_SET_LATER = Set.of(
            "role",
            "session_authorization",
            "ignore_system_indexes",
            "jit_debugging_support",
            "jit_profiling_support",
            "local_preload_libraries",
            "session_preload_libraries",
            "log_connections",
            "log_disconnections",
            "post_auth_delay");

    private StartSettings() {}

    /** Takes these properties out, and answers what they set. */
    static Parameters takeFrom(Properties properties) {
        Map<String, String> options = options(properties.getProperty(PGProperty.OPTIONS.getName(), ""));
        Parameters start = Parameters.NONE;
        if (!options.isEmpty()) {
            properties.remove(PGProperty.OPTIONS.getName());
            start = new Parameters(options);
        }
        // As in a start-up packet, these go before the options.
        start = take(properties, PGProperty.CURRENT_SCHEMA, "search_path", start);
        return take(properties, PGProperty.APPLICATION_NAME, "application_name", start);
    }

    private static Parameters take(Properties properties, PGProperty property, String parameter, Parameters start) {
        Object value = properties.remove(property.getName());
        return value == null || start.get(parameter) != null ? start : start.with(parameter, value.toString());
    }

    /** What these options set; empty if there is anything else among them. */
    private static Map<String, String> options(String options) {
        Map<String, String> found = new HashMap<>();
        String[] words = options.strip().split("\\s+");
        for (int i = 0; i < words.length; i++) {
            String word = words[i];
            if (word.equals("-c") && i + 1 < words.length) {
                word = words[++i];
            } else if (word.startsWith("-c") || word.startsWith("--")) {
                word = word.substring(2);
            } else {
                return Map.of();
            }
            int equals = word.indexOf('=');
            // A backslash keeps a space in a value: rare, and left to the server.
            if (equals <= 0 || word.indexOf('\\') >= 0) {
                return Map.of();
            }
            String name = word.substring(0, equals).toLowerCase(Locale.ROOT).replace('-', '_');
            if (NOT_SET_LATER.contains(name)) {
                return Map.of();
            }
            found.put(name, word.substring(equals + 1));
        }
        return found;
    }
}
