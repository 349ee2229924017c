package dev.pgpool.benchmark;

import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A load over a contender, and what is expected of it.
 *
 * @param name as printed, after the contender's name
 * @param goal least ratio to the reference; null if none is set
 */
record Scenario(
        Contender contender,
        String name,
        Load load,
        @Nullable Double goal) {
    private static final int MANY = 1000;
    private static final Duration THINK = Duration.ofMillis(20);

    /** What all others are compared with: pgjdbc alone, one thread for each of so many connections. */
    static Scenario reference(int physical) {
        return new Scenario(Contender.raw, physical + " threads", Load.keeping(physical, false), null);
    }

    /** Reading without pause. */
    static List<Scenario> busy(int physical) {
        String few = physical + " threads";
        return List.of(
                new Scenario(Contender.pgpool, few, Load.keeping(physical, false), 0.90),
                new Scenario(Contender.HikariCP, few, Load.borrowing(physical, false), null),
                new Scenario(Contender.pgpool, MANY + " virtual threads", Load.keeping(MANY, true), 0.85),
                new Scenario(Contender.HikariCP, MANY + " virtual threads", Load.borrowing(MANY, true), null),
                new Scenario(Contender.pgpool, MANY + " platform threads", Load.keeping(MANY, false), 0.70),
                new Scenario(Contender.queue, MANY + " platform threads", Load.borrowing(MANY, false), null),
                new Scenario(Contender.HikariCP, MANY + " platform threads", Load.borrowing(MANY, false), null));
    }

    /** Thinking with the connection in hand; five rows are read over each connection. */
    static Scenario thinking(Contender contender, boolean virtual, @Nullable Double goal) {
        return new Scenario(contender, MANY + " sessions, thinking 20 ms", new Load(MANY, virtual, 5, THINK), goal);
    }

    String title() {
        return contender + ", " + name;
    }
}
