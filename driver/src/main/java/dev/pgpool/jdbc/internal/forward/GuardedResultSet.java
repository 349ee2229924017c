package dev.pgpool.jdbc.internal.forward;

import java.io.InputStream;
import java.io.Reader;
import java.math.BigDecimal;
import java.sql.Array;
import java.sql.Blob;
import java.sql.Clob;
import java.sql.Date;
import java.sql.NClob;
import java.sql.Ref;
import java.sql.ResultSet;
import java.sql.RowId;
import java.sql.SQLException;
import java.sql.SQLType;
import java.sql.SQLXML;
import java.sql.Time;
import java.sql.Timestamp;
import org.jspecify.annotations.Nullable;

/** Hands every call to another result set; those that may ask the server go through {@link #guarded}. */
public abstract class GuardedResultSet extends ForwardingResultSet {

    /** A call that may ask the server. */
    @FunctionalInterface
    protected interface ServerCall<R> {
        R run() throws SQLException;
    }

    /** A call without a result that may ask the server. */
    @FunctionalInterface
    protected interface ServerAction {
        void run() throws SQLException;
    }

    protected GuardedResultSet(ResultSet delegate) {
        super(delegate);
    }

    /** Runs a call where it may ask the server. */
    protected abstract <R> R guarded(ServerCall<R> call) throws SQLException;

    private void guardedAction(ServerAction action) throws SQLException {
        guarded(() -> {
            action.run();
            return Boolean.TRUE;
        });
    }

    @Override
    public boolean next() throws SQLException {
        return guarded(() -> delegate.next());
    }

    @Override
    public boolean isLast() throws SQLException {
        return guarded(() -> delegate.isLast());
    }

    @Override
    public void beforeFirst() throws SQLException {
        guardedAction(() -> delegate.beforeFirst());
    }

    @Override
    public void afterLast() throws SQLException {
        guardedAction(() -> delegate.afterLast());
    }

    @Override
    public boolean first() throws SQLException {
        return guarded(() -> delegate.first());
    }

    @Override
    public boolean last() throws SQLException {
        return guarded(() -> delegate.last());
    }

    @Override
    public boolean absolute(int row) throws SQLException {
        return guarded(() -> delegate.absolute(row));
    }

    @Override
    public boolean relative(int rows) throws SQLException {
        return guarded(() -> delegate.relative(rows));
    }

    @Override
    public boolean previous() throws SQLException {
        return guarded(() -> delegate.previous());
    }

    @Override
    public void updateNull(int columnIndex) throws SQLException {
        guardedAction(() -> delegate.updateNull(columnIndex));
    }

    @Override
    public void updateBoolean(int columnIndex, boolean x) throws SQLException {
        guardedAction(() -> delegate.updateBoolean(columnIndex, x));
    }

    @Override
    public void updateByte(int columnIndex, byte x) throws SQLException {
        guardedAction(() -> delegate.updateByte(columnIndex, x));
    }

    @Override
    public void updateShort(int columnIndex, short x) throws SQLException {
        guardedAction(() -> delegate.updateShort(columnIndex, x));
    }

    @Override
    public void updateInt(int columnIndex, int x) throws SQLException {
        guardedAction(() -> delegate.updateInt(columnIndex, x));
    }

    @Override
    public void updateLong(int columnIndex, long x) throws SQLException {
        guardedAction(() -> delegate.updateLong(columnIndex, x));
    }

    @Override
    public void updateFloat(int columnIndex, float x) throws SQLException {
        guardedAction(() -> delegate.updateFloat(columnIndex, x));
    }

    @Override
    public void updateDouble(int columnIndex, double x) throws SQLException {
        guardedAction(() -> delegate.updateDouble(columnIndex, x));
    }

    @Override
    public void updateBigDecimal(int columnIndex, @Nullable BigDecimal x) throws SQLException {
        guardedAction(() -> delegate.updateBigDecimal(columnIndex, x));
    }

