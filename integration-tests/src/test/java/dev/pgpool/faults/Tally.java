package dev.pgpool.faults;

import java.util.List;
import java.util.Locale;

/**
 * The result of one run.
 *
 * @param struck faults
 * @param done units of work that were done
 * @param notDone units that failed with SQLState class 40
 * @param unknown units that failed with SQLState 08007
 * @param notTold units that failed with another error
 * @param lost rows that were said to be done and aren't in the database
 * @param doubled rows that are in the database more than once
 * @param untrue rows that were said not to be done and are in the database
 * @param repeatable units that failed although the application had seen nothing of them
 * @param gapMillis longest time in which nobody's unit of work was done
 * @param slowestMillis longest time that a unit of work took
 */
record Tally(
        Contender contender,
        Disturbance fault,
        int struck,
        int done,
        int notDone,
        int unknown,
        int notTold,
        int lost,
        int doubled,
        int untrue,
        int repeatable,
        long gapMillis,
        long slowestMillis) {

    /** How many units of work failed, with whatever error. */
    int failed() {
        return notDone + unknown + notTold;
    }

    /** All tallies, as a table. */
    static String table(List<Tally> tallies) {
        StringBuilder table = new StringBuilder(String.format(
                Locale.ROOT,
                "%n%-9s %-18s %7s %8s %6s %6s %6s %5s %7s %6s %10s %7s %8s%n",
                "pool",
                "fault",
                "struck",
                "done",
                "40xxx",
                "08007",
                "other",
                "lost",
                "doubled",
                "untrue",
                "repeatable",
                "gap ms",
                "slowest"));
        for (Tally tally : tallies) {
            table.append(tally.line());
        }
        return table.toString();
    }

    private String line() {
        return String.format(
                Locale.ROOT,
                "%-9s %-18s %7d %8d %6d %6d %6d %5d %7d %6d %10d %7d %8d%n",
                contender,
                fault,
                struck,
                done,
                notDone,
                unknown,
                notTold,
                lost,
                doubled,
                untrue,
                repeatable,
                gapMillis,
                slowestMillis);
    }
}
