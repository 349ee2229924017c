package dev.pgpool.internal.sql;

import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** What a call of a known function of {@code pg_catalog} does, to the session and beyond its transaction. */
enum FunctionEffect {
    /** Only reads, and leaves nothing behind after the transaction. */
    NONE,
    /** Changes data, which a rollback undoes. */
    CHANGES(
            "lo_creat",
            "lo_create",
            "lo_from_bytea",
            "lo_put",
            "lo_truncate",
            "lo_truncate64",
            "lo_unlink",
            "lowrite",
            "pg_import_system_collations",
            "pg_notify"),
    /** Does what no rollback undoes. */
    OUTSIDE(
            "brin_desummarize_range",
            "brin_summarize_new_values",
            "brin_summarize_range",
            "gin_clean_pending_list",
            "lo_export",
            "lo_import",
            "pg_cancel_backend",
            "pg_clear_attribute_stats",
            "pg_clear_relation_stats",
            "pg_create_restore_point",
            "pg_log_backend_memory_contexts",
            "pg_log_standby_snapshot",
            "pg_promote",
            "pg_reload_conf",
            "pg_restore_attribute_stats",
            "pg_restore_relation_stats",
            "pg_rotate_logfile",
            "pg_rotate_logfile_old",
            "pg_stat_reset",
            "pg_stat_reset_backend_stats",
            "pg_stat_reset_shared",
            "pg_stat_reset_single_function_counters",
            "pg_stat_reset_single_table_counters",
            "pg_stat_reset_slru",
            "pg_stat_reset_subscription_stats",
            "pg_switch_wal",
            "pg_terminate_backend",
            "pg_wal_replay_pause",
            "pg_wal_replay_resume"),
    /** A setting, for the session or for the transaction, as the third argument says. */
    SETTING("set_config"),
    /** The seed of the session's random numbers. */
    SEED("setseed"),
    /** May take an advisory lock of the session. */
    LOCKS("pg_advisory_lock", "pg_advisory_lock_shared", "pg_try_advisory_lock", "pg_try_advisory_lock_shared"),
    /** May release advisory locks of the session. */
    UNLOCKS("pg_advisory_unlock", "pg_advisory_unlock_shared", "pg_advisory_unlock_all"),
    /** Makes {@code currval} and {@code lastval} answer something else. */
    ADVANCES_SEQUENCE("nextval", "setval"),
    /** Answers what the session has drawn from a sequence before. */
    READS_SEQUENCE("currval", "lastval");

    private static final NameTable<FunctionEffect> BY_NAME = new NameTable<>(byName());

    private final Set<String> functions;

    FunctionEffect(String... functions) {
        this.functions = Set.of(functions);
    }

    /** The functions that do this; none for {@link #NONE}, which is said of all that are listed as harmless. */
    Set<String> functions() {
        return functions;
    }

    /**
     * The effect of the function in {@code pg_catalog} whose name stands at this place of a text, given as its
     * {@link Octets}; null if there is none, or none that is harmless.
     *
     * @param quoted whether the name stands in quotes, which don't belong to the place
     */
    static @Nullable FunctionEffect of(byte[] octets, int start, int end, boolean quoted) {
        if (quoted && !isPlain(octets, start, end)) {
            return null;
        }
        return start == end ? null : BY_NAME.find(octets, start, end);
    }

    /** Whether a name would mean the same without quotes. */
    private static boolean isPlain(byte[] octets, int start, int end) {
        for (int i = start; i < end; i++) {
            char c = (char) octets[i];
            if (!Characters.isNamePart(c) || Characters.fold(c) != c) {
                return false;
            }
        }
        return true;
    }

    private static Map<String, FunctionEffect> byName() {
        Map<String, FunctionEffect> effects = new HashMap<>();
        for (String line : WordLists.harmlessFunctions()) {
            effects.put(line.split(" ")[0], NONE);
        }
        for (FunctionEffect effect : values()) {
            effect.functions.forEach(name -> effects.put(name, effect));
        }
        return effects;
    }
}
