package dev.pgpool.internal.sql;

import dev.pgpool.pool.PinReason;

/**
 * Tells from a SQL text alone what it may leave behind in the session that runs it.
 *
 * <p>It errs on one side only: a text is said to leave nothing behind if that is proven. What isn't recognised, what the
 * server and pgjdbc may read differently, and what the server can't parse is not proven.
 *
 * <p>Safe for use by many threads.
 */
public final class SqlClassifier {
    private SqlClassifier() {}

    /**
     * The traits of a text of any number of statements, as an application gives it to JDBC.
     *
     * <p>Markers are counted as pgjdbc counts them with {@code standard_conforming_strings} on.
     */
    public static SqlTraits traits(String sql) {
        SqlScanner scanner = new SqlScanner(sql, false);
        Findings findings = new Findings();
        read(scanner.tokens(), findings);
        if (scanner.rejected() || scanner.doubtful()) {
            findings.leaves(PinReason.UNKNOWN_STATEMENT);
        }
        if (scanner.readingsDiffer()) {
            // With standard_conforming_strings off, mostly this is no SQL any more; then the server only refuses it.
            SqlScanner other = new SqlScanner(sql, true);
            read(other.tokens(), findings);
            if (other.doubtful()) {
                findings.leaves(PinReason.UNKNOWN_STATEMENT);
            }
        }
        return findings.traits(scanner.markers());
    }

    private static void read(Tokens tokens, Findings findings) {
        Statement statement = new Statement(tokens, findings);
        while (statement.begin()) {
            StatementRules.apply(statement);
        }
    }
}
