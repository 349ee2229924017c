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
    /** The number of no word. */
    static final int NONE = 0;

    /** The number of any name, quoted or not, that may lead to a temporary object. */
    static final int TEMPORARY = 1;

    /** The number of the reserved words that no rule names; the others follow in the order of their keywords. */
    private static final int RESERVED = 2;

    /** Open addressing, at most an eighth full: most names are none of these. */
    private static final int SLOTS = 1 << 11;

    private static final int FREE_BITS = Long.numberOfLeadingZeros(SLOTS - 1);

    /** The beginnings of the names in the places of the table; zero in free ones. */
    private static final long[] BEGINNINGS = new long[SLOTS];

    private static final char[][] NAMES = new char[SLOTS][0];
    private static final short[] NUMBERS = new short[SLOTS];

    /** The words by their number. */
    private static final @Nullable Word[] WORDS = new @Nullable Word[RESERVED + 1 + Keyword.values().length];

    static {
        WORDS[TEMPORARY] = new Word(null, false);
        words().forEach(Word::put);
    }

    /**
     * The number of the keyword or reserved word at this place of a text, in any case; {@link #NONE} for all other names.
     *
     * @param beginning the first eight characters of the name, as {@link Octets#beginning} tells
     */
    static int find(long beginning, char[] text, int start, int end) {
        int slot = slot(beginning);
        while (BEGINNINGS[slot] != 0) {
            if (BEGINNINGS[slot] == beginning && endsAs(NAMES[slot], text, start, end)) {
                return NUMBERS[slot];
            }
            slot = next(slot);
        }
        return NONE;
    }

    /** The word with this number; null for {@link #NONE}. */
    static @Nullable Word of(int number) {
        return WORDS[number];
    }

    private static boolean endsAs(char[] name, char[] text, int start, int end) {
        if (end - start != name.length) {
            return false;
        }
        for (int i = Long.BYTES; i < name.length; i++) {
            if (Characters.fold(text[start + i]) != name[i]) {
                return false;
            }
        }
        return true;
    }

    private static int slot(long beginning) {
        return (int) (beginning * 0x9E3779B97F4A7C15L >>> FREE_BITS);
    }

    private static int next(int slot) {
        return (slot + 1) & (SLOTS - 1);
    }

    private static void put(String name, Word word) {
        long beginning = Octets.beginning(Octets.of(name), 0, name.length());
        int slot = slot(beginning);
        while (BEGINNINGS[slot] != 0) {
            slot = next(slot);
        }
        int number = word.keyword == null ? RESERVED : RESERVED + 1 + word.keyword.ordinal();
        WORDS[number] = word;
        BEGINNINGS[slot] = beginning;
        NAMES[slot] = name.toCharArray();
        NUMBERS[slot] = (short) number;
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
