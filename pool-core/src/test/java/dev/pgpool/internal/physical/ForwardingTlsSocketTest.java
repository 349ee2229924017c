package dev.pgpool.internal.physical;

import static org.junit.jupiter.api.Assertions.assertDoesNotThrow;

import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import java.net.Socket;
import java.util.Arrays;
import java.util.stream.Stream;
import javax.net.ssl.SSLSocket;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class ForwardingTlsSocketTest {
    static Stream<Method> methodsOfSockets() {
        return Stream.of(Socket.class, SSLSocket.class)
                .flatMap(type -> Arrays.stream(type.getDeclaredMethods()))
                .filter(method -> Modifier.isPublic(method.getModifiers()))
                .filter(method -> !Modifier.isStatic(method.getModifiers()));
    }

    /** What it forgot would be asked of a socket that isn't connected. */
    @ParameterizedTest
    @MethodSource("methodsOfSockets")
    void no_method_is_forgotten(Method method) {
        assertDoesNotThrow(
                () -> ForwardingTlsSocket.class.getDeclaredMethod(method.getName(), method.getParameterTypes()));
    }
}
