package dev.pgpool.internal.sql;

import java.util.Set;

/** The settings that decide what a text means. All names are in lower case. */
public final class MeaningSettings {
    /** Whose objects names without a schema are: a search path may have the role in it. */
    public static final Set<String> OF_NAMES = Set.of("search_path", "role", "session_authorization");

    /** What a prepared statement keeps even if the server plans it anew: the types of its parameters, and its tokens. */
    public static final Set<String> OF_PREPARED =
            Set.of("search_path", "role", "session_authorization", "standard_conforming_strings");

    /** How the server reads constants, and writes them where an expression turns them into text. */
    public static final Set<String> OF_CONSTANTS = Set.of(
            "array_nulls",
            "backslash_quote",
            "bytea_output",
            "datestyle",
            "extra_float_digits",
            "intervalstyle",
            "lc_monetary",
            "standard_conforming_strings",
            "timezone",
            "timezone_abbreviations",
            "transform_null_equals",
            "xmlbinary",
            "xmloption");

    private MeaningSettings() {}
}
