package dev.pgpool.jdbc.internal.facade;

import java.math.BigDecimal;
import java.sql.Array;
import java.sql.Blob;
import java.sql.Clob;
import java.sql.Date;
import java.sql.SQLException;
import java.sql.SQLXML;
import java.sql.Time;
import java.sql.Timestamp;
import java.sql.Types;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.LocalTime;
import java.time.OffsetDateTime;
import java.time.OffsetTime;
import java.util.Map;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.postgresql.util.ByteStreamWriter;
import org.postgresql.util.GT;
import org.postgresql.util.PGobject;
import org.postgresql.util.PSQLException;
import org.postgresql.util.PSQLState;

/**
 * Says when a parameter is set that it can't be converted, in the cases where that is sure; the rest shows when the
 * statement is executed.
 */
final class Conversions {
    private Conversions() {}

    /** Throws SQLState 07006 for an object of which PostgreSQL's driver can't tell the SQL type. */
    static void require(@Nullable Object value) throws SQLException {
        if (value != null && !known(value)) {
            throw new PSQLException(
                    GT.tr(
                            "Can''t infer the SQL type to use for an instance of {0}. Use setObject() with an explicit"
                                    + " Types value to specify the type to use.",
                            value.getClass().getName()),
                    PSQLState.INVALID_PARAMETER_TYPE);
        }
    }

    private static boolean known(Object value) {
        return value instanceof Number
                || value instanceof String
                || value instanceof Boolean
                || value instanceof UUID
                || value instanceof Character
                || value instanceof Timestamp
                || value instanceof Date
                || value instanceof Time
                || value instanceof LocalDate
                || value instanceof LocalTime
                || value instanceof OffsetTime
                || value instanceof LocalDateTime
                || value instanceof OffsetDateTime
                || value instanceof PGobject
                || value instanceof Array
                || value instanceof SQLXML
                || value instanceof Blob
                || value instanceof Clob
                || value instanceof ByteStreamWriter
                || value instanceof Map
                || value.getClass().isArray();
    }

    /** Throws SQLState 07006 for a text that is no number although a number is wanted. */
    static void require(@Nullable Object value, int targetSqlType) throws SQLException {
        if (!(value instanceof String text)) {
            return;
        }
        String number = switch (targetSqlType) {
            case Types.INTEGER -> "int";
            case Types.TINYINT, Types.SMALLINT -> "short";
            case Types.BIGINT -> "long";
            case Types.REAL -> "float";
            case Types.DOUBLE, Types.FLOAT -> "double";
            case Types.DECIMAL, Types.NUMERIC -> "BigDecimal";
            default -> null;
        };
        if (number != null) {
            requireNumber(text, number);
        }
    }

    private static void requireNumber(String text, String number) throws SQLException {
        try {
            switch (number) {
                case "int" -> Integer.parseInt(text);
                case "short" -> Short.parseShort(text);
                case "long" -> Long.parseLong(text);
                case "float" -> Float.parseFloat(text);
                case "double" -> Double.parseDouble(text);
                default -> new BigDecimal(text);
            }
        } catch (NumberFormatException e) {
            throw new PSQLException(
                    GT.tr("Cannot convert an instance of {0} to type {1}", String.class.getName(), number),
                    PSQLState.INVALID_PARAMETER_TYPE,
                    e);
        }
    }
}
