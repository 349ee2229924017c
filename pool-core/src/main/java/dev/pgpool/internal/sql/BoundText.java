package dev.pgpool.internal.sql;

import dev.pgpool.pool.PinReason;
import java.util.List;
import java.util.Set;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * A text with its parameters filled in, to be classified and never to be run: so that the name of a setting is known
 * that is a parameter of {@code set_config}.
 */
public final class BoundText {
    /** What may be the name of a setting, and needs no quoting in a literal. */
    private static final Pattern NAME = Pattern.compile("[A-Za-z_][A-Za-z0-9_.]*");

    private BoundText() {}

    /** Whether all that isn't known of a text is the name of a setting, which may be one of its parameters. */
    public static boolean mayTell(SqlTraits traits) {
        return traits.parameters() > 0 && traits.leaves().equals(Set.of(PinReason.SETTING));
    }

    /**
     * Fills in the values that may be names of settings.
     *
     * @param sql a text that {@link #mayTell} is true of
     * @param values one for each marker; null for what isn't known to reach the server as this text
     */
    public static String of(String sql, List<@Nullable String> values) {
        if (sql.indexOf('{') >= 0) {
            // In some JDBC escapes a marker isn't what it is elsewhere.
            return sql;
        }
        Tokens tokens = new SqlScanner(sql, false).tokens();
        StringBuilder text = new StringBuilder(sql.length() + 32);
        int copied = 0;
        int marker = 0;
        for (int at = 0; at < tokens.size(); at++) {
            if (tokens.kind(at) == Token.PARAMETER && sql.charAt(tokens.start(at)) == '?') {
                String value = marker < values.size() ? values.get(marker) : null;
                if (value != null && NAME.matcher(value).matches()) {
                    text.append(sql, copied, tokens.start(at))
                            .append('\'')
                            .append(value)
                            .append('\'');
                    copied = tokens.end(at);
                }
                marker++;
            }
        }
        return marker == values.size() ? text.append(sql, copied, sql.length()).toString() : sql;
    }
}
