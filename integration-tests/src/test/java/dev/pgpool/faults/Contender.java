package dev.pgpool.faults;

import com.zaxxer.hikari.HikariConfig;
import com.zaxxer.hikari.HikariDataSource;
import dev.pgpool.jdbc.PgPoolDataSource;
import java.util.List;
import java.util.Locale;
import javax.sql.DataSource;

/** A way to have few physical connections for many threads. */
enum Contender {
    /** The pool that is tested. */
    PGPOOL {
        @Override
        Pooled open(String url, int size) {
            PgPoolDataSource source = new PgPoolDataSource();
            source.setUrl("jdbc:pgpool:" + url.substring("jdbc:".length()));
            source.setMaxSize(size);
            return new Pooled(source, source);
        }
    },
    /** HikariCP with plain pgjdbc, for comparison. */
    HIKARICP {
        @Override
        Pooled open(String url, int size) {
            HikariConfig configuration = new HikariConfig();
            configuration.setJdbcUrl(url);
            configuration.setMaximumPoolSize(size);
            HikariDataSource source = new HikariDataSource(configuration);
            return new Pooled(source, source);
        }
    };

    /** A pool, and what closes it. */
    record Pooled(DataSource source, AutoCloseable closing) implements AutoCloseable {
        @Override
        public void close() throws Exception {
            closing.close();
        }
    }

    /** Opens a pool for a {@code jdbc:postgresql:} URL. */
    abstract Pooled open(String url, int size);

    /** The pool that is tested; before it HikariCP, if the system property {@code pgpool.faults.compare} is true. */
    static List<Contender> toCompare() {
        return Boolean.getBoolean("pgpool.faults.compare") ? List.of(HIKARICP, PGPOOL) : List.of(PGPOOL);
    }

    @Override
    public String toString() {
        return name().toLowerCase(Locale.ROOT);
    }
}
