package dev.pgpool.internal.sql;

import org.jspecify.annotations.Nullable;

/**
 * What becomes of the meaning of other texts behind one, if only for the transaction; each constant is worse than the one
 * before.
 */
public enum Meaning {
    /** It stays. */
    STAYS,
    /** Constants may be read in another way; names, and where a token ends, are what they were. */
    CONSTANTS_MOVE,
    /** Nobody knows: code is run that can't be looked into. */
    MAY_MOVE,
    /** A setting is changed that decides what names are, or where a token ends. */
    MOVES;

    /** What a change of this setting makes of it; null for a setting that can't be told. */
    static Meaning behind(@Nullable String setting) {
        if (setting == null || MeaningSettings.OF_PREPARED.contains(setting)) {
            return MOVES;
        }
        return MeaningSettings.OF_CONSTANTS.contains(setting) ? CONSTANTS_MOVE : STAYS;
    }

    /** The worse one of two. */
    Meaning and(Meaning other) {
        return compareTo(other) >= 0 ? this : other;
    }
}
