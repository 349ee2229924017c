package dev.pgpool.internal.sql;

import dev.pgpool.pool.PinReason;
import org.jspecify.annotations.Nullable;

/** SET, RESET and DISCARD: the names of the settings that they change, and the state that they end. */
final class SettingRules {
    private SettingRules() {}

    /**
     * {@code SET [LOCAL | SESSION] name = …} and its special forms.
     *
     * <p>Any first word may be a name: {@code SET local.name = …} sets a parameter of the session.
     */
    static void set(Statement statement) {
        statement.next();
        Keyword scope = statement.keyword();
        String name = name(statement);
        if (isAssigned(statement)) {
            assigned(statement, name);
        } else if (scope == Keyword.LOCAL) {
            local(statement);
        } else if (scope == Keyword.CONSTRAINTS) {
            // Triggers that were put off run now.
            statement.findings().effect(Effect.CHANGES);
            StatementRules.runsHiddenCode(statement);
        } else if (scope == Keyword.SESSION && !isOfSession(statement)) {
            Keyword word = statement.keyword();
            String ofSession = name(statement);
            if (isAssigned(statement)) {
                assigned(statement, ofSession);
            } else {
                special(statement, word);
            }
        } else {
            special(statement, scope);
        }
    }

    /** {@code RESET name}, {@code RESET ALL} and the special forms. */
    static void reset(Statement statement) {
        statement.next();
        Keyword word = statement.keyword();
        String name = name(statement);
        if (!statement.atEnd()) {
            special(statement, word);
        } else if (word == Keyword.ALL) {
            statement.findings().ends(PinReason.SETTING);
        } else {
            changed(statement, name);
        }
    }

    /** {@code DISCARD ALL | TEMP | PLANS | SEQUENCES}. */
    static void discard(Statement statement) {
        statement.next();
        Findings findings = statement.findings();
        if (statement.keyword() == Keyword.ALL) {
            findings.ends(PinReason.SETTING);
            findings.ends(PinReason.TEMPORARY_OBJECT);
            findings.ends(PinReason.ADVISORY_LOCK);
            findings.ends(PinReason.LISTEN);
            findings.ends(PinReason.PREPARED_STATEMENT);
            findings.ends(PinReason.HOLDABLE_CURSOR);
        } else if (statement.keyword() == Keyword.TEMP || statement.keyword() == Keyword.TEMPORARY) {
            findings.ends(PinReason.TEMPORARY_OBJECT);
        } else if (!statement.isWord("plans") && !statement.isWord("sequences")) {
            findings.leaves(PinReason.UNKNOWN_STATEMENT);
        }
        statement.skip();
    }

    /** What follows LOCAL ends with the transaction. */
    private static void local(Statement statement) {
        if (statement.token().isName()) {
            boolean transaction = statement.keyword() == Keyword.TRANSACTION;
            String name = name(statement);
            if (isAssigned(statement)) {
                SettingNames.changedInTransaction(statement.findings(), name);
            } else if (!transaction) {
                // ROLE, TIME ZONE, SCHEMA and other forms of their own.
                SettingNames.changedInTransaction(statement.findings(), null);
            }
        } else {
            statement.findings().leaves(PinReason.SETTING);
        }
        statement.skip();
    }

    /** The forms with keywords of their own; the current token stands behind the first of them. */
    private static void special(Statement statement, @Nullable Keyword word) {
        Findings findings = statement.findings();
        switch (word == null ? Keyword.SET : word) {
            case TRANSACTION -> {}
            case TIME -> changedIf(statement, statement.keyword() == Keyword.ZONE, "timezone");
            case SCHEMA -> findings.changes("search_path");
            case ROLE -> findings.changes("role");
            case NAMES -> findings.changes("client_encoding");
            case XML -> changedIf(statement, statement.isWord("option"), "xmloption");
            case SESSION -> {
                if (statement.isWord("characteristics")) {
                    findings.changes("default_transaction_isolation");
                    findings.changes("default_transaction_read_only");
                    findings.changes("default_transaction_deferrable");
                } else {
                    changedIf(statement, statement.isWord("authorization"), "session_authorization");
                }
            }
            default -> findings.leaves(PinReason.SETTING);
        }
        statement.skip();
    }

    private static boolean isOfSession(Statement statement) {
        return statement.isWord("characteristics") || statement.isWord("authorization");
    }

    private static void changedIf(Statement statement, boolean known, String name) {
        SettingNames.changed(statement.findings(), known ? name : null);
    }

    private static void changed(Statement statement, @Nullable String name) {
        SettingNames.changed(statement.findings(), name);
        statement.skip();
    }

    /** {@code = value} or {@code TO value}; the current token is the first of these. */
    private static void assigned(Statement statement, @Nullable String name) {
        boolean fromCurrent = statement.isWord("from");
        statement.next();
        if (fromCurrent || statement.keyword() == Keyword.DEFAULT) {
            changed(statement, name);
        } else {
            SettingNames.assigned(statement.findings(), name);
            statement.skip();
        }
    }

    private static boolean isAssigned(Statement statement) {
        return statement.token() == Token.OPERATOR || statement.keyword() == Keyword.TO || statement.isWord("from");
    }

    /** Moves behind a name, with dots or without; null if it can't be told. */
    private static @Nullable String name(Statement statement) {
        String name = statement.name();
        while (statement.next() == Token.DOT) {
            statement.next();
            String part = statement.name();
            name = name == null || part == null ? null : name + '.' + part;
        }
        return name;
    }
}
