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

    private final SqlScanner scanner;
    private final Findings findings;
    private final @Nullable Keyword verb;
    private final boolean index;

    private Role[] roles = new Role[16];
    private int[] commas = new int[16];
    /** The first argument of {@code set_config}, where it is a plain literal. */
    private @Nullable String[] settings = new @Nullable String[16];

    private int depth;
    /** The role of the innermost open parenthesis; PLAIN if none is open. */
    private Role inside = Role.PLAIN;

    private int cases;
    private int setClauses;
    /** Whether <code>{call name}</code> was begun and its parenthesis, which may be missing, not yet met. */
    private boolean calls;

    private Token previous = Token.END;
    private @Nullable Keyword previousKeyword;
    private @Nullable Word previousWord;
    private Role closed = Role.PLAIN;
    /** The plain literal that the previous token is, right behind {@code set_config(}. */
    private @Nullable String firstArgument;
    /** Whether the latest comma came right behind the query of a common table expression. */
    private boolean commaBehindBody;
    /** Whether AS, AS MATERIALIZED or AS NOT MATERIALIZED came right behind the name of such an expression. */
    private boolean bodyFollows;

    // The name that ends with the previous token, and the token before the name.
    private int parts;
    private boolean firstPartIsCatalog;
    private boolean inCatalog;
    private boolean escaped;
    private int nameStart;
    private int nameEnd;
    private Token before = Token.END;
    private @Nullable Keyword beforeKeyword;
    private boolean beforeIsPrefix;

    /**
     * Begins before the first token of a statement.
     *
     * @param verb the keyword that the statement begins with
     * @param index whether it is CREATE INDEX, where the table and the method stand right before a list
     */
    CallWatch(SqlScanner scanner, Findings findings, @Nullable Keyword verb, boolean index) {
        this.scanner = scanner;
        this.findings = findings;
        this.verb = verb;
        this.index = index;
    }

    /**
     * Takes the current token of the scanner.
     *
     * @param known the meaning of an unquoted word; null if it has none
     */
    void token(Token token, @Nullable Word known) {
        Role within = inside;
        Keyword keyword = null;
        switch (token) {
            case WORD, QUOTED_NAME -> keyword = name(known);
            case OPEN -> open();
            case CLOSE -> close();
            case COMMA -> comma();
            case DOT -> parts = previous.isName() ? parts : 2;
            case CALL_ESCAPE, RESULT_CALL_ESCAPE -> calls = true;
            default -> {}
        }
        if (within != Role.PLAIN) {
            within(within, token, keyword);
        }
        if (!token.isName()) {
            bodyFollows = false;
        }
        previous = token;
        // To write a reference costs more than to read one, and most tokens have no meaning.
        if (previousKeyword != keyword) {
            previousKeyword = keyword;
        }
        if (previousWord != known) {
            previousWord = known;
        }
    }

    /** Takes a token in parentheses of this role. */
    private void within(Role role, Token token, @Nullable Keyword keyword) {
        switch (role) {
            case SET_CONFIG -> {
                firstArgument = token == Token.LITERAL && previous == Token.OPEN ? scanner.literal() : null;
            }
            case JOINED -> {
                if (previous == Token.OPEN && !beginsQuery(keyword)) {
                    findings.leaves(PinReason.FUNCTION);
                }
            }
            case OPERATOR_NAME -> operatorName(token);
            default -> {}
        }
    }

    private void comma() {
        commaBehindBody = previous == Token.CLOSE && closed == Role.CTE_BODY;
        if (inside == Role.SET_CONFIG && commas[depth - 1]++ == 0) {
            settings[depth - 1] = firstArgument;
        }
    }

    private static boolean beginsQuery(@Nullable Keyword keyword) {
        return keyword == Keyword.SELECT
                || keyword == Keyword.WITH
                || keyword == Keyword.VALUES
                || keyword == Keyword.TABLE;
    }

    /** To be called behind the last token of the statement. */
    void end() {
        if (calls) {
            findings.leaves(PinReason.FUNCTION);
        }
        for (int i = 0; i < depth; i++) {
            if (roles[i] == Role.SET_CONFIG) {
                findings.leaves(PinReason.SETTING);
            }
        }
    }

    /** Takes a name or keyword; answers the keyword. */
    private @Nullable Keyword name(@Nullable Word word) {
        if (previous == Token.DOT) {
            parts++;
            nameStart = scanner.start();
            nameEnd = scanner.end();
            inCatalog = parts == 2 && firstPartIsCatalog;
            bodyFollows = false;
            return null;
        }
        boolean escapedHere = scanner.isEscapedFunction();
        if (escapedHere && previous.isName() && role() == Role.SET_CONFIG) {
            // What pgjdbc puts here may begin with a parenthesis.
            findings.leaves(PinReason.SETTING);
        }
        escaped = escapedHere;
        nameStart = scanner.start();
        nameEnd = scanner.end();
        boolean behindCteName = word != null && word.keyword() == Keyword.AS && isCteName();
        parts = 1;
        firstPartIsCatalog = scanner.nameIs("pg_catalog");
        inCatalog = true;
        before = previous;
        if (beforeKeyword != previousKeyword) {
            beforeKeyword = previousKeyword;
        }
        beforeIsPrefix = previous == Token.CLOSE && (closed == Role.PREFIX || closed == Role.OPERATOR_NAME);
        if (word == null || word.keyword() == null) {
            bodyFollows = false;
            return null;
        }
        return keyword(word.keyword(), behindCteName);
    }

    /** Draws the conclusions from a keyword; answers what to remember it as. */
    private Keyword keyword(Keyword keyword, boolean behindCteName) {
        bodyFollows = keyword == Keyword.AS && behindCteName
                || bodyFollows && (keyword == Keyword.NOT || keyword == Keyword.MATERIALIZED);
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

    /** Whether what ends with the previous token is the name of a common table expression, with or without columns. */
    private boolean isCteName() {
        return previous == Token.CLOSE ? closed == Role.CTE_LIST : previous.isName() && parts == 1 && beginsCte();
    }

    private boolean beginsCte() {
        return (beforeKeyword == Keyword.WITH || beforeKeyword == Keyword.RECURSIVE)
                        && previousKeyword != Keyword.ORDINALITY
                        && previousKeyword != Keyword.RECURSIVE
                || before == Token.COMMA && commaBehindBody;
    }

    private void open() {
        calls &= !isCallEscape(before) || !previous.isName();
        Role role = role();
        if (depth == roles.length) {
            roles = Arrays.copyOf(roles, depth * 2);
            commas = Arrays.copyOf(commas, depth * 2);
            settings = Arrays.copyOf(settings, depth * 2);
        }
        roles[depth] = role;
        commas[depth] = 0;
        settings[depth] = null;
        depth++;
        inside = role;
    }

    private static boolean isCallEscape(Token token) {
        return token == Token.CALL_ESCAPE || token == Token.RESULT_CALL_ESCAPE;
    }

    private void close() {
        if (depth == 0) {
            closed = Role.PLAIN;
            return;
        }
        depth--;
        closed = roles[depth];
        inside = depth == 0 ? Role.PLAIN : roles[depth - 1];
        if (closed == Role.SET_CONFIG) {
            boolean local = commas[depth] == 2 && previousKeyword == Keyword.TRUE && before == Token.COMMA;
            if (local) {
                SettingNames.changedInTransaction(findings, settings[depth]);
            } else {
                SettingNames.changed(findings, settings[depth]);
            }
        }
    }

    private Role role() {
        if (bodyFollows) {
            return Role.CTE_BODY;
        }
        if (!previous.isName()) {
            return Role.PLAIN;
        }
        Word word = previousWord;
        if (previous == Token.WORD && parts == 1 && word != null) {
            if (escaped && word.escape()) {
                return Role.PLAIN;
            }
            if (word.reserved()) {
                return previousKeyword == Keyword.DISTINCT || previousKeyword == Keyword.WITH
                        ? Role.PREFIX
                        : Role.PLAIN;
            }
            Role role = previousKeyword == null ? null : keywordRole(previousKeyword);
            if (role != null) {
                return role;
            }
        }
        if (isListed()) {
            return parts == 1 && beginsCte() ? Role.CTE_LIST : Role.LIST;
        }
        return call();
    }

    /** Whether the place of the name proves that it is no function: what follows is a list of columns or modifiers. */
    private boolean isListed() {
        if (before == Token.CAST || before == Token.COMMA && commaBehindBody) {
            return true;
        }
        // An operand never follows another one; so this is an alias, or OVER, FILTER and their like.
        if (before == Token.CLOSE) {
            return !beforeIsPrefix;
        }
        if (beforeKeyword == null) {
            return false;
        }
        return switch (beforeKeyword) {
            case AS, INTO, INSERT, WITH, RECURSIVE, REFERENCES, ORDINALITY -> true;
            case ON, ONLY, USING -> index;
            case TYPE -> verb == Keyword.ALTER;
            default -> false;
        };
    }

    /** What the parenthesis behind an unreserved keyword is; null if the keyword may be the name of a function here. */
    private @Nullable Role keywordRole(Keyword keyword) {
        return switch (keyword) {
            case GROUP -> Role.PLAIN;
            case BY -> after(Keyword.ORDER, Keyword.PARTITION) ? Role.PLAIN : null;
            case ROLLUP, CUBE -> after(Keyword.GROUP, Keyword.GROUP) ? Role.PLAIN : null;
            case BERNOULLI, SYSTEM -> after(Keyword.TABLESAMPLE, Keyword.TABLESAMPLE) ? Role.PLAIN : null;
            case SETS -> after(Keyword.GROUPING, Keyword.GROUPING) ? Role.PLAIN : null;
            case CONFLICT -> after(Keyword.ON, Keyword.ON) ? Role.PLAIN : null;
            case ZONE -> after(Keyword.TIME, Keyword.TIME) ? Role.PLAIN : null;
            case FIRST, NEXT -> after(Keyword.FETCH, Keyword.FETCH) ? Role.PLAIN : null;
            case KEY -> after(Keyword.PRIMARY, Keyword.FOREIGN) ? Role.LIST : null;
            case VARYING ->
                after(Keyword.CHARACTER, Keyword.CHAR) || after(Keyword.BIT, Keyword.NCHAR) ? Role.LIST : null;
            case SET -> isSetClause() ? Role.PLAIN : null;
            case RESET -> verb == Keyword.ALTER && depth == 0 ? Role.LIST : null;
            case INSERT ->
                verb == Keyword.MERGE && depth == 0 && cases == 0 && after(Keyword.THEN, Keyword.THEN)
                        ? Role.LIST
                        : null;
            case JOIN -> isJoin() ? Role.PLAIN : Role.JOINED;
            case ILIKE -> Role.PLAIN;
            case OPERATOR -> Role.OPERATOR_NAME;
            default -> null;
        };
    }

    private boolean after(Keyword one, Keyword other) {
        return beforeKeyword == one || beforeKeyword == other;
    }

    private boolean isSetClause() {
        if (verb == Keyword.ALTER) {
            return depth == 0;
        }
        boolean first = verb == Keyword.UPDATE && depth == 0 && setClauses == 1;
        return first || beforeKeyword == Keyword.UPDATE;
    }

    private boolean isJoin() {
        if (beforeKeyword == null) {
            return false;
        }
        return switch (beforeKeyword) {
            case INNER, OUTER, LEFT, RIGHT, FULL, CROSS -> true;
            default -> false;
        };
    }

    private Role call() {
        Word word = previous == Token.QUOTED_NAME
                ? scanner.quotedWord(nameStart, nameEnd)
                : scanner.unquotedWord(nameStart, nameEnd);
        FunctionEffect effect = word == null || !inCatalog ? null : word.effect();
        if (effect == null || isProcedureCall()) {
            callsUnknown();
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

    /** Whether the name may be that of a procedure; none of those is built in. */
    private boolean isProcedureCall() {
        return before == Token.CALL_ESCAPE || verb == Keyword.CALL && before == Token.END;
    }

    private void callsUnknown() {
        boolean quoted = previous == Token.QUOTED_NAME;
        // A user's function of the same name says nothing about one of pg_catalog; and pgjdbc puts the result of a call
        // behind the first parenthesis, even if that is part of a name.
        boolean hidden = parts == 2 && firstPartIsCatalog || quoted && isCallEscape(before);
        String name = hidden ? null : scanner.storedName(nameStart, nameEnd, quoted);
        if (name == null) {
            findings.leaves(PinReason.FUNCTION);
        } else {
            findings.calls(name);
        }
    }

    /** Takes a token within {@code OPERATOR(…)}: only an operator of {@code pg_catalog} is known. */
    private void operatorName(Token token) {
        boolean known = switch (token) {
            case WORD, QUOTED_NAME -> previous == Token.OPEN && scanner.nameIs("pg_catalog");
            case DOT -> previous.isName();
            case OPERATOR -> previous == Token.DOT || previous == Token.OPERATOR;
            case CLOSE -> previous == Token.OPERATOR;
            default -> false;
        };
        if (!known) {
            findings.leaves(PinReason.FUNCTION);
        }
    }
}
