package dev.pgpool.internal.sql;

import java.util.regex.Pattern;

/** Texts of more than one statement. */
public final class SeveralStatements {
    /** Perhaps: the semicolon may be in a literal or a function's body. */
    private static final Pattern SEVERAL = Pattern.compile(";\\s*\\S");

    private SeveralStatements() {}

    /** Whether there may be several in this text; false only if there is at most one. */
    public static boolean mayBeIn(String sql) {
        return SEVERAL.matcher(sql).find();
    }
}
