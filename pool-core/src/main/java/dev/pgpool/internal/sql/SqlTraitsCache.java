package dev.pgpool.internal.sql;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;

/**
 * The traits of the SQL texts seen lately, so that a text is read once only.
 *
 * <p>Safe for use by many threads.
 */
public final class SqlTraitsCache {
    /** Longer texts are seldom run twice: data pasted into SQL, scripts. */
    static final int LONGEST_CACHED = 64 * 1024;

    private static final long DEFAULT_CHARACTERS = 8L * 1024 * 1024;

    private final Cache<String, SqlTraits> cache;

    /** Holds at most 8 Mi characters of SQL. */
    public SqlTraitsCache() {
        this(DEFAULT_CHARACTERS);
    }

    /**
     * Holds a limited amount of SQL.
     *
     * @param characters the length of all cached texts together
     */
    public SqlTraitsCache(long characters) {
        this.cache = Caffeine.newBuilder()
                .maximumWeight(characters)
                .weigher((String sql, SqlTraits traits) -> sql.length())
                .executor(Runnable::run)
                .build();
    }

    /** The same as {@link SqlClassifier#traits}. */
    public SqlTraits traits(String sql) {
        return sql.length() > LONGEST_CACHED ? SqlClassifier.traits(sql) : cache.get(sql, SqlClassifier::traits);
    }

    /** The length of all cached texts together. */
    long characters() {
        cache.cleanUp();
        return cache.policy().eviction().orElseThrow().weightedSize().orElseThrow();
    }
}
