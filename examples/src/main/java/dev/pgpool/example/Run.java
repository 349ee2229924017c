package dev.pgpool.example;

import dev.pgpool.example.Shop.Backends;
import jakarta.persistence.EntityManager;
import jakarta.persistence.EntityManagerFactory;
import jakarta.persistence.Persistence;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.BooleanSupplier;

/** One contender's day: opens the shop, lets the sessions in, watches, closes, and audits. */
final class Run {
    private static final long LOOK_EVERY_MILLIS = 250;
    private static final int WARM_AFTER_ORDERS = 1000;
    private static final Duration GRACE = Duration.ofSeconds(20);

    /** Something done to the shop between the last order and the audit. */
    @FunctionalInterface
    interface Tampering {
        Tampering NONE = shop -> {};

        void with(Shop shop) throws SQLException;
    }

    private final Contender contender;
    private final Settings settings;
    private final Screen screen;
    private final Measures measures = new Measures();
    private final Books books = new Books();
    private int mostBackends;

    Run(Contender contender, Settings settings, Screen screen) {
        this.contender = contender;
        this.settings = settings;
        this.screen = screen;
    }

    Outcome on(Shop shop, Tampering tampering) throws SQLException, InterruptedException {
        // Hibernate would hide why the first connection failed behind a complaint about dialects.
        contender.dataSource().getConnection().close();
        shop.clear();
        Map<String, Object> overrides = Map.of("jakarta.persistence.nonJtaDataSource", contender.dataSource());
        Duration measured;
        try (EntityManagerFactory entities = Persistence.createEntityManagerFactory("shop", overrides)) {
            shop.fill(settings.sessions());
            measured = open(shop, entities);
        }
        tampering.with(shop);
        return new Outcome(
                contender.name(),
                contender.prefix(),
                measured,
                measures.requests(),
                measures.transactions(),
                measures.withoutConnection(),
                mostBackends,
                books.orders().confirmed(),
                shop.audit(books));
    }

    private Duration open(Shop shop, EntityManagerFactory entities) throws SQLException, InterruptedException {
        // A few without a pause first, until most code is compiled: in cold code a thousand would only queue.
        int few = Math.min(settings.sessions(), 2 * settings.physical());
        with(
                few,
                Duration.ZERO,
                entities,
                () -> watch(
                        shop, "warm-up", settings.warmUp(), () -> books.orders().confirmed() >= WARM_AFTER_ORDERS));
        return with(settings.sessions(), settings.think(), entities, () -> {
            // The first requests are as long as the others: until they end, there is nothing to count.
            Duration first = settings.think().multipliedBy(4);
            Duration settled = first.compareTo(settings.measured()) < 0 ? first : settings.measured();
            watch(shop, "sessions arrive", settled, () -> false);
            measures.start();
            Duration measured = watch(shop, "", settings.measured(), () -> false);
            measures.stop();
            return measured;
        });
    }

    /** What is done while the sessions are in the shop; answers how long it took. */
    @FunctionalInterface
    private interface Meanwhile {
        Duration run() throws SQLException, InterruptedException;
    }

    private Duration with(int count, Duration think, EntityManagerFactory entities, Meanwhile meanwhile)
            throws SQLException, InterruptedException {
        Sessions sessions = new Sessions();
        try {
            sessions.start(count, customer -> () -> visits(entities, customer, sessions, think));
            return meanwhile.run();
        } finally {
            int left = sessions.stop(settings.patience().plus(GRACE));
            if (left > 0) {
                books.surprise(left + " sessions did not end");
            }
        }
    }

    private void visits(EntityManagerFactory entities, long customer, Sessions sessions, Duration mean) {
        Runnable think = () -> sessions.think(mean);
        think.run();
        while (!sessions.over()) {
            long begin = System.nanoTime();
            try (EntityManager session = entities.createEntityManager()) {
                new Visit(session, customer, measures, books, think).run();
                measures.requestServed(System.nanoTime() - begin);
            } catch (RuntimeException | Error failure) {
                if (!measures.requestUnserved(failure)) {
                    books.surprise("a request failed: " + causes(failure));
                }
                think.run();
            }
        }
    }

    /** A failure and all its causes in one line. */
    static String causes(Throwable failure) {
        List<String> causes = new ArrayList<>();
        for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
            causes.add(cause.toString());
        }
        return String.join(", because of ", causes);
    }

    private Duration watch(Shop shop, String phase, Duration time, BooleanSupplier enough)
            throws SQLException, InterruptedException {
        long begin = System.nanoTime();
        for (long passed = 0; passed < time.toNanos() && !enough.getAsBoolean(); passed = System.nanoTime() - begin) {
            Backends backends = shop.backends(contender.applicationName());
            mostBackends = Math.max(mostBackends, backends.open());
            screen.progress(state(phase, passed / 1e9, backends));
            Thread.sleep(Math.min(LOOK_EVERY_MILLIS, (time.toNanos() - passed) / 1_000_000 + 1));
        }
        return Duration.ofNanos(System.nanoTime() - begin);
    }

    private String state(String phase, double seconds, Backends backends) {
        // With a logical connection in hand a session waits inside its transaction; with HikariCP, before it.
        int asking = contender.awaiting().getAsInt();
        int waiting = asking + Math.max(0, measures.inTransaction() - asking - settings.physical());
        String figures = phase.isEmpty()
                ? String.format(
                        Locale.ROOT,
                        "%5.0f requests/s p50 %s p99 %s",
                        measures.requests().getTotalCount() / Math.max(0.1, seconds),
                        Comparison.time(measures.requests(), 50),
                        Comparison.time(measures.requests(), 99))
                : phase;
        return String.format(
                Locale.ROOT,
                "%-8s %4.1f s  %d sessions %-38s %d waiting, %d failed, %d backends (%d busy)",
                contender.name(),
                seconds,
                settings.sessions(),
                figures,
                waiting,
                measures.withoutConnection(),
                backends.open(),
                backends.busy());
    }
}
