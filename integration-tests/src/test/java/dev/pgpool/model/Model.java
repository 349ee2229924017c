package dev.pgpool.model;

import dev.pgpool.jdbc.PgPoolDataSource;
import dev.pgpool.pool.PoolSnapshot;
import dev.pgpool.testserver.TestDatabase;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.SQLTransientConnectionException;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Random;
import org.jspecify.annotations.Nullable;

/** One run: many twins that do random things in turn, all their logical connections over one pool. */
final class Model implements AutoCloseable {
    private static final int BUSY = 8;
    private static final int RECENT = 25;
    private static final int LONGEST_HISTORY = 120;
    private static final int ATTEMPTS = 200;

    private final String title;
    private final PgPoolDataSource pool;
    private final TestDatabase privateDatabase;
    private final boolean transactions;
    private final Random random;
    /** Apart from {@code random}, so that the same seed does the same whatever the pool must make room for. */
    private final Random choiceOfVictims;

    private final @Nullable Twins[] twins;
    private final List<Twins> holders = new ArrayList<>();
    private final Deque<String> recent = new ArrayDeque<>();
    private int next = 1000;
    private int step;

    Model(String title, PgPoolDataSource pool, TestDatabase privateDatabase, int logical, long seed) {
        this.title = title;
        this.pool = pool;
        this.privateDatabase = privateDatabase;
        this.transactions = !"statement".equals(pool.getMode());
        this.random = new Random(seed);
        this.choiceOfVictims = new Random(seed);
        this.twins = new Twins[logical];
    }

    void run(int steps) throws SQLException {
        for (step = 0; step < steps; step++) {
            // Most of the time a few of them are busy, so that they come to have a past.
            int busy = step / 100 * BUSY;
            int chosen = random.nextInt(10) < 7
                    ? (busy + random.nextInt(BUSY)) % twins.length
                    : random.nextInt(twins.length);
            Deed deed = any(chosen);
            List<Deed> observations = Observations.any(random);
            if (random.nextInt(40) == 0) {
                replace(chosen);
            } else {
                Twins pair = pair(chosen);
                perform(pair, deed);
                for (Deed observation : observations) {
                    perform(pair, observation);
                }
            }
        }
        for (Twins pair : twins) {
            if (pair != null) {
                for (Deed observation : Observations.all()) {
                    perform(pair, observation);
                }
            }
        }
    }

    private Deed any(int chosen) throws SQLException {
        while (true) {
            int kind = random.nextInt(20);
            Deed deed = kind < 7
                    ? SettingDeeds.any(random)
                    : kind < 12
                            ? ObjectDeeds.any(random, pair(chosen).own())
                            : kind < 18 ? TransactionDeeds.any(random) : TransactionDeeds.setter(random);
            if (transactions || !deed.transactional()) {
                return deed;
            }
        }
    }

    private Twins pair(int chosen) throws SQLException {
        Twins pair = twins[chosen];
        if (pair == null) {
            pair = new Twins(
                    next++,
                    new Session(pool.getConnection()),
                    // As in a pool: then RESET ALL brings back the application's name instead of an empty one.
                    new Session(DriverManager.getConnection(privateDatabase.url() + "&assumeMinServerVersion=9.0")));
            twins[chosen] = pair;
        }
        return pair;
    }

    private void replace(int chosen) throws SQLException {
        Twins pair = twins[chosen];
        if (pair != null) {
            twins[chosen] = null;
            note(pair, "close()");
            holders.remove(pair);
            pair.close();
        }
    }

    /** Does the same to both, and requires that both tell the same. */
    private void perform(Twins pair, Deed deed) throws SQLException {
        String told = onPool(pair, deed);
        String expected = deed.outcome(pair.single());
        note(pair, deed.text().strip().replaceAll("\\s+", " ") + "  -->  " + shortened(expected));
        if (!expected.equals(told)) {
            throw new AssertionError(report(pair, Difference.between(expected, told)));
        }
    }

    private String onPool(Twins pair, Deed deed) throws SQLException {
        for (int attempt = 0; attempt < ATTEMPTS; attempt++) {
            int before = leased();
            try {
                return String.valueOf(deed.action().on(pair.logical()));
            } catch (SQLTransientConnectionException refused) {
                makeRoomFor(pair, refused);
            } catch (SQLException e) {
                return Deed.failed(e);
            } finally {
                noteHolder(pair, leased() - before);
            }
        }
        throw new AssertionError(report(pair, "no physical connection although others were closed"));
    }

    /** All are leased to transactions and pins of this one thread: one of them has to go. */
    private void makeRoomFor(Twins waiting, SQLTransientConnectionException refused) throws SQLException {
        List<Twins> others = holders.stream().filter(pair -> pair != waiting).toList();
        if (others.isEmpty()) {
            throw new AssertionError(report(waiting, "refused although nobody else holds a lease"), refused);
        }
        Twins victim = others.get(choiceOfVictims.nextInt(others.size()));
        int mercy = choiceOfVictims.nextInt(3);
        if (mercy > 0) {
            perform(victim, Deed.sql("rollback"));
        }
        if (mercy > 1) {
            perform(victim, Deed.sql("discard all"));
        }
        if (mercy == 0) {
            for (int i = 0; i < twins.length; i++) {
                if (twins[i] == victim) {
                    replace(i);
                }
            }
        }
    }

    private int leased() throws SQLException {
        return pool.snapshot().map(PoolSnapshot::leased).orElse(0);
    }

    private void noteHolder(Twins pair, int change) {
        if (change > 0) {
            holders.add(pair);
        } else if (change < 0) {
            holders.remove(pair);
        }
    }

    private void note(Twins pair, String event) {
        pair.remember("step " + step + ": " + event);
        recent.add("step " + step + ", session " + pair.own() + ": " + event);
        if (recent.size() > RECENT) {
            recent.remove();
        }
    }

    private String report(Twins pair, String what) throws SQLException {
        List<String> history = pair.history();
        return title + ": step " + step + ", session " + pair.own() + " differs, " + leased() + " leased\n" + what
                + "\nits steps:\n  "
                + String.join("\n  ", history.subList(Math.max(0, history.size() - LONGEST_HISTORY), history.size()))
                + "\nthe latest steps of all:\n  " + String.join("\n  ", recent);
    }

    private static String shortened(String outcome) {
        return outcome.length() < 200 ? outcome : outcome.substring(0, 200) + "…";
    }

    @Override
    public void close() throws SQLException {
        for (int i = 0; i < twins.length; i++) {
            replace(i);
        }
    }
}
