package dev.pgpool.internal.physical;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.concurrent.atomic.AtomicInteger;
import org.jetbrains.lincheck.Lincheck;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** The life of a physical connection under the schedules of its threads that a model checker chooses. */
@Timeout(120)
class LifeCycleInterleavingsTest {
    private static final int SCHEDULES = Integer.getInteger("pgpool.schedules", 500);

    private static Thread start(Runnable work) {
        Thread thread = new Thread(work);
        thread.start();
        return thread;
    }

    private static void join(Thread... threads) {
        for (Thread thread : threads) {
            try {
                thread.join();
            } catch (InterruptedException e) {
                throw new AssertionError(e);
            }
        }
    }

    /** Leases, resets and gives back, as far as it gets. */
    private static void use(LifeCycle life) {
        if (life.attempt(Move.PROBE_STARTED) && life.attempt(Move.LEASE_TAKEN) && life.attempt(Move.RESET_STARTED)) {
            life.attempt(Move.RESET_DONE);
        }
    }

    private static void assertFinal(LifeCycle life) {
        for (Move move : Move.values()) {
            assertFalse(life.attempt(move), () -> move + " revived a retired connection");
        }
        assertEquals(State.RETIRED, life.state());
    }

    @Test
    void whoever_asks_and_whenever_a_connection_is_retired_once_and_for_good() {
        Lincheck.runConcurrentTest(SCHEDULES, () -> {
            LifeCycle life = new LifeCycle();
            life.require(Move.OPENED);
            AtomicInteger winners = new AtomicInteger();
            Runnable retire = () -> {
                if (life.retire()) {
                    winners.incrementAndGet();
                }
                assertFinal(life);
            };
            join(start(retire), start(() -> use(life)), start(retire));
            assertEquals(1, winners.get());
            assertFinal(life);
        });
    }

    @Test
    void a_connection_has_one_user_at_a_time() {
        Lincheck.runConcurrentTest(SCHEDULES, () -> {
            LifeCycle life = new LifeCycle();
            life.require(Move.OPENED);
            AtomicInteger users = new AtomicInteger();
            Runnable use = () -> {
                if (life.attempt(Move.PROBE_STARTED)) {
                    assertEquals(1, users.incrementAndGet());
                    life.require(Move.LEASE_TAKEN);
                    users.decrementAndGet();
                    life.require(Move.LEASE_RETURNED);
                }
            };
            join(start(use), start(use), start(use));
            assertTrue(life.attempt(Move.PROBE_STARTED));
        });
    }

    @Test
    void of_a_late_opening_and_the_end_one_wins_and_the_end_stays() {
        Lincheck.runConcurrentTest(SCHEDULES, () -> {
            LifeCycle life = new LifeCycle();
            Thread opener = start(() -> life.attempt(Move.OPENED));
            assertTrue(life.retire());
            join(opener);
            assertFinal(life);
        });
    }
}
