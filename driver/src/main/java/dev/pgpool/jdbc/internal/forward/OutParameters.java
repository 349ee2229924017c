package dev.pgpool.jdbc.internal.forward;

import java.io.InputStream;
import java.io.Reader;
import java.math.BigDecimal;
import java.net.URL;
import java.sql.Array;
import java.sql.Blob;
import java.sql.CallableStatement;
import java.sql.Clob;
import java.sql.Date;
import java.sql.NClob;
import java.sql.Ref;
import java.sql.RowId;
import java.sql.SQLException;
import java.sql.SQLType;
import java.sql.SQLXML;
import java.sql.Time;
import java.sql.Timestamp;
import java.util.Calendar;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Answers the values of OUT parameters from the statement that was executed, and refuses parameter names, which
 * PostgreSQL's driver does not know.
 */
public interface OutParameters extends CallableStatement {

    /**
     * The statement that was executed.
     *
     * @throws SQLException (SQLState 02000) if none was; (55000) if no OUT parameter was registered
     */
    CallableStatement executed() throws SQLException;

    @Override
    default boolean wasNull() throws SQLException {
        return executed().wasNull();
    }

    @Override
    default @Nullable String getString(int parameterIndex) throws SQLException {
        return executed().getString(parameterIndex);
    }

    @Override
    default boolean getBoolean(int parameterIndex) throws SQLException {
        return executed().getBoolean(parameterIndex);
    }

    @Override
    default byte getByte(int parameterIndex) throws SQLException {
        return executed().getByte(parameterIndex);
    }

    @Override
    default short getShort(int parameterIndex) throws SQLException {
        return executed().getShort(parameterIndex);
    }

    @Override
    default int getInt(int parameterIndex) throws SQLException {
        return executed().getInt(parameterIndex);
    }

    @Override
    default long getLong(int parameterIndex) throws SQLException {
        return executed().getLong(parameterIndex);
    }

    @Override
    default float getFloat(int parameterIndex) throws SQLException {
        return executed().getFloat(parameterIndex);
    }

    @Override
    default double getDouble(int parameterIndex) throws SQLException {
        return executed().getDouble(parameterIndex);
    }

    @Deprecated
    @SuppressWarnings("deprecation")
    @Override
    default @Nullable BigDecimal getBigDecimal(int parameterIndex, int scale) throws SQLException {
        return executed().getBigDecimal(parameterIndex, scale);
    }

    @Override
    default byte @Nullable [] getBytes(int parameterIndex) throws SQLException {
        return executed().getBytes(parameterIndex);
    }

    @Override
    default @Nullable Date getDate(int parameterIndex) throws SQLException {
        return executed().getDate(parameterIndex);
    }

    @Override
    default @Nullable Time getTime(int parameterIndex) throws SQLException {
        return executed().getTime(parameterIndex);
    }

    @Override
    default @Nullable Timestamp getTimestamp(int parameterIndex) throws SQLException {
        return executed().getTimestamp(parameterIndex);
    }

    @Override
    default @Nullable BigDecimal getBigDecimal(int parameterIndex) throws SQLException {
        return executed().getBigDecimal(parameterIndex);
    }

    @Override
    default @Nullable Ref getRef(int parameterIndex) throws SQLException {
        throw Unsupported.method("CallableStatement.getRef(int)");
    }

    @Override
    default @Nullable Date getDate(int parameterIndex, @Nullable Calendar cal) throws SQLException {
        return executed().getDate(parameterIndex, cal);
    }

    @Override
    default @Nullable Time getTime(int parameterIndex, @Nullable Calendar cal) throws SQLException {
        return executed().getTime(parameterIndex, cal);
    }

    @Override
    default @Nullable Timestamp getTimestamp(int parameterIndex, @Nullable Calendar cal) throws SQLException {
        return executed().getTimestamp(parameterIndex, cal);
    }

    @Override
    default void registerOutParameter(int parameterIndex, int sqlType, @Nullable String typeName) throws SQLException {
        throw Unsupported.method("CallableStatement.registerOutParameter(int, int, String)");
    }

    @Override
    default void registerOutParameter(String parameterName, int sqlType) throws SQLException {
        throw Unsupported.method("CallableStatement.registerOutParameter(String, int)");
    }

