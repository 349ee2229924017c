package dev.pgpool.internal.sql;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What names of ASCII letters, digits and underscores mean, in any case of their letters.
 *
 * <p>Open addressing, at most a quarter full.
 *
 * @param <T> the meaning
 */
final class NameTable<T> {
    private final int freeBits;

    /** The first and the last eight characters of the names in the places of the table; zero in free ones. */
    private final long[] beginnings;

    private final long[] endings;
    private final char[][] names;
    private final List<@Nullable T> meanings;

    /** Holds names in lower case. */
    NameTable(Map<String, T> names) {
        int slots = Integer.highestOneBit(names.size()) * 8;
        this.freeBits = Long.numberOfLeadingZeros(slots - 1);
        this.beginnings = new long[slots];
        this.endings = new long[slots];
        this.names = new char[slots][0];
        this.meanings = new ArrayList<>(Collections.nCopies(slots, null));
        names.forEach(this::put);
    }

    private void put(String name, T meaning) {
        byte[] octets = Octets.of(name);
        long beginning = beginning(octets, 0, name.length());
        long ending = ending(octets, 0, name.length());
        int slot = slot(beginning, ending);
        while (beginnings[slot] != 0) {
            slot = next(slot);
        }
        beginnings[slot] = beginning;
        endings[slot] = ending;
        names[slot] = name.toCharArray();
        meanings.set(slot, meaning);
    }

    /** The meaning of the name at this place of a text, which has such characters only; null if it has none. */
    @Nullable T find(byte[] octets, int start, int end) {
        long beginning = beginning(octets, start, end);
        long ending = ending(octets, start, end);
        int slot = slot(beginning, ending);
        while (beginnings[slot] != 0) {
            if (beginnings[slot] == beginning && endings[slot] == ending && fits(names[slot], octets, start, end)) {
                return meanings.get(slot);
            }
            slot = next(slot);
        }
        return null;
    }

    private int next(int slot) {
        return (slot + 1) & (beginnings.length - 1);
    }

    /** Whether the length is that of the name, and what stands between its beginning and its ending. */
    private static boolean fits(char[] name, byte[] octets, int start, int end) {
        if (end - start != name.length) {
            return false;
        }
        for (int i = Long.BYTES; i < name.length - Long.BYTES; i++) {
            if (Characters.fold((char) octets[start + i]) != name[i]) {
                return false;
            }
        }
        return true;
    }

    private int slot(long beginning, long ending) {
        return (int) ((beginning * 31 + ending) * 0x9E3779B97F4A7C15L >>> freeBits);
    }

    private static long beginning(byte[] octets, int start, int end) {
        return Octets.beginning(octets, start, end);
    }

    private static long ending(byte[] octets, int start, int end) {
        return Octets.beginning(octets, Math.max(start, end - Long.BYTES), end);
    }
}
