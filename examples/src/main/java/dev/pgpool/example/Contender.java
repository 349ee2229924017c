package dev.pgpool.example;

import com.zaxxer.hikari.HikariConfig;
import com.zaxxer.hikari.HikariDataSource;
import java.util.function.IntSupplier;
import javax.sql.DataSource;

/**
 * One of the two ways to the server that are compared.
 *
 * @param name how it is called on the screen
 * @param applicationName how the server calls its backends
 * @param prefix what its URL starts with
 * @param dataSource where the sessions get their connections
 * @param awaiting how many sessions wait in {@code getConnection}
 * @param closing closes the pool, if it is one of ours to close
 */
record Contender(
        String name,
        String applicationName,
        String prefix,
        DataSource dataSource,
        IntSupplier awaiting,
        Runnable closing)
        implements AutoCloseable {

    /** The sessions hold logical connections; all that pools is behind the URL. */
    static Contender pgpool(Target target, Settings settings) {
        String applicationName = "example via pgpool";
        String url = target.url(
                Target.POOLED,
                "ApplicationName=" + encoded(applicationName),
                "pool.maxSize=" + settings.physical(),
                "pool.acquireTimeout=" + settings.patience().toMillis() + "ms",
                // The DriverManager gives no handle on the pool to close it by; it closes when nobody needs it.
                "pool.idlePoolTimeout=1s");
        return new Contender("pgpool", applicationName, Target.POOLED, new UrlDataSource(url), () -> 0, () -> {});
    }

    /** The sessions hold physical connections, borrowed from HikariCP. */
    static Contender hikari(Target target, Settings settings) {
        String applicationName = "example via HikariCP";
        HikariConfig config = new HikariConfig();
        config.setJdbcUrl(target.url(Target.PLAIN, "ApplicationName=" + encoded(applicationName)));
        config.setMaximumPoolSize(settings.physical());
        config.setConnectionTimeout(settings.patience().toMillis());
        HikariDataSource pool = new HikariDataSource(config);
        return new Contender(
                "HikariCP",
                applicationName,
                Target.PLAIN,
                pool,
                () -> pool.getHikariPoolMXBean().getThreadsAwaitingConnection(),
                pool::close);
    }

    private static String encoded(String name) {
        return name.replace(" ", "%20");
    }

    @Override
    public void close() {
        closing.run();
    }
}
