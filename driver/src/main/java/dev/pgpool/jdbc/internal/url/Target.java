package dev.pgpool.jdbc.internal.url;

import dev.pgpool.internal.physical.PgjdbcSource;
import dev.pgpool.internal.session.Parameters;
import dev.pgpool.pool.InvalidSettingsException;
import dev.pgpool.pool.PoolProperty;
import dev.pgpool.pool.PoolSettings;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.Set;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import org.postgresql.PGProperty;

/**
 * Where a URL and its properties lead: all that is needed to open a logical connection.
 *
 * <p>Immutable. Never prints the properties: they hold the password.
 */
public final class Target {
    private static final Properties DEFAULTS = PgjdbcDefaults.load();
    // PostgreSQL allows no NUL in a password, so this is none.
    private static final String NO_PASSWORD = "\0";

    private final ConnectionUrl url;
    private final Properties properties;
    private final Parameters start;
    private final Identity identity;

    private Target(ConnectionUrl url, Properties properties, Parameters start, Identity identity) {
        this.url = url;
        this.properties = properties;
        this.start = start;
        this.identity = identity;
    }

    /** Whether a URL begins with {@code jdbc:pgpool:}. */
    public static boolean accepts(@Nullable String url) {
        return ConnectionUrl.claims(url);
    }

    /** As {@link #of(String, Properties, Set)}, with the URL above all properties, as in pgjdbc. */
    public static Target of(String url, Properties properties) throws SQLException {
        return of(url, properties, Set.of());
    }

    /**
     * Reads a URL and properties.
     *
     * @param url a URL that is {@linkplain #accepts accepted}
     * @param above names of properties whose value wins over one in the URL
     * @throws SQLException (SQLState 22023) if the URL or a property is wrong; lists every fault
     */
    public static Target of(String url, Properties properties, Set<String> above) throws SQLException {
        List<String> faults = new ArrayList<>();
        ConnectionUrl parsed = ConnectionUrl.parse(url, above, faults);
        Properties effective = effective(parsed, properties, faults);
        PoolSettings settings = settings(poolProperties(parsed, properties, faults), nameOf(effective), faults);
        if (settings == null || !faults.isEmpty()) {
            throw new SQLException("wrong settings for " + parsed + listOf(faults), "22023");
        }
        PgjdbcDefaults.addOurs(effective);
        Parameters start = StartSettings.takeFrom(effective);
        return new Target(parsed, effective, start, identity(effective, settings));
    }

    private static String listOf(List<String> faults) {
        return faults.size() == 1 ? ": " + faults.get(0) : ":\n- " + String.join("\n- ", faults);
    }

    /** The properties that pgjdbc makes of all sources, the address in the URL included; incomplete after a fault. */
    private static Properties effective(ConnectionUrl url, Properties given, List<String> faults) {
        Properties defaults = new Properties();
        defaults.putAll(DEFAULTS);
        // Keeps pgjdbc from reading .pgpass now: it will when it connects.
        defaults.putIfAbsent(PGProperty.PASSWORD.getName(), NO_PASSWORD);
        Properties properties = new Properties(defaults);
        for (String name : given.stringPropertyNames()) {
            properties.setProperty(name, given.getProperty(name));
        }
        url.secrets().forEach(properties::setProperty);
        if (!faults.isEmpty()) {
            faults.addAll(UrlDiagnosis.faultsOf(url, properties));
            return properties;
        }
        Properties effective = org.postgresql.Driver.parseURL(url.forPgjdbc(), properties);
        if (effective == null) {
            faults.addAll(UrlDiagnosis.faultsOf(url, properties));
            if (faults.isEmpty()) {
                faults.add("pgjdbc can't parse it; is there exactly one port for each host?");
            }
            return properties;
        }
        effective.remove(PGProperty.PASSWORD.getName(), NO_PASSWORD);
        effective.keySet().removeIf(name -> PoolProperty.claims(name.toString()));
        return effective;
    }

    private static Map<String, String> poolProperties(ConnectionUrl url, Properties given, List<String> faults) {
        Map<String, String> pool = new TreeMap<>(String.CASE_INSENSITIVE_ORDER);
        for (String name : DEFAULTS.stringPropertyNames()) {
            if (PoolProperty.claims(name)) {
                pool.put(name, DEFAULTS.getProperty(name));
            }
        }
        Map<String, String> inProperties = new TreeMap<>(String.CASE_INSENSITIVE_ORDER);
        textsOf(given).forEach((name, value) -> {
            String former = PoolProperty.claims(name) ? inProperties.put(name, value) : null;
            if (former != null && !former.equals(value)) {
                faults.add(name + " is given twice in the properties: " + former + " and " + value);
            }
        });
        pool.putAll(inProperties);
        pool.putAll(url.pool());
        return pool;
    }

    /** All entries, defaults included; a number that was put in as such is taken as its text. */
    static Map<String, String> textsOf(Properties given) {
        Map<String, String> texts = new TreeMap<>();
        given.forEach((name, value) -> texts.put(name.toString(), value.toString()));
        given.stringPropertyNames().forEach(name -> texts.put(name, given.getProperty(name)));
        return texts;
    }

    private static @Nullable PoolSettings settings(Map<String, String> pool, String name, List<String> faults) {
        try {
            return PoolSettings.parse(pool, name);
        } catch (InvalidSettingsException e) {
            faults.addAll(e.faults());
            return null;
        }
    }

    /** {@code user@host:port,host2:port2/database}. */
    private static String nameOf(Properties effective) {
        String[] hosts = effective.getProperty(PGProperty.PG_HOST.getName(), "").split(",");
        String[] ports = effective.getProperty(PGProperty.PG_PORT.getName(), "").split(",");
        StringBuilder name = new StringBuilder(effective.getProperty(PGProperty.USER.getName(), ""));
        for (int i = 0; i < hosts.length && i < ports.length; i++) {
            name.append(i == 0 ? '@' : ',').append(hosts[i]).append(':').append(ports[i]);
        }
        return name.append('/')
                .append(effective.getProperty(PGProperty.PG_DBNAME.getName(), ""))
                .toString();
    }

    private static Identity identity(Properties effective, PoolSettings settings) {
        Map<String, String> open = new HashMap<>();
        for (String name : effective.stringPropertyNames()) {
            if (!ConnectionUrl.SECRETS.contains(name)) {
                open.put(name, effective.getProperty(name));
            }
        }
        String credential =
                Credential.hash(PGProperty.PASSWORD.getOrNull(effective), PGProperty.SSL_PASSWORD.getOrNull(effective));
        return new Identity(open, credential, settings);
    }

    /** The parameters that a session begins with. */
    Parameters start() {
        return start;
    }

    Identity identity() {
        return identity;
    }

    /** A source of physical connections for this target. */
    PgjdbcSource source() {
        // Without address and parameters: pgjdbc would prefer them to the properties, which have them all and ours too.
        // Even the address: the parameters PGHOST, PGPORT and PGDBNAME beat the one in the URL.
        return new PgjdbcSource(ConnectionUrl.PGJDBC_PREFIX + "//", properties);
    }

    /** A {@code jdbc:postgresql:} URL without our properties and without passwords. */
    public String url() {
        return url.forPgjdbc();
    }

    /** The user to connect as, before any SET ROLE. */
    public @Nullable String user() {
        return properties.getProperty(PGProperty.USER.getName());
    }

    @Override
    public String toString() {
        return url.toString();
    }
}
