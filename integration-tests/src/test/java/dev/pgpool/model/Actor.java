package dev.pgpool.model;

import dev.pgpool.model.Model.Place;
import java.sql.SQLException;
import java.sql.SQLTransientConnectionException;
import java.util.List;
import java.util.Random;

/** Makes twins do random things, and compares them; for one thread. */
final class Actor {
    private static final int BUSY = 8;
    private static final int ATTEMPTS = 200;

    private final Model model;
    private final Random random;
    /** Apart from {@code random}, so that the same seed does the same whatever the pool must make room for. */
    private final Random choiceOfVictims;

    Actor(Model model, long seed) {
        this.model = model;
        this.random = new Random(seed);
        this.choiceOfVictims = new Random(seed);
    }

    void act(int steps) throws SQLException {
        for (int step = 0; step < steps && !model.failed(); step++) {
            Place place = choose(step);
            try {
                act(place);
            } finally {
                place.lock.unlock();
            }
        }
    }

    private void act(Place place) throws SQLException {
        Twins twins = model.twins(place);
        Deed deed = any(twins);
        List<Deed> observations = Observations.any(random);
        if (random.nextInt(40) == 0) {
            model.replace(place);
            return;
        }
        perform(twins, deed);
        for (Deed observation : observations) {
            perform(twins, observation);
        }
    }

    /** Those that nobody else is at work with, locked. */
    private Place choose(int step) {
        List<Place> places = model.places();
        // Most of the time a few of them are busy, so that they come to have a past.
        int busy = step / 100 * BUSY;
        while (true) {
            int chosen = random.nextInt(10) < 7
                    ? (busy + random.nextInt(BUSY)) % places.size()
                    : random.nextInt(places.size());
            Place place = places.get(chosen);
            if (place.lock.tryLock()) {
                return place;
            }
        }
    }

    private Deed any(Twins twins) {
        while (true) {
            int kind = random.nextInt(20);
            Deed deed = kind < 7
                    ? SettingDeeds.any(random)
                    : kind < 12
                            ? ObjectDeeds.any(random, twins.own())
                            : kind < 18 ? TransactionDeeds.any(random) : TransactionDeeds.setter(random);
            if (model.plan().allows(deed)) {
                return deed;
            }
        }
    }

    /** Looks at all that there are, when no other thread is at work. */
    void observeAll() throws SQLException {
        for (Place place : model.places()) {
            Twins twins = place.twins;
            if (twins != null) {
                for (Deed observation : Observations.all()) {
                    perform(twins, observation);
                }
            }
        }
    }

    /** Does the same to both, and requires that both tell the same. */
    private void perform(Twins twins, Deed deed) throws SQLException {
        if (!model.plan().allows(deed)) {
            return;
        }
        String told = onPool(twins, deed);
        String expected = deed.outcome(twins.single());
        model.note(twins, deed.text().strip().replaceAll("\\s+", " ") + "  -->  " + shortened(expected));
        if (!expected.equals(told)) {
            throw model.failure(twins, Difference.between(expected, told), null);
        }
    }

    private String onPool(Twins twins, Deed deed) throws SQLException {
        for (int attempt = 0; attempt < ATTEMPTS; attempt++) {
            try {
                return String.valueOf(deed.action().on(twins.logical()));
            } catch (SQLTransientConnectionException refused) {
                makeRoomFor(twins, refused);
            } catch (SQLException e) {
                return Deed.failed(e);
            }
        }
        throw model.failure(twins, "no physical connection although others were closed", null);
    }

    /** All are leased to transactions and pins of these threads: one of them has to go. */
    private void makeRoomFor(Twins waiting, SQLTransientConnectionException refused) throws SQLException {
        List<Place> holders = model.places().stream()
                .filter(place -> place.twins != waiting && holdsLease(place))
                .toList();
        if (holders.isEmpty()) {
            if (model.plan().threads() == 1) {
                throw model.failure(waiting, "refused although nobody else holds a lease", refused);
            }
            return;
        }
        Place victim = holders.get(choiceOfVictims.nextInt(holders.size()));
        if (!victim.lock.tryLock()) {
            return;
        }
        try {
            // A nested call of the same thread may have come first.
            Twins twins = victim.twins;
            if (twins != null && twins != waiting) {
                makeGiveBack(victim, twins);
            }
        } finally {
            victim.lock.unlock();
        }
    }

    private void makeGiveBack(Place place, Twins twins) throws SQLException {
        int mercy = choiceOfVictims.nextInt(3);
        if (mercy == 0) {
            model.replace(place);
            return;
        }
        perform(twins, Deed.sql("rollback"));
        if (mercy > 1) {
            perform(twins, Deed.sql("discard all"));
        }
    }

    private static boolean holdsLease(Place place) {
        Twins twins = place.twins;
        return twins != null && twins.logical().holdsLease();
    }

    private static String shortened(String outcome) {
        return outcome.length() < 200 ? outcome : outcome.substring(0, 200) + "…";
    }
}
