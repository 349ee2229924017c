package dev.pgpool.testserver;

import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What a server is to be.
 *
 * @param version its version or the beginning of it, such as {@code 17} or {@code 17.11}; null for the newest there is
 * @param settings lines of {@code postgresql.conf}
 * @param password the superuser's, checked by SCRAM; null to trust everybody
 */
record Specification(
        @Nullable String version,
        Map<String, String> settings,
        @Nullable String password) {
    static final String USER = "postgres";

    /** What every server here runs with, before its own settings. Nothing outlives a test, so nothing need be durable. */
    private static final Map<String, String> BASE = Map.of(
            "fsync", "off",
            "synchronous_commit", "on",
            "full_page_writes", "off",
            "timezone", "UTC",
            "log_timezone", "UTC",
            "log_line_prefix", "%m [%p] ");

    Specification {
        Map<String, String> all = new LinkedHashMap<>(BASE);
        all.putAll(settings);
        settings = Map.copyOf(all);
    }
}