    @Override
    public void updateString(int columnIndex, @Nullable String x) throws SQLException {
        guardedAction(() -> delegate.updateString(columnIndex, x));
    }

    @Override
    public void updateBytes(int columnIndex, byte @Nullable [] x) throws SQLException {
        guardedAction(() -> delegate.updateBytes(columnIndex, x));
    }

    @Override
    public void updateDate(int columnIndex, @Nullable Date x) throws SQLException {
        guardedAction(() -> delegate.updateDate(columnIndex, x));
    }

    @Override
    public void updateTime(int columnIndex, @Nullable Time x) throws SQLException {
        guardedAction(() -> delegate.updateTime(columnIndex, x));
    }

    @Override
    public void updateTimestamp(int columnIndex, @Nullable Timestamp x) throws SQLException {
        guardedAction(() -> delegate.updateTimestamp(columnIndex, x));
    }

    @Override
    public void updateAsciiStream(int columnIndex, @Nullable InputStream x, int length) throws SQLException {
        guardedAction(() -> delegate.updateAsciiStream(columnIndex, x, length));
    }

    @Override
    public void updateBinaryStream(int columnIndex, @Nullable InputStream x, int length) throws SQLException {
        guardedAction(() -> delegate.updateBinaryStream(columnIndex, x, length));
    }

    @Override
    public void updateCharacterStream(int columnIndex, @Nullable Reader x, int length) throws SQLException {
        guardedAction(() -> delegate.updateCharacterStream(columnIndex, x, length));
    }

    @Override
    public void updateObject(int columnIndex, @Nullable Object x, int scaleOrLength) throws SQLException {
        guardedAction(() -> delegate.updateObject(columnIndex, x, scaleOrLength));
    }

    @Override
    public void updateObject(int columnIndex, @Nullable Object x) throws SQLException {
        guardedAction(() -> delegate.updateObject(columnIndex, x));
    }

    @Override
    public void updateNull(String columnLabel) throws SQLException {
        guardedAction(() -> delegate.updateNull(columnLabel));
    }

    @Override
    public void updateBoolean(String columnLabel, boolean x) throws SQLException {
        guardedAction(() -> delegate.updateBoolean(columnLabel, x));
    }

    @Override
    public void updateByte(String columnLabel, byte x) throws SQLException {
        guardedAction(() -> delegate.updateByte(columnLabel, x));
    }

    @Override
    public void updateShort(String columnLabel, short x) throws SQLException {
        guardedAction(() -> delegate.updateShort(columnLabel, x));
    }

    @Override
    public void updateInt(String columnLabel, int x) throws SQLException {
        guardedAction(() -> delegate.updateInt(columnLabel, x));
    }

    @Override
    public void updateLong(String columnLabel, long x) throws SQLException {
        guardedAction(() -> delegate.updateLong(columnLabel, x));
    }

    @Override
    public void updateFloat(String columnLabel, float x) throws SQLException {
        guardedAction(() -> delegate.updateFloat(columnLabel, x));
    }

    @Override
    public void updateDouble(String columnLabel, double x) throws SQLException {
        guardedAction(() -> delegate.updateDouble(columnLabel, x));
    }

    @Override
    public void updateBigDecimal(String columnLabel, @Nullable BigDecimal x) throws SQLException {
        guardedAction(() -> delegate.updateBigDecimal(columnLabel, x));
    }

    @Override
    public void updateString(String columnLabel, @Nullable String x) throws SQLException {
        guardedAction(() -> delegate.updateString(columnLabel, x));
    }

    @Override
    public void updateBytes(String columnLabel, byte @Nullable [] x) throws SQLException {
        guardedAction(() -> delegate.updateBytes(columnLabel, x));
    }

    @Override
    public void updateDate(String columnLabel, @Nullable Date x) throws SQLException {
        guardedAction(() -> delegate.updateDate(columnLabel, x));
    }

