package dev.pgpool.jdbc.internal.facade;

import java.sql.Array;
import java.sql.SQLException;
import java.util.Calendar;
import java.util.Date;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.postgresql.util.PGobject;

/** The value of a parameter as it is when it is set, whatever the application does with the object afterwards. */
final class Snapshot {
    private Snapshot() {}

    static @Nullable Object of(@Nullable Object value) throws SQLException {
        if (value == null || value instanceof Number || value instanceof String) {
            return value;
        }
        if (value instanceof Date date) {
            return date.clone();
        }
        if (value instanceof Calendar calendar) {
            return calendar.clone();
        }
        if (value instanceof PGobject object) {
            return cloned(object);
        }
        if (value instanceof Array array) {
            return LogicalArray.physical(array);
        }
        if (value instanceof Map<?, ?> map) {
            return new HashMap<>(map);
        }
        return value.getClass().isArray() ? copied(value) : value;
    }

    private static Object cloned(PGobject object) throws SQLException {
        try {
            return object.clone();
        } catch (CloneNotSupportedException e) {
            throw new SQLException(
                    object.getClass().getName() + " can't be a parameter: it can't be cloned", "07006", e);
        }
    }

    private static Object copied(Object array) {
        int length = java.lang.reflect.Array.getLength(array);
        Object copy = java.lang.reflect.Array.newInstance(array.getClass().getComponentType(), length);
        System.arraycopy(array, 0, copy, 0, length);
        return copy;
    }
}
