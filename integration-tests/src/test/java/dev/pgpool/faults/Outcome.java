package dev.pgpool.faults;

import java.sql.SQLException;

/** What the application was told of a unit of work, or of an entry of it. */
enum Outcome {
    DONE,
    /** It was told that nothing happened: SQLState class 40. */
    NOT_DONE,
    /** It was told that nobody knows: SQLState 08007. */
    UNKNOWN,
    /** It was told something that doesn't answer the question. */
    NOT_TOLD;

    /** What is told of something that mustn't fail with an error that doesn't answer the question. */
    static Outcome toldBy(Operation.Act act) {
        try {
            act.run();
            return DONE;
        } catch (SQLException e) {
            Outcome outcome = of(e);
            if (outcome == NOT_TOLD) {
                throw new AssertionError("neither 40xxx nor 08007: " + e, e);
            }
            return outcome;
        }
    }

    static Outcome of(SQLException failure) {
        String state = String.valueOf(failure.getSQLState());
        if (state.equals("08007")) {
            return UNKNOWN;
        }
        return state.startsWith("40") ? NOT_DONE : NOT_TOLD;
    }
}
