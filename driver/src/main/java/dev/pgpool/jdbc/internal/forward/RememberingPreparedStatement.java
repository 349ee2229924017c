package dev.pgpool.jdbc.internal.forward;

import java.io.InputStream;
import java.io.Reader;
import java.math.BigDecimal;
import java.net.URL;
import java.sql.Blob;
import java.sql.Clob;
import java.sql.Date;
import java.sql.NClob;
import java.sql.PreparedStatement;
import java.sql.Ref;
import java.sql.RowId;
import java.sql.SQLException;
import java.sql.SQLType;
import java.sql.SQLXML;
import java.sql.Time;
import java.sql.Timestamp;
import java.util.Calendar;
import org.jspecify.annotations.Nullable;

/** Remembers every parameter, to be set on a physical statement later. */
public interface RememberingPreparedStatement extends PreparedStatement {

    /** A parameter's value, as it was when it was set. */
    @FunctionalInterface
    interface Parameter {
        void set(PreparedStatement physical, int index) throws SQLException;

        /** Whether it was read from something that can be read only once, so that it can't be set again. */
        default boolean isUsedUp() {
            return false;
        }
    }

    /**
     * Keeps a value.
     *
     * @throws SQLException (SQLState 22023) if the statement has no such parameter
     */
    void remember(int index, Parameter parameter) throws SQLException;

    @Override
    default void setNull(int parameterIndex, int sqlType) throws SQLException {
        remember(parameterIndex, (p, i) -> p.setNull(i, sqlType));
    }

    @Override
    default void setBoolean(int parameterIndex, boolean x) throws SQLException {
        remember(parameterIndex, (p, i) -> p.setBoolean(i, x));
    }

    @Override
    default void setByte(int parameterIndex, byte x) throws SQLException {
        remember(parameterIndex, (p, i) -> p.setByte(i, x));
    }

    @Override
    default void setShort(int parameterIndex, short x) throws SQLException {
        remember(parameterIndex, (p, i) -> p.setShort(i, x));
    }

    @Override
    default void setInt(int parameterIndex, int x) throws SQLException {
        remember(parameterIndex, (p, i) -> p.setInt(i, x));
    }

    @Override
    default void setLong(int parameterIndex, long x) throws SQLException {
        remember(parameterIndex, (p, i) -> p.setLong(i, x));
    }

    @Override
    default void setFloat(int parameterIndex, float x) throws SQLException {
        remember(parameterIndex, (p, i) -> p.setFloat(i, x));
    }

    @Override
    default void setDouble(int parameterIndex, double x) throws SQLException {
        remember(parameterIndex, (p, i) -> p.setDouble(i, x));
    }

    @Override
    default void setBigDecimal(int parameterIndex, @Nullable BigDecimal x) throws SQLException {
        remember(parameterIndex, (p, i) -> p.setBigDecimal(i, x));
    }

    @Override
    default void setString(int parameterIndex, @Nullable String x) throws SQLException {
        remember(parameterIndex, (p, i) -> p.setString(i, x));
    }

    @Override
    default void setBytes(int parameterIndex, byte @Nullable [] x) throws SQLException {
        byte @Nullable [] copy = Copies.of(x);
        remember(parameterIndex, (p, i) -> p.setBytes(i, copy));
    }

    @Override
    default void setDate(int parameterIndex, @Nullable Date x) throws SQLException {
        @Nullable Date copy = Copies.of(x);
        remember(parameterIndex, (p, i) -> p.setDate(i, copy));
    }

    @Override
    default void setTime(int parameterIndex, @Nullable Time x) throws SQLException {
        @Nullable Time copy = Copies.of(x);
        remember(parameterIndex, (p, i) -> p.setTime(i, copy));
    }

    @Override
    default void setTimestamp(int parameterIndex, @Nullable Timestamp x) throws SQLException {
        @Nullable Timestamp copy = Copies.of(x);
        remember(parameterIndex, (p, i) -> p.setTimestamp(i, copy));
    }

    @Override
    default void setAsciiStream(int parameterIndex, @Nullable InputStream x, int length) throws SQLException {
        remember(parameterIndex, OnceOnly.of(x, (p, i, stream) -> p.setAsciiStream(i, stream, length)));
    }

    @Deprecated
    @SuppressWarnings("deprecation")
    @Override
    default void setUnicodeStream(int parameterIndex, @Nullable InputStream x, int length) throws SQLException {
        remember(parameterIndex, OnceOnly.of(x, (p, i, stream) -> p.setUnicodeStream(i, stream, length)));
    }

    @Override
    default void setBinaryStream(int parameterIndex, @Nullable InputStream x, int length) throws SQLException {
        remember(parameterIndex, OnceOnly.of(x, (p, i, stream) -> p.setBinaryStream(i, stream, length)));
    }

    @Override
    default void setCharacterStream(int parameterIndex, @Nullable Reader reader, int length) throws SQLException {
        remember(parameterIndex, OnceOnly.of(reader, (p, i, stream) -> p.setCharacterStream(i, stream, length)));
    }

    @Override
    default void setRef(int parameterIndex, @Nullable Ref x) throws SQLException {
        throw Unsupported.method("PreparedStatement.setRef(int, Ref)");
    }

    @Override
    default void setBlob(int parameterIndex, @Nullable Blob x) throws SQLException {
        remember(parameterIndex, (p, i) -> p.setBlob(i, x));
    }

    @Override
    default void setClob(int parameterIndex, @Nullable Clob x) throws SQLException {
        remember(parameterIndex, (p, i) -> p.setClob(i, x));
    }

