package dev.pgpool.jdbc.internal.url;

import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** Where a DataSource connects to: by a URL, or by hosts, ports and database. Not safe for use by many threads. */
public final class ServerAddress {
    private static final String URL = "url";
    private static final String HOSTS = "serverNames";
    private static final String PORTS = "portNumbers";
    private static final String DATABASE = "databaseName";

    private @Nullable String url;
    private String[] hosts = {};
    private int[] ports = {};
    private @Nullable String database;

    /** The URL as given; null if there is none. */
    public @Nullable String given() {
        return url;
    }

    public void give(@Nullable String newUrl) {
        url = newUrl;
    }

    public String[] hosts() {
        return hosts.clone();
    }

    public void setHosts(String[] newHosts) {
        hosts = newHosts.clone();
    }

    public int[] ports() {
        return ports.clone();
    }

    public void setPorts(int[] newPorts) {
        ports = newPorts.clone();
    }

    public @Nullable String database() {
        return database;
    }

    public void setDatabase(@Nullable String newDatabase) {
        database = newDatabase;
    }

    /** What was given, by the names of the DataSource's properties. */
    public Map<String, String> texts() {
        Map<String, String> texts = new LinkedHashMap<>();
        if (url != null) {
            texts.put(URL, url);
        }
        if (hosts.length > 0) {
            texts.put(HOSTS, String.join(",", hosts));
        }
        if (ports.length > 0) {
            texts.put(PORTS, Arrays.stream(ports).mapToObj(Integer::toString).collect(Collectors.joining(",")));
        }
        if (database != null) {
            texts.put(DATABASE, database);
        }
        return texts;
    }

    /**
     * Takes one of these {@link #texts}; false if its name is none of theirs.
     *
     * @throws IllegalArgumentException if ports are no numbers
     */
    public boolean take(String name, String text) {
        switch (name) {
            case URL -> url = text;
            case HOSTS -> hosts = text.split(",");
            case PORTS -> ports = numbers(text);
            case DATABASE -> database = text;
            default -> {
                return false;
            }
        }
        return true;
    }

    private static int[] numbers(String text) {
        try {
            return Arrays.stream(text.split(",")).mapToInt(Integer::parseInt).toArray();
        } catch (NumberFormatException e) {
            throw new IllegalArgumentException(PORTS + "=" + text + " are no numbers separated by commas", e);
        }
    }

    /**
     * The {@code jdbc:pgpool:} URL of this address.
     *
     * @throws SQLException (SQLState 22023) if there is no address, or two, or if it is none of ours
     */
    public String url() throws SQLException {
        boolean byName = hosts.length > 0 || ports.length > 0 || database != null;
        if (url == null) {
            if (!byName) {
                throw wrong("the DataSource has no address; set url, or serverNames and databaseName");
            }
            return built();
        }
        if (byName) {
            throw wrong(
                    "the DataSource has two addresses; set either url, or serverNames, portNumbers and databaseName");
        }
        if (!ConnectionUrl.claims(url)) {
            // Up to the second colon at most: what follows may hold a password.
            String prefix = url.startsWith("jdbc:") ? url.substring(0, url.indexOf(':', 5) + 1) : "";
            throw wrong("the URL " + prefix + "… of the DataSource does not begin with " + ConnectionUrl.PREFIX);
        }
        return url;
    }

    private String built() throws SQLException {
        List<String> addresses = new ArrayList<>();
        String[] names = hosts.length == 0 ? new String[] {"localhost"} : hosts;
        if (ports.length > 0 && ports.length != names.length) {
            throw wrong("the DataSource has " + names.length + " serverNames but " + ports.length
                    + " portNumbers; set one for each, or none");
        }
        for (int i = 0; i < names.length; i++) {
            boolean bareIpv6 = names[i].indexOf(':') >= 0 && !names[i].startsWith("[");
            String host = bareIpv6 ? "[" + names[i] + "]" : names[i];
            addresses.add(ports.length == 0 || ports[i] == 0 ? host : host + ":" + ports[i]);
        }
        String encoded = database == null ? "" : URLEncoder.encode(database, StandardCharsets.UTF_8);
        return ConnectionUrl.PREFIX + "//" + String.join(",", addresses) + "/" + encoded;
    }

    private static SQLException wrong(String fault) {
        return new SQLException(fault, "22023");
    }
}
