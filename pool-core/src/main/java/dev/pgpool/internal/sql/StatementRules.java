package dev.pgpool.internal.sql;

import dev.pgpool.pool.PinReason;
import java.util.EnumMap;
import java.util.Map;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** What each statement does to the session, by the keyword that it begins with. */
final class StatementRules {
    /** How the names begin that pgjdbc gives to the statements it prepares. */
    private static final String PREPARED_BY_DRIVER = "S_";

    private static final Map<Keyword, Consumer<Statement>> RULES = new EnumMap<>(Keyword.class);

    static {
        // Queries: harmless if every function they call is.
        rule(StatementRules::query, Keyword.SELECT, Keyword.VALUES, Keyword.TABLE, Keyword.WITH);
        rule(StatementRules::query, Keyword.INSERT, Keyword.UPDATE, Keyword.DELETE, Keyword.MERGE);
        rule(StatementRules::query, Keyword.RETURN);
        rule(StatementRules::explain, Keyword.EXPLAIN);
        rule(StatementRules::declare, Keyword.DECLARE);

        // Control of transactions.
        rule(StatementRules::begin, Keyword.BEGIN, Keyword.START);
        rule(StatementRules::ends, Keyword.COMMIT, Keyword.END);
        rule(StatementRules::rollback, Keyword.ROLLBACK, Keyword.ABORT);
        rule(Statement::skip, Keyword.SAVEPOINT, Keyword.RELEASE);
        rule(StatementRules::prepare, Keyword.PREPARE);

        // Nothing that outlives the transaction; those below may run triggers or functions of indexes.
        rule(Statement::skip, Keyword.SHOW, Keyword.LOCK);
        rule(with(Effect.CHANGES, Statement::skip), Keyword.NOTIFY);
        rule(with(Effect.OUTSIDE, Statement::skip), Keyword.CHECKPOINT);
        rule(StatementRules::runsHiddenCode, Keyword.FETCH, Keyword.MOVE);
        rule(with(Effect.CHANGES, StatementRules::runsHiddenCode), Keyword.TRUNCATE, Keyword.COMMENT, Keyword.GRANT);
        rule(with(Effect.CHANGES, StatementRules::runsHiddenCode), Keyword.REVOKE, Keyword.REASSIGN);
        rule(with(Effect.CHANGES, StatementRules::runsHiddenCode), Keyword.SECURITY);
        rule(StatementRules::refresh, Keyword.REFRESH);
        // These may take several transactions.
        rule(with(Effect.OUTSIDE, StatementRules::runsHiddenCode), Keyword.ANALYZE, Keyword.ANALYSE, Keyword.VACUUM);
        rule(with(Effect.OUTSIDE, StatementRules::runsHiddenCode), Keyword.REINDEX, Keyword.CLUSTER);
        rule(definition(DefinitionRules::drop), Keyword.DROP);
        rule(definition(DefinitionRules::create), Keyword.CREATE);
        rule(definition(DefinitionRules::alter), Keyword.ALTER);
        // Asks another server.
        rule(definition(with(Effect.OUTSIDE, StatementRules::runsHiddenCode)), Keyword.IMPORT);

        // State of the session.
        rule(SettingRules::set, Keyword.SET);
        rule(SettingRules::reset, Keyword.RESET);
        rule(SettingRules::discard, Keyword.DISCARD);
        rule(leaving(PinReason.LISTEN), Keyword.LISTEN);
        rule(ending(PinReason.LISTEN), Keyword.UNLISTEN);
        rule(ending(PinReason.HOLDABLE_CURSOR), Keyword.CLOSE);
        rule(StatementRules::execute, Keyword.EXECUTE);
        rule(StatementRules::deallocate, Keyword.DEALLOCATE);
        rule(leaving(PinReason.LOADED_LIBRARY), Keyword.LOAD);

        // Code that isn't in the text, or data of files.
        rule(StatementRules::copy, Keyword.COPY);
        rule(DoRules::apply, Keyword.DO);
        rule(StatementRules::call, Keyword.CALL);
    }