    @Override
    default void registerOutParameter(String parameterName, int sqlType, int scale) throws SQLException {
        throw Unsupported.method("CallableStatement.registerOutParameter(String, int, int)");
    }

    @Override
    default void registerOutParameter(String parameterName, int sqlType, @Nullable String typeName)
            throws SQLException {
        throw Unsupported.method("CallableStatement.registerOutParameter(String, int, String)");
    }

    @Override
    default @Nullable URL getURL(int parameterIndex) throws SQLException {
        throw Unsupported.method("CallableStatement.getURL(int)");
    }

    @Override
    default void setURL(String parameterName, @Nullable URL val) throws SQLException {
        throw Unsupported.method("CallableStatement.setURL(String, URL)");
    }

    @Override
    default void setNull(String parameterName, int sqlType) throws SQLException {
        throw Unsupported.method("CallableStatement.setNull(String, int)");
    }

    @Override
    default void setBoolean(String parameterName, boolean x) throws SQLException {
        throw Unsupported.method("CallableStatement.setBoolean(String, boolean)");
    }

    @Override
    default void setByte(String parameterName, byte x) throws SQLException {
        throw Unsupported.method("CallableStatement.setByte(String, byte)");
    }

    @Override
    default void setShort(String parameterName, short x) throws SQLException {
        throw Unsupported.method("CallableStatement.setShort(String, short)");
    }

    @Override
    default void setInt(String parameterName, int x) throws SQLException {
        throw Unsupported.method("CallableStatement.setInt(String, int)");
    }

    @Override
    default void setLong(String parameterName, long x) throws SQLException {
        throw Unsupported.method("CallableStatement.setLong(String, long)");
    }

    @Override
    default void setFloat(String parameterName, float x) throws SQLException {
        throw Unsupported.method("CallableStatement.setFloat(String, float)");
    }

    @Override
    default void setDouble(String parameterName, double x) throws SQLException {
        throw Unsupported.method("CallableStatement.setDouble(String, double)");
    }

    @Override
    default void setBigDecimal(String parameterName, @Nullable BigDecimal x) throws SQLException {
        throw Unsupported.method("CallableStatement.setBigDecimal(String, BigDecimal)");
    }

    @Override
    default void setString(String parameterName, @Nullable String x) throws SQLException {
        throw Unsupported.method("CallableStatement.setString(String, String)");
    }

    @Override
    default void setBytes(String parameterName, byte @Nullable [] x) throws SQLException {
        throw Unsupported.method("CallableStatement.setBytes(String, byte[])");
    }

    @Override
    default void setDate(String parameterName, @Nullable Date x) throws SQLException {
        throw Unsupported.method("CallableStatement.setDate(String, Date)");
    }

    @Override
    default void setTime(String parameterName, @Nullable Time x) throws SQLException {
        throw Unsupported.method("CallableStatement.setTime(String, Time)");
    }

    @Override
    default void setTimestamp(String parameterName, @Nullable Timestamp x) throws SQLException {
        throw Unsupported.method("CallableStatement.setTimestamp(String, Timestamp)");
    }

    @Override
    default void setAsciiStream(String parameterName, @Nullable InputStream x, int length) throws SQLException {
        throw Unsupported.method("CallableStatement.setAsciiStream(String, InputStream, int)");
    }

    @Override
    default void setBinaryStream(String parameterName, @Nullable InputStream x, int length) throws SQLException {
        throw Unsupported.method("CallableStatement.setBinaryStream(String, InputStream, int)");
    }

    @Override
    default void setObject(String parameterName, @Nullable Object x, int targetSqlType, int scale) throws SQLException {
        throw Unsupported.method("CallableStatement.setObject(String, Object, int, int)");
    }

    @Override
    default void setObject(String parameterName, @Nullable Object x, int targetSqlType) throws SQLException {
        throw Unsupported.method("CallableStatement.setObject(String, Object, int)");
    }

    @Override
    default void setObject(String parameterName, @Nullable Object x) throws SQLException {
        throw Unsupported.method("CallableStatement.setObject(String, Object)");
    }

    @Override
    default void setCharacterStream(String parameterName, @Nullable Reader reader, int length) throws SQLException {
        throw Unsupported.method("CallableStatement.setCharacterStream(String, Reader, int)");
    }

