package dev.pgpool.pool;

import java.time.Duration;
import java.util.List;
import java.util.Locale;

/**
 * What the value of a {@link PoolProperty} may be.
 *
 * @param <T> type of a value
 */
public sealed interface PropertyKind<T> {
    /** Class of a value. */
    Class<T> type();

    /** What is allowed, as a phrase for messages and documentation: {@code a whole number from 1 to 10000}. */
    String allowed();

    /** The values that are allowed, if there are only few; otherwise empty. */
    default List<String> choices() {
        return List.of();
    }

    /**
     * Reads a value, without asking whether it is within its range.
     *
     * @throws IllegalArgumentException if the text is not of this kind; the message is a predicate: {@code is not a …}
     */
    T parse(String text);

    /** Whether a value of this kind is within its range. */
    boolean contains(T value);

    /** A value in the form that {@link #parse} reads. */
    String format(T value);

    /** A text that is not blank. */
    record Text() implements PropertyKind<String> {
        @Override
        public Class<String> type() {
            return String.class;
        }

        @Override
        public String allowed() {
            return "a text that is not blank";
        }

        @Override
        public String parse(String text) {
            return text;
        }

        @Override
        public boolean contains(String value) {
            return !value.isBlank();
        }

        @Override
        public String format(String value) {
            return value;
        }
    }

    /** One of the constants of an enum; upper and lower case are the same. */
    record Choice<E extends Enum<E>>(Class<E> type) implements PropertyKind<E> {
        @Override
        public String allowed() {
            return String.join(", ", choices());
        }

        @Override
        public List<String> choices() {
            return List.of(type.getEnumConstants()).stream().map(this::format).toList();
        }

        @Override
        public E parse(String text) {
            for (E choice : type.getEnumConstants()) {
                if (choice.name().equalsIgnoreCase(text.strip())) {
                    return choice;
                }
            }
            throw new IllegalArgumentException("is not one of " + allowed());
        }

        @Override
        public boolean contains(E value) {
            return true;
        }

        @Override
        public String format(E value) {
            return value.name().toLowerCase(Locale.ROOT);
        }
    }

    /** A whole number from {@code least} to {@code most}. */
    record Count(int least, int most) implements PropertyKind<Integer> {
        @Override
        public Class<Integer> type() {
            return Integer.class;
        }

        @Override
        public String allowed() {
            return "a whole number from " + least + " to " + most;
        }

        @Override
        public Integer parse(String text) {
            try {
                return Integer.valueOf(text.strip());
            } catch (NumberFormatException e) {
                throw new IllegalArgumentException("is not " + allowed(), e);
            }
        }

        @Override
        public boolean contains(Integer value) {
            return least <= value && value <= most;
        }

        @Override
        public String format(Integer value) {
            return value.toString();
        }
    }

    /**
     * A duration from {@code least} to {@code most}, and zero if that is allowed.
     *
     * @param zero what zero means; empty if it is not allowed
     */
    record Time(String zero, Duration least, Duration most) implements PropertyKind<Duration> {
        @Override
        public Class<Duration> type() {
            return Duration.class;
        }

        @Override
        public String allowed() {
            String range = "a duration from " + DurationText.format(least) + " to " + DurationText.format(most);
            return zero.isEmpty() ? range : range + ", or 0 for " + zero;
        }

        @Override
        public Duration parse(String text) {
            return DurationText.parse(text);
        }

        @Override
        public boolean contains(Duration value) {
            return value.isZero()
                    ? !zero.isEmpty() || least.isZero()
                    : least.compareTo(value) <= 0 && value.compareTo(most) <= 0;
        }

        @Override
        public String format(Duration value) {
            return DurationText.format(value);
        }
    }
}