    private StatementRules() {}

    /** Reads the statement to its end. */
    static void apply(Statement statement) {
        switch (statement.token()) {
            case OPEN, CALL_ESCAPE, RESULT_CALL_ESCAPE -> query(statement);
            default -> rule(statement.keyword()).accept(statement);
        }
    }

    private static Consumer<Statement> rule(@Nullable Keyword verb) {
        Consumer<Statement> rule = verb == null ? null : RULES.get(verb);
        return rule == null ? leaving(PinReason.UNKNOWN_STATEMENT) : rule;
    }

    private static void rule(Consumer<Statement> rule, Keyword... verbs) {
        for (Keyword verb : verbs) {
            RULES.put(verb, rule);
        }
    }

    private static Consumer<Statement> leaving(PinReason kind) {
        return statement -> statement.leaves(kind);
    }

    private static Consumer<Statement> ending(PinReason kind) {
        return statement -> {
            statement.findings().ends(kind);
            statement.skip();
        };
    }

    private static Consumer<Statement> with(Effect effect, Consumer<Statement> rule) {
        return statement -> {
            statement.findings().effect(effect);
            rule.accept(statement);
        };
    }

    private static Consumer<Statement> definition(Consumer<Statement> rule) {
        return statement -> {
            statement.findings().changesCatalog();
            rule.accept(statement);
        };
    }

    private static void query(Statement statement) {
        statement.watch(statement.keyword(), false);
    }

    /** {@code CALL name(…)}, where only a parenthesis makes a name a call. */
    private static void call(Statement statement) {
        statement.next();
        statement.watch(Keyword.CALL, false);
    }

    static void runsHiddenCode(Statement statement) {
        statement.findings().mayRunHiddenCode();
        statement.skip();
    }

    private static void begin(Statement statement) {
        statement.findings().begins();
        statement.skip();
    }

    private static void ends(Statement statement) {
        statement.findings().effect(Effect.ENDS_TRANSACTION);
        statement.skip();
    }

    /**
     * {@code ROLLBACK [WORK | TRANSACTION] TO savepoint} goes on with the transaction, all else ends one; {@code AND CHAIN}
     * begins another, and {@code PREPARED} is about one that outlives its session.
     */
    private static void rollback(Statement statement) {
        statement.next();
        if (statement.isWord("work") || statement.keyword() == Keyword.TRANSACTION) {
            statement.next();
        }
        if (statement.keyword() == Keyword.TO) {
            statement.skip();
        } else if (statement.atEnd()) {
            statement.findings().beginsOrRollsBack();
        } else {
            ends(statement);
        }
    }

    private static void refresh(Statement statement) {
        Findings findings = statement.findings();
        findings.mayRunHiddenCode();
        findings.effect(Effect.CHANGES);
        if (statement.moveTo(Keyword.CONCURRENTLY, Keyword.CONCURRENTLY)) {
            findings.effect(Effect.OUTSIDE);
        }
        statement.skip();
    }

    /** {@code EXPLAIN [(…)] [ANALYZE] [VERBOSE] statement}: with ANALYZE, what is explained is run. */
    private static void explain(Statement statement) {
        Effect before = statement.findings().effect();
        boolean runs = false;
        statement.next();
        if (statement.token() == Token.OPEN) {
            statement.next();
            if (statement.token() == Token.OPEN || isQuery(statement.keyword())) {
                query(statement);
                return;
            }
            while (!statement.atEnd() && statement.token() != Token.CLOSE) {
                runs |= isAnalyze(statement.keyword());
                statement.next();
            }
            statement.next();
        }
        while (isAnalyze(statement.keyword()) || statement.keyword() == Keyword.VERBOSE) {
            runs |= isAnalyze(statement.keyword());
            statement.next();
        }
        apply(statement);
        if (!runs) {
            statement.findings().forgetChanges(before);
        }
    }

