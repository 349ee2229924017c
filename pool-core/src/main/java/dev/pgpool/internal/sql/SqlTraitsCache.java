package dev.pgpool.internal.sql;

import dev.pgpool.pool.PinReason;
import java.util.Locale;

/** What is known of each SQL text. */
public final class SqlTraitsCache {
    public SqlTraits traits(String sql) {
        int parameters = (int) sql.chars().filter(c -> c == '?').count();
        String text = sql.strip().toLowerCase(Locale.ROOT);
        boolean harmless = text.matches("(?s)(select|insert|update|delete|values|with|begin|commit|rollback).*")
                && !text.matches("(?s).*(set_config|advisory|temp).*");
        return new SqlTraits(
                harmless ? null : PinReason.UNKNOWN_STATEMENT,
                parameters,
                text.startsWith("begin"),
                true,
                text.contains("insert") || text.contains("nextval"),
                text.contains("currval") || text.contains("lastval"));
    }
}
