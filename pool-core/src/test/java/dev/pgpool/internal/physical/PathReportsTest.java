package dev.pgpool.internal.physical;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.ByteArrayOutputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class PathReportsTest {
    private final PathReports reports = new PathReports();
    private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    private final DataOutputStream answer = new DataOutputStream(bytes);

    private void message(char type, String body) throws IOException {
        answer.writeByte(type);
        answer.writeInt(Integer.BYTES + body.length());
        answer.writeBytes(body);
    }

    private String passed(int atOnce) {
        byte[] all = bytes.toByteArray();
        for (int at = 0; at < all.length; at += atOnce) {
            reports.pass(all, at, Math.min(atOnce, all.length - at));
        }
        return new String(all, StandardCharsets.ISO_8859_1);
    }

    private String sent() {
        return bytes.toString(StandardCharsets.ISO_8859_1);
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 7, 1000})
    void the_report_of_a_search_path_looks_like_another_one(int atOnce) throws IOException {
        message('C', "SET\0");
        message('S', "TimeZone\0search_path\0");
        message('S', "search_path\0a, search_path\0");
        message('Z', "I");
        message('S', "search_path\0b\0");
        reports.hide(true);
        assertEquals(
                sent().replace("search_path\0a", "search_patH\0a").replace("search_path\0b", "search_patH\0b"),
                passed(atOnce));
    }

    @Test
    void values_and_other_reports_are_left_alone() throws IOException {
        message('D', "Search_path\0S\0\0\0\u0010search_path\0a\0");
        message('S', "search\0_path\0");
        message('S', "is_superuser\0on\0");
        message('N', "Sxsearch_path\0");
        message('S', "x");
        message('E', "");
        reports.hide(true);
        assertEquals(sent(), passed(3));
    }

    @Test
    void reports_are_seen_when_they_are_no_longer_hidden() throws IOException {
        message('S', "search_path\0a\0");
        assertEquals(sent(), passed(5));
        reports.hide(true);
        reports.hide(false);
        assertEquals(sent(), passed(5));
    }
}
