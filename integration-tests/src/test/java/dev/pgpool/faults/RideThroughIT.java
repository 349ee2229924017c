package dev.pgpool.faults;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.pgpool.testserver.PostgresServer;
import dev.pgpool.testserver.PostgresTest;
import dev.pgpool.testserver.StopMode;
import dev.pgpool.testserver.TestDatabase;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * A server that restarts, or is away for a while, under the load of 200 threads: units of work wait, and then succeed.
 *
 * <p>System property {@code pgpool.away.seconds}: how long it is away.
 */
@PostgresTest(ownServer = true)
@Timeout(600)
class RideThroughIT {
    private static final Duration AWAY = Duration.ofSeconds(Long.getLong("pgpool.away.seconds", 2));
    private static final Duration PATIENCE = Duration.ofSeconds(30);
    private static final int SIZE = 10;
    private static final int THREADS = 200;

    private static final List<Tally> TALLIES = new ArrayList<>();
    private static Bank bank;

    /** An absence of the server. */
    enum Absence implements Disturbance {
        RESTART_FAST(StopMode.FAST, Duration.ZERO),
        RESTART_IMMEDIATE(StopMode.IMMEDIATE, Duration.ZERO),
        AWAY_FOR_A_WHILE(StopMode.FAST, AWAY);

        private final StopMode mode;
        private final Duration away;
        private long recoveredInMillis;
        private long opened;

        Absence(StopMode mode, Duration away) {
            this.mode = mode;
            this.away = away;
        }

        @Override
        public Duration pause() {
            return Duration.ofSeconds(1);
        }

        @Override
        public int strike(Scene scene) throws Exception {
            long openedBefore = scene.opened();
            scene.server().stop(mode);
            TimeUnit.NANOSECONDS.sleep(away.toNanos());
            scene.server().start();
            long startedAt = System.nanoTime();
            while (scene.bank().backends() < SIZE) {
                assertTrue(System.nanoTime() - startedAt < PATIENCE.toNanos(), "the pool has not recovered");
                TimeUnit.MILLISECONDS.sleep(50);
            }
            recoveredInMillis = Duration.ofNanos(System.nanoTime() - startedAt).toMillis();
            opened = scene.opened() - openedBefore;
            return 1;
        }

        @Override
        public String toString() {
            return name().toLowerCase(Locale.ROOT).replace('_', ' ');
        }
    }

    @BeforeAll
    static void openBank(TestDatabase database) throws Exception {
        bank = new Bank(database);
    }

    @AfterAll
    static void print() {
        System.out.println(Tally.table(TALLIES));
        for (Absence absence : Absence.values()) {
            System.out.printf(
                    "%s: at full strength %d ms after the server answered, with %d connections opened for a pool of %d%n",
                    absence, absence.recoveredInMillis, absence.opened, SIZE);
        }
    }

    @ParameterizedTest
    @EnumSource
    void units_of_work_wait_and_then_succeed(Absence absence, PostgresServer server) throws Exception {
        Run run = new Run(Contender.PGPOOL, absence, Kind.ALL, SIZE, THREADS, Duration.ofSeconds(2));
        Run.Result result = run.on(server, bank);
        Tally tally = result.tally();
        TALLIES.add(tally);
        result.surprises().forEach(surprise -> surprise.printStackTrace(System.out));
        assertEquals(List.of(), result.surprises());
        assertEquals(
                List.of(0, 0, 0, 0, 0),
                List.of(tally.lost(), tally.doubled(), tally.untrue(), tally.notTold(), tally.repeatable()),
                tally::toString);
        assertTrue(tally.struck() > 0 && tally.done() > 0, tally::toString);
        assertTrue(
                absence.opened <= 2 * SIZE,
                () -> absence.opened + " connections were opened where " + SIZE + " would do");
    }
}
