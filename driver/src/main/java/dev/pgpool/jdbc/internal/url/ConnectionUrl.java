package dev.pgpool.jdbc.internal.url;

import dev.pgpool.pool.PoolProperty;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * A {@code jdbc:pgpool:} URL taken apart: what pgjdbc is told, what the pool is told, and what nobody may print.
 *
 * @param address the part between prefix and question mark, as pgjdbc expects it after its own prefix
 * @param parameters pgjdbc's parameters as written, without secrets
 * @param pool the pool's properties by name, in upper or lower case
 * @param secrets passwords by name, and whatever is named like one: nobody may print it, even if pgjdbc knows no such name
 */
record ConnectionUrl(String address, List<String> parameters, Map<String, String> pool, Map<String, String> secrets) {
    static final String PREFIX = "jdbc:pgpool:";
    static final String PGJDBC_PREFIX = "jdbc:postgresql:";
    static final Set<String> SECRETS = Set.of("password", "sslpassword");
    private static final String LONG_FORM = "postgresql:";
    private static final Pattern NAME_OF_A_SECRET = Pattern.compile("(?i)passw|pwd|secret");
    /** As other databases' URLs have it. */
    private static final Pattern PASSWORD_BEHIND_SEMICOLON = Pattern.compile("(?i);\\s*(password|pwd)\\s*=.*");

    /** Whether a URL claims to be ours, well formed or not. */
    static boolean claims(@Nullable String url) {
        return url != null && url.startsWith(PREFIX);
    }

    /**
     * Takes a URL apart.
     *
     * @param overridden names of parameters that have a better value elsewhere
     * @param faults what is wrong with our own part of the URL is added here
     */
    static ConnectionUrl parse(String url, Set<String> overridden, List<String> faults) {
        String rest = url.substring(PREFIX.length());
        if (rest.startsWith(LONG_FORM)) {
            rest = rest.substring(LONG_FORM.length());
        }
        if (rest.startsWith("jdbc:") || rest.startsWith(LONG_FORM)) {
            // pgjdbc would take all of it for the name of a database on this machine.
            faults.add("the old URL's prefix is still in it; write " + PREFIX + "//host/database");
            // What follows is searched for passwords before it is shown.
            rest = rest.substring(Math.max(0, rest.indexOf("//")));
        }
        int question = rest.indexOf('?');
        String query = question < 0 ? "" : rest.substring(question + 1);
        ConnectionUrl parsed = new ConnectionUrl(
                withoutPassword(withoutUserInfo(question < 0 ? rest : rest.substring(0, question), faults), faults),
                new ArrayList<>(),
                new TreeMap<>(String.CASE_INSENSITIVE_ORDER),
                new TreeMap<>());
        for (String parameter : query.split("&")) {
            if (!parameter.isEmpty()) {
                parsed.add(parameter, overridden, faults);
            }
        }
        return parsed;
    }

    private static String withoutUserInfo(String address, List<String> faults) {
        int at = address.indexOf('@');
        if (!address.startsWith("//") || at < 0) {
            return address;
        }
        faults.add(
                "user and password can't stand before the host; write ?user=…&password=… or give them as properties");
        return "//***" + address.substring(at);
    }

    private void add(String parameter, Set<String> overridden, List<String> faults) {
        int equals = parameter.indexOf('=');
        String name = equals < 0 ? parameter : parameter.substring(0, equals);
        String text = equals < 0 ? "" : parameter.substring(equals + 1);
        if (PoolProperty.claims(name)) {
            if (overridden.stream().noneMatch(name::equalsIgnoreCase)) {
                decode(name, text, faults).ifPresent(value -> addToPool(name, value, faults));
            }
        } else if (overridden.contains(name)) {
            return;
        } else if (NAME_OF_A_SECRET.matcher(name).find()) {
            decode(name, text, faults).ifPresent(value -> secrets.put(name, value));
        } else {
            parameters.add(withoutPassword(parameter, faults));
        }
    }

    private static String withoutPassword(String text, List<String> faults) {
        Matcher password = PASSWORD_BEHIND_SEMICOLON.matcher(text);
        if (!password.find()) {
            return text;
        }
        faults.add("parameters begin with ? and are separated by &, not by ;");
        return password.replaceFirst(";***");
    }

    private void addToPool(String name, String value, List<String> faults) {
        String former = pool.put(name, value);
        if (former != null && !former.equals(value)) {
            faults.add(name + " is given twice in the URL: " + former + " and " + value);
        }
    }

    private static Optional<String> decode(String name, String text, List<String> faults) {
        Optional<String> decoded = decode(text);
        if (decoded.isEmpty()) {
            faults.add(undecodable(name));
        }
        return decoded;
    }

    /** The text behind a URL-encoded one; empty if it isn't well formed. */
    static Optional<String> decode(String text) {
        try {
            return Optional.of(URLDecoder.decode(text, StandardCharsets.UTF_8));
        } catch (IllegalArgumentException e) {
            return Optional.empty();
        }
    }

    // The value is left out: it may be a password.
    static String undecodable(String name) {
        return "the value of " + name + " is not well URL-encoded; write % as %25";
    }

    /** For pgjdbc, and for {@code DatabaseMetaData.getURL}: without our properties and without passwords. */
    String forPgjdbc() {
        return PGJDBC_PREFIX + withParameters();
    }

    /** For messages: without our properties and without passwords. */
    @Override
    public String toString() {
        return PREFIX + withParameters();
    }

    private String withParameters() {
        return parameters.isEmpty() ? address : address + "?" + String.join("&", parameters);
    }
}