    private static boolean isQuery(@Nullable Keyword keyword) {
        return keyword == Keyword.SELECT
                || keyword == Keyword.VALUES
                || keyword == Keyword.TABLE
                || keyword == Keyword.WITH;
    }

    private static boolean isAnalyze(@Nullable Keyword keyword) {
        return keyword == Keyword.ANALYZE || keyword == Keyword.ANALYSE;
    }

    private static void declare(Statement statement) {
        Keyword previous = null;
        while (!statement.atEnd() && statement.keyword() != Keyword.FOR) {
            if (previous == Keyword.WITH && statement.keyword() == Keyword.HOLD) {
                statement.findings().leaves(PinReason.HOLDABLE_CURSOR);
            }
            previous = statement.keyword();
            statement.next();
        }
        statement.watch(Keyword.DECLARE, false);
    }

    /**
     * {@code PREPARE TRANSACTION 'id'} ends a transaction; {@code PREPARE name AS …}, even if the name is "transaction",
     * prepares a statement.
     *
     * <p>What the statement does to the session happens when it is executed, by a text that doesn't show it. So one that
     * may do anything counts as not known from the moment that it can be executed.
     */
    private static void prepare(Statement statement) {
        statement.next();
        if (statement.keyword() == Keyword.TRANSACTION && statement.next() == Token.LITERAL) {
            ends(statement);
            return;
        }
        Findings findings = statement.findings();
        findings.leaves(PinReason.PREPARED_STATEMENT);
        int before = findings.noted();
        Effect effect = findings.effect();
        if (statement.moveTo(Keyword.AS, Keyword.AS)) {
            statement.next();
            query(statement);
            findings.forgetChanges(effect);
        }
        if (findings.noted() > before) {
            findings.leaves(PinReason.UNKNOWN_STATEMENT);
        }
    }

    /** {@code EXECUTE name (…)}: what it runs was judged by PREPARE; the values may call functions. */
    static void execute(Statement statement) {
        statement.findings().mayRunHiddenCode();
        statement.findings().mayAdvanceSequence();
        // What was prepared could be anything, and the text doesn't show it.
        statement.findings().effect(Effect.OUTSIDE);
        statement.next();
        if (statement.next() == Token.OPEN) {
            statement.watchParentheses();
        }
        statement.skip();
    }

    /** {@code DEALLOCATE [PREPARE] name | ALL}: of the latter, but not of names, the driver takes notice. */
    private static void deallocate(Statement statement) {
        Findings findings = statement.findings();
        findings.ends(PinReason.PREPARED_STATEMENT);
        while (statement.next() != Token.SEMICOLON && statement.token() != Token.END) {
            String name = statement.name();
            if (name == null || name.startsWith(PREPARED_BY_DRIVER)) {
                findings.deallocatesUnseen();
            }
        }
    }

    /**
     * {@code COPY table | (query) FROM | TO …}.
     *
     * <p>pgjdbc refuses data from and to the client. It ends a COPY FROM in such a way that, with preferQueryMode=simple,
     * the next answers are taken for those of other statements.
     */
    private static void copy(Statement statement) {
        statement.findings().mayRunHiddenCode();
        statement.next();
        if (statement.token() == Token.OPEN) {
            statement.watchParentheses();
        }
        while (!statement.atEnd() && !statement.isWord("from") && statement.keyword() != Keyword.TO) {
            statement.next();
        }
        boolean writes = statement.isWord("from");
        boolean client = statement.next() != Token.LITERAL && !statement.isWord("program");
        statement.findings().effect(client ? Effect.READS : Effect.OUTSIDE);
        if (writes) {
            statement.findings().mayAdvanceSequence();
            statement.findings().effect(Effect.CHANGES);
            if (client) {
                statement.findings().leaves(PinReason.COPY);
            }
            if (statement.moveTo(Keyword.WHERE, Keyword.WHERE)) {
                statement.watch(Keyword.COPY, false);
            }
        }
        statement.skip();
    }
}
