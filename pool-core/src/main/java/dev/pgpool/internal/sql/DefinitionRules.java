package dev.pgpool.internal.sql;

import dev.pgpool.pool.PinReason;
import java.util.EnumSet;
import java.util.Set;

/**
 * What CREATE and ALTER do to the session, by the kind of object.
 *
 * <p>Most definitions only write catalogs. Where the server evaluates expressions (a query whose result becomes a table,
 * the bounds of a partition, an index, a default or constraint for existing rows), the functions in them count.
 */
final class DefinitionRules {
    /** Words between CREATE and the kind of object. */
    private static final Set<Keyword> MODIFIERS = EnumSet.of(
            Keyword.OR,
            Keyword.REPLACE,
            Keyword.GLOBAL,
            Keyword.LOCAL,
            Keyword.UNLOGGED,
            Keyword.UNIQUE,
            Keyword.RECURSIVE,
            Keyword.CONSTRAINT,
            Keyword.DEFAULT,
            Keyword.EVENT,
            Keyword.TRUSTED,
            Keyword.PROCEDURAL);

    /** Objects whose creation and change evaluates nothing. */
    private static final Set<Keyword> INERT = EnumSet.of(
            Keyword.VIEW,
            Keyword.SEQUENCE,
            Keyword.TYPE,
            Keyword.AGGREGATE,
            Keyword.TRIGGER,
            Keyword.RULE,
            Keyword.POLICY,
            Keyword.ROLE,
            Keyword.GROUP,
            Keyword.DATABASE,
            Keyword.TABLESPACE,
            Keyword.COLLATION,
            Keyword.CAST,
            Keyword.STATISTICS,
            Keyword.PUBLICATION,
            Keyword.SUBSCRIPTION,
            Keyword.OPERATOR,
            Keyword.TEXT,
            Keyword.CONVERSION,
            Keyword.TRANSFORM,
            Keyword.ACCESS,
            Keyword.SERVER);

    /** Objects that can be dropped in a transaction, and are there again if it is rolled back. */
    private static final Set<Keyword> DROPPED_WITH_TRANSACTION = EnumSet.of(
            Keyword.ACCESS,
            Keyword.AGGREGATE,
            Keyword.CAST,
            Keyword.COLLATION,
            Keyword.CONVERSION,
            Keyword.DOMAIN,
            Keyword.EVENT,
            Keyword.EXTENSION,
            Keyword.FOREIGN,
            Keyword.FUNCTION,
            Keyword.GROUP,
            Keyword.INDEX,
            Keyword.LANGUAGE,
            Keyword.MATERIALIZED,
            Keyword.OPERATOR,
            Keyword.OWNED,
            Keyword.POLICY,
            Keyword.PROCEDURAL,
            Keyword.PROCEDURE,
            Keyword.PUBLICATION,
            Keyword.ROLE,
            Keyword.ROUTINE,
            Keyword.RULE,
            Keyword.SCHEMA,
            Keyword.SEQUENCE,
            Keyword.SERVER,
            Keyword.STATISTICS,
            Keyword.TABLE,
            Keyword.TEXT,
            Keyword.TRANSFORM,
            Keyword.TRIGGER,
            Keyword.TYPE,
            Keyword.USER,
            Keyword.VIEW);

    private DefinitionRules() {}

    static void create(Statement statement) {
        statement.next();
        boolean materialized = false;
        while (isModifier(statement)) {
            materialized |= statement.keyword() == Keyword.MATERIALIZED;
            statement.next();
        }
        Keyword kind = statement.keyword();
        if (kind == null) {
            statement.leaves(PinReason.UNKNOWN_STATEMENT);
            return;
        }
        switch (kind) {
            case TABLE -> table(statement);
            case VIEW -> {
                if (materialized) {
                    table(statement);
                } else {
                    StatementRules.runsHiddenCode(statement);
                }
            }
            case INDEX -> statement.watch(Keyword.CREATE, true);
            case FUNCTION, PROCEDURE -> routine(statement);
            case FOREIGN -> foreign(statement);
            case SCHEMA -> schema(statement);
            case DOMAIN, USER -> StatementRules.runsHiddenCode(statement);
            default -> other(statement, kind);
        }
    }

    static void alter(Statement statement) {
        statement.next();
        while (statement.keyword() == Keyword.EVENT
                || statement.keyword() == Keyword.MATERIALIZED
                || statement.keyword() == Keyword.PROCEDURAL) {
            statement.next();
        }
        Keyword kind = statement.keyword();
        if (kind == null) {
            statement.leaves(PinReason.UNKNOWN_STATEMENT);
            return;
        }
        switch (kind) {
            case TABLE, DOMAIN -> {
                // A new column of existing rows may draw from a sequence.
                statement.findings().mayAdvanceSequence();
                statement.watch(Keyword.ALTER, false);
            }
            case FOREIGN -> alterForeign(statement);
            case INDEX, SCHEMA, FUNCTION, PROCEDURE, ROUTINE, LANGUAGE, DEFAULT, LARGE, USER ->
                StatementRules.runsHiddenCode(statement);
            case SYSTEM -> {
                statement.findings().effect(Effect.OUTSIDE);
                StatementRules.runsHiddenCode(statement);
            }
            default -> other(statement, kind);
        }
    }