    @Override
    public void updateTime(String columnLabel, @Nullable Time x) throws SQLException {
        guardedAction(() -> delegate.updateTime(columnLabel, x));
    }

    @Override
    public void updateTimestamp(String columnLabel, @Nullable Timestamp x) throws SQLException {
        guardedAction(() -> delegate.updateTimestamp(columnLabel, x));
    }

    @Override
    public void updateAsciiStream(String columnLabel, @Nullable InputStream x, int length) throws SQLException {
        guardedAction(() -> delegate.updateAsciiStream(columnLabel, x, length));
    }

    @Override
    public void updateBinaryStream(String columnLabel, @Nullable InputStream x, int length) throws SQLException {
        guardedAction(() -> delegate.updateBinaryStream(columnLabel, x, length));
    }

    @Override
    public void updateCharacterStream(String columnLabel, @Nullable Reader reader, int length) throws SQLException {
        guardedAction(() -> delegate.updateCharacterStream(columnLabel, reader, length));
    }

    @Override
    public void updateObject(String columnLabel, @Nullable Object x, int scaleOrLength) throws SQLException {
        guardedAction(() -> delegate.updateObject(columnLabel, x, scaleOrLength));
    }

    @Override
    public void updateObject(String columnLabel, @Nullable Object x) throws SQLException {
        guardedAction(() -> delegate.updateObject(columnLabel, x));
    }

    @Override
    public void insertRow() throws SQLException {
        guardedAction(() -> delegate.insertRow());
    }

    @Override
    public void updateRow() throws SQLException {
        guardedAction(() -> delegate.updateRow());
    }

    @Override
    public void deleteRow() throws SQLException {
        guardedAction(() -> delegate.deleteRow());
    }

    @Override
    public void refreshRow() throws SQLException {
        guardedAction(() -> delegate.refreshRow());
    }

    @Override
    public void cancelRowUpdates() throws SQLException {
        guardedAction(() -> delegate.cancelRowUpdates());
    }

    @Override
    public void moveToInsertRow() throws SQLException {
        guardedAction(() -> delegate.moveToInsertRow());
    }

    @Override
    public void moveToCurrentRow() throws SQLException {
        guardedAction(() -> delegate.moveToCurrentRow());
    }

    @Override
    public void updateRef(int columnIndex, @Nullable Ref x) throws SQLException {
        guardedAction(() -> delegate.updateRef(columnIndex, x));
    }

    @Override
    public void updateRef(String columnLabel, @Nullable Ref x) throws SQLException {
        guardedAction(() -> delegate.updateRef(columnLabel, x));
    }

    @Override
    public void updateBlob(int columnIndex, @Nullable Blob x) throws SQLException {
        guardedAction(() -> delegate.updateBlob(columnIndex, x));
    }

    @Override
    public void updateBlob(String columnLabel, @Nullable Blob x) throws SQLException {
        guardedAction(() -> delegate.updateBlob(columnLabel, x));
    }

    @Override
    public void updateClob(int columnIndex, @Nullable Clob x) throws SQLException {
        guardedAction(() -> delegate.updateClob(columnIndex, x));
    }

    @Override
    public void updateClob(String columnLabel, @Nullable Clob x) throws SQLException {
        guardedAction(() -> delegate.updateClob(columnLabel, x));
    }

    @Override
    public void updateArray(int columnIndex, @Nullable Array x) throws SQLException {
        guardedAction(() -> delegate.updateArray(columnIndex, x));
    }

    @Override
    public void updateArray(String columnLabel, @Nullable Array x) throws SQLException {
        guardedAction(() -> delegate.updateArray(columnLabel, x));
    }

    @Override
    public void updateRowId(int columnIndex, @Nullable RowId x) throws SQLException {
        guardedAction(() -> delegate.updateRowId(columnIndex, x));
    }

    @Override
    public void updateRowId(String columnLabel, @Nullable RowId x) throws SQLException {
        guardedAction(() -> delegate.updateRowId(columnLabel, x));
    }

