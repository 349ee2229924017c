package dev.pgpool.internal.sql;

import dev.pgpool.pool.PinReason;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** What the change of a setting leaves in the session: mostly just the setting, which the server can be asked for. */
final class SettingNames {
    /** These take the value of their default at the start of every transaction. */
    private static final Set<String> OF_TRANSACTION =
            Set.of("transaction_isolation", "transaction_read_only", "transaction_deferrable");

    /** These can't be asked for by everybody, or can't be set again in every session. */
    private static final Set<String> IMMOVABLE = Set.of(
            "dynamic_library_path",
            "extension_control_path",
            "local_preload_libraries",
            "log_directory",
            "log_filename",
            "output_plugin_libraries",
            "session_preload_libraries",
            "temp_buffers");

    /** Their defaults never change. */
    private static final Set<String> IDENTITIES = Set.of("role", "session_authorization");

    private SettingNames() {}

    /**
     * Notes that a setting may be changed for the session.
     *
     * @param name in any case; null if it can't be told
     */
    static void changed(Findings findings, @Nullable String name) {
        String folded = name == null ? null : folded(name);
        if (folded == null || IMMOVABLE.contains(folded)) {
            findings.leaves(PinReason.SETTING);
            return;
        }
        switch (folded) {
            case "seed" -> findings.leaves(PinReason.RANDOM_SEED);
            case "session_authorization" -> {
                findings.changes(folded);
                findings.changes("role");
            }
            default -> {
                if (!OF_TRANSACTION.contains(folded)) {
                    findings.changes(folded);
                }
            }
        }
    }

    /**
     * Notes that a setting is given a value for the session that isn't meant to be its default.
     *
     * @param name in any case; null if it can't be told
     */
    static void assigned(Findings findings, @Nullable String name) {
        changed(findings, name);
        String folded = name == null ? null : folded(name);
        if (folded != null && findings.mayChange(folded) && !IDENTITIES.contains(folded)) {
            findings.assigns(folded);
        }
    }

    /**
     * Notes that a setting may be changed for the transaction.
     *
     * @param name in any case; null if it can't be told
     */
    static void changedInTransaction(Findings findings, @Nullable String name) {
        findings.meaning(Meaning.behind(name == null ? null : folded(name)));
        // Random numbers go on from a new seed, whatever becomes of the setting.
        if ("seed".equalsIgnoreCase(name)) {
            findings.leaves(PinReason.RANDOM_SEED);
        }
    }

    /** The name in lower case; null if it isn't one that every version takes for the same. */
    private static @Nullable String folded(String name) {
        StringBuilder folded = new StringBuilder(name.length());
        for (int i = 0; i < name.length(); i++) {
            char c = name.charAt(i);
            if (c >= 128 || c != '.' && !Characters.isNamePart(c)) {
                return null;
            }
            folded.append(Characters.fold(c));
        }
        return name.isEmpty() ? null : folded.toString();
    }
}
