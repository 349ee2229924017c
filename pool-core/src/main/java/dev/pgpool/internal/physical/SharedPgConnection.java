package dev.pgpool.internal.physical;

import java.sql.CallableStatement;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.Properties;
import org.jspecify.annotations.Nullable;
import org.postgresql.PGProperty;
import org.postgresql.core.BaseConnection;
import org.postgresql.core.TypeInfo;
import org.postgresql.jdbc.PgConnection;
import org.postgresql.jdbc.PreferQueryMode;
import org.postgresql.util.HostSpec;

/** A connection of pgjdbc that several sessions use one after the other; see {@link TypeNames} and {@link PreparedScopes}. */
final class SharedPgConnection extends PgConnection {
    private final PreparedScopes scopes = new PreparedScopes();

    private SharedPgConnection(HostSpec[] hosts, Properties properties, String url) throws SQLException {
        super(hosts, properties, url);
    }

    /**
     * Connects, as {@link org.postgresql.Driver#connect} does for this URL; in this thread, without a limit of time.
     *
     * @param properties what the URL says, the defaults of pgjdbc and those of the application
     */
    static SharedPgConnection open(String url, Properties properties) throws SQLException {
        String[] hosts =
                String.valueOf(PGProperty.PG_HOST.getOrDefault(properties)).split(",");
        String[] ports =
                String.valueOf(PGProperty.PG_PORT.getOrDefault(properties)).split(",");
        HostSpec[] specs = new HostSpec[hosts.length];
        for (int i = 0; i < specs.length; i++) {
            specs[i] = new HostSpec(
                    hosts[i], Integer.parseInt(ports[i]), PGProperty.LOCAL_SOCKET_ADDRESS.getOrDefault(properties));
        }
        return new SharedPgConnection(specs, properties, url);
    }

    /** Called by the constructor of pgjdbc's class. */
    @Override
    protected TypeInfo createTypeInfo(BaseConnection connection, int unknownLength) {
        return new TypeNames(connection, unknownLength);
    }

    TypeNames typeNames() {
        return (TypeNames) getTypeInfo();
    }

    /** For whom what is prepared here is prepared, be it by pgjdbc itself for a row to be updated. */
    PreparedScopes scopes() {
        return scopes;
    }

    /** Whether pgjdbc also keeps what it has prepared for statements that aren't prepared here: by their text alone. */
    boolean keepsPlainStatements() {
        return getPreferQueryMode() == PreferQueryMode.EXTENDED_CACHE_EVERYTHING;
    }

    /** Prepares what means the same to all. */
    PreparedStatement prepareForAll(String sql) throws SQLException {
        return super.prepareStatement(
                sql, ResultSet.TYPE_FORWARD_ONLY, ResultSet.CONCUR_READ_ONLY, ResultSet.CLOSE_CURSORS_AT_COMMIT);
    }

    @Override
    public PreparedStatement prepareStatement(String sql, int type, int concurrency, int holdability)
            throws SQLException {
        return super.prepareStatement(scopes.marked(sql), type, concurrency, holdability);
    }

    @Override
    public PreparedStatement prepareStatement(String sql, String @Nullable [] keyColumns) throws SQLException {
        boolean marksItself = keyColumns != null && keyColumns.length == 0;
        return super.prepareStatement(marksItself ? sql : scopes.marked(sql), keyColumns);
    }

    @Override
    public CallableStatement prepareCall(String sql, int type, int concurrency, int holdability) throws SQLException {
        return super.prepareCall(scopes.marked(sql), type, concurrency, holdability);
    }
}