    @Override
    default void setDate(String parameterName, @Nullable Date x, @Nullable Calendar cal) throws SQLException {
        throw Unsupported.method("CallableStatement.setDate(String, Date, Calendar)");
    }

    @Override
    default void setTime(String parameterName, @Nullable Time x, @Nullable Calendar cal) throws SQLException {
        throw Unsupported.method("CallableStatement.setTime(String, Time, Calendar)");
    }

    @Override
    default void setTimestamp(String parameterName, @Nullable Timestamp x, @Nullable Calendar cal) throws SQLException {
        throw Unsupported.method("CallableStatement.setTimestamp(String, Timestamp, Calendar)");
    }

    @Override
    default void setNull(String parameterName, int sqlType, @Nullable String typeName) throws SQLException {
        throw Unsupported.method("CallableStatement.setNull(String, int, String)");
    }

    @Override
    default @Nullable String getString(String parameterName) throws SQLException {
        throw Unsupported.method("CallableStatement.getString(String)");
    }

    @Override
    default boolean getBoolean(String parameterName) throws SQLException {
        throw Unsupported.method("CallableStatement.getBoolean(String)");
    }

    @Override
    default byte getByte(String parameterName) throws SQLException {
        throw Unsupported.method("CallableStatement.getByte(String)");
    }

    @Override
    default short getShort(String parameterName) throws SQLException {
        throw Unsupported.method("CallableStatement.getShort(String)");
    }

    @Override
    default int getInt(String parameterName) throws SQLException {
        throw Unsupported.method("CallableStatement.getInt(String)");
    }

    @Override
    default long getLong(String parameterName) throws SQLException {
        throw Unsupported.method("CallableStatement.getLong(String)");
    }

    @Override
    default float getFloat(String parameterName) throws SQLException {
        throw Unsupported.method("CallableStatement.getFloat(String)");
    }

    @Override
    default double getDouble(String parameterName) throws SQLException {
        throw Unsupported.method("CallableStatement.getDouble(String)");
    }

    @Override
    default byte @Nullable [] getBytes(String parameterName) throws SQLException {
        throw Unsupported.method("CallableStatement.getBytes(String)");
    }

    @Override
    default @Nullable Date getDate(String parameterName) throws SQLException {
        throw Unsupported.method("CallableStatement.getDate(String)");
    }

    @Override
    default @Nullable Time getTime(String parameterName) throws SQLException {
        throw Unsupported.method("CallableStatement.getTime(String)");
    }

    @Override
    default @Nullable Timestamp getTimestamp(String parameterName) throws SQLException {
        throw Unsupported.method("CallableStatement.getTimestamp(String)");
    }

    @Override
    default @Nullable Object getObject(String parameterName) throws SQLException {
        throw Unsupported.method("CallableStatement.getObject(String)");
    }

    @Override
    default @Nullable BigDecimal getBigDecimal(String parameterName) throws SQLException {
        throw Unsupported.method("CallableStatement.getBigDecimal(String)");
    }

    @Override
    default @Nullable Object getObject(String parameterName, @Nullable Map<String, Class<?>> map) throws SQLException {
        throw Unsupported.method("CallableStatement.getObject(String, Map<String,Class<?>>)");
    }

    @Override
    default @Nullable Ref getRef(String parameterName) throws SQLException {
        throw Unsupported.method("CallableStatement.getRef(String)");
    }

    @Override
    default @Nullable Blob getBlob(String parameterName) throws SQLException {
        throw Unsupported.method("CallableStatement.getBlob(String)");
    }

    @Override
    default @Nullable Clob getClob(String parameterName) throws SQLException {
        throw Unsupported.method("CallableStatement.getClob(String)");
    }

    @Override
    default @Nullable Array getArray(String parameterName) throws SQLException {
        throw Unsupported.method("CallableStatement.getArray(String)");
    }

    @Override
    default @Nullable Date getDate(String parameterName, @Nullable Calendar cal) throws SQLException {
        throw Unsupported.method("CallableStatement.getDate(String, Calendar)");
    }

