package dev.pgpool.internal.sql;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What names mean, in any case of their letters; for look-ups that mostly find nothing.
 *
 * <p>Open addressing, at most an eighth full.
 *
 * @param <T> the meaning
 */
final class NameTable<T> {
    private final int freeBits;
    private final List<@Nullable T> meanings;

    /** The names in the places of the table. */
    private final char[][] letters;

    /** One bit for each place that is taken; most look-ups find none, and need no more memory than this. */
    private final long[] taken;

    /** Holds names in lower case. */
    NameTable(Map<String, T> names) {
        int slots = Math.max(Long.SIZE, Integer.highestOneBit(names.size()) * 16);
        this.freeBits = Integer.numberOfLeadingZeros(slots - 1);
        this.meanings = new ArrayList<>(Collections.nCopies(slots, null));
        this.letters = new char[slots][0];
        this.taken = new long[slots / Long.SIZE];
        names.forEach(this::put);
    }

    private void put(String name, T meaning) {
        char[] text = name.toCharArray();
        int slot = slot(text, 0, text.length);
        while (isTaken(slot)) {
            slot = next(slot);
        }
        taken[slot >> 6] |= 1L << slot;
        letters[slot] = text;
        meanings.set(slot, meaning);
    }

    /** The meaning of the name at this place of a text; null if it has none. */
    @Nullable T find(char[] text, int start, int end) {
        int slot = slot(text, start, end);
        while (isTaken(slot)) {
            if (isAt(letters[slot], text, start, end)) {
                return meanings.get(slot);
            }
            slot = next(slot);
        }
        return null;
    }

    private boolean isTaken(int slot) {
        return (taken[slot >> 6] & 1L << slot) != 0;
    }

    private int next(int slot) {
        return (slot + 1) & (letters.length - 1);
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
    private int slot(char[] text, int start, int end) {
        int length = end - start;
        int ends = folded(text[start]) << 7 | folded(text[end - 1]);
        int within = folded(text[start + (length >> 1)]) << 7 | folded(text[end - (length >> 2) - 1]);
        return ((ends * 31 + within) * 31 + length) * 0x9E3779B9 >>> freeBits;
    }

    /** Equal for both cases of a letter; for other characters, any number will do. */
    private static int folded(char c) {
        return c | 'a' - 'A';
    }
}
