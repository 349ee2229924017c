package dev.pgpool.jdbc.internal.forward;

import java.sql.Date;
import java.sql.Time;
import java.sql.Timestamp;
import java.util.Calendar;
import org.jspecify.annotations.Nullable;

/** Copies of mutable values, so that a parameter keeps the value it had when it was set. */
public final class Copies {
    private Copies() {}

    public static @Nullable Date of(@Nullable Date value) {
        return value == null ? null : (Date) value.clone();
    }

    public static @Nullable Time of(@Nullable Time value) {
        return value == null ? null : (Time) value.clone();
    }

    public static @Nullable Timestamp of(@Nullable Timestamp value) {
        return value == null ? null : (Timestamp) value.clone();
    }

    public static @Nullable Calendar of(@Nullable Calendar value) {
        return value == null ? null : (Calendar) value.clone();
    }

    public static byte @Nullable [] of(byte @Nullable [] value) {
        return value == null ? null : value.clone();
    }
}
