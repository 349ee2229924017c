package dev.pgpool.internal.physical;

import dev.pgpool.internal.sql.Effect;
import dev.pgpool.internal.sql.RoutineBodies;
import dev.pgpool.internal.sql.SqlTraits;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What functions written in C do to the session, by the extension that they belong to.
 *
 * <p>Of the extensions that are listed as harmless, no function written in C changes a setting, takes a lock of the
 * session, creates a temporary object, runs SQL that it is given, or changes anything, but for the exceptions.
 */
final class KnownExtensions {
    private static final Set<String> HARMLESS = Set.of(
            "amcheck",
            "bloom",
            "btree_gin",
            "btree_gist",
            "citext",
            "cube",
            "dict_int",
            "dict_xsyn",
            "earthdistance",
            "fuzzystrmatch",
            "hstore",
            "insert_username",
            "intarray",
            "isn",
            "lo",
            "ltree",
            "moddatetime",
            "pageinspect",
            "pg_buffercache",
            "pg_freespacemap",
            "pg_stat_statements",
            "pg_trgm",
            "pg_visibility",
            "pgcrypto",
            "pgrowlocks",
            "pgstattuple",
            "postgis",
            "postgis_raster",
            "postgis_sfcgal",
            "seg",
            "sslinfo",
            "tablefunc",
            "tcn",
            "tsm_system_rows",
            "tsm_system_time",
            "unaccent",
            "uuid-ossp",
            "vector",
            "xml2");

    /** Functions of these that run SQL they are given, or keep something in the session that can't be asked for. */
    private static final Set<String> UNKNOWN = Set.of(
            "connectby",
            "crosstab",
            "crosstab2",
            "crosstab3",
            "crosstab4",
            "crosstab_hash",
            "isn_weak",
            "xpath_table",
            "xslt_process");

    private static final SqlTraits CHANGES = SqlTraits.HARMLESS.withEffect(Effect.CHANGES);
    private static final SqlTraits OUTSIDE = SqlTraits.HARMLESS.withEffect(Effect.OUTSIDE);

    private static final Map<String, SqlTraits> KNOWN = Map.of(
            "dblink_fdw_validator", SqlTraits.HARMLESS,
            "lo_manage", CHANGES,
            "pg_buffercache_evict", OUTSIDE,
            "pg_buffercache_evict_all", OUTSIDE,
            "pg_buffercache_evict_relation", OUTSIDE,
            "pg_stat_statements_reset", OUTSIDE,
            "pg_truncate_visibility_map", OUTSIDE,
            "set_limit", SqlTraits.HARMLESS.withSetting("pg_trgm.similarity_threshold"),
            "triggered_change_notification", CHANGES);

    /** Extensions whose purpose is to keep something in the session, even where a view calls them. */
    private static final Set<String> NEVER_TRUSTED = Set.of("dblink");

    private KnownExtensions() {}

    /** What a call by name does; null stands for no extension. */
    static SqlTraits called(@Nullable String extension, String function) {
        if (extension == null || !HARMLESS.contains(extension)) {
            return RoutineBodies.UNKNOWN;
        }
        return exception(function);
    }

    /** What it does if it is run as a trigger, by a view, an operator and the like. */
    static SqlTraits entered(String extension, String function) {
        if (NEVER_TRUSTED.contains(extension)) {
            return KNOWN.getOrDefault(function, RoutineBodies.UNKNOWN);
        }
        return HARMLESS.contains(extension) ? exception(function) : SqlTraits.HARMLESS;
    }

    private static SqlTraits exception(String function) {
        return UNKNOWN.contains(function) ? RoutineBodies.UNKNOWN : KNOWN.getOrDefault(function, SqlTraits.HARMLESS);
    }
}
