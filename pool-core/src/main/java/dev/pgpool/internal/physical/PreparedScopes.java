package dev.pgpool.internal.physical;

import dev.pgpool.internal.session.Parameters;
import dev.pgpool.internal.sql.MeaningSettings;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Keeps apart what is prepared of one text for sessions to which it means different things: what a name in it is, and how
 * many columns a row has, is part of what pgjdbc and the server keep of a prepared statement.
 *
 * <p>pgjdbc knows it by its text alone. So a text is given a mark here, of blanks and tabs at its end: one for each
 * combination of the settings that decide, see {@link MeaningSettings#OF_PREPARED}, and none where no session has changed
 * them.
 *
 * <p>For whoever holds the lease.
 */
final class PreparedScopes {
    private static final String SEARCH_PATH = "search_path";

    /** So many combinations are remembered; what is prepared for another one is prepared anew when it comes back. */
    private static final int MOST = 256;

    /** All marks are as long as this, so that no text with one can be another text with another one. */
    private static final int LENGTH = 24;

    private final Supplier<@Nullable String> reportedPath;
    private final Map<Parameters, String> marks = new LinkedHashMap<>(4, 0.75f, true) {
        @Override
        protected boolean removeEldestEntry(Map.Entry<Parameters, String> eldest) {
            return size() > MOST;
        }
    };

    /** Of those that nobody has changed: only for texts that might be taken for others with a mark. */
    private final String none = next();

    private int made;
    private Parameters settings = Parameters.NONE;
    private Parameters deciding = Parameters.NONE;
    private String mark = none;

    /** The search path of sessions that haven't changed it; null if the server doesn't report it. */
    private @Nullable String pathAtStart;

    /** Whether the settings may be others than those that were told. */
    private boolean moving;

    /**
     * @param reportedPath the search path as the server has reported it last, which it does from PostgreSQL 18 on; null if
     *     it doesn't
     */
    PreparedScopes(Supplier<@Nullable String> reportedPath) {
        this.reportedPath = reportedPath;
    }

    /** The session has these settings, for certain. */
    void are(Parameters now) {
        if (!moving && now == settings) {
            return;
        }
        moving = false;
        settings = now;
        deciding = now.only(MeaningSettings.OF_PREPARED);
        mark = markOf(deciding);
    }

    /** A statement may change the settings; until the next {@link #are} only the server knows them. */
    void mayMove() {
        if (moving) {
            return;
        }
        moving = true;
        String path = reportedPath.get();
        if (deciding.get(SEARCH_PATH) == null) {
            pathAtStart = path;
        }
        if (path == null) {
            // What is prepared now isn't found again.
            mark = next();
        }
    }

    /** The text as pgjdbc is to know it. */
    String marked(String sql) {
        String current = mark();
        return current.equals(none) && !endsLikeAMark(sql) ? sql : sql + current;
    }

    /** What to keep by this key, for those who have the same settings. */
    Object keyOf(Object key) {
        String current = mark();
        return current.equals(none) ? key : new Key(current, key);
    }

    private record Key(String mark, Object key) {}

    private String mark() {
        String path = moving ? reportedPath.get() : null;
        return path == null ? mark : markOf(deciding.with(SEARCH_PATH, path.equals(pathAtStart) ? null : path));
    }

    private String markOf(Parameters these) {
        return these == Parameters.NONE ? none : marks.computeIfAbsent(these, unknown -> next());
    }

    private String next() {
        StringBuilder text = new StringBuilder(LENGTH);
        for (int bit = 0; bit < LENGTH; bit++) {
            text.append((made >> bit & 1) == 0 ? ' ' : '\t');
        }
        made++;
        return text.toString();
    }

    private static boolean endsLikeAMark(String sql) {
        return !sql.isEmpty() && Character.isWhitespace(sql.charAt(sql.length() - 1));
    }
}