    @Override
    default @Nullable Time getTime(String parameterName, @Nullable Calendar cal) throws SQLException {
        throw Unsupported.method("CallableStatement.getTime(String, Calendar)");
    }

    @Override
    default @Nullable Timestamp getTimestamp(String parameterName, @Nullable Calendar cal) throws SQLException {
        throw Unsupported.method("CallableStatement.getTimestamp(String, Calendar)");
    }

    @Override
    default @Nullable URL getURL(String parameterName) throws SQLException {
        throw Unsupported.method("CallableStatement.getURL(String)");
    }

    @Override
    default @Nullable RowId getRowId(int parameterIndex) throws SQLException {
        throw Unsupported.method("CallableStatement.getRowId(int)");
    }

    @Override
    default @Nullable RowId getRowId(String parameterName) throws SQLException {
        throw Unsupported.method("CallableStatement.getRowId(String)");
    }

    @Override
    default void setRowId(String parameterName, @Nullable RowId x) throws SQLException {
        throw Unsupported.method("CallableStatement.setRowId(String, RowId)");
    }

    @Override
    default void setNString(String parameterName, @Nullable String value) throws SQLException {
        throw Unsupported.method("CallableStatement.setNString(String, String)");
    }

    @Override
    default void setNCharacterStream(String parameterName, @Nullable Reader value, long length) throws SQLException {
        throw Unsupported.method("CallableStatement.setNCharacterStream(String, Reader, long)");
    }

    @Override
    default void setNClob(String parameterName, @Nullable NClob value) throws SQLException {
        throw Unsupported.method("CallableStatement.setNClob(String, NClob)");
    }

    @Override
    default void setClob(String parameterName, @Nullable Reader reader, long length) throws SQLException {
        throw Unsupported.method("CallableStatement.setClob(String, Reader, long)");
    }

    @Override
    default void setBlob(String parameterName, @Nullable InputStream inputStream, long length) throws SQLException {
        throw Unsupported.method("CallableStatement.setBlob(String, InputStream, long)");
    }

    @Override
    default void setNClob(String parameterName, @Nullable Reader reader, long length) throws SQLException {
        throw Unsupported.method("CallableStatement.setNClob(String, Reader, long)");
    }

    @Override
    default @Nullable NClob getNClob(int parameterIndex) throws SQLException {
        throw Unsupported.method("CallableStatement.getNClob(int)");
    }

    @Override
    default @Nullable NClob getNClob(String parameterName) throws SQLException {
        throw Unsupported.method("CallableStatement.getNClob(String)");
    }

    @Override
    default void setSQLXML(String parameterName, @Nullable SQLXML xmlObject) throws SQLException {
        throw Unsupported.method("CallableStatement.setSQLXML(String, SQLXML)");
    }

    @Override
    default @Nullable SQLXML getSQLXML(int parameterIndex) throws SQLException {
        return executed().getSQLXML(parameterIndex);
    }

    @Override
    default @Nullable SQLXML getSQLXML(String parameterName) throws SQLException {
        throw Unsupported.method("CallableStatement.getSQLXML(String)");
    }

    @Override
    default @Nullable String getNString(int parameterIndex) throws SQLException {
        throw Unsupported.method("CallableStatement.getNString(int)");
    }

    @Override
    default @Nullable String getNString(String parameterName) throws SQLException {
        throw Unsupported.method("CallableStatement.getNString(String)");
    }

    @Override
    default @Nullable Reader getNCharacterStream(int parameterIndex) throws SQLException {
        throw Unsupported.method("CallableStatement.getNCharacterStream(int)");
    }

    @Override
    default @Nullable Reader getNCharacterStream(String parameterName) throws SQLException {
        throw Unsupported.method("CallableStatement.getNCharacterStream(String)");
    }

    @Override
    default @Nullable Reader getCharacterStream(int parameterIndex) throws SQLException {
        throw Unsupported.method("CallableStatement.getCharacterStream(int)");
    }

    @Override
    default @Nullable Reader getCharacterStream(String parameterName) throws SQLException {
        throw Unsupported.method("CallableStatement.getCharacterStream(String)");
    }

    @Override
    default void setBlob(String parameterName, @Nullable Blob x) throws SQLException {
        throw Unsupported.method("CallableStatement.setBlob(String, Blob)");
    }

