package dev.pgpool.internal.physical;

import java.sql.SQLException;
import java.util.Properties;
import org.postgresql.PGProperty;
import org.postgresql.core.BaseConnection;
import org.postgresql.core.TypeInfo;
import org.postgresql.jdbc.PgConnection;
import org.postgresql.util.HostSpec;

/** A connection of pgjdbc that several sessions use one after the other; see {@link TypeNames}. */
final class SharedPgConnection extends PgConnection {
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
}
