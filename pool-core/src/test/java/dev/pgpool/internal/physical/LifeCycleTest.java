package dev.pgpool.internal.physical;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.Deque;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

class LifeCycleTest {
    private static final Map<State, List<Move>> WAY = waysFromTheStart();

    static Stream<Arguments> movesAndStates() {
        return Arrays.stream(Move.values())
                .flatMap(move -> WAY.keySet().stream().map(state -> Arguments.of(move, state)));
    }

    @ParameterizedTest
    @MethodSource("movesAndStates")
    void a_move_succeeds_only_where_it_starts(Move move, State state) {
        LifeCycle life = in(state);
        assertEquals(move.from == state, life.attempt(move));
        assertEquals(move.from == state ? move.to : state, life.state());
    }

    @ParameterizedTest
    @MethodSource("movesAndStates")
    void a_required_move_from_elsewhere_is_a_bug(Move move, State state) {
        LifeCycle life = in(state);
        if (move.from == state) {
            life.require(move);
            assertEquals(move.to, life.state());
        } else {
            String message = assertThrows(IllegalStateException.class, () -> life.require(move))
                    .getMessage();
            assertEquals("bug: " + move + " starts at " + move.from + " but the connection is " + state, message);
            assertEquals(state, life.state());
        }
    }

    @ParameterizedTest
    @EnumSource(State.class)
    void every_state_can_be_reached_and_retired_once(State state) {
        LifeCycle life = in(state);
        assertEquals(state != State.RETIRED, life.retire());
        assertFalse(life.retire());
        assertEquals(State.RETIRED, life.state());
    }

    @Test
    void of_many_who_retire_at_once_one_wins() throws Exception {
        ExecutorService threads = Executors.newFixedThreadPool(4);
        try {
            for (int round = 0; round < 2_000; round++) {
                LifeCycle life = in(State.IDLE);
                Callable<Boolean> retire = life::retire;
                Callable<Boolean> use = () -> {
                    if (life.attempt(Move.PROBE_STARTED) && life.attempt(Move.LEASE_TAKEN)) {
                        life.attempt(Move.LEASE_RETURNED);
                    }
                    return false;
                };
                int winners = 0;
                for (Future<Boolean> outcome : threads.invokeAll(List.of(retire, use, retire, use))) {
                    winners += outcome.get() ? 1 : 0;
                }
                assertEquals(1, winners);
                assertEquals(State.RETIRED, life.state());
            }
        } finally {
            threads.shutdownNow();
        }
    }

    private static LifeCycle in(State state) {
        LifeCycle life = new LifeCycle();
        WAY.get(state).forEach(life::require);
        assertTrue(life.state() == state);
        return life;
    }

    private static Map<State, List<Move>> waysFromTheStart() {
        Map<State, List<Move>> ways = new EnumMap<>(State.class);
        ways.put(State.CONNECTING, List.of());
        Deque<State> reached = new ArrayDeque<>(List.of(State.CONNECTING));
        while (!reached.isEmpty()) {
            State from = reached.remove();
            for (Move move : Move.values()) {
                if (move.from == from && !ways.containsKey(move.to)) {
                    ways.put(
                            move.to,
                            Stream.concat(ways.get(from).stream(), Stream.of(move))
                                    .toList());
                    reached.add(move.to);
                }
            }
        }
        return ways;
    }
}
