package dev.pgpool.internal.physical;

import static dev.pgpool.internal.physical.Peer.join;
import static dev.pgpool.internal.physical.Peer.message;
import static org.junit.jupiter.api.Assertions.assertEquals;

import java.nio.ByteBuffer;
import java.util.Arrays;
import org.junit.jupiter.api.Test;

class UnaskedMessagesTest {
    private static final byte[] NOTICE = message('N', "SNOTICE\0VNOTICE\0C00000\0Mhello\0\0");
    private static final byte[] NOTIFICATION = message('A', "\0\0\0\7channel\0payload\0");
    private static final byte[] STATUS = message('S', "TimeZone\0UTC\0");
    private static final byte[] FATAL = message('E', "SFATAL\0VFATAL\0C57P01\0Mterminating connection\0\0");

    private static Liveness judge(byte[] bytes) {
        return UnaskedMessages.judge(ByteBuffer.wrap(bytes));
    }

    @Test
    void nothing_is_harmless() {
        assertEquals(Liveness.ALIVE, judge(new byte[0]));
    }

    @Test
    void news_are_harmless_in_any_number() {
        assertEquals(Liveness.ALIVE, judge(join(NOTICE, NOTIFICATION, STATUS, NOTIFICATION)));
    }

    @Test
    void a_fatal_error_is_death_even_behind_news() {
        assertEquals(Liveness.DEAD, judge(FATAL));
        assertEquals(Liveness.DEAD, judge(join(STATUS, NOTIFICATION, FATAL)));
        assertEquals(Liveness.DEAD, judge(message('E', "SPANIK\0VPANIC\0CXX000\0Moh\0\0")));
    }

    @Test
    void the_severity_is_read_from_the_field_that_is_never_translated() {
        assertEquals(Liveness.SUSPECT, judge(message('E', "SFATAL\0VERROR\0C40001\0MVFATAL\0\0")));
        assertEquals(Liveness.DEAD, judge(message('E', "SFATALE\0VFATAL\0C57P01\0M\0\0")));
    }

    @Test
    void a_notice_that_takes_leave_is_death() {
        assertEquals(Liveness.DEAD, judge(message('N', "SWARNING\0VWARNING\0C57P02\0Mbecause of a crash\0\0")));
        assertEquals(Liveness.DEAD, judge(message('N', "SWARNING\0VWARNING\0C57P01\0Mimmediate shutdown\0\0")));
    }

    @Test
    void an_incomplete_message_is_suspect_wherever_it_is_cut() {
        for (byte[] whole : new byte[][] {NOTICE, FATAL, STATUS}) {
            for (int length = 1; length < whole.length; length++) {
                assertEquals(Liveness.SUSPECT, judge(Arrays.copyOf(whole, length)), "first " + length + " bytes");
                assertEquals(Liveness.SUSPECT, judge(join(NOTIFICATION, Arrays.copyOf(whole, length))));
            }
        }
    }

    @Test
    void what_no_server_sends_unasked_is_suspect() {
        assertEquals(Liveness.SUSPECT, judge(Peer.READY));
        assertEquals(Liveness.SUSPECT, judge(join(NOTICE, message('D', "\0\0"))));
        assertEquals(Liveness.SUSPECT, judge(new byte[] {'N', 0, 0, 0, 3, 0, 0}));
        assertEquals(Liveness.SUSPECT, judge(new byte[] {'N', -1, -1, -1, -1, 0, 0}));
        assertEquals(Liveness.SUSPECT, judge(new byte[] {'N', 127, -1, -1, -1, 0, 0}));
    }

    @Test
    void fields_without_an_end_are_read_no_further_than_their_message() {
        assertEquals(Liveness.SUSPECT, judge(message('E', "VFATA")));
        assertEquals(Liveness.ALIVE, judge(join(message('N', "VC57P"), message('S', "0\0\0"))));
    }

    @Test
    void the_bytes_stay_where_they_are() {
        ByteBuffer bytes = ByteBuffer.wrap(join(new byte[3], STATUS, new byte[4]));
        bytes.position(3).limit(3 + STATUS.length);
        assertEquals(Liveness.ALIVE, UnaskedMessages.judge(bytes));
        assertEquals(3, bytes.position());
        assertEquals(3 + STATUS.length, bytes.limit());
    }
}
