package dev.pgpool.internal.physical;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertSame;

import java.lang.reflect.Proxy;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class IdleStatementsTest {
    private final List<String> closed = new ArrayList<>();
    private final IdleStatements idle = new IdleStatements(2);

    @Test
    void a_statement_is_lent_once() throws SQLException {
        Statement only = statement("only");
        idle.put("select 1", only);

        assertNull(idle.take("select 2"));
        assertSame(only, idle.take("select 1"));
        assertNull(idle.take("select 1"));
    }

    @Test
    void the_one_that_was_used_last_is_taken_first() throws SQLException {
        Statement early = statement("early");
        Statement late = statement("late");
        idle.put("select 1", early);
        idle.put("select 1", late);

        assertSame(late, idle.take("select 1"));
        assertSame(early, idle.take("select 1"));
    }

    @Test
    void too_many_are_closed_beginning_with_the_text_unused_for_longest() throws SQLException {
        idle.put("a", statement("a1"));
        idle.put("b", statement("b1"));
        idle.put("a", statement("a2"));
        assertEquals(List.of("b1"), closed);

        idle.put("c", statement("c1"));
        assertEquals(1, closed.stream().filter(name -> name.startsWith("a")).count());
    }

    @Test
    void with_no_room_at_all_everything_is_closed_at_once() throws SQLException {
        IdleStatements none = new IdleStatements(0);
        none.put("a", statement("a1"));

        assertEquals(List.of("a1"), closed);
        assertNull(none.take("a"));
    }

    private Statement statement(String name) {
        return (Statement) Proxy.newProxyInstance(
                getClass().getClassLoader(), new Class<?>[] {Statement.class}, (proxy, method, arguments) -> {
                    if (!method.getName().equals("close")) {
                        throw new UnsupportedOperationException(method.getName());
                    }
                    closed.add(name);
                    return null;
                });
    }
}
