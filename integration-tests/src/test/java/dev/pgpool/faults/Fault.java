package dev.pgpool.faults;

import dev.pgpool.testserver.StopMode;
import java.time.Duration;
import java.util.Locale;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

/** A kind of fault that strikes again and again. */
enum Fault implements Disturbance {
    TERMINATE_ALL_SLOWLY(Duration.ofSeconds(1), scene -> scene.terminate("")),
    /** Ends one session, whatever it is doing. */
    TERMINATE_ONE(Duration.ofMillis(10), scene -> scene.terminate("order by random() limit 1")),
    /** Ends one session that is running a statement. */
    TERMINATE_BUSY(Duration.ofMillis(10), scene -> scene.terminate("and state = 'active' order by random() limit 1")),
    TERMINATE_ALL(Duration.ofMillis(200), scene -> scene.terminate("")),
    /** Ends a session within a fraction of a millisecond of its COMMIT. */
    TERMINATE_AT_COMMIT(Duration.ofMillis(1), Fault::terminateAtCommit),
    RESTART_FAST(Duration.ofMillis(500), scene -> scene.restart(StopMode.FAST)),
    RESTART_IMMEDIATE(Duration.ofMillis(500), scene -> scene.restart(StopMode.IMMEDIATE)),
    CRASH(Duration.ofMillis(500), Scene::crash),
    /** A proxy ends connections, one of fifty requests, at any place. */
    CUT(Duration.ofMillis(100), scene -> 0);

    private static final int CUT_ONE_OF = 50;
    private static final long LONGEST_COMMIT_NANOS = TimeUnit.MICROSECONDS.toNanos(400);

    /** Strikes once; tells how many sessions or servers were hit. */
    @FunctionalInterface
    private interface Strike {
        int on(Scene scene) throws Exception;
    }

    private final Duration pause;
    // Error Prone can't see that a lambda is immutable.
    @SuppressWarnings("ImmutableEnumChecker")
    private final Strike strike;

    Fault(Duration pause, Strike strike) {
        this.pause = pause;
        this.strike = strike;
    }

    @Override
    public Duration pause() {
        return pause;
    }

    @Override
    public int strike(Scene scene) throws Exception {
        return strike.on(scene);
    }

    /** What a proxy in front of the server does to a request under {@link #CUT}; null for nothing. */
    static Cut cut() {
        ThreadLocalRandom random = ThreadLocalRandom.current();
        return random.nextInt(CUT_ONE_OF) == 0 ? Cut.random(random) : null;
    }

    private static int terminateAtCommit(Scene scene) throws Exception {
        Integer backend = scene.commits().poll(50, TimeUnit.MILLISECONDS);
        if (backend == null) {
            return 0;
        }
        LockSupport.parkNanos(ThreadLocalRandom.current().nextLong(LONGEST_COMMIT_NANOS));
        return scene.terminate("and pid = " + backend);
    }

    @Override
    public String toString() {
        return name().toLowerCase(Locale.ROOT).replace('_', ' ');
    }
}
