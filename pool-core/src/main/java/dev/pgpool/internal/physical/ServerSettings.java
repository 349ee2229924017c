package dev.pgpool.internal.physical;

import dev.pgpool.internal.session.Parameters;
import dev.pgpool.pool.PinReason;
import java.sql.Array;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.Collection;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Asks and changes the parameters of one session, and asks what else lives in it. Outside of transactions; for whoever
 * holds the lease.
 *
 * <p>Everything is qualified with {@code pg_catalog}, as the search path is the user's.
 */
final class ServerSettings {
    /** Names and values, in two arrays. */
    private static final String PAIRS = "rows from (pg_catalog.unnest(?::pg_catalog.text[]),"
            + " pg_catalog.unnest(?::pg_catalog.text[])) as t(n, v)";

    // An empty value resets, all others begin with a mark: what null is in an array is a setting too.
    private static final String SET = "select pg_catalog.count(pg_catalog.set_config(n,"
            + " case when v operator(pg_catalog.<>) '' then pg_catalog.substr(v, 2) end, false))" + " from " + PAIRS;

    private static final String ASK = "select array(select pg_catalog.current_setting(n, true)"
            + " from pg_catalog.unnest(?::pg_catalog.text[]) with ordinality as t(n, i) order by i)";

    // The inner call resets and answers the default, the outer one sets again what was.
    private static final String ASK_DEFAULTS = "select n, d, pg_catalog.set_config(n, v, false) from ("
            + "select n, v, pg_catalog.set_config(n, null, false) as d"
            + " from " + PAIRS + " offset 0) as s";

    private static final String ASK_UNCHANGEABLE = "select pg_catalog.lower(name), pg_catalog.current_setting(name)"
            + " from pg_catalog.pg_settings where pg_catalog.lower(name) = any (?)"
            + " and context not in ('user', 'superuser')";

    // The view has no custom parameters; these are empty when they were reset.
    private static final String BRING_BACK = "select pg_catalog.count(pg_catalog.set_config(t.n, t.v, false))"
            + " from " + PAIRS
            + " left join pg_catalog.pg_settings s on pg_catalog.lower(s.name) = t.n"
            + " where s.source <> 'session'"
            + " or s.name is null and pg_catalog.current_setting(t.n, true) = ''";

    private static final String ROLE = "role";
    private static final String SESSION_AUTHORIZATION = "session_authorization";
    /** PostgreSQL's insufficient_privilege. */
    private static final String NOT_ALLOWED = "42501";
    /** PostgreSQL's cant_change_runtime_param. */
    private static final String UNCHANGEABLE = "55P02";

    private static final String SEARCH_PATH = "search_path";

    /** Those whose values are lists of names. */
    private static final Set<String> LISTS = Set.of(SEARCH_PATH, "temp_tablespaces");

    /**
     * What a session has.
     *
     * @param parameters those asked for, with their values; null for the default
     * @param kinds those asked for that there are
     */
    record Answer(Map<String, @Nullable String> parameters, Set<PinReason> kinds) {}

    private final SharedPgConnection pgjdbc;
    /** The parameters that the server reports by itself, and their values at the start. */
    private final Map<String, String> reportedAtStart = new HashMap<>();

    private final Map<String, String> reportedNames = new HashMap<>();
    private final Map<String, @Nullable String> defaults = new HashMap<>();

    /** For a session on which nothing was set. */
    ServerSettings(SharedPgConnection pgjdbc) {
        this.pgjdbc = pgjdbc;
        pgjdbc.getParameterStatuses().forEach((name, value) -> {
            String lower = name.toLowerCase(Locale.ROOT);
            reportedNames.put(lower, name);
            reportedAtStart.put(lower, value);
        });
        reportedNames.remove(SESSION_AUTHORIZATION);
        defaults.put(ROLE, "none");
        defaults.put(SESSION_AUTHORIZATION, pgjdbc.getQueryExecutor().getUser());
    }

