package dev.pgpool.internal.sql;

import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A name that may be more than a name, because of how it is spelled.
 *
 * @param keyword null if no rule names it
 * @param reserved whether, unquoted and unqualified, it can't be the name of a function
 */
record Word(@Nullable Keyword keyword, boolean reserved) {
    /** Any name, quoted or not, that may lead to a temporary object. */
    static final Word TEMPORARY = new Word(null, false);

    /** Names of up to so many letters have a code each; the code of a longer one is that of its end. */
    private static final int LONGEST_CODED = 12;

    /** Open addressing, at most an eighth full: most names are none of these. */
    private static final int SLOTS = 1 << 11;

    private static final int FREE_BITS = Long.numberOfLeadingZeros(SLOTS - 1);

    /** The codes in the places of the table; zero in free ones. */
    private static final long[] CODES = new long[SLOTS];

    private static final String[] NAMES = new String[SLOTS];
    private static final Word[] WORDS = new Word[SLOTS];

    static {
        words().forEach(Word::put);
    }

    /**
     * The code of a name with one more letter, which may be an underscore: five bits, the same for both cases.
     *
     * @param before the code of the letters before it; zero if there are none
     */
    static long code(long before, char letter) {
        return before << 5 | letter & 31;
    }

    /**
     * The keyword or reserved word at this place of a text, in any case; null for all other names.
     *
     * @param code the code of the name, which has only letters of ASCII and underscores
     */
    static @Nullable Word find(long code, char[] text, int start, int end) {
        int slot = slot(code);
        while (CODES[slot] != 0) {
            if (CODES[slot] == code && isAt(NAMES[slot], text, start, end)) {
                return WORDS[slot];
            }
            slot = next(slot);
        }
        return null;
    }

    private static boolean isAt(String name, char[] text, int start, int end) {
        int length = name.length();
        if (end - start != length) {
            return false;
        }
        for (int i = 0; i < length - LONGEST_CODED; i++) {
            if (Characters.fold(text[start + i]) != name.charAt(i)) {
                return false;
            }
        }
        return true;
    }

    private static int slot(long code) {
        return (int) (code * 0x9E3779B97F4A7C15L >>> FREE_BITS);
    }

    private static int next(int slot) {
        return (slot + 1) & (SLOTS - 1);
    }

    private static void put(String name, Word word) {
        long code = 0;
        for (char letter : name.toCharArray()) {
            code = code(code, letter);
        }
        int slot = slot(code);
        while (CODES[slot] != 0) {
            slot = next(slot);
        }
        CODES[slot] = code;
        NAMES[slot] = name;
        WORDS[slot] = word;
    }

    private static Map<String, Word> words() {
        Map<String, Word> words = new HashMap<>();
        WordLists.reservedWords().forEach(name -> words.put(name, new Word(null, true)));
        for (Keyword keyword : Keyword.values()) {
            String name = keyword.name().toLowerCase(Locale.ROOT);
            words.put(name, new Word(keyword, words.containsKey(name)));
        }
        return words;
    }
}
