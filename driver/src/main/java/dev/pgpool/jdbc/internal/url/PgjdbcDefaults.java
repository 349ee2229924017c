package dev.pgpool.jdbc.internal.url;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.URL;
import java.util.Collections;
import java.util.List;
import java.util.Properties;
import org.postgresql.PGProperty;

/** The values that pgjdbc has where neither URL nor properties say anything, and those that we add to them. */
final class PgjdbcDefaults {
    private static final String CONFIGURATION = "org/postgresql/driverconfig.properties";

    private PgjdbcDefaults() {}

    /** As pgjdbc: the user of this process, and configuration files on the class path, the first of which wins. */
    static Properties load() {
        Properties defaults = new Properties();
        String user = System.getProperty("user.name");
        if (user != null) {
            defaults.setProperty(PGProperty.USER.getName(), user);
        }
        try {
            List<URL> files = Collections.list(
                    org.postgresql.Driver.class.getClassLoader().getResources(CONFIGURATION));
            Collections.reverse(files);
            for (URL file : files) {
                try (InputStream in = file.openStream()) {
                    defaults.load(in);
                }
            }
        } catch (IOException e) {
            throw new UncheckedIOException("can't read " + CONFIGURATION + " from the class path", e);
        }
        return defaults;
    }

    /** Adds what pooled sessions need. */
    static void addOurs(Properties properties) {
        // Below 9.0 pgjdbc sends ApplicationName as a SET after connecting, which RESET ALL undoes.
        if (PGProperty.ASSUME_MIN_SERVER_VERSION.getOrNull(properties) == null) {
            PGProperty.ASSUME_MIN_SERVER_VERSION.set(properties, "9.0");
        }
        // Else nobody ever learns that the server has vanished without a word, in the middle of a long query.
        if (PGProperty.TCP_KEEP_ALIVE.getOrNull(properties) == null) {
            PGProperty.TCP_KEEP_ALIVE.set(properties, true);
        }
        // pgjdbc prints the binary form in the time zone that the session has when the value is read; a fully read
        // result outlives its lease, and by then another session may have set another time zone.
        String disabled = PGProperty.BINARY_TRANSFER_DISABLE.getOrNull(properties);
        PGProperty.BINARY_TRANSFER_DISABLE.set(
                properties,
                disabled == null || disabled.isEmpty() ? "TIMESTAMPTZ,TIMETZ" : disabled + ",TIMESTAMPTZ,TIMETZ");
    }
}