    @Override
    public void updateNString(int columnIndex, @Nullable String nString) throws SQLException {
        guardedAction(() -> delegate.updateNString(columnIndex, nString));
    }

    @Override
    public void updateNString(String columnLabel, @Nullable String nString) throws SQLException {
        guardedAction(() -> delegate.updateNString(columnLabel, nString));
    }

    @Override
    public void updateNClob(int columnIndex, @Nullable NClob nClob) throws SQLException {
        guardedAction(() -> delegate.updateNClob(columnIndex, nClob));
    }

    @Override
    public void updateNClob(String columnLabel, @Nullable NClob nClob) throws SQLException {
        guardedAction(() -> delegate.updateNClob(columnLabel, nClob));
    }

    @Override
    public void updateSQLXML(int columnIndex, @Nullable SQLXML xmlObject) throws SQLException {
        guardedAction(() -> delegate.updateSQLXML(columnIndex, xmlObject));
    }

    @Override
    public void updateSQLXML(String columnLabel, @Nullable SQLXML xmlObject) throws SQLException {
        guardedAction(() -> delegate.updateSQLXML(columnLabel, xmlObject));
    }

    @Override
    public void updateNCharacterStream(int columnIndex, @Nullable Reader x, long length) throws SQLException {
        guardedAction(() -> delegate.updateNCharacterStream(columnIndex, x, length));
    }

    @Override
    public void updateNCharacterStream(String columnLabel, @Nullable Reader reader, long length) throws SQLException {
        guardedAction(() -> delegate.updateNCharacterStream(columnLabel, reader, length));
    }

    @Override
    public void updateAsciiStream(int columnIndex, @Nullable InputStream x, long length) throws SQLException {
        guardedAction(() -> delegate.updateAsciiStream(columnIndex, x, length));
    }

    @Override
    public void updateBinaryStream(int columnIndex, @Nullable InputStream x, long length) throws SQLException {
        guardedAction(() -> delegate.updateBinaryStream(columnIndex, x, length));
    }

    @Override
    public void updateCharacterStream(int columnIndex, @Nullable Reader x, long length) throws SQLException {
        guardedAction(() -> delegate.updateCharacterStream(columnIndex, x, length));
    }

    @Override
    public void updateAsciiStream(String columnLabel, @Nullable InputStream x, long length) throws SQLException {
        guardedAction(() -> delegate.updateAsciiStream(columnLabel, x, length));
    }

    @Override
    public void updateBinaryStream(String columnLabel, @Nullable InputStream x, long length) throws SQLException {
        guardedAction(() -> delegate.updateBinaryStream(columnLabel, x, length));
    }

    @Override
    public void updateCharacterStream(String columnLabel, @Nullable Reader reader, long length) throws SQLException {
        guardedAction(() -> delegate.updateCharacterStream(columnLabel, reader, length));
    }

    @Override
    public void updateBlob(int columnIndex, @Nullable InputStream inputStream, long length) throws SQLException {
        guardedAction(() -> delegate.updateBlob(columnIndex, inputStream, length));
    }

    @Override
    public void updateBlob(String columnLabel, @Nullable InputStream inputStream, long length) throws SQLException {
        guardedAction(() -> delegate.updateBlob(columnLabel, inputStream, length));
    }

    @Override
    public void updateClob(int columnIndex, @Nullable Reader reader, long length) throws SQLException {
        guardedAction(() -> delegate.updateClob(columnIndex, reader, length));
    }

    @Override
    public void updateClob(String columnLabel, @Nullable Reader reader, long length) throws SQLException {
        guardedAction(() -> delegate.updateClob(columnLabel, reader, length));
    }

    @Override
    public void updateNClob(int columnIndex, @Nullable Reader reader, long length) throws SQLException {
        guardedAction(() -> delegate.updateNClob(columnIndex, reader, length));
    }

