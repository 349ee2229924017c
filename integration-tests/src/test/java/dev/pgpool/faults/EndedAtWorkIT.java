package dev.pgpool.faults;

import static dev.pgpool.faults.Outcome.DONE;
import static dev.pgpool.faults.Outcome.NOT_DONE;
import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.pgpool.conformance.Await;
import dev.pgpool.testserver.PostgresTest;
import dev.pgpool.testserver.TestDatabase;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Sessions that are ended while the server is in the middle of what it was asked for, and waits for a lock. */
@PostgresTest
@Timeout(120)
class EndedAtWorkIT {
    private static final AtomicInteger MARKS = new AtomicInteger();

    private static TestDatabase database;
    private static Contender.Pooled pool;

    @BeforeAll
    static void openPool(TestDatabase shared) throws SQLException {
        database = shared;
        Operation.createSchema(database);
        try (Connection owner = database.connect();
                Statement statement = owner.createStatement()) {
            statement.execute("create table owner (id int primary key); insert into owner values (1);"
                    + " create table owned (owner int references owner deferrable initially deferred)");
        }
        pool = Contender.PGPOOL.open(database.url(), 1);
    }

    @AfterAll
    static void closePool() throws Exception {
        pool.close();
    }

    @ParameterizedTest
    @EnumSource(
            names = {
                "READ",
                "INSERT",
                "INSERT_RETURNING",
                "FUNCTION_THAT_WRITES",
                "INSERT_WITH_NEXTVAL",
                "PROCEDURE_THAT_COMMITS",
                "BATCH",
                "FIRST_OF_TRANSACTION",
                "BATCH_FIRST_OF_TRANSACTION"
            })
    void the_application_is_told_the_truth_when_its_session_is_ended_over(Operation operation) throws Exception {
        int mark = MARKS.incrementAndGet();
        try (Connection connection = pool.source().getConnection()) {
            Operation.Act act = operation.begin(connection, mark);
            Outcome told = endedWhileWaiting("lock table item in access exclusive mode", act);
            assertEquals(operation.told(new Cut(Cut.Place.BEFORE_REQUEST, Cut.Way.FATAL)), told);
            if (!connection.getAutoCommit()) {
                connection.commit();
            }
            assertEquals(
                    told == DONE ? operation.rows() : 0, ask("select count(*) from item where mark = " + mark), "rows");
        }
    }

    @Test
    void a_commit_that_is_ended_while_it_checks_constraints_is_told_to_be_undone() throws Exception {
        try (Connection connection = pool.source().getConnection()) {
            connection.setAutoCommit(false);
            try (Statement statement = connection.createStatement()) {
                statement.execute("insert into owned values (1)");
            }
            Outcome told = endedWhileWaiting("select * from owner for update", () -> {
                connection.commit();
                return true;
            });
            assertEquals(NOT_DONE, told);
        }
        assertEquals(0, ask("select count(*) from owned"));
    }

    /** What is told of an act if its session is ended while it waits for somebody's lock. */
    private static Outcome endedWhileWaiting(String locking, Operation.Act act) throws Exception {
        CompletableFuture<Outcome> told;
        try (Connection owner = database.connect();
                Statement statement = owner.createStatement()) {
            owner.setAutoCommit(false);
            statement.execute(locking);
            told = CompletableFuture.supplyAsync(() -> Outcome.toldBy(act));
            String waiting = " from pg_stat_activity where datname = current_database() and wait_event_type = 'Lock'";
            Await.until(() -> ask("select count(*)" + waiting) == 1);
            assertEquals(1, ask("select count(*) filter (where pg_terminate_backend(pid, 10000))" + waiting));
            owner.rollback();
        }
        return told.get(30, TimeUnit.SECONDS);
    }

    private static int ask(String question) throws SQLException {
        try (Connection owner = database.connect();
                Statement statement = owner.createStatement();
                ResultSet rows = statement.executeQuery(question)) {
            rows.next();
            return rows.getInt(1);
        }
    }
}
