package dev.pgpool.internal.physical;

import java.sql.SQLException;
import java.sql.SQLNonTransientConnectionException;

/** What pgjdbc throws, in place of an SQLException, where it can't make sense of what the server says. */
public final class Misunderstandings {
    private static final String PGJDBC = "org.postgresql.";

    private Misunderstandings() {}

    /**
     * Whether pgjdbc itself, rather than code of the application that it called, threw this unchecked exception.
     *
     * @param thrown out of a call of pgjdbc
     */
    public static boolean is(Throwable thrown) {
        for (StackTraceElement frame : thrown.getStackTrace()) {
            if (!isOfJava(frame.getClassName())) {
                return frame.getClassName().startsWith(PGJDBC);
            }
        }
        return false;
    }

    private static boolean isOfJava(String className) {
        return className.startsWith("java.") || className.startsWith("jdk.") || className.startsWith("sun.");
    }

    /** The same, as the application should hear of it: SQLState 08P01, a violation of the protocol. */
    static SQLException of(Throwable thrown, String what) {
        return new SQLNonTransientConnectionException(
                what + " was answered with what PostgreSQL's protocol doesn't allow, so its connection was closed ("
                        + thrown + ")",
                "08P01",
                thrown);
    }

    /** Of a statement that runs on this connection. */
    public static SQLException of(Throwable thrown, PhysicalConnection physical) {
        return of(thrown, "a request to backend " + physical.backend());
    }
}
