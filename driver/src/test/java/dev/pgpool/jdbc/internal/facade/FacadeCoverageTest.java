package dev.pgpool.jdbc.internal.facade;

import static java.util.stream.Collectors.joining;
import static java.util.stream.Collectors.toMap;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.io.InputStream;
import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import java.nio.charset.StandardCharsets;
import java.sql.CallableStatement;
import java.sql.Connection;
import java.sql.DatabaseMetaData;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.Statement;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.postgresql.PGConnection;
import org.postgresql.PGStatement;

/** Every method of JDBC's large interfaces has a treatment that somebody chose. */
class FacadeCoverageTest {
    /** How the facade answers a method. */
    private enum Treatment {
        /** Under a lease around the call. */
        BORROW,
        /** By keeping what was set, to be repeated on physical objects. */
        REMEMBER,
        /** By an object of PostgreSQL's driver that was made under a lease. */
        DELEGATE,
        /** By itself. */
        LOCAL,
        /** With SQLState 0A000, as PostgreSQL's driver does. */
        REFUSE
    }

    private static final Map<Class<?>, Class<?>> FACADE = Map.of(
            Connection.class, LogicalConnection.class,
            Statement.class, LogicalStatement.class,
            PreparedStatement.class, LogicalPreparedStatement.class,
            CallableStatement.class, LogicalCallableStatement.class,
            ResultSet.class, LogicalResultSet.class,
            DatabaseMetaData.class, LogicalDatabaseMetaData.class,
            PGConnection.class, LogicalConnection.class,
            PGStatement.class, LogicalStatement.class);

    @Test
    void every_method_has_a_treatment_and_every_treatment_a_method() throws IOException {
        Set<String> methods = new TreeSet<>();
        FACADE.keySet().forEach(type -> methodsOf(type).forEach(method -> methods.add(name(type, method))));

        assertEquals(String.join("\n", methods), String.join("\n", treatments().keySet()));
    }

    @Test
    void no_default_method_of_an_interface_is_left_as_it_is() {
        List<String> left = FACADE.entrySet().stream()
                .flatMap(face -> methodsOf(face.getKey())
                        .filter(method -> !isOurs(implementation(face.getValue(), method)))
                        .map(method -> name(face.getKey(), method)))
                .toList();

        assertTrue(left.isEmpty(), () -> "not overridden: " + left);
    }

    private static Map<String, Treatment> treatments() throws IOException {
        try (InputStream table = FacadeCoverageTest.class.getResourceAsStream("treatments.txt")) {
            String text = new String(table.readAllBytes(), StandardCharsets.UTF_8);
            return text.lines()
                    .map(line -> line.split(" ", 2))
                    .collect(toMap(
                            line -> line[1],
                            line -> Treatment.valueOf(line[0].toUpperCase(java.util.Locale.ROOT)),
                            (a, b) -> b,
                            TreeMap::new));
        }
    }

    private static Stream<Method> methodsOf(Class<?> type) {
        return Arrays.stream(type.getDeclaredMethods())
                .filter(method -> !Modifier.isStatic(method.getModifiers()) && !method.isSynthetic());
    }

    private static String name(Class<?> type, Method method) {
        return type.getSimpleName() + "." + method.getName()
                + Arrays.stream(method.getParameterTypes())
                        .map(Class::getSimpleName)
                        .collect(joining(", ", "(", ")"));
    }

    private static Method implementation(Class<?> facade, Method method) {
        try {
            return facade.getMethod(method.getName(), method.getParameterTypes());
        } catch (NoSuchMethodException e) {
            throw new AssertionError(e);
        }
    }

    private static boolean isOurs(Method method) {
        return method.getDeclaringClass().getPackageName().startsWith("dev.pgpool.")
                && !Modifier.isAbstract(method.getModifiers());
    }
}
