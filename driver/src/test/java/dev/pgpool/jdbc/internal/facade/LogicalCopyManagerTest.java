package dev.pgpool.jdbc.internal.facade;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.postgresql.copy.CopyManager;

class LogicalCopyManagerTest {
    @Test
    void every_method_of_pgjdbc_s_is_overridden_as_it_would_use_a_session_that_is_somebody_else_s() {
        List<String> inherited = Arrays.stream(LogicalCopyManager.class.getMethods())
                .filter(method -> method.getDeclaringClass() == CopyManager.class)
                .filter(method -> !Modifier.isStatic(method.getModifiers()))
                .map(Method::toString)
                .toList();
        assertEquals(List.of(), inherited);
    }
}
