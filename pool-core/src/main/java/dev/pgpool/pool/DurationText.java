package dev.pgpool.pool;

import java.time.Duration;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** A duration as people write it: {@code 500ms}, {@code 30s}, {@code 10m}, {@code 1h}, {@code 0}. */
final class DurationText {
    // Twelve digits of hours still fit into a long of milliseconds.
    private static final Pattern NUMBER_AND_UNIT = Pattern.compile("(\\d{1,12})(ms|s|m|h)");

    private DurationText() {}

    static Duration parse(String text) {
        String stripped = text.strip();
        if (stripped.equals("0")) {
            return Duration.ZERO;
        }
        Matcher matcher = NUMBER_AND_UNIT.matcher(stripped);
        if (!matcher.matches()) {
            throw new IllegalArgumentException("is not a duration; write a number with ms, s, m or h, for example 5s");
        }
        long number = Long.parseLong(matcher.group(1));
        return switch (matcher.group(2)) {
            case "ms" -> Duration.ofMillis(number);
            case "s" -> Duration.ofSeconds(number);
            case "m" -> Duration.ofMinutes(number);
            default -> Duration.ofHours(number);
        };
    }

    /** The shortest text without loss, in the largest unit that divides the duration; below a millisecond is cut off. */
    static String format(Duration duration) {
        long milliseconds = duration.toMillis();
        if (milliseconds == 0) {
            return "0";
        }
        if (milliseconds % 1_000 != 0) {
            return milliseconds + "ms";
        }
        long seconds = milliseconds / 1_000;
        if (seconds % 60 != 0) {
            return seconds + "s";
        }
        return seconds % 3_600 == 0 ? seconds / 3_600 + "h" : seconds / 60 + "m";
    }
}
