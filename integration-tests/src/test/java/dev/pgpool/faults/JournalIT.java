package dev.pgpool.faults;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.pgpool.testserver.PostgresServer;
import dev.pgpool.testserver.PostgresTest;
import dev.pgpool.testserver.TestDatabase;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Transfers and journal entries of many kinds under faults: what the application was told is compared with what the
 * database has.
 *
 * <p>System properties: {@code pgpool.faults.millis}, how long each fault strikes; {@code pgpool.faults.compare}, to
 * have the same from HikariCP; {@code pgpool.faults.only}, one of the faults.
 */
@PostgresTest(ownServer = true)
@Timeout(7200)
class JournalIT {
    private static final Duration TIME = Duration.ofMillis(Long.getLong("pgpool.faults.millis", 1_500));
    private static final int SIZE = 10;
    private static final int THREADS = 12;

    private static final List<Tally> TALLIES = new ArrayList<>();
    private static Bank bank;

    @BeforeAll
    static void openBank(TestDatabase database) throws SQLException {
        bank = new Bank(database);
    }

    @AfterAll
    static void print() {
        System.out.println(Tally.table(TALLIES));
    }

    static Stream<Fault> faults() {
        String only = System.getProperty("pgpool.faults.only");
        return only == null ? EnumSet.range(Fault.TERMINATE_ONE, Fault.CUT).stream() : Stream.of(Fault.valueOf(only));
    }

    @ParameterizedTest
    @MethodSource("faults")
    void nothing_is_lost_and_nothing_done_twice_under(Fault fault, PostgresServer server) throws Exception {
        Run.Result result = null;
        for (Contender contender : Contender.toCompare()) {
            result = new Run(contender, fault, Kind.ALL, SIZE, THREADS, TIME).on(server, bank);
            TALLIES.add(result.tally());
        }
        Tally tally = result.tally();
        result.surprises().forEach(surprise -> surprise.printStackTrace(System.out));
        assertEquals(List.of(), result.surprises());
        assertEquals(List.of(0, 0), List.of(tally.notTold(), tally.repeatable()), tally::toString);
        assertTrue(tally.struck() > 0 && tally.done() > 0, tally::toString);
        assertEquals(List.of(0, 0, 0), List.of(tally.lost(), tally.doubled(), tally.untrue()), tally::toString);
    }
}