    /**
     * Makes these changes, all or none, in one round trip.
     *
     * @param then a statement to be run behind them; empty for none
     */
    void apply(List<Parameters.Change> changes, String then) throws SQLException {
        pgjdbc.setAutoCommit(true);
        if (!then.isEmpty() || movePath(changes)) {
            applyAsText(changes, then);
            return;
        }
        List<@Nullable String> names = new ArrayList<>(changes.size());
        List<@Nullable String> values = new ArrayList<>(changes.size());
        for (Parameters.Change change : changes) {
            names.add(change.name());
            values.add(change.value() == null ? "" : '=' + change.value());
        }
        try (PreparedStatement statement = pgjdbc.prepareForAll(SET)) {
            statement.setArray(1, texts(names));
            statement.setArray(2, texts(values));
            statement.execute();
        }
    }

    /** Whether the search path is among these. */
    static boolean movePath(List<Parameters.Change> changes) {
        return changes.stream().anyMatch(change -> change.name().equals(SEARCH_PATH));
    }

    /** Under another search path the server plans anew whatever is prepared, and a SET needs no plan. */
    private void applyAsText(List<Parameters.Change> changes, String then) throws SQLException {
        StringBuilder text = new StringBuilder();
        for (Parameters.Change change : changes) {
            String value = change.value();
            if (value == null || !LISTS.contains(change.name())) {
                set(text, change.name(), value);
                continue;
            }
            if (change.name().equals(SEARCH_PATH) && pgjdbc.keepsPlainStatements()) {
                // Before PostgreSQL 18, only from a SET does pgjdbc learn that what it keeps may mean something else
                // now.
                set(text, SEARCH_PATH, value);
            }
            // SET would take the whole list for one name.
            text.append("SELECT pg_catalog.set_config(").append(literal(change.name()));
            text.append(", ").append(literal(value)).append(", false);");
        }
        try (Statement statement = pgjdbc.createStatement()) {
            statement.execute(text.append(then).toString());
        }
    }

    private static void set(StringBuilder text, String name, @Nullable String value) {
        text.append("SET SESSION \"").append(name.replace("\"", "\"\"").replace(".", "\".\""));
        text.append("\" TO ").append(value == null ? "DEFAULT" : literal(value)).append(';');
    }

    /** As a string constant, whatever standard_conforming_strings is. */
    private static String literal(String text) {
        return "E'" + text.replace("\\", "\\\\").replace("'", "''") + "'";
    }

    /** Sets again those of these parameters that were reset. */
    void bringBack(Parameters start) throws SQLException {
        try (PreparedStatement statement = pgjdbc.prepareForAll(BRING_BACK)) {
            statement.setArray(1, texts(new ArrayList<>(start.values().keySet())));
            statement.setArray(2, texts(new ArrayList<>(start.values().values())));
            statement.execute();
        }
    }

    private Array texts(List<@Nullable String> texts) throws SQLException {
        return pgjdbc.createArrayOf("text", texts.toArray());
    }

    /**
     * Asks; no round trip if the server has reported it all.
     *
     * @param first statements to be run before, in the same round trip, if there is one; each with a semicolon
     * @param assigned those names whose value counts as set even if it is that of the default
     */
    Answer ask(String first, Collection<String> names, Set<String> assigned, Set<PinReason> kinds) throws SQLException {
        Map<String, @Nullable String> answers = new HashMap<>();
        List<@Nullable String> unreported = new ArrayList<>();
        for (String name : names) {
            String reported = reportedNames.get(name);
            if (reported == null) {
                unreported.add(name);
            } else {
                String value = pgjdbc.getParameterStatus(reported);
                boolean set = assigned.contains(name) || !Objects.equals(value, reportedAtStart.get(name));
                answers.put(name, set ? value : null);
            }
        }
        if (unreported.isEmpty() && kinds.isEmpty()) {
            return new Answer(answers, Set.of());
        }
        pgjdbc.setAutoCommit(true);
        EnumSet<PinReason> present = EnumSet.noneOf(PinReason.class);
        Map<String, String> values = new HashMap<>();
        StringBuilder sql = new StringBuilder(first).append(ASK);
        kinds.forEach(kind -> sql.append(", ").append(existence(kind)));
        try (PreparedStatement statement = pgjdbc.prepareForAll(sql.toString())) {
            statement.setArray(1, texts(unreported));
            try (ResultSet row = lastResult(statement)) {
                row.next();
                @Nullable String[] found = (@Nullable String[]) row.getArray(1).getArray();
                for (int i = 0; i < found.length; i++) {
                    String value = found[i];
                    if (value != null) {
                        values.put(String.valueOf(unreported.get(i)), value);
                    }
                }
                int column = 2;
                for (PinReason kind : kinds) {
                    if (row.getBoolean(column++)) {
                        present.add(kind);
                    }
                }
            }
        }
        askDefaults(values);
        for (String name : unreported) {
            String value = values.get(name);
            boolean set = assigned.contains(name) || !Objects.equals(value, defaults.get(name));
            answers.put(String.valueOf(name), set ? value : null);
        }
        return new Answer(answers, present);
    }

