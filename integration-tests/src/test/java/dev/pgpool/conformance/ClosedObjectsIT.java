package dev.pgpool.conformance;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.sql.CallableStatement;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.SQLFeatureNotSupportedException;
import java.sql.Statement;
import java.sql.Types;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.postgresql.PGConnection;

/** Every method of an object that was closed answers, or fails, as it does on pgjdbc. */
@Conformance
final class ClosedObjectsIT {
    /** Makes an object and closes it. */
    @FunctionalInterface
    private interface Closed {
        Object of(Connection connection) throws Exception;
    }

    /** What has tests of its own, what would close the object again, and the number of a backend. */
    private static final Set<String> NOT_ASKED =
            Set.of("unwrap", "isWrapperFor", "close", "closeOnCompletion", "getBackendPID");

    private static void assertAnswersAlike(Subject subject, Class<?> face, Closed closed) throws Exception {
        Map<String, String> expected = answers(face, closed.of(subject.openPlain()));
        Map<String, String> answers = answers(face, closed.of(subject.open()));
        assertTrue(expected.values().stream().anyMatch(answer -> answer.contains("closed")), "not closed");
        StringBuilder details = new StringBuilder();
        List<String> differing = new ArrayList<>();
        expected.forEach((method, answer) -> {
            if (!answer.equals(answers.get(method))) {
                differing.add(method);
                details.append(method)
                        .append(" → ")
                        .append(answer)
                        .append(" / ")
                        .append(answers.get(method));
                details.append('\n');
            }
        });
        assertEquals(List.of(), differing, details::toString);
    }

    private static Map<String, String> answers(Class<?> face, Object closed) throws Exception {
        Map<String, String> answers = new TreeMap<>();
        Method[] methods = face.getMethods();
        // A setter may change what a getter answers, and the JVM tells methods in no fixed order.
        Arrays.sort(methods, Comparator.comparing(ClosedObjectsIT::signature));
        for (Method method : methods) {
            if (!NOT_ASKED.contains(method.getName())) {
                answers.put(signature(method), answer(method, closed));
            }
        }
        return answers;
    }

    private static String signature(Method method) {
        return Arrays.stream(method.getParameterTypes())
                .map(Class::getSimpleName)
                .collect(Collectors.joining(",", method.getName() + "(", ")"));
    }

    private static String answer(Method method, Object closed) throws Exception {
        Object[] arguments = Arrays.stream(method.getParameterTypes())
                .map(ClosedObjectsIT::argument)
                .toArray();
        try {
            Object result = method.invoke(closed, arguments);
            return result == null || result instanceof Boolean || result instanceof Number || result instanceof String
                    ? String.valueOf(result)
                    : "an object";
        } catch (InvocationTargetException e) {
            return failure(e.getCause());
        }
    }

    private static String failure(Throwable failure) {
        if (failure instanceof SQLFeatureNotSupportedException) {
            return "not supported";
        }
        if (failure instanceof SQLException sql) {
            return sql.getSQLState() + " " + sql.getMessage();
        }
        return failure.getClass().getSimpleName();
    }

    private static Object argument(Class<?> type) {
        if (type == boolean.class) {
            return false;
        }
        if (type == byte.class) {
            return (byte) 1;
        }
        if (type == short.class) {
            return (short) 1;
        }
        if (type == int.class) {
            return 1;
        }
        if (type == long.class) {
            return 1L;
        }
        if (type == float.class) {
            return 1f;
        }
        if (type == double.class) {
            return 1d;
        }
        return type == String.class ? "x" : null;
    }

    @Conforms
    void a_closed_connection(Subject subject) throws Exception {
        assertAnswersAlike(subject, Connection.class, connection -> {
            connection.close();
            return connection;
        });
    }

    @Conforms
    void a_closed_connection_by_pgjdbcs_interface(Subject subject) throws Exception {
        assertAnswersAlike(subject, PGConnection.class, connection -> {
            connection.close();
            return (PGConnection) connection;
        });
    }

    @Conforms
    void a_closed_statement(Subject subject) throws Exception {
        assertAnswersAlike(subject, Statement.class, connection -> {
            Statement statement = connection.createStatement();
            statement.close();
            return statement;
        });
    }

    @Conforms
    void a_closed_prepared_statement(Subject subject) throws Exception {
        assertAnswersAlike(subject, PreparedStatement.class, connection -> {
            PreparedStatement statement = connection.prepareStatement("select ?::text");
            statement.close();
            return statement;
        });
    }

    @Conforms
    void a_used_and_closed_prepared_statement(Subject subject) throws Exception {
        assertAnswersAlike(subject, PreparedStatement.class, connection -> {
            PreparedStatement statement = connection.prepareStatement("select ?::text");
            statement.setString(1, "x");
            statement.execute();
            statement.close();
            return statement;
        });
    }

    @Conforms
    void a_closed_callable_statement(Subject subject) throws Exception {
        assertAnswersAlike(subject, CallableStatement.class, connection -> {
            CallableStatement statement = connection.prepareCall("{? = call upper(?)}");
            statement.registerOutParameter(1, Types.VARCHAR);
            statement.close();
            return statement;
        });
    }

    @Conforms
    void a_closed_result(Subject subject) throws Exception {
        assertAnswersAlike(subject, ResultSet.class, connection -> {
            ResultSet result = connection.createStatement().executeQuery("select 'x' as x");
            result.next();
            result.close();
            return result;
        });
    }

    @Conforms
    void a_result_of_a_closed_statement(Subject subject) throws Exception {
        assertAnswersAlike(subject, ResultSet.class, connection -> {
            Statement statement = connection.createStatement();
            ResultSet result = statement.executeQuery("select 'x' as x");
            statement.close();
            return result;
        });
    }

    @Conforms
    void a_statement_of_a_closed_connection(Subject subject) throws Exception {
        assertAnswersAlike(subject, Statement.class, connection -> {
            Statement statement = connection.createStatement();
            connection.close();
            return statement;
        });
    }

    @Conforms
    void a_prepared_statement_of_a_closed_connection(Subject subject) throws Exception {
        assertAnswersAlike(subject, PreparedStatement.class, connection -> {
            PreparedStatement statement = connection.prepareStatement("select ?::text");
            connection.close();
            return statement;
        });
    }
}
