package dev.pgpool.internal.sql;

import dev.pgpool.pool.PinReason;
import java.util.EnumMap;
import java.util.Map;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** What each statement does to the session, by the keyword that it begins with. */
final class StatementRules {
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
        rule(Statement::skip, Keyword.COMMIT, Keyword.END, Keyword.ROLLBACK, Keyword.ABORT);
        rule(Statement::skip, Keyword.SAVEPOINT, Keyword.RELEASE);
        rule(StatementRules::prepare, Keyword.PREPARE);
        rule(StatementRules::set, Keyword.SET);

        // Nothing that outlives the transaction; those below may run triggers or functions of indexes.
        rule(Statement::skip, Keyword.SHOW, Keyword.LOCK, Keyword.NOTIFY, Keyword.CLOSE, Keyword.CHECKPOINT);
        rule(StatementRules::runsHiddenCode, Keyword.FETCH, Keyword.MOVE, Keyword.TRUNCATE, Keyword.COMMENT);
        rule(StatementRules::runsHiddenCode, Keyword.GRANT, Keyword.REVOKE, Keyword.REASSIGN, Keyword.REFRESH);
        rule(StatementRules::runsHiddenCode, Keyword.ANALYZE, Keyword.ANALYSE, Keyword.VACUUM, Keyword.REINDEX);
        rule(StatementRules::runsHiddenCode, Keyword.CLUSTER);
        rule(definition(StatementRules::runsHiddenCode), Keyword.DROP);
        rule(definition(DefinitionRules::create), Keyword.CREATE);
        rule(definition(DefinitionRules::alter), Keyword.ALTER);

        // State of the session.
        pins(PinReason.SETTING, Keyword.RESET, Keyword.DISCARD);
        pins(PinReason.LISTEN, Keyword.LISTEN, Keyword.UNLISTEN);
        pins(PinReason.PREPARED_STATEMENT, Keyword.EXECUTE, Keyword.DEALLOCATE);
        pins(PinReason.LOADED_LIBRARY, Keyword.LOAD);
        pins(PinReason.COPY, Keyword.COPY);
        pins(PinReason.PROCEDURE, Keyword.DO);
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
        return rule == null ? pinning(PinReason.UNKNOWN_STATEMENT) : rule;
    }

    private static void rule(Consumer<Statement> rule, Keyword... verbs) {
        for (Keyword verb : verbs) {
            RULES.put(verb, rule);
        }
    }

    private static void pins(PinReason reason, Keyword... verbs) {
        rule(pinning(reason), verbs);
    }

    private static Consumer<Statement> pinning(PinReason reason) {
        return statement -> statement.pins(reason);
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

    /** {@code EXPLAIN [(…)] [ANALYZE] [VERBOSE] statement}: what is explained may be run. */
    private static void explain(Statement statement) {
        statement.next();
        if (statement.token() == Token.OPEN) {
            statement.next();
            if (statement.token() == Token.OPEN || isQuery(statement.keyword())) {
                query(statement);
                return;
            }
            while (!statement.atEnd() && statement.token() != Token.CLOSE) {
                statement.next();
            }
            statement.next();
        }
        while (isOptionOfExplain(statement.keyword())) {
            statement.next();
        }
        apply(statement);
    }

    private static boolean isQuery(@Nullable Keyword keyword) {
        return keyword == Keyword.SELECT
                || keyword == Keyword.VALUES
                || keyword == Keyword.TABLE
                || keyword == Keyword.WITH;
    }

    private static boolean isOptionOfExplain(@Nullable Keyword keyword) {
        return keyword == Keyword.ANALYZE || keyword == Keyword.ANALYSE || keyword == Keyword.VERBOSE;
    }

    private static void declare(Statement statement) {
        Keyword previous = null;
        while (!statement.atEnd() && statement.keyword() != Keyword.FOR) {
            if (previous == Keyword.WITH && statement.keyword() == Keyword.HOLD) {
                statement.findings().pin(PinReason.HOLDABLE_CURSOR);
            }
            previous = statement.keyword();
            statement.next();
        }
        statement.watch(Keyword.DECLARE, false);
    }

    /** {@code PREPARE TRANSACTION 'id'} ends a transaction; {@code PREPARE transaction AS …} doesn't. */
    private static void prepare(Statement statement) {
        statement.next();
        boolean transaction = statement.keyword() == Keyword.TRANSACTION && statement.next() == Token.LITERAL;
        if (transaction) {
            statement.skip();
        } else {
            pinning(PinReason.PREPARED_STATEMENT).accept(statement);
        }
    }

    /**
     * {@code SET LOCAL name}, {@code SET TRANSACTION mode} and {@code SET CONSTRAINTS name} end with the transaction.
     *
     * <p>{@code SET local.name = …} and its like set a parameter of the session.
     */
    private static void set(Statement statement) {
        statement.next();
        Keyword scope = statement.keyword();
        Token behind = statement.next();
        boolean ends = (scope == Keyword.LOCAL || scope == Keyword.TRANSACTION || scope == Keyword.CONSTRAINTS)
                && behind.isName()
                && statement.keyword() != Keyword.TO;
        if (!ends) {
            statement.pins(PinReason.SETTING);
            return;
        }
        if (scope == Keyword.CONSTRAINTS) {
            statement.findings().mayRunHiddenCode();
        }
        statement.skip();
    }
}
