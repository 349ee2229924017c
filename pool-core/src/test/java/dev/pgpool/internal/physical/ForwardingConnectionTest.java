package dev.pgpool.internal.physical;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.lang.reflect.Array;
import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import java.lang.reflect.Proxy;
import java.sql.Connection;
import java.sql.Wrapper;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class ForwardingConnectionTest {
    /** What JDKs after 17 added, which code for 17 cannot forward: harmless, as they work on text alone. */
    private static final List<String> ADDED_LATER =
            List.of("enquoteLiteral", "enquoteIdentifier", "isSimpleIdentifier", "enquoteNCharLiteral");

    static Stream<Method> methodsOfConnection() {
        return Arrays.stream(Connection.class.getMethods())
                .filter(method -> !Modifier.isStatic(method.getModifiers()))
                .filter(method -> !ADDED_LATER.contains(method.getName()));
    }

    @ParameterizedTest
    @MethodSource("methodsOfConnection")
    void a_call_reaches_the_other_connection_unchanged_and_its_answer_comes_back(Method method) throws Exception {
        List<Object> seen = new ArrayList<>();
        Object[] arguments = Arrays.stream(method.getParameterTypes())
                .map(ForwardingConnectionTest::sample)
                .toArray();
        Object answer = sample(method.getReturnType());
        Connection other = proxy(Connection.class, (called, given) -> {
            assertEquals(method, called);
            seen.addAll(Arrays.asList(given == null ? new Object[0] : given));
            return answer;
        });
        Object forwarded = method.invoke(forwardingTo(other), arguments);
        assertEquals(answer, forwarded);
        assertEquals(arguments.length, seen.size());
        for (int i = 0; i < arguments.length; i++) {
            if (method.getParameterTypes()[i].isPrimitive()) {
                assertEquals(arguments[i], seen.get(i));
            } else {
                assertSame(arguments[i], seen.get(i));
            }
        }
    }

    @Test
    void unwrap_gives_itself_before_the_other_connection() throws Exception {
        Connection forwarding = forwardingTo(proxy(Connection.class, (called, given) -> {
            throw new AssertionError("not to be asked: " + called);
        }));
        assertSame(forwarding, forwarding.unwrap(Connection.class));
        assertSame(forwarding, forwarding.unwrap(Wrapper.class));
        assertTrue(forwarding.isWrapperFor(ForwardingConnection.class));
    }

    @Test
    void is_wrapper_for_asks_the_other_connection_about_what_it_is_not_itself() throws Exception {
        assertFalse(
                forwardingTo(proxy(Connection.class, (called, given) -> false)).isWrapperFor(Runnable.class));
    }

    private static Connection forwardingTo(Connection other) {
        return new ForwardingConnection() {
            @Override
            Connection delegate() {
                return other;
            }
        };
    }

    private static @Nullable Object sample(Class<?> type) {
        if (type == void.class) {
            return null;
        } else if (type == int.class) {
            return 4711;
        } else if (type == boolean.class) {
            return true;
        } else if (type == String.class) {
            return new String("text");
        } else if (type == Class.class) {
            return Runnable.class;
        } else if (type == Map.class) {
            return new java.util.HashMap<>();
        } else if (type == java.util.Properties.class) {
            return new java.util.Properties();
        } else if (type == java.sql.SQLWarning.class) {
            return new java.sql.SQLWarning();
        } else if (type == Object.class) {
            return new Object();
        } else if (type.isArray()) {
            return Array.newInstance(type.getComponentType(), 1);
        }
        return proxy(type, (called, given) -> {
            throw new AssertionError("not to be called: " + called);
        });
    }

    private interface Answer {
        @Nullable Object to(Method called, @Nullable Object[] given);
    }

    private static <T> T proxy(Class<T> type, Answer answer) {
        return type.cast(Proxy.newProxyInstance(type.getClassLoader(), new Class<?>[] {type}, (self, called, given) -> {
            if (called.getDeclaringClass() == Object.class) {
                return switch (called.getName()) {
                    case "equals" -> self == given[0];
                    case "hashCode" -> System.identityHashCode(self);
                    default -> type.getSimpleName();
                };
            }
            return answer.to(called, given);
        }));
    }
}
