package dev.pgpool.jdbc.internal.spring;

import dev.pgpool.jdbc.PgPoolDriver;
import org.jspecify.annotations.Nullable;
import org.springframework.core.env.PropertyResolver;
import org.springframework.core.env.PropertySource;

/**
 * The driver class that goes with a {@code jdbc:pgpool:} URL.
 *
 * <p>Asks for the URL only when it is itself asked, so that it does not matter when and from where the URL comes. A
 * driver class that was named by the application stands, unless it is pgjdbc's, which can't take the URL.
 */
final class DriverClassSource extends PropertySource<Object> {
    private static final String DRIVER_CLASS = ".driver-class-name";
    private static final String DATA_SOURCE = "spring.datasource";

    private final PropertyResolver environment;
    // The other sources are asked through the environment, which asks this one again.
    private final ThreadLocal<Boolean> asking = ThreadLocal.withInitial(() -> false);

    DriverClassSource(PropertyResolver environment) {
        // The environment itself must not be this source's source: Boot would look for nested sources in it for ever.
        super("pgpool-jdbc driver class");
        this.environment = environment;
    }

    @Override
    public @Nullable Object getProperty(String name) {
        if (!name.endsWith(DRIVER_CLASS) || asking.get()) {
            return null;
        }
        asking.set(true);
        try {
            String parent = name.substring(0, name.length() - DRIVER_CLASS.length());
            return urlIsOurs(parent) && isFree(environment.getProperty(name)) ? PgPoolDriver.class.getName() : null;
        } finally {
            asking.remove();
        }
    }

    private boolean urlIsOurs(String parent) {
        return isOurs(environment.getProperty(parent + ".url"))
                || isOurs(environment.getProperty(parent + ".jdbc-url"))
                // spring.datasource.hikari and the like take the URL of the data source they belong to.
                || parent.startsWith(DATA_SOURCE + ".") && isOurs(environment.getProperty(DATA_SOURCE + ".url"));
    }

    private static boolean isOurs(@Nullable String url) {
        return url != null && url.startsWith("jdbc:pgpool:");
    }

    private static boolean isFree(@Nullable String driverClass) {
        return driverClass == null || driverClass.isBlank() || driverClass.equals("org.postgresql.Driver");
    }
}
