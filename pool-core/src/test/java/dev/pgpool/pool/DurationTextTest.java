package dev.pgpool.pool;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.time.Duration;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class DurationTextTest {
    @ParameterizedTest
    @CsvSource({"0,0", "1,1ms", "1500,1500ms", "2000,2s", "90000,90s", "60000,1m", "3600000,1h", "5400000,90m"})
    void a_duration_is_written_as_it_is_read(long milliseconds, String text) {
        assertEquals(text, DurationText.format(Duration.ofMillis(milliseconds)));
        assertEquals(Duration.ofMillis(milliseconds), DurationText.parse(text));
    }
}