    private static ResultSet lastResult(PreparedStatement statement) throws SQLException {
        statement.execute();
        ResultSet last = statement.getResultSet();
        while (statement.getMoreResults(Statement.KEEP_CURRENT_RESULT) || statement.getUpdateCount() >= 0) {
            last = statement.getResultSet();
        }
        return Objects.requireNonNull(last);
    }

    /**
     * Once for each parameter, unless the role of the moment may not change it: then it counts as set. A custom one has no
     * default: to be empty is something else than not to be.
     */
    private void askDefaults(Map<String, String> values) throws SQLException {
        List<@Nullable String> names = new ArrayList<>();
        List<@Nullable String> current = new ArrayList<>();
        values.forEach((name, value) -> {
            if (name.indexOf('.') < 0 && !defaults.containsKey(name)) {
                names.add(name);
                current.add(value);
            }
        });
        if (names.isEmpty()) {
            return;
        }
        try (PreparedStatement statement = pgjdbc.prepareForAll(ASK_DEFAULTS)) {
            statement.setArray(1, texts(names));
            statement.setArray(2, texts(current));
            read(statement, defaults);
        } catch (SQLException e) {
            if (UNCHANGEABLE.equals(e.getSQLState()) && askUnchangeable(names)) {
                askDefaults(values);
            } else if (!NOT_ALLOWED.equals(e.getSQLState())) {
                throw e;
            }
        }
    }

    /** What no session can change always has its default; whether there are such. */
    private boolean askUnchangeable(List<@Nullable String> names) throws SQLException {
        int before = defaults.size();
        try (PreparedStatement statement = pgjdbc.prepareForAll(ASK_UNCHANGEABLE)) {
            statement.setArray(1, texts(names));
            read(statement, defaults);
        }
        return defaults.size() > before;
    }

    /** Reads names and values. */
    private static void read(PreparedStatement question, Map<String, @Nullable String> into) throws SQLException {
        try (ResultSet rows = question.executeQuery()) {
            while (rows.next()) {
                into.put(rows.getString(1), rows.getString(2));
            }
        }
    }

    /** Whether there is something of this kind in the session, outside of transactions. */
    private static String existence(PinReason kind) {
        return switch (kind) {
            // What RemoveTempRelations drops at the end of a session: all that depends on its temporary schema.
            case TEMPORARY_OBJECT ->
                "exists (select from pg_catalog.pg_depend where refclassid = 'pg_catalog.pg_namespace'::pg_catalog.regclass"
                        + " and refobjid = pg_catalog.pg_my_temp_schema()"
                        + " and pg_catalog.pg_my_temp_schema() <> 0::pg_catalog.oid)";
            case ADVISORY_LOCK ->
                "exists (select from pg_catalog.pg_locks where locktype = 'advisory'"
                        + " and pid = pg_catalog.pg_backend_pid())";
            case LISTEN -> "exists (select from pg_catalog.pg_listening_channels())";
            case PREPARED_STATEMENT -> "exists (select from pg_catalog.pg_prepared_statements where from_sql)";
            case HOLDABLE_CURSOR -> "exists (select from pg_catalog.pg_cursors where is_holdable)";
            default -> throw new IllegalArgumentException("bug: the server can't be asked for " + kind);
        };
    }
}