    @Override
    default void setClob(String parameterName, @Nullable Clob x) throws SQLException {
        throw Unsupported.method("CallableStatement.setClob(String, Clob)");
    }

    @Override
    default void setAsciiStream(String parameterName, @Nullable InputStream x, long length) throws SQLException {
        throw Unsupported.method("CallableStatement.setAsciiStream(String, InputStream, long)");
    }

    @Override
    default void setBinaryStream(String parameterName, @Nullable InputStream x, long length) throws SQLException {
        throw Unsupported.method("CallableStatement.setBinaryStream(String, InputStream, long)");
    }

    @Override
    default void setCharacterStream(String parameterName, @Nullable Reader reader, long length) throws SQLException {
        throw Unsupported.method("CallableStatement.setCharacterStream(String, Reader, long)");
    }

    @Override
    default void setAsciiStream(String parameterName, @Nullable InputStream x) throws SQLException {
        throw Unsupported.method("CallableStatement.setAsciiStream(String, InputStream)");
    }

    @Override
    default void setBinaryStream(String parameterName, @Nullable InputStream x) throws SQLException {
        throw Unsupported.method("CallableStatement.setBinaryStream(String, InputStream)");
    }

    @Override
    default void setCharacterStream(String parameterName, @Nullable Reader reader) throws SQLException {
        throw Unsupported.method("CallableStatement.setCharacterStream(String, Reader)");
    }

    @Override
    default void setNCharacterStream(String parameterName, @Nullable Reader value) throws SQLException {
        throw Unsupported.method("CallableStatement.setNCharacterStream(String, Reader)");
    }

    @Override
    default void setClob(String parameterName, @Nullable Reader reader) throws SQLException {
        throw Unsupported.method("CallableStatement.setClob(String, Reader)");
    }

    @Override
    default void setBlob(String parameterName, @Nullable InputStream inputStream) throws SQLException {
        throw Unsupported.method("CallableStatement.setBlob(String, InputStream)");
    }

    @Override
    default void setNClob(String parameterName, @Nullable Reader reader) throws SQLException {
        throw Unsupported.method("CallableStatement.setNClob(String, Reader)");
    }

    @Override
    default <T> @Nullable T getObject(String parameterName, @Nullable Class<T> type) throws SQLException {
        throw Unsupported.method("CallableStatement.getObject(String, Class<T>)");
    }

    @Override
    default void setObject(String parameterName, @Nullable Object x, @Nullable SQLType targetSqlType, int scaleOrLength)
            throws SQLException {
        throw Unsupported.method("CallableStatement.setObject(String, Object, SQLType, int)");
    }

    @Override
    default void setObject(String parameterName, @Nullable Object x, @Nullable SQLType targetSqlType)
            throws SQLException {
        throw Unsupported.method("CallableStatement.setObject(String, Object, SQLType)");
    }

    @Override
    default void registerOutParameter(int parameterIndex, @Nullable SQLType sqlType) throws SQLException {
        throw Unsupported.method("CallableStatement.registerOutParameter(int, SQLType)");
    }

    @Override
    default void registerOutParameter(int parameterIndex, @Nullable SQLType sqlType, int scale) throws SQLException {
        throw Unsupported.method("CallableStatement.registerOutParameter(int, SQLType, int)");
    }

    @Override
    default void registerOutParameter(int parameterIndex, @Nullable SQLType sqlType, @Nullable String typeName)
            throws SQLException {
        throw Unsupported.method("CallableStatement.registerOutParameter(int, SQLType, String)");
    }

    @Override
    default void registerOutParameter(String parameterName, @Nullable SQLType sqlType) throws SQLException {
        throw Unsupported.method("CallableStatement.registerOutParameter(String, SQLType)");
    }

    @Override
    default void registerOutParameter(String parameterName, @Nullable SQLType sqlType, int scale) throws SQLException {
        throw Unsupported.method("CallableStatement.registerOutParameter(String, SQLType, int)");
    }

    @Override
    default void registerOutParameter(String parameterName, @Nullable SQLType sqlType, @Nullable String typeName)
            throws SQLException {
        throw Unsupported.method("CallableStatement.registerOutParameter(String, SQLType, String)");
    }
}