    @Override
    public void updateNClob(String columnLabel, @Nullable Reader reader, long length) throws SQLException {
        guardedAction(() -> delegate.updateNClob(columnLabel, reader, length));
    }

    @Override
    public void updateNCharacterStream(int columnIndex, @Nullable Reader x) throws SQLException {
        guardedAction(() -> delegate.updateNCharacterStream(columnIndex, x));
    }

    @Override
    public void updateNCharacterStream(String columnLabel, @Nullable Reader reader) throws SQLException {
        guardedAction(() -> delegate.updateNCharacterStream(columnLabel, reader));
    }

    @Override
    public void updateAsciiStream(int columnIndex, @Nullable InputStream x) throws SQLException {
        guardedAction(() -> delegate.updateAsciiStream(columnIndex, x));
    }

    @Override
    public void updateBinaryStream(int columnIndex, @Nullable InputStream x) throws SQLException {
        guardedAction(() -> delegate.updateBinaryStream(columnIndex, x));
    }

    @Override
    public void updateCharacterStream(int columnIndex, @Nullable Reader x) throws SQLException {
        guardedAction(() -> delegate.updateCharacterStream(columnIndex, x));
    }

    @Override
    public void updateAsciiStream(String columnLabel, @Nullable InputStream x) throws SQLException {
        guardedAction(() -> delegate.updateAsciiStream(columnLabel, x));
    }

    @Override
    public void updateBinaryStream(String columnLabel, @Nullable InputStream x) throws SQLException {
        guardedAction(() -> delegate.updateBinaryStream(columnLabel, x));
    }

    @Override
    public void updateCharacterStream(String columnLabel, @Nullable Reader reader) throws SQLException {
        guardedAction(() -> delegate.updateCharacterStream(columnLabel, reader));
    }

    @Override
    public void updateBlob(int columnIndex, @Nullable InputStream inputStream) throws SQLException {
        guardedAction(() -> delegate.updateBlob(columnIndex, inputStream));
    }

    @Override
    public void updateBlob(String columnLabel, @Nullable InputStream inputStream) throws SQLException {
        guardedAction(() -> delegate.updateBlob(columnLabel, inputStream));
    }

    @Override
    public void updateClob(int columnIndex, @Nullable Reader reader) throws SQLException {
        guardedAction(() -> delegate.updateClob(columnIndex, reader));
    }

    @Override
    public void updateClob(String columnLabel, @Nullable Reader reader) throws SQLException {
        guardedAction(() -> delegate.updateClob(columnLabel, reader));
    }

    @Override
    public void updateNClob(int columnIndex, @Nullable Reader reader) throws SQLException {
        guardedAction(() -> delegate.updateNClob(columnIndex, reader));
    }

    @Override
    public void updateNClob(String columnLabel, @Nullable Reader reader) throws SQLException {
        guardedAction(() -> delegate.updateNClob(columnLabel, reader));
    }

    @Override
    public void updateObject(int columnIndex, @Nullable Object x, @Nullable SQLType targetSqlType, int scaleOrLength)
            throws SQLException {
        guardedAction(() -> delegate.updateObject(columnIndex, x, targetSqlType, scaleOrLength));
    }

    @Override
    public void updateObject(String columnLabel, @Nullable Object x, @Nullable SQLType targetSqlType, int scaleOrLength)
            throws SQLException {
        guardedAction(() -> delegate.updateObject(columnLabel, x, targetSqlType, scaleOrLength));
    }

    @Override
    public void updateObject(int columnIndex, @Nullable Object x, @Nullable SQLType targetSqlType) throws SQLException {
        guardedAction(() -> delegate.updateObject(columnIndex, x, targetSqlType));
    }

    @Override
    public void updateObject(String columnLabel, @Nullable Object x, @Nullable SQLType targetSqlType)
            throws SQLException {
        guardedAction(() -> delegate.updateObject(columnLabel, x, targetSqlType));
    }
}
