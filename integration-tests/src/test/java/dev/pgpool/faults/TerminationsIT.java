package dev.pgpool.faults;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.pgpool.testserver.PostgresServer;
import dev.pgpool.testserver.PostgresTest;
import dev.pgpool.testserver.TestDatabase;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/**
 * All sessions ended once a second, under reads and single statements.
 *
 * <p>System properties: {@code pgpool.terminations.seconds}, for how long; {@code pgpool.faults.compare}, to have the
 * same from HikariCP.
 */
@PostgresTest(ownServer = true)
@Timeout(3600)
class TerminationsIT {
    private static final Duration TIME = Duration.ofSeconds(Long.getLong("pgpool.terminations.seconds", 6));
    private static final int SIZE = 10;
    private static final int THREADS = 12;

    @Test
    void no_unit_of_work_fails_when_all_sessions_are_ended_once_a_second(PostgresServer server, TestDatabase database)
            throws Exception {
        Bank bank = new Bank(database);
        List<Tally> tallies = new ArrayList<>();
        Run.Result result = null;
        for (Contender contender : Contender.toCompare()) {
            result = new Run(contender, Fault.TERMINATE_ALL_SLOWLY, Kind.SINGLES, SIZE, THREADS, TIME).on(server, bank);
            tallies.add(result.tally());
        }
        System.out.println(Tally.table(tallies));
        Tally tally = result.tally();
        assertEquals(List.of(), result.surprises());
        assertEquals(0, tally.failed(), tally::toString);
        assertEquals(List.of(0, 0, 0), List.of(tally.lost(), tally.doubled(), tally.untrue()), tally::toString);
        assertTrue(tally.struck() > 0 && tally.done() > 0, tally::toString);
        assertTrue(tally.gapMillis() < 5_000, () -> "nothing was done for " + tally.gapMillis() + " ms");
    }
}
