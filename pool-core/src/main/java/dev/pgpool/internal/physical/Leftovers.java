package dev.pgpool.internal.physical;

import dev.pgpool.pool.PinReason;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.Collection;
import java.util.EnumSet;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.postgresql.jdbc.PgConnection;

/**
 * What a user may have left in a session, where that is known so well that nothing else needs to be discarded.
 *
 * @param parameters names, in lower case, of those that may have any value
 * @param assigned those of them that were given a value, even if it is that of their default
 * @param kinds what can be removed piece by piece
 */
public record Leftovers(Set<String> parameters, Set<String> assigned, Set<PinReason> kinds) {
    /** Those of a session without state of its own, and those that the session's next reader of them discards. */
    private static final Set<PinReason> NOTHING_TO_REMOVE =
            EnumSet.of(PinReason.SESSION_MODE, PinReason.SEQUENCE_STATE);

    // Not temporary objects: statements that pgjdbc has prepared may have been about them, and would fail with "cached
    // plan must not change result type" when the same text is about something else; DISCARD ALL takes these away too.
    private static final Set<PinReason> REMOVABLE = EnumSet.of(
            PinReason.HOLDABLE_CURSOR, PinReason.LISTEN, PinReason.ADVISORY_LOCK, PinReason.PREPARED_STATEMENT);

    /** These; null if some can be removed only together with all there is. */
    public static @Nullable Leftovers of(Set<String> parameters, Set<String> assigned, Collection<PinReason> kinds) {
        EnumSet<PinReason> removed = EnumSet.noneOf(PinReason.class);
        removed.addAll(kinds);
        removed.removeAll(NOTHING_TO_REMOVE);
        // With pg_temp in its search path, a session makes temporary objects that no text shows to be such.
        boolean known = REMOVABLE.containsAll(removed) && !parameters.contains("search_path");
        return known ? new Leftovers(parameters, assigned, removed) : null;
    }

    /** Statements that remove it all, each with a semicolon; to be run outside of transactions. */
    String removal(PgConnection pgjdbc) throws SQLException {
        if (kinds.isEmpty()) {
            return "";
        }
        // UNLISTEN takes effect with the end of its transaction, and the texts of one message are one otherwise.
        StringBuilder text = new StringBuilder("BEGIN;");
        for (PinReason kind : kinds) {
            text.append(
                    switch (kind) {
                        case HOLDABLE_CURSOR -> "CLOSE ALL;";
                        case LISTEN -> "UNLISTEN *;";
                        case ADVISORY_LOCK -> "SELECT pg_catalog.pg_advisory_unlock_all();";
                        case PREPARED_STATEMENT -> deallocation(pgjdbc);
                        default -> throw new IllegalStateException("bug: " + kind + " can't be removed by itself");
                    });
        }
        return text.append("COMMIT;").toString();
    }

    /** By name, because pgjdbc's own are to stay. */
    private static String deallocation(PgConnection pgjdbc) throws SQLException {
        StringBuilder text = new StringBuilder();
        try (Statement statement = pgjdbc.createStatement();
                ResultSet names =
                        statement.executeQuery("select name from pg_catalog.pg_prepared_statements where from_sql")) {
            while (names.next()) {
                text.append("DEALLOCATE \"")
                        .append(names.getString(1).replace("\"", "\"\""))
                        .append("\";");
            }
        }
        return text.toString();
    }
}
