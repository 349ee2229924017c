package dev.pgpool.example;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.pgpool.testserver.PostgresTest;
import dev.pgpool.testserver.TestDatabase;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

@PostgresTest
@Timeout(120)
class ShopExampleIT {
    private record Result(int code, String out, String err) {
        @Override
        public String toString() {
            return "exit code " + code + "\n" + out + err;
        }
    }

    @Test
    void both_runs_balance_their_books_and_are_shown_side_by_side(TestDatabase database) {
        Result result = run(Run.Tampering.NONE, "--url=" + database.url(), "--sessions=50", "--seconds=2");
        assertEquals(0, result.code(), result::toString);
        String title = result.out()
                .lines()
                .filter(line -> line.matches(" +pgpool +HikariCP"))
                .findFirst()
                .orElse("");
        assertFalse(title.isEmpty(), result::toString);
        assertTrue(result.out().matches("(?s).*\n  books +balanced +balanced\n.*"), result::toString);
        assertTrue(result.out().matches("(?s).*\n  most backends seen +10 +10\n.*"), result::toString);
        assertFalse(result.out().contains("\033"), result::toString);
        assertEquals("", result.err());
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
                    update product set stock = stock + 1 where id = 7               | each product's stock
                    update account set balance_cents = balance_cents + 1            | each account's balance
                    update order_line set quantity = quantity + 1                   | each order's total
                    update purchase_order set status = 'PLACED'                     | each order is paid once
                    insert into purchase_order (id, total_cents, status, customer_id) values (0, 1, 'PLACED', 1) | orders with
                    delete from payment where id = (select min(id) from payment)    | payments with
                    """)
    void a_broken_rule_is_named_and_fails_the_command(String tampering, String rule, TestDatabase database) {
        Result result = run(
                shop -> shop.execute(tampering),
                "--url=" + database.url(),
                "--sessions=20",
                "--seconds=1",
                "--think=10",
                "--only=HikariCP");
        assertEquals(1, result.code(), result::toString);
        assertTrue(result.out().contains(rule), result::toString);
        assertTrue(result.out().contains("BROKEN"), result::toString);
    }

    @Test
    void a_request_that_gets_no_connection_breaks_no_rule(TestDatabase database) {
        Result result = run(
                Run.Tampering.NONE,
                "--url=" + database.url(),
                "--sessions=20",
                "--seconds=5",
                "--think=3000",
                "--physical=1",
                "--only=HikariCP");
        assertEquals(0, result.code(), result::toString);
        assertTrue(result.out().matches("(?s).*requests without a connection +[1-9].*"), result::toString);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"--bogus", "--sessions=0", "--seconds=ten", "--url=jdbc:mysql://localhost/shop", "--only=other"})
    void a_wrong_option_is_named_and_ends_the_process_with_2(String option) throws Exception {
        Result result = process(option);
        assertEquals(2, result.code(), result::toString);
        assertTrue(result.err().contains(option.replaceAll("=.*", "")), result::toString);
        assertEquals("", result.out());
    }

    @Test
    void help_explains_every_option() throws Exception {
        Result result = process("--help");
        assertEquals(0, result.code(), result::toString);
        for (String option : List.of("--url", "--sessions", "--seconds", "--physical", "--think", "--only")) {
            assertTrue(result.out().contains("\n      " + option + "=<"), result::toString);
        }
    }

    @Test
    void an_unreachable_server_ends_the_process_with_1_and_the_reason() throws Exception {
        Result result = process("--url=jdbc:postgresql://127.0.0.1:1/shop");
        assertEquals(1, result.code(), result::toString);
        assertTrue(result.err().contains("refused"), result::toString);
    }

    private static Result run(Run.Tampering tampering, String... options) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        ByteArrayOutputStream err = new ByteArrayOutputStream();
        PrintStream printed = new PrintStream(out, true, StandardCharsets.UTF_8);
        int code = ShopExample.run(
                new ShopExample(new Screen(printed, false), tampering, () -> false),
                printed,
                new PrintStream(err, true, StandardCharsets.UTF_8),
                options);
        return new Result(code, out.toString(StandardCharsets.UTF_8), err.toString(StandardCharsets.UTF_8));
    }

    private static Result process(String... options) throws Exception {
        List<String> command = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-cp",
                System.getProperty("java.class.path"),
                ShopExample.class.getName()));
        command.addAll(List.of(options));
        Process process = new ProcessBuilder(command).start();
        // Both outputs are short enough for the pipe, so that nobody has to read them meanwhile.
        assertTrue(process.waitFor(60, TimeUnit.SECONDS), "the process did not end");
        return new Result(
                process.exitValue(),
                new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8),
                new String(process.getErrorStream().readAllBytes(), StandardCharsets.UTF_8));
    }
}
