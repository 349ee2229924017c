package dev.pgpool.jdbc.internal.url;

import dev.pgpool.pool.PoolProperty;
import java.sql.DriverPropertyInfo;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.Set;
import java.util.TreeMap;
import org.postgresql.PGProperty;

/** Describes all properties to tools that ask a human for them. */
public final class PropertyInfo {
    private PropertyInfo() {}

    /**
     * All of pgjdbc's properties and all of ours, with the value they have now.
     *
     * <p>Reports no faults: what a human is still typing need not be right yet.
     */
    public static DriverPropertyInfo[] of(String url, Properties given) {
        Properties properties = new Properties();
        given.stringPropertyNames().forEach(name -> properties.setProperty(name, given.getProperty(name)));
        Map<String, String> pool = new TreeMap<>(String.CASE_INSENSITIVE_ORDER);
        properties.stringPropertyNames().forEach(name -> pool.put(name, properties.getProperty(name)));
        Properties effective = null;
        if (ConnectionUrl.claims(url)) {
            ConnectionUrl parsed = ConnectionUrl.parse(url, Set.of(), new ArrayList<>());
            parsed.secrets().forEach(properties::setProperty);
            pool.putAll(parsed.pool());
            effective = org.postgresql.Driver.parseURL(parsed.forPgjdbc(), properties);
        }
        Properties shown = effective == null ? properties : effective;
        PgjdbcDefaults.addOurs(shown);
        List<DriverPropertyInfo> infos = new ArrayList<>();
        for (PGProperty property : PGProperty.values()) {
            infos.add(property.toDriverPropertyInfo(shown));
        }
        for (PoolProperty property : PoolProperty.values()) {
            infos.add(of(property, pool.getOrDefault(property.fullName(), property.defaultText())));
        }
        return infos.toArray(DriverPropertyInfo[]::new);
    }

    private static DriverPropertyInfo of(PoolProperty property, String value) {
        DriverPropertyInfo info = new DriverPropertyInfo(property.fullName(), value.isEmpty() ? null : value);
        info.description =
                property.description() + " Allowed: " + property.kind().allowed() + ".";
        List<String> choices = property.kind().choices();
        info.choices = choices.isEmpty() ? null : choices.toArray(String[]::new);
        return info;
    }
}
