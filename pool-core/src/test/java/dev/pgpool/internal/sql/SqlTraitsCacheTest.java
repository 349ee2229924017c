package dev.pgpool.internal.sql;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;

class SqlTraitsCacheTest {

    @Test
    void a_text_is_read_once() {
        SqlTraitsCache cache = new SqlTraitsCache();

        SqlTraits first = cache.traits("select ? from t");

        assertSame(first, cache.traits(new String("select ? from t")));
        assertEquals(SqlClassifier.traits("select ? from t"), first);
        assertEquals(15, cache.characters());
    }

    @Test
    void a_very_long_text_is_not_kept() {
        SqlTraitsCache cache = new SqlTraitsCache();
        String sql = "select 1" + " ".repeat(SqlTraitsCache.LONGEST_CACHED);

        assertEquals(SqlClassifier.traits(sql), cache.traits(sql));
        assertEquals(0, cache.characters());
    }

    @Test
    void the_texts_together_never_exceed_the_limit() {
        SqlTraitsCache cache = new SqlTraitsCache(1_000);
        for (int i = 0; i < 1_000; i++) {
            cache.traits("select " + i);
        }
        assertTrue(cache.characters() <= 1_000, () -> cache.characters() + " characters");
        assertTrue(cache.characters() > 0);
    }
}
