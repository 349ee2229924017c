package dev.pgpool.conformance;

import static org.junit.jupiter.api.Assertions.assertTrue;

import java.lang.reflect.Method;
import java.util.Arrays;
import java.util.Optional;
import org.junit.jupiter.api.function.Executable;

/**
 * A conformance test that is known, and meant, to end otherwise on the pool, in each mode, than on plain pgjdbc.
 *
 * <p>An entry that no longer differs fails its test, so that this list never tells more than is true.
 */
enum KnownDifference {
    STATEMENTS_SHOW_THEIR_TEXT_WITHOUT_VALUES(
            "PreparedStatementsIT.the_text_with_its_values_is_shown",
            "select ?::int ==> expected: <true> but was: <false>",
            "values are formatted by a physical statement, which there is only while the statement runs"),
    THE_TIME_ZONE_IS_THAT_OF_THE_JVM_WHEN_THE_PHYSICAL_CONNECTION_WAS_OPENED(
            "TimeZonesIT.the_session_has_the_time_zone_of_the_jvm",
            "expected: <2024-06-30 20:00:00-04>",
            "a JVM that changes its default time zone while it runs finds physical connections of the former one"),
    CLOSED_CONNECTIONS_HAVE_NO_SESSION_TO_ASK(
            "ClosedObjectsIT.a_closed_connection_by_pgjdbcs_interface",
            "<[addDataType(String,String), escapeLiteral(String), getParameterStatus(String),"
                    + " getParameterStatuses(), getReplicationAPI(), setAutosave(AutoSave)]>",
            "what PostgreSQL's driver still remembers of an ended session is gone with the lease"),
    CLOSED_PREPARED_STATEMENTS_SAY_SO_ALWAYS(
            "ClosedObjectsIT.a_closed_prepared_statement",
            "<[executeUpdate(String,int[]), getParameterMetaData(), setBinaryStream(int,InputStream)]>",
            "PostgreSQL's driver forgets to look whether the statement is closed"),
    USED_AND_CLOSED_PREPARED_STATEMENTS_SAY_SO_ALWAYS(
            "ClosedObjectsIT.a_used_and_closed_prepared_statement",
            "<[executeUpdate(String,int[]), getParameterMetaData(), setBinaryStream(int,InputStream)]>",
            "PostgreSQL's driver forgets to look whether the statement is closed"),
    CLOSED_CALLABLE_STATEMENTS_SAY_SO_ALWAYS(
            "ClosedObjectsIT.a_closed_callable_statement",
            "<[executeUpdate(String,int[]), getBlob(int), getClob(int), getObject(int,Class), getParameterMetaData(),"
                    + " setBinaryStream(int,InputStream), wasNull()]>",
            "PostgreSQL's driver forgets to look whether the statement is closed"),
    STATEMENTS_OF_CLOSED_CONNECTIONS_SAY_SO_ALWAYS(
            "ClosedObjectsIT.a_prepared_statement_of_a_closed_connection",
            "<[executeUpdate(String,int[]), getGeneratedKeys(), getMetaData(), getParameterMetaData(), isClosed(),"
                    + " isPoolable(), setNull(int,int,String)]>",
            "PostgreSQL's driver tries to send to a socket that it has closed"),
    PLAIN_STATEMENTS_OF_CLOSED_CONNECTIONS_SAY_SO_ALWAYS(
            "ClosedObjectsIT.a_statement_of_a_closed_connection",
            "<[getGeneratedKeys(), isClosed()]>",
            "PostgreSQL's driver makes an empty result without looking whether its connection is closed");

    private final String test;
    private final String failure;
    private final String reason;

    /**
     * @param test class and method, as in {@code StatementsIT.a_sentence}
     * @param failure part of the failure's text, which tells this difference from another one
     * @param reason why it differs
     */
    KnownDifference(String test, String failure, String reason) {
        this.test = test;
        this.failure = failure;
        this.reason = reason;
    }

    /** Class and method, as in {@code StatementsIT.a_sentence}. */
    String test() {
        return test;
    }

    static Optional<KnownDifference> of(Method method, Target target) {
        String test = method.getDeclaringClass().getSimpleName() + "." + method.getName();
        return Arrays.stream(values())
                .filter(difference -> difference.test.equals(test) && target.pooled())
                .findFirst();
    }

    void requireStillDiffers(Target target, Executable run) {
        try {
            run.execute();
        } catch (Throwable differs) {
            assertTrue(
                    String.valueOf(differs.getMessage()).contains(failure),
                    () -> "another difference than " + this + " (" + reason + "): " + differs);
            return;
        }
        throw new AssertionError(this + " no longer differs on " + target + ": delete it (" + reason + ")");
    }
}
