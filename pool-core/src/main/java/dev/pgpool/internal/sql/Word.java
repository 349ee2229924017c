package dev.pgpool.internal.sql;

import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * A name that has a meaning in SQL.
 *
 * @param name in lower case
 * @param keyword null if no rule names it
 * @param reserved whether, unquoted and unqualified, it can't be the name of a function
 * @param effect of the function in {@code pg_catalog} with this name; null if there is none, or none that is harmless
 */
record Word(
        String name,
        @Nullable Keyword keyword,
        boolean reserved,
        @Nullable FunctionEffect effect) {
    /** The functions that pgjdbc knows in <code>{fn …}</code> and replaces by harmless ones. */
    private static final Set<String> ESCAPES = Set.of(
            "char",
            "concat",
            "curdate",
            "curtime",
            "database",
            "dayname",
            "dayofmonth",
            "dayofweek",
            "dayofyear",
            "hour",
            "ifnull",
            "insert",
            "lcase",
            "locate",
            "log10",
            "minute",
            "month",
            "monthname",
            "power",
            "quarter",
            "second",
            "space",
            "substring",
            "timestampadd",
            "timestampdiff",
            "truncate",
            "ucase",
            "user",
            "week",
            "year");

    /** Open addressing, at most a quarter full: a look-up happens for most words of every text. */
    private static final int SLOTS = 1 << 14;

    private static final int FREE_BITS = Integer.numberOfLeadingZeros(SLOTS - 1);
    private static final @Nullable Word[] TABLE = table();

    /** One bit for each place of the table that is taken; most look-ups find none, and need no more memory than this. */
    private static final long[] TAKEN = taken();

    /** The names in the places of the table. */
    private static final char[][] LETTERS = Arrays.stream(TABLE)
            .map(word -> word == null ? new char[0] : word.name.toCharArray())
            .toArray(char[][]::new);

    /** The word at this place of a text, in any case. */
    static @Nullable Word find(char[] text, int start, int end) {
        int slot = slot(text, start, end);
        while ((TAKEN[slot >> 6] & 1L << slot) != 0) {
            if (isAt(LETTERS[slot], text, start, end)) {
                return TABLE[slot];
            }
            slot = (slot + 1) & (SLOTS - 1);
        }
        return null;
    }

    /** The word at this place of a text, in quotes: only lower case will do. */
    static @Nullable Word findQuoted(char[] text, int start, int end) {
        for (int i = start; i < end; i++) {
            if (Characters.fold(text[i]) != text[i]) {
                return null;
            }
        }
        return start == end ? null : find(text, start, end);
    }

    /** Whether <code>{fn name(…)}</code> is replaced by something harmless. */
    boolean escape() {
        return ESCAPES.contains(name);
    }

    private static boolean isAt(char[] letters, char[] text, int start, int end) {
        if (end - start != letters.length) {
            return false;
        }
        for (int i = 0; i < letters.length; i++) {
            if (Characters.fold(text[start + i]) != letters[i]) {
                return false;
            }
        }
        return true;
    }

    /** Where to begin to look for a name: its length and some of its characters tell most names apart. */
    private static int slot(char[] text, int start, int end) {
        int length = end - start;
        int ends = Characters.fold(text[start]) << 7 | Characters.fold(text[end - 1]);
        int within = Characters.fold(text[start + (length >> 1)]) << 7 | Characters.fold(text[end - (length >> 2) - 1]);
        return ((ends * 31 + within) * 31 + length) * 0x9E3779B9 >>> FREE_BITS;
    }

    private static @Nullable Word[] table() {
        Map<String, Word> words = new LinkedHashMap<>();
        for (String line : WordLists.harmlessFunctions()) {
            String name = line.split(" ")[0];
            words.put(name, new Word(name, null, false, FunctionEffect.NONE));
        }
        for (FunctionEffect effect : FunctionEffect.values()) {
            effect.functions().forEach(name -> words.put(name, new Word(name, null, false, effect)));
        }
        for (String name : WordLists.reservedWords()) {
            words.merge(
                    name,
                    new Word(name, null, true, null),
                    (function, word) -> new Word(name, null, true, function.effect));
        }
        ESCAPES.forEach(name -> words.putIfAbsent(name, new Word(name, null, false, null)));
        for (Keyword keyword : Keyword.values()) {
            String name = keyword.name().toLowerCase(Locale.ROOT);
            words.merge(
                    name,
                    new Word(name, keyword, false, null),
                    (known, word) -> new Word(name, keyword, known.reserved, known.effect));
        }
        return hashed(words);
    }

    private static @Nullable Word[] hashed(Map<String, Word> words) {
        @Nullable Word[] table = new @Nullable Word[SLOTS];
        for (Word word : words.values()) {
            int slot = slot(word.name.toCharArray(), 0, word.name.length());
            while (table[slot] != null) {
                slot = (slot + 1) & (SLOTS - 1);
            }
            table[slot] = word;
        }
        return table;
    }

    private static long[] taken() {
        long[] taken = new long[SLOTS / Long.SIZE];
        for (int slot = 0; slot < SLOTS; slot++) {
            if (TABLE[slot] != null) {
                taken[slot >> 6] |= 1L << slot;
            }
        }
        return taken;
    }
}
