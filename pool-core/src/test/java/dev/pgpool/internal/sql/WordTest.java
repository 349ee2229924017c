package dev.pgpool.internal.sql;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;

import java.util.Arrays;
import java.util.Locale;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class WordTest {

    @Test
    void every_keyword_and_reserved_word_is_found_in_any_case() {
        for (String name : names()) {
            for (String spelling : new String[] {name, name.toUpperCase(Locale.ROOT)}) {
                Word word = find(spelling);
                assertNotNull(word, spelling);
                assertEquals(WordLists.reservedWords().contains(name), word.reserved(), spelling);
                Keyword keyword = word.keyword();
                assertEquals(isKeyword(name), keyword != null && keyword.name().equalsIgnoreCase(name), spelling);
            }
        }
    }

    @Test
    void a_name_that_is_longer_or_shorter_or_has_another_letter_is_no_word() {
        Set<String> names = names();
        for (String name : names) {
            for (char letter : "abcdefghijklmnopqrstuvwxyz_".toCharArray()) {
                assertNoWord(names, letter + name);
                assertNoWord(names, name + letter);
                for (int i = 0; i < name.length(); i++) {
                    assertNoWord(names, name.substring(0, i) + letter + name.substring(i + 1));
                }
            }
            assertNoWord(names, name.substring(1));
            assertNoWord(names, "aaaaaaaaaaaaa" + name);
        }
    }

    @Test
    void a_name_with_digits_or_other_letters_is_no_word() {
        for (String name : new String[] {"select1", "s3lect", "selec$", "sélect", "éselect", "selectß"}) {
            assertNull(find(name), name);
        }
    }

    private static void assertNoWord(Set<String> names, String name) {
        if (!name.isEmpty() && !names.contains(name)) {
            assertNull(find(name), name);
        }
    }

    private static @Nullable Word find(String name) {
        return new SqlScanner(name, false).tokens().word(0);
    }

    private static boolean isKeyword(String name) {
        return Arrays.stream(Keyword.values())
                .anyMatch(keyword -> keyword.name().equalsIgnoreCase(name));
    }

    private static Set<String> names() {
        Set<String> names = new TreeSet<>(WordLists.reservedWords());
        for (Keyword keyword : Keyword.values()) {
            names.add(keyword.name().toLowerCase(Locale.ROOT));
        }
        return names;
    }
}