    static void drop(Statement statement) {
        Findings findings = statement.findings();
        findings.ends(PinReason.TEMPORARY_OBJECT);
        statement.next();
        Keyword kind = statement.keyword();
        statement.next();
        if (kind == null || !DROPPED_WITH_TRANSACTION.contains(kind) || statement.keyword() == Keyword.CONCURRENTLY) {
            findings.effect(Effect.OUTSIDE);
        }
        StatementRules.runsHiddenCode(statement);
    }

    private static void other(Statement statement, Keyword kind) {
        if (kind == Keyword.DATABASE || kind == Keyword.TABLESPACE || kind == Keyword.SUBSCRIPTION) {
            statement.findings().effect(Effect.OUTSIDE);
        }
        if (INERT.contains(kind)) {
            StatementRules.runsHiddenCode(statement);
        } else {
            // A language is made by its extension, and extensions bring libraries.
            boolean library = kind == Keyword.EXTENSION || kind == Keyword.LANGUAGE;
            statement.leaves(library ? PinReason.LOADED_LIBRARY : PinReason.UNKNOWN_STATEMENT);
        }
    }

    private static boolean isModifier(Statement statement) {
        Keyword keyword = statement.keyword();
        if (keyword == Keyword.TEMP || keyword == Keyword.TEMPORARY) {
            statement.findings().leaves(PinReason.TEMPORARY_OBJECT);
            return true;
        }
        return keyword == Keyword.MATERIALIZED || keyword != null && MODIFIERS.contains(keyword);
    }

    /** A table or materialized view: the query behind AS is run, the bounds behind FOR VALUES are evaluated. */
    private static void table(Statement statement) {
        statement.findings().mayRunHiddenCode();
        if (!statement.moveTo(Keyword.AS, Keyword.FOR)) {
            return;
        }
        if (statement.keyword() == Keyword.AS) {
            statement.next();
            if (statement.keyword() == Keyword.EXECUTE) {
                StatementRules.execute(statement);
                return;
            }
        }
        statement.watch(Keyword.CREATE, false);
    }

    /** A function or procedure: its body isn't run, but another language than these is loaded to look at it. */
    private static void routine(Statement statement) {
        statement.findings().mayRunHiddenCode();
        boolean language = false;
        while (!statement.atEnd()) {
            if (language && !isBuiltInLanguage(statement)) {
                statement.findings().leaves(PinReason.LOADED_LIBRARY);
            }
            language = statement.keyword() == Keyword.LANGUAGE;
            statement.next();
        }
    }

    private static boolean isBuiltInLanguage(Statement statement) {
        return statement.isWord("sql")
                || statement.isWord("plpgsql")
                || statement.isLiteral("sql")
                || statement.isLiteral("plpgsql");
    }

    /** {@code CREATE FOREIGN TABLE}, or {@code DATA WRAPPER}: of a partition, the bounds are evaluated. */
    private static void foreign(Statement statement) {
        statement.findings().mayRunHiddenCode();
        statement.next();
        if (statement.keyword() == Keyword.TABLE && statement.moveTo(Keyword.FOR, Keyword.SERVER)) {
            while (!statement.atEnd() && statement.keyword() != Keyword.SERVER) {
                if (statement.token() == Token.OPEN) {
                    statement.watchParentheses();
                } else {
                    statement.next();
                }
            }
        }
        statement.skip();
    }

    /** {@code ALTER FOREIGN TABLE}, or {@code DATA WRAPPER}: expressions are evaluated for tables that inherit from it. */
    private static void alterForeign(Statement statement) {
        statement.findings().mayRunHiddenCode();
        statement.findings().mayAdvanceSequence();
        while (!statement.atEnd()) {
            if (statement.keyword() == Keyword.DEFAULT
                    || statement.isWord("check")
                    || statement.isWord("generated")
                    || statement.keyword() == Keyword.USING) {
                statement.watch(Keyword.ALTER, false);
                return;
            }
            statement.next();
        }
    }

    /** A schema with what is defined within it: tables without rows, of which only the bounds are evaluated. */
    private static void schema(Statement statement) {
        statement.findings().mayRunHiddenCode();
        if (statement.moveTo(Keyword.FOR, Keyword.FOR)) {
            statement.watch(Keyword.CREATE, false);
        }
    }
}
