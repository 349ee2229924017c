package dev.pgpool.internal.physical;

import dev.pgpool.internal.session.Parameters;
import dev.pgpool.internal.sql.MeaningSettings;
import java.util.LinkedHashMap;
import java.util.Map;

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
    /** So many combinations are remembered; what is prepared for another one is prepared anew when it comes back. */
    private static final int MOST = 256;

    /** All marks are as long as this, so that no text with one can be another text with another one. */
    private static final int LENGTH = 40;

    private final Map<Parameters, String> marks = new LinkedHashMap<>(4, 0.75f, true) {
        @Override
        protected boolean removeEldestEntry(Map.Entry<Parameters, String> eldest) {
            return size() > MOST;
        }
    };

    /** Of those that nobody has changed: only for texts that might be taken for others with a mark. */
    private final String none = next();

    private long made;
    private Parameters settings = Parameters.NONE;
    private String mark = none;

    /** Whether the settings may be others than those that were told. */
    private boolean moving;

    /** The session has these settings, for certain. */
    void are(Parameters now) {
        if (!moving && now == settings) {
            return;
        }
        moving = false;
        settings = now;
        mark = markOf(now.only(MeaningSettings.OF_PREPARED));
    }

    /**
     * What runs next changes the settings; until the next {@link #are} only the server knows them. What is prepared from now
     * on isn't found again.
     */
    void move() {
        moving = true;
        mark = next();
    }

    /**
     * What runs next may change the settings, or not. The second time nothing is kept apart any more: a session that runs
     * code which can't be looked into would prepare all anew each time, and with a connection of its own it wouldn't.
     */
    void mayMove() {
        if (!moving) {
            move();
        }
    }

    /** Whether the settings may be others than those that were told last. */
    boolean moving() {
        return moving;
    }

    /** The text as pgjdbc is to know it. */
    String marked(String sql) {
        return mark.equals(none) && !endsLikeAMark(sql) ? sql : sql + mark;
    }

    /** What to keep by this key, for those who have the same settings. */
    Object keyOf(Object key) {
        return mark.equals(none) ? key : new Key(mark, key);
    }

    private record Key(String mark, Object key) {}

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
