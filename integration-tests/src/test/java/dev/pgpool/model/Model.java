package dev.pgpool.model;

import dev.pgpool.jdbc.PgPoolDataSource;
import dev.pgpool.testserver.TestDatabase;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.ReentrantLock;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** One run: many twins that do random things, all their logical connections over one pool. */
final class Model implements AutoCloseable {
    /** Prepares nothing on the server: what is prepared there keeps constants that were read with former settings. */
    static final String PRIVATE_OPTIONS = "&assumeMinServerVersion=9.0&prepareThreshold=0";

    private static final int RECENT = 25;
    private static final int LONGEST_HISTORY = 120;

    /**
     * What is to be done.
     *
     * @param threads how many share all twins; one alone does the same each time that it gets the same seed
     * @param avoided what no deed's text may contain, because its outcome can't be compared
     */
    record Plan(
            String title,
            PgPoolDataSource pool,
            TestDatabase privateDatabase,
            int logical,
            int threads,
            long seed,
            Pattern avoided) {
        boolean allows(Deed deed) {
            return !avoided.matcher(deed.text()).find()
                    && (!deed.transactional() || !"statement".equals(pool.getMode()));
        }
    }

    /** A place for twins. Whoever uses them holds its lock. */
    static final class Place {
        final ReentrantLock lock = new ReentrantLock();
        volatile @Nullable Twins twins;
    }

    private final Plan plan;
    private final List<Place> places;
    private final AtomicInteger next = new AtomicInteger(1000);
    private final Deque<String> recent = new ArrayDeque<>();
    private final AtomicBoolean failed = new AtomicBoolean();

    Model(Plan plan) {
        this.plan = plan;
        this.places = Stream.generate(Place::new).limit(plan.logical()).toList();
    }

    void run(int steps) throws SQLException {
        if (plan.threads() == 1) {
            new Actor(this, plan.seed()).act(steps);
        } else {
            runThreads(steps / plan.threads());
        }
        new Actor(this, plan.seed()).observeAll();
    }

    private void runThreads(int steps) {
        ExecutorService threads = Executors.newFixedThreadPool(plan.threads());
        try {
            List<Future<?>> parts = new ArrayList<>();
            for (int i = 0; i < plan.threads(); i++) {
                Actor actor = new Actor(this, plan.seed() + i);
                parts.add(threads.submit(() -> {
                    actor.act(steps);
                    return null;
                }));
            }
            for (Future<?> part : parts) {
                part.get();
            }
        } catch (ExecutionException e) {
            failed.set(true);
            throw new AssertionError(e.getCause().getMessage(), e.getCause());
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        } finally {
            threads.shutdownNow();
        }
    }

    /** Whether another thread has found something, so that there is no use in going on. */
    boolean failed() {
        return failed.get();
    }

    Plan plan() {
        return plan;
    }

    List<Place> places() {
        return places;
    }

    /** The twins of a place that the caller has locked. */
    Twins twins(Place place) throws SQLException {
        Twins twins = place.twins;
        if (twins == null) {
            int own = next.getAndIncrement();
            twins = new Twins(
                    own,
                    new Session(plan.pool().getConnection()),
                    // As in a pool: then RESET ALL brings back the application's name instead of an empty one.
                    new Session(
                            DriverManager.getConnection(plan.privateDatabase().url() + PRIVATE_OPTIONS)));
            place.twins = twins;
        }
        return twins;
    }

    /** Closes the twins of a place that the caller has locked, so that others take their place. */
    void replace(Place place) throws SQLException {
        Twins twins = place.twins;
        if (twins != null) {
            place.twins = null;
            note(twins, "close()");
            twins.close();
        }
    }

    void note(Twins twins, String event) {
        twins.remember(event);
        synchronized (recent) {
            recent.add(Thread.currentThread().getName() + ", session " + twins.own() + ": " + event);
            if (recent.size() > RECENT) {
                recent.remove();
            }
        }
    }

    AssertionError failure(Twins twins, String what, @Nullable Throwable cause) {
        failed.set(true);
        List<String> history = twins.history();
        synchronized (recent) {
            return new AssertionError(
                    plan.title() + ": session " + twins.own() + " differs\n" + what + "\nits steps:\n  "
                            + String.join(
                                    "\n  ",
                                    history.subList(Math.max(0, history.size() - LONGEST_HISTORY), history.size()))
                            + "\nthe latest steps of all:\n  " + String.join("\n  ", recent),
                    cause);
        }
    }

    @Override
    public void close() throws SQLException {
        for (Place place : places) {
            replace(place);
        }
    }
}
