package dev.pgpool.wire;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.pgpool.conformance.Await;
import java.io.IOException;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** A server that refuses sessions, or stops in the middle of opening one, when nobody wants to wait for it. */
@Timeout(value = 60, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class HandshakesTest {
    private FakeServer server;

    @BeforeEach
    void start() throws IOException {
        server = new FakeServer();
    }

    private WiredPool pool(int maxSize, String more) {
        return new WiredPool(server, maxSize, more);
    }

    private static void assertSoonerThan(Duration limit, long startedAt) {
        Duration took = Duration.ofNanos(System.nanoTime() - startedAt);
        assertTrue(took.compareTo(limit) < 0, "took " + took + ", not less than " + limit);
    }

    /** PostgreSQL refuses when it is full or starts before it asks for a password, and else behind it. */
    private static Fault refusing(String sqlState, String text) {
        Fault refusal = Fault.endingWith(Message.fatal(sqlState, text));
        return sqlState.equals("53300") || sqlState.equals("57P03")
                ? Fault.at(Message.AUTHENTICATION, refusal)
                : Fault.at(Message::isAuthenticationOk, refusal);
    }

    @ParameterizedTest
    @ValueSource(strings = {"53300", "57P03"})
    void a_passing_refusal_is_waited_out(String sqlState) throws Exception {
        try (WiredPool wired = pool(2, "")) {
            server.set(refusing(sqlState, "not now"));
            CompletableFuture<String> waiting = wired.askApart("select 'done'");
            Await.until(() -> server.opened() >= 3);
            assertFalse(waiting.isDone());
            server.set(Fault.NONE);
            assertEquals("done", waiting.get(10, TimeUnit.SECONDS));
            wired.assertWhole();
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"53300", "57P03"})
    void a_refusal_that_doesnt_pass_is_told_at_the_deadline(String sqlState) throws Exception {
        try (WiredPool wired = pool(2, "&pool.acquireTimeout=300ms")) {
            server.set(refusing(sqlState, "not now"));
            SQLException failure = assertThrows(SQLException.class, wired::connect);
            assertEquals("08001", failure.getSQLState());
            SQLException cause = (SQLException) failure.getCause();
            assertEquals(sqlState, cause.getSQLState());
            assertTrue(cause.getMessage().contains("not now"), cause.getMessage());
            wired.assertWhole();
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"28P01", "28000", "3D000"})
    void a_final_refusal_is_told_at_once_in_the_servers_words(String sqlState) throws Exception {
        try (WiredPool wired = pool(2, "")) {
            server.set(refusing(sqlState, "never"));
            SQLException failure = assertThrows(SQLException.class, wired::connect);
            assertEquals(sqlState, failure.getSQLState());
            assertTrue(failure.getMessage().contains("never"), failure.getMessage());
            assertEquals(1, server.opened());
            wired.assertWhole();
        }
    }

    /** How far a server goes before it says nothing more. */
    enum Stage {
        ACCEPTED(Fault.mute()),
        ENCRYPTION_AGREED(Fault.muteOnceEncrypted()),
        PASSWORD_ASKED(Fault.at(Message::isAuthenticationOk, Fault.silence())),
        AUTHENTICATED(Fault.at(Message.PARAMETER_STATUS, Fault.silence())),
        ALMOST_READY(Fault.at(Message.READY_FOR_QUERY, Fault.silence())),
        BEING_CLEANED(Fault.at(Message.COMMAND_COMPLETE, Fault.silence()));

        private final Fault fault;

        Stage(Fault fault) {
            this.fault = fault;
        }

        String parameter() {
            return this == ENCRYPTION_AGREED ? "&sslmode=prefer" : "";
        }

        /** Waits until a server has gone so far with a connection that was opened behind these. */
        void await(FakeServer server, int before) throws Exception {
            boolean silent = fault instanceof Fault.Refusal;
            Await.until(() -> silent ? server.opened() > before : server.silenced() > 0);
        }
    }

    @ParameterizedTest
    @EnumSource(Stage.class)
    void a_server_that_stops_while_it_opens_a_session_is_given_up_after_the_login_timeout(Stage stage)
            throws Exception {
        try (WiredPool wired = pool(2, "&loginTimeout=1&pool.acquireTimeout=500ms" + stage.parameter())) {
            server.set(stage.fault);
            long startedAt = System.nanoTime();
            SQLException failure = assertThrows(SQLException.class, wired::connect);
            // pgjdbc's own limit ends the wait, or ours on the socket below it, which is as long.
            assertTrue(Set.of("08001", "08006").contains(failure.getSQLState()), failure.toString());
            assertSoonerThan(Duration.ofSeconds(5), startedAt);
            Await.until(() -> server.clients() == 0);
            wired.assertWhole();
        }
    }

    @ParameterizedTest
    @EnumSource(Stage.class)
    void a_pool_closes_at_once_while_its_first_connection_is_being_opened(Stage stage) throws Exception {
        try (WiredPool wired = pool(2, "&pool.name=mute" + stage.parameter())) {
            server.set(stage.fault);
            assertClosesWhileOpening(wired, stage);
        }
    }

    @ParameterizedTest
    @EnumSource(Stage.class)
    void a_pool_closes_at_once_while_a_connection_is_being_opened(Stage stage) throws Exception {
        try (WiredPool wired = pool(2, "&pool.name=mute" + stage.parameter())) {
            wired.fill();
            server.set(stage.fault);
            server.reset();
            assertClosesWhileOpening(wired, stage);
        }
    }

    private void assertClosesWhileOpening(WiredPool wired, Stage stage) throws Exception {
        int before = server.opened();
        CompletableFuture<String> waiting = wired.askApart("select 1");
        stage.await(server, before);
        long startedAt = System.nanoTime();
        wired.pool.close();
        assertSoonerThan(Duration.ofSeconds(3), startedAt);
        ExecutionException failure = assertThrows(ExecutionException.class, () -> waiting.get(3, TimeUnit.SECONDS));
        assertEquals("08003", ((SQLException) failure.getCause()).getSQLState(), failure.toString());
        Await.until(() -> server.clients() == 0);
        Await.until(() -> Thread.getAllStackTraces().keySet().stream()
                .noneMatch(thread -> thread.getName().startsWith("mute")));
    }

    /** All stages for those who end a connection, and one for those who don't want to wait for their statement. */
    static Stream<Object[]> waysOut() {
        Stream<Object[]> ends = Stream.of(Stage.values())
                .flatMap(stage -> Stream.of(new Object[] {stage, "abort"}, new Object[] {stage, "close"}));
        Stream<Object[]> others =
                Stream.of("cancel", "interrupt", "query timeout").map(how -> new Object[] {Stage.ALMOST_READY, how});
        return Stream.concat(ends, others);
    }

    @ParameterizedTest
    @MethodSource("waysOut")
    void the_wait_for_a_connection_that_is_being_opened_ends_at_once(Stage stage, String how) throws Exception {
        try (WiredPool wired = pool(1, stage.parameter())) {
            wired.fill();
            Connection connection = wired.connect();
            Statement statement = connection.createStatement();
            server.set(stage.fault);
            server.reset();
            int before = server.opened();
            if (how.equals("query timeout")) {
                statement.setQueryTimeout(1);
            }
            CompletableFuture<Thread> caller = new CompletableFuture<>();
            CompletableFuture<String> waiting = CompletableFuture.supplyAsync(() -> {
                caller.complete(Thread.currentThread());
                try {
                    return String.valueOf(statement.execute("select 1"));
                } catch (SQLException e) {
                    return e.getSQLState();
                }
            });
            stage.await(server, before);
            long startedAt = System.nanoTime();
            switch (how) {
                case "abort" -> connection.abort(Runnable::run);
                case "close" -> connection.close();
                case "cancel" -> statement.cancel();
                case "interrupt" -> caller.get().interrupt();
                default -> assertEquals(1, statement.getQueryTimeout());
            }
            String expected = switch (how) {
                case "cancel", "query timeout" -> "57014";
                case "interrupt" -> "08001";
                default -> "08003";
            };
            // Well before the ten seconds that opening a session may take.
            assertEquals(expected, waiting.get(5, TimeUnit.SECONDS));
            assertSoonerThan(Duration.ofSeconds(5), startedAt);
            Await.until(() -> server.clients() == 0);
            server.set(Fault.NONE);
            connection.close();
            wired.assertWhole();
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "&loginTimeout=30"})
    void an_interrupt_that_ends_the_opening_of_a_connection_is_told_as_any_other(String more) throws Exception {
        try (WiredPool wired = pool(1, more)) {
            wired.fill();
            server.set(Fault.mute());
            server.reset();
            int before = server.opened();
            CompletableFuture<SQLException> told = new CompletableFuture<>();
            Thread caller = new Thread(() -> {
                try {
                    told.complete(assertThrows(SQLException.class, () -> wired.ask("select 1")));
                    assertTrue(Thread.currentThread().isInterrupted());
                } catch (Throwable e) {
                    told.completeExceptionally(e);
                }
            });
            caller.start();
            Await.until(() -> server.opened() > before);
            caller.interrupt();
            SQLException failure = told.get(5, TimeUnit.SECONDS);
            assertEquals("08001", failure.getSQLState(), failure.toString());
            assertTrue(failure.getMessage().contains("interrupted after waiting"), failure.getMessage());
            wired.assertWhole();
        }
    }

    /** Each with the state that it has if it never ends while a session starts, or while it is cleaned. */
    static Stream<Object[]> messagesWithoutEnd() {
        Message status = Message.parameterStatus("application_name", "x");
        Message notice = Message.notice("well");
        return Stream.of(status, notice)
                .flatMap(message -> Stream.of(
                        new Object[] {message, Message.READY_FOR_QUERY, "08P01"},
                        new Object[] {message, Message.COMMAND_COMPLETE, "08006"}));
    }

    @ParameterizedTest
    @MethodSource("messagesWithoutEnd")
    void messages_without_end_while_a_session_is_opened_are_given_up(Message message, char inPlaceOf, String sqlState)
            throws Exception {
        try (WiredPool wired = pool(2, "&loginTimeout=1&pool.acquireTimeout=500ms")) {
            server.set(Fault.at(inPlaceOf, (line, replaced) -> Fault.endless().pass(line, message)));
            long startedAt = System.nanoTime();
            SQLException failure = assertThrows(SQLException.class, wired::connect);
            assertEquals(sqlState, failure.getSQLState(), failure.toString());
            assertSoonerThan(Duration.ofSeconds(5), startedAt);
            Await.until(() -> server.clients() == 0);
            wired.assertWhole();
        }
    }

    @Test
    void a_server_that_declines_encryption_is_spoken_to_in_clear_where_that_is_allowed() throws Exception {
        try (WiredPool wired = pool(2, "&sslmode=prefer")) {
            assertEquals("1", wired.ask("select 1"));
            wired.assertWhole();
        }
    }
}
