package dev.pgpool.internal.physical;

import java.util.Properties;

/**
 * Where physical connections come from: a URL and properties for pgjdbc.
 *
 * <p>Equal only to itself. Never prints the properties: they hold the password.
 */
public final class PgjdbcSource {
    /**
     * @param url a {@code jdbc:postgresql:} URL that pgjdbc accepts
     * @param properties pgjdbc's properties, the user name and password included; copied
     */
    public PgjdbcSource(String url, Properties properties) {}
}
