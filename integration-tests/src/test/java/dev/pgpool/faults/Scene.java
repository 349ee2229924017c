package dev.pgpool.faults;

import dev.pgpool.jdbc.PgPoolDataSource;
import dev.pgpool.testserver.PostgresServer;
import dev.pgpool.testserver.StopMode;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.concurrent.BlockingQueue;
import javax.sql.DataSource;

/** Where faults strike: a server, and the sessions in one of its databases. For one thread. */
final class Scene implements AutoCloseable {
    private final PostgresServer server;
    private final Bank bank;
    private final DataSource pool;
    private final BlockingQueue<Integer> commits;
    private Connection administrator;

    Scene(PostgresServer server, Bank bank, DataSource pool, BlockingQueue<Integer> commits) {
        this.server = server;
        this.bank = bank;
        this.pool = pool;
        this.commits = commits;
    }

    PostgresServer server() {
        return server;
    }

    Bank bank() {
        return bank;
    }

    /** How many physical connections the pool has opened; only for the pool that is tested. */
    long opened() throws SQLException {
        return pool.unwrap(PgPoolDataSource.class)
                .snapshot()
                .orElseThrow()
                .counts()
                .opened();
    }

    /** The backends that are about to commit. */
    BlockingQueue<Integer> commits() {
        return commits;
    }

    /**
     * Ends sessions as an administrator does.
     *
     * @param which the rest of a query of pg_stat_activity that so far has a WHERE clause for the database
     * @return how many
     */
    int terminate(String which) throws SQLException {
        if (administrator == null) {
            administrator = server.connect();
        }
        try (Statement statement = administrator.createStatement();
                ResultSet rows =
                        statement.executeQuery("select count(*) filter (where pg_terminate_backend(pid)) from (select"
                                + " pid from pg_stat_activity where backend_type = 'client backend' and datname = '"
                                + bank.database().name() + "' " + which + ") as victim")) {
            rows.next();
            return rows.getInt(1);
        }
    }

    int restart(StopMode mode) {
        server.restart(mode);
        return 1;
    }

    int crash() {
        server.kill();
        server.start();
        return 1;
    }

    @Override
    public void close() throws SQLException {
        if (administrator != null) {
            administrator.close();
        }
    }
}
