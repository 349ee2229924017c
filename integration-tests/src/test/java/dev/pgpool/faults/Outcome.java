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

    static Outcome of(SQLException failure) {
        String state = String.valueOf(failure.getSQLState());
        if (state.equals("08007")) {
            return UNKNOWN;
        }
        return state.startsWith("40") ? NOT_DONE : NOT_TOLD;
    }
}
