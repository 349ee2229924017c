package dev.pgpool.internal.sql;

import dev.pgpool.pool.PinReason;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * Follows the tokens of one statement and finds the functions it calls.
 *
 * <p>A name before an opening parenthesis is a call, unless the place proves that it is a keyword, a type or a table with
 * a list of columns. A call is harmless if its name, unqualified or qualified with {@code pg_catalog}, is that of a
 * function of {@code pg_catalog} which is known to be.
 *
 * <p>A user's function may have such a name too. {@code pg_catalog} comes first in every search path that doesn't name
 * it, so an equal signature is never shadowed, but other argument types select the user's overload. This can't be told
 * from the text, no more than operators, casts and {@code row.function}, which call functions without parentheses. They
 * count among the code that {@link SqlTraits#mayRunHiddenCode} speaks of.
 */
final class CallWatch {
    /** What an open parenthesis belongs to. */
    private enum Role {
        /** A call, a group, a query: closing it ends an operand. */
        PLAIN,
        /** The arguments of {@code set_config}. */
        SET_CONFIG,
        /** The columns or type modifiers behind a name; may end the name of a common table expression. */
        LIST,
        CTE_LIST,
        /** The query of a common table expression. */
        CTE_BODY,
        /** {@code JOIN (…)}: a query, unless it is a call of a function named so. */
        JOINED,
        /** {@code OPERATOR(pg_catalog.+)}. */
        OPERATOR_NAME,
        /** {@code DISTINCT ON (…)}, {@code WITH (…)}: an operand may follow. */
        PREFIX
    }

    private final Tokens tokens;
    private final int first;
    private final Findings findings;
    private final @Nullable Keyword verb;
    private final boolean index;

    private Role[] roles = new Role[8];
    private int depth;
    /** The innermost open one; null if there is none. */
    private @Nullable SetConfigCall setConfig;

    /** What the parenthesis belonged to that was closed last. */
    private Role closed = Role.PLAIN;

    private int cases;
    private int setClauses;
    /** Whether <code>{call name}</code> was begun and its parenthesis, which may be missing, not yet met. */
    private boolean calls;
    /** The token that, as a parenthesis, begins the query of a common table expression. */
    private int cteBody = -1;

    // The latest keyword, and the one right before it, as what they are remembered.
    private int keywordAt = -2;
    private @Nullable Keyword latest;
    private @Nullable Keyword beforeLatest;

    /**
     * Begins before the first token of a statement, or of a part of it.
     *
     * @param verb the keyword that the statement begins with
     * @param index whether it is CREATE INDEX, where the table and the method stand right before a list
     */
    CallWatch(Tokens tokens, int first, Findings findings, @Nullable Keyword verb, boolean index) {
        this.tokens = tokens;
        this.first = first;
        this.findings = findings;
        this.verb = verb;
        this.index = index;
    }

    /** Takes the tokens from the first one up to the end of the statement; answers which one that is. */
    int rest() {
        int stop = tokens.stopFrom(first);
        int at = tokens.stop(stop);
        while (!tokens.isEnd(at)) {
            token(at);
            at = tokens.stop(++stop);
        }
        end();
        return at;
    }

    /** Takes what stands in parentheses, from the opening one on; answers what follows, at most the end of the statement. */
    int parentheses() {
        int stop = tokens.stopFrom(first);
        int at = tokens.stop(stop);
        do {
            token(at);
            at = depth == 0 ? at + 1 : tokens.stop(++stop);
        } while (depth > 0 && !tokens.isEnd(at));
        end();
        return at;
    }

    /** Takes the next token, which is a stop. */
    private void token(int at) {
        Token kind = tokens.kind(at);
        if (kind == Token.OPEN) {
            open(at);
        } else if (kind == Token.CLOSE) {
            close(at);
        } else if (kind.isName()) {
            name(at);
        } else if (isCallEscape(kind)) {
            calls = true;
        }
    }

    private void name(int at) {
        if (tokens.isTemporary(at)) {
            findings.leaves(PinReason.TEMPORARY_OBJECT);
        }
        if (tokens.isEscapedFunction(at) && kind(at - 1).isName()) {
            behindName(role(at));
        }
        Keyword keyword = tokens.keyword(at);
        if (keyword != null) {
            keyword(at, keyword);
        }
    }

    /** Takes an escaped function right behind a name: what pgjdbc puts there may begin with a parenthesis. */
    private void behindName(Role role) {
        switch (role) {
            case SET_CONFIG -> findings.leaves(PinReason.SETTING);
            case JOINED -> findings.leaves(PinReason.FUNCTION);
            default -> {}
        }
    }

    /** The kind of a token that was taken; END before the first one. */
    private Token kind(int at) {
        return at < first ? Token.END : tokens.kind(at);
    }

    private static boolean beginsQuery(@Nullable Keyword keyword) {
        return keyword == Keyword.SELECT
                || keyword == Keyword.WITH
                || keyword == Keyword.VALUES
                || keyword == Keyword.TABLE;
    }

    private void end() {
        if (calls) {
            findings.leaves(PinReason.FUNCTION);
        }
        if (setConfig != null) {
            findings.leaves(PinReason.SETTING);
        }
    }

    private void keyword(int at, Keyword keyword) {
        Keyword previous = remembered(at - 1);
        if (keyword == Keyword.AS && isCteName(at - 1)
                || cteBody == at && (keyword == Keyword.NOT || keyword == Keyword.MATERIALIZED)) {
            cteBody = at + 1;
        }
        latest = conclude(at, keyword, previous);
        beforeLatest = previous;
        keywordAt = at;
    }

    /** The token as the keyword that it is remembered as, if it is one of the latest two; null if it is none. */
    private @Nullable Keyword remembered(int at) {
        if (at == keywordAt) {
            return latest;
        }
        return at == keywordAt - 1 ? beforeLatest : null;
    }

    /** Draws the conclusions from a keyword; answers what to remember it as. */
    private Keyword conclude(int at, Keyword keyword, @Nullable Keyword previousKeyword) {
        switch (keyword) {
            case DEFAULT -> findings.mayAdvanceSequence();
            case INSERT, MERGE -> {
                findings.mayAdvanceSequence();
                findings.effect(Effect.CHANGES);
            }
            case DELETE -> findings.effect(Effect.CHANGES);
            case UPDATE -> {
                // FOR UPDATE and FOR NO KEY UPDATE lock only; no data change can stand behind these two words.
                if (previousKeyword != Keyword.FOR && previousKeyword != Keyword.KEY) {
                    findings.effect(Effect.CHANGES);
                }
                update(at + 1);
            }
            case CONCURRENTLY -> findings.effect(Effect.OUTSIDE);
            case CASE -> cases++;
            case END -> cases--;
            case SET -> setClauses += depth == 0 ? 1 : 0;
            case TEMP, TEMPORARY -> {
                if (previousKeyword == Keyword.INTO) {
                    findings.leaves(PinReason.TEMPORARY_OBJECT);
                }
            }
            case INTO -> {
                // The name behind INSERT INTO is a table's, even if it is "temp".
                if (previousKeyword == Keyword.INSERT || previousKeyword == Keyword.MERGE) {
                    return Keyword.INSERT;
                }
                // SELECT … INTO makes a table.
                findings.changesCatalog();
            }
            case LOCAL, GLOBAL -> {
                if (previousKeyword == Keyword.INTO) {
                    return Keyword.INTO;
                }
            }
            case ON -> {
                if (previousKeyword == Keyword.DISTINCT) {
                    return Keyword.DISTINCT;
                }
            }
            case BY -> {
                if (previousKeyword == Keyword.GROUP) {
                    return Keyword.GROUP;
                }
            }
            default -> {}
        }
        return keyword;
    }

    /** {@code UPDATE pg_settings}, at any depth: a rule of the view calls {@code set_config}. */
    private void update(int from) {
        int at = from;
        while (tokens.keyword(at) == Keyword.ONLY
                || tokens.kind(at) == Token.OPEN
                || tokens.kind(at) == Token.DOT
                || tokens.isNamed(at, "pg_catalog")) {
            at++;
        }
        if (tokens.isNamed(at, "pg_settings")) {
            findings.leaves(PinReason.SETTING);
        }
    }

    /** The first part of the name that ends with this token. */
    private int firstPart(int last) {
        int part = last;
        while (kind(part - 1) == Token.DOT && kind(part - 2).isName()) {
            part -= 2;
        }
        return part;
    }

    /** Whether what ends with this token is the name of a common table expression, with or without columns. */
    private boolean isCteName(int at) {
        if (kind(at) == Token.CLOSE) {
            return closed == Role.CTE_LIST;
        }
        return kind(at).isName() && beginsCte(at);
    }

    /** Whether a common table expression may begin with the name that is this token. */
    private boolean beginsCte(int at) {
        if (isCommaBehindBody(at - 1)) {
            return true;
        }
        Keyword before = remembered(at - 1);
        Keyword itself = remembered(at);
        return (before == Keyword.WITH || before == Keyword.RECURSIVE)
                && itself != Keyword.ORDINALITY
                && itself != Keyword.RECURSIVE;
    }

    /** Whether this is a comma behind the query of a common table expression, closed last of all parentheses. */
    private boolean isCommaBehindBody(int at) {
        return kind(at) == Token.COMMA && kind(at - 1) == Token.CLOSE && closed == Role.CTE_BODY;
    }

    private void open(int at) {
        Role role = role(at);
        if (depth == roles.length) {
            roles = Arrays.copyOf(roles, depth * 2);
        }
        roles[depth++] = role;
        calls &= !isCalled(at - 1);
        switch (role) {
            case SET_CONFIG -> setConfig = new SetConfigCall(at, setConfig);
            case JOINED -> {
                if (!tokens.isEnd(at + 1) && !beginsQuery(tokens.keyword(at + 1))) {
                    findings.leaves(PinReason.FUNCTION);
                }
            }
            case OPERATOR_NAME -> operatorName(at + 1);
            default -> {}
        }
    }

    /** Whether the name that ends with this token is that of <code>{call name}</code>. */
    private boolean isCalled(int last) {
        return calls && kind(last).isName() && isCallEscape(kind(firstPart(last) - 1));
    }

    private static boolean isCallEscape(Token token) {
        return token == Token.CALL_ESCAPE || token == Token.RESULT_CALL_ESCAPE;
    }

    private void close(int at) {
        if (depth == 0) {
            closed = Role.PLAIN;
            return;
        }
        closed = roles[--depth];
        if (closed == Role.SET_CONFIG && setConfig != null) {
            setConfig.note(tokens, at, findings);
            setConfig = setConfig.outer();
        }
    }

    /** What a parenthesis in this place belongs to; notes what is called. */
    private Role role(int at) {
        if (at == cteBody) {
            return Role.CTE_BODY;
        }
        int last = at - 1;
        if (!kind(last).isName()) {
            return Role.PLAIN;
        }
        if (tokens.isReplacedFunction(last)) {
            return Role.PLAIN;
        }
        Word word = tokens.word(last);
        Role role = word == null ? null : wordRole(last, word);
        if (role != null) {
            return role;
        }
        int name = firstPart(last);
        Token before = kind(name - 1);
        if (isListed(name - 1, before)) {
            return name == last && beginsCte(name) ? Role.CTE_LIST : Role.LIST;
        }
        return call(name, last, before);
    }

    /** What the parenthesis behind a word belongs to; null if the word may be the name of a function here. */
    private @Nullable Role wordRole(int at, Word word) {
        Keyword keyword = remembered(at);
        if (word.reserved()) {
            return keyword == Keyword.DISTINCT || keyword == Keyword.WITH ? Role.PREFIX : Role.PLAIN;
        }
        return keyword == null ? null : keywordRole(keyword, at);
    }

    /**
     * Whether the place of a name behind this token proves that it is no function: what follows is a list of columns or
     * modifiers.
     */
    private boolean isListed(int before, Token kind) {
        if (kind == Token.CAST || kind == Token.COMMA && isCommaBehindBody(before)) {
            return true;
        }
        // An operand never follows another one; so this is an alias, or OVER, FILTER and their like.
        if (kind == Token.CLOSE) {
            return closed != Role.PREFIX && closed != Role.OPERATOR_NAME;
        }
        Keyword keyword = remembered(before);
        if (keyword == null) {
            return false;
        }
        return switch (keyword) {
            case AS, INTO, INSERT, WITH, RECURSIVE, REFERENCES, ORDINALITY -> true;
            case ON, ONLY, USING -> index;
            case TYPE -> verb == Keyword.ALTER;
            default -> false;
        };
    }

    /** What the parenthesis behind an unreserved keyword is; null if the keyword may be the name of a function here. */
    private @Nullable Role keywordRole(Keyword keyword, int at) {
        Keyword before = remembered(at - 1);
        return switch (keyword) {
            case GROUP -> Role.PLAIN;
            case BY -> isOneOf(before, Keyword.ORDER, Keyword.PARTITION) ? Role.PLAIN : null;
            case ROLLUP, CUBE -> before == Keyword.GROUP ? Role.PLAIN : null;
            case BERNOULLI, SYSTEM -> before == Keyword.TABLESAMPLE ? Role.PLAIN : null;
            case SETS -> before == Keyword.GROUPING ? Role.PLAIN : null;
            case CONFLICT -> before == Keyword.ON ? Role.PLAIN : null;
            case ZONE -> before == Keyword.TIME ? Role.PLAIN : null;
            case FIRST, NEXT -> before == Keyword.FETCH ? Role.PLAIN : null;
            case KEY -> isOneOf(before, Keyword.PRIMARY, Keyword.FOREIGN) ? Role.LIST : null;
            case VARYING ->
                isOneOf(before, Keyword.CHARACTER, Keyword.CHAR) || isOneOf(before, Keyword.BIT, Keyword.NCHAR)
                        ? Role.LIST
                        : null;
            case SET -> isSetClause(before, at) ? Role.PLAIN : null;
            case RESET -> verb == Keyword.ALTER && beginsAction(at) ? Role.LIST : null;
            case INSERT ->
                verb == Keyword.MERGE && depth == 0 && cases == 0 && before == Keyword.THEN ? Role.LIST : null;
            case JOIN -> isJoin(before) ? Role.PLAIN : Role.JOINED;
            case ILIKE -> Role.PLAIN;
            case OPERATOR -> Role.OPERATOR_NAME;
            default -> null;
        };
    }

    private static boolean isOneOf(@Nullable Keyword keyword, Keyword one, Keyword other) {
        return keyword == one || keyword == other;
    }

    private boolean isSetClause(@Nullable Keyword before, int at) {
        if (verb == Keyword.ALTER) {
            return beginsAction(at);
        }
        boolean ofUpdate = verb == Keyword.UPDATE && depth == 0 && setClauses == 1;
        return ofUpdate || before == Keyword.UPDATE;
    }

    /** Whether this token of an ALTER follows a name or a comma; a function's name in an expression never does. */
    private boolean beginsAction(int at) {
        Token kind = kind(at - 1);
        return depth == 0 && (kind == Token.COMMA || kind.isName() && tokens.word(at - 1) == null);
    }

    private boolean isJoin(@Nullable Keyword before) {
        if (before == null) {
            return false;
        }
        return switch (before) {
            case INNER, OUTER, LEFT, RIGHT, FULL, CROSS -> true;
            default -> false;
        };
    }

    /** Notes the call of a function by a name, from its first part to its last. */
    private Role call(int name, int last, Token before) {
        boolean ofCatalog = name == last - 2 && tokens.isNamed(name, "pg_catalog");
        // Behind anything but a name, a dot is an error.
        boolean inCatalog = before != Token.DOT && (name == last || ofCatalog);
        FunctionEffect effect = inCatalog ? tokens.functionEffect(last) : null;
        // None of the procedures is built in.
        boolean procedure = before == Token.CALL_ESCAPE || verb == Keyword.CALL && before == Token.END;
        if (effect == null || procedure) {
            // A user's function of the same name says nothing about one of pg_catalog; and pgjdbc puts the result of a
            // call behind the first parenthesis, even if that is part of a name.
            boolean hidden = ofCatalog || kind(last) == Token.QUOTED_NAME && isCallEscape(before);
            callsUnknown(hidden ? null : tokens.name(last));
        }
        if (effect == null) {
            return Role.PLAIN;
        }
        switch (effect) {
            case NONE -> {}
            case CHANGES -> findings.effect(Effect.CHANGES);
            case OUTSIDE -> findings.effect(Effect.OUTSIDE);
            case SETTING -> {
                return Role.SET_CONFIG;
            }
            case SEED -> findings.leaves(PinReason.RANDOM_SEED);
            case LOCKS -> findings.leaves(PinReason.ADVISORY_LOCK);
            case UNLOCKS -> findings.ends(PinReason.ADVISORY_LOCK);
            case ADVANCES_SEQUENCE -> {
                findings.mayAdvanceSequence();
                findings.effect(Effect.CHANGES);
            }
            case READS_SEQUENCE -> findings.readsSequenceState();
        }
        return Role.PLAIN;
    }

    private void callsUnknown(@Nullable String name) {
        if (name == null) {
            findings.leaves(PinReason.FUNCTION);
        } else {
            findings.calls(name);
        }
    }

    /** Reads the name in {@code OPERATOR(…)}: only an operator of {@code pg_catalog} is known. */
    private void operatorName(int from) {
        int at = from;
        while (tokens.kind(at) != Token.CLOSE && isPartOfOperator(at)) {
            at++;
        }
        boolean known = tokens.kind(at) == Token.CLOSE && kind(at - 1) == Token.OPERATOR;
        if (!known && !tokens.isEnd(at)) {
            findings.leaves(PinReason.FUNCTION);
        }
    }

    private boolean isPartOfOperator(int at) {
        Token previous = kind(at - 1);
        return switch (tokens.kind(at)) {
            case WORD, QUOTED_NAME -> previous == Token.OPEN && tokens.isNamed(at, "pg_catalog");
            case DOT -> previous.isName();
            case OPERATOR -> previous == Token.DOT || previous == Token.OPERATOR;
            default -> false;
        };
    }
}