    @Override
    default void setDate(int parameterIndex, @Nullable Date x, @Nullable Calendar cal) throws SQLException {
        @Nullable Date copy = Copies.of(x);
        @Nullable Calendar calendar = Copies.of(cal);
        remember(parameterIndex, (p, i) -> p.setDate(i, copy, calendar));
    }

    @Override
    default void setTime(int parameterIndex, @Nullable Time x, @Nullable Calendar cal) throws SQLException {
        @Nullable Time copy = Copies.of(x);
        @Nullable Calendar calendar = Copies.of(cal);
        remember(parameterIndex, (p, i) -> p.setTime(i, copy, calendar));
    }

    @Override
    default void setTimestamp(int parameterIndex, @Nullable Timestamp x, @Nullable Calendar cal) throws SQLException {
        @Nullable Timestamp copy = Copies.of(x);
        @Nullable Calendar calendar = Copies.of(cal);
        remember(parameterIndex, (p, i) -> p.setTimestamp(i, copy, calendar));
    }

    @Override
    default void setNull(int parameterIndex, int sqlType, @Nullable String typeName) throws SQLException {
        remember(parameterIndex, (p, i) -> p.setNull(i, sqlType, typeName));
    }

    @Override
    default void setURL(int parameterIndex, @Nullable URL x) throws SQLException {
        throw Unsupported.method("PreparedStatement.setURL(int, URL)");
    }

    @Override
    default void setRowId(int parameterIndex, @Nullable RowId x) throws SQLException {
        throw Unsupported.method("PreparedStatement.setRowId(int, RowId)");
    }

    @Override
    default void setNString(int parameterIndex, @Nullable String value) throws SQLException {
        throw Unsupported.method("PreparedStatement.setNString(int, String)");
    }

    @Override
    default void setNCharacterStream(int parameterIndex, @Nullable Reader value, long length) throws SQLException {
        throw Unsupported.method("PreparedStatement.setNCharacterStream(int, Reader, long)");
    }

    @Override
    default void setNClob(int parameterIndex, @Nullable NClob value) throws SQLException {
        throw Unsupported.method("PreparedStatement.setNClob(int, NClob)");
    }

    @Override
    default void setClob(int parameterIndex, @Nullable Reader reader, long length) throws SQLException {
        throw Unsupported.method("PreparedStatement.setClob(int, Reader, long)");
    }

    @Override
    default void setBlob(int parameterIndex, @Nullable InputStream inputStream, long length) throws SQLException {
        remember(parameterIndex, OnceOnly.of(inputStream, (p, i, stream) -> p.setBlob(i, stream, length)));
    }

    @Override
    default void setNClob(int parameterIndex, @Nullable Reader reader, long length) throws SQLException {
        throw Unsupported.method("PreparedStatement.setNClob(int, Reader, long)");
    }

    @Override
    default void setSQLXML(int parameterIndex, @Nullable SQLXML xmlObject) throws SQLException {
        remember(parameterIndex, (p, i) -> p.setSQLXML(i, xmlObject));
    }

    @Override
    default void setAsciiStream(int parameterIndex, @Nullable InputStream x, long length) throws SQLException {
        throw Unsupported.method("PreparedStatement.setAsciiStream(int, InputStream, long)");
    }

    @Override
    default void setBinaryStream(int parameterIndex, @Nullable InputStream x, long length) throws SQLException {
        remember(parameterIndex, OnceOnly.of(x, (p, i, stream) -> p.setBinaryStream(i, stream, length)));
    }

    @Override
    default void setCharacterStream(int parameterIndex, @Nullable Reader reader, long length) throws SQLException {
        throw Unsupported.method("PreparedStatement.setCharacterStream(int, Reader, long)");
    }

    @Override
    default void setAsciiStream(int parameterIndex, @Nullable InputStream x) throws SQLException {
        throw Unsupported.method("PreparedStatement.setAsciiStream(int, InputStream)");
    }

    @Override
    default void setBinaryStream(int parameterIndex, @Nullable InputStream x) throws SQLException {
        remember(parameterIndex, OnceOnly.of(x, (p, i, stream) -> p.setBinaryStream(i, stream)));
    }

    @Override
    default void setCharacterStream(int parameterIndex, @Nullable Reader reader) throws SQLException {
        remember(parameterIndex, OnceOnly.of(reader, (p, i, stream) -> p.setCharacterStream(i, stream)));
    }

    @Override
    default void setNCharacterStream(int parameterIndex, @Nullable Reader value) throws SQLException {
        throw Unsupported.method("PreparedStatement.setNCharacterStream(int, Reader)");
    }

    @Override
    default void setClob(int parameterIndex, @Nullable Reader reader) throws SQLException {
        throw Unsupported.method("PreparedStatement.setClob(int, Reader)");
    }

    @Override
    default void setBlob(int parameterIndex, @Nullable InputStream inputStream) throws SQLException {
        remember(parameterIndex, OnceOnly.of(inputStream, (p, i, stream) -> p.setBlob(i, stream)));
    }

    @Override
    default void setNClob(int parameterIndex, @Nullable Reader reader) throws SQLException {
        throw Unsupported.method("PreparedStatement.setNClob(int, Reader)");
    }

    @Override
    default void setObject(int parameterIndex, @Nullable Object x, @Nullable SQLType targetSqlType, int scaleOrLength)
            throws SQLException {
        throw Unsupported.method("PreparedStatement.setObject(int, Object, SQLType, int)");
    }

    @Override
    default void setObject(int parameterIndex, @Nullable Object x, @Nullable SQLType targetSqlType)
            throws SQLException {
        throw Unsupported.method("PreparedStatement.setObject(int, Object, SQLType)");
    }
}
