package dev.pgpool.benchmark;

import com.zaxxer.hikari.HikariConfig;
import com.zaxxer.hikari.HikariDataSource;
import dev.pgpool.jdbc.PgPoolDataSource;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;

/** A way to the server. All names are as printed. */
enum Contender {
    /** pgjdbc without a pool: each connection is a physical one. */
    raw {
        @Override
        Source open(String url, int physical) {
            return new Source(() -> Borrowed.untilClosed(DriverManager.getConnection(url)), () -> {});
        }
    },
    /** This project's driver: each connection is a logical one. */
    pgpool {
        @Override
        Source open(String url, int physical) {
            PgPoolDataSource pool = new PgPoolDataSource();
            pool.setUrl(url.replace("jdbc:postgresql:", "jdbc:pgpool:")
                    + (url.indexOf('?') < 0 ? '?' : '&')
                    + "pool.maxSize=" + physical + "&pool.acquireTimeout=60s");
            return new Source(() -> Borrowed.untilClosed(pool.getConnection()), pool::close);
        }
    },
    /** The least that serving first come, first served costs: connections of pgjdbc handed on, and nothing else. */
    queue {
        @Override
        Source open(String url, int physical) throws SQLException {
            Queue connections = new Queue();
            for (int i = 0; i < physical; i++) {
                connections.add(DriverManager.getConnection(url));
            }
            return new Source(connections::borrow, connections::close);
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
            return new Source(() -> Borrowed.untilClosed(pool.getConnection()), pool::close);
        }
    };

    /** Where connections come from, until closed. */
    record Source(Opening opening, Runnable closing) implements AutoCloseable {
        Borrowed connect() throws SQLException {
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
        Borrowed connect() throws SQLException;
    }

    /** A connection, and what to do with it in the end. */
    record Borrowed(Connection connection, Closing closing) implements AutoCloseable {
        static Borrowed untilClosed(Connection connection) {
            return new Borrowed(connection, connection::close);
        }

        @Override
        public void close() throws SQLException {
            closing.close();
        }
    }

    /** Ends the use of one connection. */
    @FunctionalInterface
    interface Closing {
        void close() throws SQLException;
    }

    /** Opens a way to this {@code jdbc:postgresql:} URL with at most so many physical connections, if it pools. */
    abstract Source open(String url, int physical) throws SQLException;
}
