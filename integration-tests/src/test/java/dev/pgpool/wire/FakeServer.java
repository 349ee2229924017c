package dev.pgpool.wire;

import java.io.IOException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import javax.net.ssl.SSLContext;
import org.jspecify.annotations.Nullable;

/**
 * A server that has PostgreSQL's protocol and nothing else: it answers as the test says, and writes down what it was
 * told to do. An answer travels in one segment, up to and with its ReadyForQuery, as far as it fits.
 *
 * <p>It asks for a password and takes any. It knows the commands that only have to be confirmed, queries for one literal,
 * and what the pool asks of a database, in which no user has put any code.
 */
final class FakeServer extends Wire {
    private static final Pattern QUERY_FOR_A_LITERAL =
            Pattern.compile("select (\\d+|'([^']*)')", Pattern.CASE_INSENSITIVE);

    private static final Pattern CONFIRMED =
            Pattern.compile("(BEGIN|COMMIT|ROLLBACK|SET|RESET|DISCARD ALL|DEALLOCATE ALL)\\b.*");

    /** The beginnings of the pool's questions. */
    private static final Map<String, Answer> CATALOG = Map.of(
            "select pg_catalog.concat_ws(", Answer.row("no code"),
            "select count(*), coalesce(sum(pg_catalog.octet_length(prosrc)), 0)", Answer.row("0", "0"),
            "with caller as (", Answer.noRow(9),
            "select\n    coalesce(pg_catalog.string_agg(", Answer.row("", "", "f", "f", "f"));

    private final Map<String, Answer> answers = new ConcurrentHashMap<>();
    private final List<String> executed = Collections.synchronizedList(new ArrayList<>());
    private final AtomicInteger backends = new AtomicInteger(1_000);
    private final AtomicInteger cancelRequests = new AtomicInteger();

    FakeServer() throws IOException {
        this(null);
    }

    FakeServer(@Nullable SSLContext tls) throws IOException {
        super(tls);
        open();
    }

    @Override
    String target() {
        return "nowhere?user=somebody&password=secret";
    }

    @Override
    void serve(Line line) throws IOException {
        new FakeSession(this, line, backends.incrementAndGet()).run();
    }

    /** From now on, answers this text so. */
    void answers(String text, Answer answer) {
        answers.put(text, answer);
    }

    /** The answer to this text; null if there is none. */
    @Nullable Answer answerTo(String text) {
        Answer told = answers.get(text);
        if (told != null) {
            return told;
        }
        Matcher literal = QUERY_FOR_A_LITERAL.matcher(text);
        if (literal.matches()) {
            return Answer.row(literal.group(2) == null ? literal.group(1) : literal.group(2));
        }
        Matcher command = CONFIRMED.matcher(text);
        if (command.matches()) {
            return Answer.done(command.group(1).toUpperCase(Locale.ROOT));
        }
        return CATALOG.entrySet().stream()
                .filter(question -> text.startsWith(question.getKey()))
                .map(Map.Entry::getValue)
                .findFirst()
                .orElse(null);
    }

    /** Notes that a text is being executed. */
    void executes(String text) {
        executed.add(text);
    }

    /** How often this text was executed. */
    int executed(String text) {
        synchronized (executed) {
            return Collections.frequency(executed, text);
        }
    }

    void noteCancelRequest() {
        cancelRequests.incrementAndGet();
    }

    int cancelRequests() {
        return cancelRequests.get();
    }
}
