package dev.pgpool.internal.physical;

import static dev.pgpool.internal.physical.Peer.READY;
import static dev.pgpool.internal.physical.Peer.join;
import static dev.pgpool.internal.physical.Peer.message;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class DeliveredBytesTest {
    private static final byte[] AUTHENTICATED = message('R', "\0\0\0\0");

    private static DeliveredBytes delivered(byte[]... reads) {
        DeliveredBytes delivered = new DeliveredBytes();
        for (byte[] read : reads) {
            delivered.add(join(new byte[3], read, new byte[2]), 3, read.length);
        }
        return delivered;
    }

    @ParameterizedTest
    @ValueSource(strings = {"I", "T", "E"})
    void ready_for_query_at_the_end_is_seen(String status) {
        assertTrue(delivered(AUTHENTICATED, message('Z', status)).endWithReadyForQuery());
        assertTrue(delivered(join(AUTHENTICATED, message('Z', status))).endWithReadyForQuery());
    }

    @Test
    void ready_for_query_is_seen_however_the_reads_cut_it() {
        for (int cut = 1; cut < READY.length; cut++) {
            byte[] head = Arrays.copyOf(READY, cut);
            byte[] rest = Arrays.copyOfRange(READY, cut, READY.length);
            assertFalse(delivered(AUTHENTICATED, head).endWithReadyForQuery());
            assertTrue(delivered(AUTHENTICATED, head, rest).endWithReadyForQuery());
        }
    }

    @Test
    void what_follows_ready_for_query_hides_it() {
        assertFalse(delivered(AUTHENTICATED, READY, new byte[] {'E'}).endWithReadyForQuery());
        assertFalse(
                delivered(AUTHENTICATED, join(READY, message('S', "a\0b\0"))).endWithReadyForQuery());
    }

    @Test
    void what_only_ends_like_ready_for_query_is_none() {
        assertFalse(delivered(AUTHENTICATED, message('D', "Z\0\0\0\5I")).endWithReadyForQuery());
    }

    @Test
    void more_answers_than_one_are_seen_however_the_reads_cut_them() {
        byte[] two = join(READY, message('C', "SELECT 0\0"), READY);
        for (int cut = 0; cut <= two.length; cut++) {
            DeliveredBytes delivered = delivered(AUTHENTICATED, READY);
            delivered.answerBegins();
            delivered.add(two, 0, cut);
            delivered.add(two, cut, two.length - cut);
            assertTrue(delivered.haveSeveralAnswers());
            delivered.answerBegins();
            delivered.add(READY, 0, READY.length);
            assertFalse(delivered.haveSeveralAnswers());
            assertTrue(delivered.endWithReadyForQuery());
        }
    }

    @Test
    void the_answer_to_begin_is_not_one_too_many() {
        byte[] begun = message('Z', "T");
        DeliveredBytes delivered = delivered(AUTHENTICATED, READY);
        delivered.answerBegins();
        delivered.add(join(begun, begun), 0, 2 * begun.length);
        assertFalse(delivered.haveSeveralAnswers());
        assertTrue(delivered.endWithReadyForQuery());
        delivered.add(begun, 0, begun.length);
        assertTrue(delivered.haveSeveralAnswers());
    }

    @Test
    void what_denies_the_transaction_is_one_too_many() {
        DeliveredBytes delivered = delivered(AUTHENTICATED, READY);
        delivered.answerBegins();
        delivered.add(join(READY, message('Z', "T")), 0, 2 * READY.length);
        assertTrue(delivered.haveSeveralAnswers());
    }

    @Test
    void behind_a_length_that_cannot_be_nothing_is_ready_any_more() {
        byte[] negative = {'C', -1, -1, -1, -1};
        assertFalse(delivered(AUTHENTICATED, negative, READY, READY).endWithReadyForQuery());
    }

    @ParameterizedTest
    @ValueSource(strings = {"X", "", "II"})
    void what_only_resembles_ready_for_query_is_none(String status) {
        assertFalse(delivered(AUTHENTICATED, message('Z', status)).endWithReadyForQuery());
    }

    @Test
    void nothing_delivered_is_not_ready() {
        assertFalse(delivered().endWithReadyForQuery());
    }

    @ParameterizedTest
    @ValueSource(strings = {"S", "G", "NS", "NG", "\26\3\1", "\25\3\1"})
    void an_agreed_encryption_is_seen(String answers) {
        byte[] bytes = answers.getBytes(StandardCharsets.ISO_8859_1);
        byte[][] oneByOne = new byte[bytes.length][];
        for (int i = 0; i < bytes.length; i++) {
            oneByOne[i] = new byte[] {bytes[i]};
        }
        assertTrue(delivered(oneByOne).encrypted());
        assertTrue(delivered(bytes, AUTHENTICATED).encrypted());
    }

    @Test
    void a_refused_encryption_leaves_plain_text() {
        assertFalse(delivered(new byte[] {'N'}, AUTHENTICATED, message('S', "a\0b\0"))
                .encrypted());
        assertFalse(delivered(AUTHENTICATED, message('S', "a\0b\0")).encrypted());
        assertFalse(delivered(message('E', "SFATAL\0\0")).encrypted());
    }

    @Test
    void only_the_given_part_of_the_array_counts() {
        DeliveredBytes delivered = new DeliveredBytes();
        delivered.add(join(READY, AUTHENTICATED), READY.length, AUTHENTICATED.length);
        assertFalse(delivered.endWithReadyForQuery());
        assertFalse(delivered.encrypted());
    }
}
