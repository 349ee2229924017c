package dev.pgpool.benchmark;

import com.zaxxer.hikari.HikariConfig;
import com.zaxxer.hikari.HikariDataSource;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;

/** A way to the server. All names are as printed. */
enum Contender {
    /** pgjdbc without a pool: each connection is a physical one. */
    raw {
        @Override
        Source open(String url, int physical) {
            return new Source(() -> DriverManager.getConnection(url), () -> {});
        }
    },
    /** This project's driver: each connection is a logical one. */
    pgpool {
        @Override
        Source open(String url, int physical) {
            String pooled = url.replace("jdbc:postgresql:", "jdbc:pgpool:")
                    + (url.indexOf('?') < 0 ? '?' : '&')
                    + "pool.maxSize=" + physical + "&pool.acquireTimeout=60s&pool.idlePoolTimeout=1s";
            return new Source(() -> DriverManager.getConnection(pooled), () -> {});
        }
    },
    /** The pool that most applications have: each connection is a physical one, borrowed. */
    HikariCP {
        @Override
        Source open(String url, int physical) {
            HikariConfig config = new HikariConfig();
            config.setJdbcUrl(url);
            config.setMaximumPoolSize(physical);
            config.setConnectionTimeout(60_000);
            HikariDataSource pool = new HikariDataSource(config);
            return new Source(pool::getConnection, pool::close);
        }
    };

    /** Where connections come from, until closed. */
    record Source(Opening opening, Runnable closing) implements AutoCloseable {
        Connection connect() throws SQLException {
            return opening.connect();
        }

        @Override
        public void close() {
            closing.run();
        }
    }

    /** Opens one connection. */
    @FunctionalInterface
    interface Opening {
        Connection connect() throws SQLException;
    }

    /** Opens a way to this {@code jdbc:postgresql:} URL with at most so many physical connections, if it pools. */
    abstract Source open(String url, int physical);
}
