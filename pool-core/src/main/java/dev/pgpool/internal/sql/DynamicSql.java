package dev.pgpool.internal.sql;

import dev.pgpool.internal.sql.DynamicText.Hole;
import dev.pgpool.pool.PinReason;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What a SQL text does, whatever is filled into its holes.
 *
 * <p>That can be told where a hole is a token of its own, and where a name is what it seems to be: PostgreSQL quotes the
 * reserved words, so that what is filled in reads as a name in these places, whatever it is, but could as well be another
 * keyword elsewhere. Everything else could be anything.
 */
final class DynamicSql {
    /** Statements whose holes are understood. */
    private static final Set<String> VERBS = Set.of(
            "alter",
            "analyze",
            "comment",
            "create",
            "delete",
            "drop",
            "grant",
            "insert",
            "lock",
            "merge",
            "notify",
            "refresh",
            "revoke",
            "select",
            "set",
            "table",
            "truncate",
            "update",
            "values",
            "with");

    /** Words behind which only a name, or an operand, can follow. */
    private static final Set<String> BEFORE_NAME = Set.of(
            "and",
            "by",
            "column",
            "constraint",
            "distinct",
            "else",
            "exists",
            "from",
            "index",
            "join",
            "like",
            "not",
            "of",
            "on",
            "only",
            "or",
            "partition",
            "policy",
            "references",
            "role",
            "schema",
            "select",
            "sequence",
            "table",
            "then",
            "to",
            "trigger",
            "truncate",
            "update",
            "using",
            "view",
            "when",
            "where");

    /** Words that may follow an operand, and don't make a statement of the word before them. */
    private static final Set<String> BEHIND_OPERAND =
            Set.of("and", "asc", "between", "desc", "ilike", "in", "is", "like", "not", "or");

    private final BodyTokens tokens;
    private final List<Hole> holes;
    private final Set<PinReason> leaves = new LinkedHashSet<>();

    private int next;
    /** The word that the statement begins with, and where. */
    private String verb = "";

    private int first;
    /** Where the columns begin of an update whose table could be {@code pg_settings}; -1 where there is none. */
    private int columnsOfAnyTable = -1;

    private DynamicSql(BodyTokens tokens, List<Hole> holes) {
        this.tokens = tokens;
        this.holes = holes;
    }

    /** What running the text does; null if it could do anything. */
    static @Nullable SqlTraits traits(DynamicText dynamic) {
        SqlTraits traits = SqlClassifier.traits(dynamic.text());
        if (dynamic.holes().isEmpty()) {
            return traits;
        }
        DynamicSql sql = new DynamicSql(new BodyTokens(dynamic.text()), dynamic.holes());
        return sql.understood() ? traits.and(SqlTraits.HARMLESS.withLeaves(sql.leaves)) : null;
    }

    private boolean understood() {
        if (!tokens.clear()) {
            return false;
        }
        boolean begins = true;
        for (int i = 0; i < tokens.size(); i++) {
            if (begins && tokens.token(i) != Token.OPEN) {
                verb = tokens.word(i);
                first = i;
                columnsOfAnyTable = -1;
            }
            begins = tokens.isEnd(i) || begins && tokens.token(i) == Token.OPEN;
            Hole hole = holeAt(i);
            if (hole != null && !fits(hole, i)) {
                return false;
            }
            watchUpdate(i);
        }
        // A hole that is no token of its own stands in a literal or comment.
        return next == holes.size();
    }

    private @Nullable Hole holeAt(int index) {
        if (next == holes.size()) {
            return null;
        }
        Hole hole = holes.get(next);
        if (tokens.start(index) != hole.start() || tokens.end(index) != hole.end()) {
            return null;
        }
        next++;
        return hole;
    }

    private boolean fits(Hole hole, int at) {
        if (!VERBS.contains(verb) || at == first || joins(hole.start() - 1) || joins(hole.end())) {
            return false;
        }
        return hole.name() ? nameFits(at) : valueFits(at);
    }

    /** Whether what is at this place could become one token with what fills the hole next to it. */
    private boolean joins(int place) {
        char c = tokens.charAt(place);
        return Characters.isNamePart(c) || c == '\'' || c == '"' || c == '&';
    }

    private boolean valueFits(int at) {
        Token before = tokens.token(at - 1);
        Token behind = at + 1 < tokens.size() ? tokens.token(at + 1) : Token.END;
        return before != Token.LITERAL && before != Token.DOT && behind != Token.LITERAL;
    }

    private boolean nameFits(int at) {
        Token behind = at + 1 < tokens.size() ? tokens.token(at + 1) : Token.SEMICOLON;
        if (behind == Token.DOT) {
            noteSchema(at);
            return true;
        }
        return switch (tokens.token(at - 1)) {
            case DOT, COMMA, OPERATOR, CAST -> true;
            // WITH x AS (delete FROM …)
            case OPEN ->
                behind != Token.WORD && behind != Token.QUOTED_NAME && behind != Token.LITERAL
                        || verb.equals("create")
                        || BEHIND_OPERAND.contains(tokens.word(at + 1));
            case WORD -> nameFitsBehind(tokens.word(at - 1), at);
            default -> false;
        };
    }

    private boolean nameFitsBehind(String word, int at) {
        return switch (word) {
            case "into" -> isInsert(at - 1);
            case "set" -> !verb.equals("set") && !verb.equals("alter") && tokens.isSymbol(at + 1, '=');
            case "as" -> !verb.equals("create");
            case "analyze", "notify" -> at - 1 == first;
            default -> BEFORE_NAME.contains(word);
        };
    }

    private boolean isInsert(int into) {
        return into > 0 && (tokens.isWord(into - 1, "insert") || tokens.isWord(into - 1, "merge"));
    }

    /** The schema could be pg_temp; where a table may be made, it is then a temporary one. */
    private void noteSchema(int at) {
        boolean makes = verb.equals("create")
                || verb.equals("alter")
                || tokens.isWord(at - 1, "table")
                || tokens.isWord(at - 1, "into") && !isInsert(at - 1);
        if (makes) {
            leaves.add(PinReason.TEMPORARY_OBJECT);
        }
    }

    /** {@code UPDATE pg_settings SET setting = …} changes a setting, and any of these names could come from a hole. */
    private void watchUpdate(int at) {
        boolean column = columnsOfAnyTable >= 0 && at >= columnsOfAnyTable;
        if (column
                && (isNameHole(at)
                        || tokens.isName(at) && tokens.text(at, at + 1).contains("setting"))) {
            leaves.add(PinReason.SETTING);
        }
        if (tokens.isWord(at, "update")) {
            int table = at + 1;
            while (tokens.isWord(table, "only") || table < tokens.size() && tokens.token(table) == Token.OPEN) {
                table++;
            }
            boolean qualified = table + 2 < tokens.size() && tokens.token(table + 1) == Token.DOT;
            boolean ofCatalog = !qualified || isNameHole(table) || tokens.isWord(table, "pg_catalog");
            int name = qualified ? table + 2 : table;
            if (ofCatalog && isNameHole(name)) {
                columnsOfAnyTable = name + 1;
            }
        }
    }

    private boolean isNameHole(int at) {
        return at < tokens.size() && holes.stream().anyMatch(hole -> hole.name() && hole.start() == tokens.start(at));
    }
}
