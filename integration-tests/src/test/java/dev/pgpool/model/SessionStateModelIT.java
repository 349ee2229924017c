package dev.pgpool.model;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.pgpool.jdbc.PgPoolDataSource;
import dev.pgpool.testserver.PostgresServer;
import dev.pgpool.testserver.PostgresTest;
import dev.pgpool.testserver.TestDatabase;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * Hundreds of logical connections with session state of every kind over a few physical ones, each beside a session of
 * plain pgjdbc that nobody shares: both must always tell the same, and in the end nothing may be left.
 *
 * <p>A run is told by its seed, which is printed; where many threads take part, only what each of them tries. These system
 * properties change it: {@code pgpool.model.steps}, how many there are in each run; {@code pgpool.model.connections}, how
 * many take turns; {@code pgpool.model.seed}, to repeat one or to have a {@code random} one.
 */
@PostgresTest(ownServer = true, settings = "max_connections=400")
@Tag("every-version")
@Timeout(3600)
class SessionStateModelIT {
    private static final int LOGICAL = Integer.getInteger("pgpool.model.connections", 200);
    /** Always the same, so that a build fails only because of what was changed. */
    private static final String DEFAULT_SEED = "20261120";

    private static final int THREADS = 6;

    private static final Pattern NOTHING = Pattern.compile("(?!)");
    /** What pins all who insert. */
    private static final Pattern SEQUENCES = Pattern.compile("drawn");
    /** What depends on what others did before, or do at the same time. */
    private static final Pattern SEEN_BY_OTHERS = Pattern.compile(
            SEQUENCES + "|serializable|setTransactionIsolation 8|numbered|count\\(\\*\\), sum\\(note\\)");

    private static final int STEPS = Integer.getInteger("pgpool.model.steps", 150);

    /**
     * Where the twins live.
     *
     * @param privately another database for the private sessions, as locks and notifications belong to a database
     */
    private record Place(TestDatabase pooled, TestDatabase privately) {
        static Place create(PostgresServer server, String schema) throws SQLException {
            Place place = new Place(TestDatabase.create(server, "pooled"), TestDatabase.create(server, "privately"));
            for (TestDatabase database : List.of(place.pooled, place.privately)) {
                try (Session owner = new Session(database.connect())) {
                    owner.run(schema);
                }
            }
            return place;
        }
    }

    private static Place plain;
    private static Place withTriggers;

    @BeforeAll
    static void places(PostgresServer server) throws SQLException {
        try (Session owner = new Session(server.connect())) {
            owner.run("create role reader; create role writer");
        }
        plain = Place.create(server, SCHEMA);
        withTriggers = Place.create(server, SCHEMA + TRIGGER);
    }

    @AfterAll
    static void forget() {
        plain = null;
        withTriggers = null;
    }

    @ParameterizedTest
    @CsvSource({
        "transaction, auto, 2",
        "transaction, auto, 4",
        "transaction, auto, 10",
        "transaction, always, 3",
        "session, auto, 8",
        "statement, auto, 3",
        "statement, always, 2"
    })
    void nobody_notices_and_nothing_is_left(String mode, String resetMode, int physical) throws SQLException {
        compare(plain, mode, resetMode, physical, 1, SEQUENCES);
    }

    @ParameterizedTest
    @CsvSource({"transaction, auto, 3", "statement, always, 2"})
    void nobody_notices_and_nothing_is_left_of_what_triggers_do(String mode, String resetMode, int physical)
            throws SQLException {
        compare(withTriggers, mode, resetMode, physical, 1, SEQUENCES);
    }

    @ParameterizedTest
    @CsvSource({"transaction, auto, 5", "statement, auto, 3"})
    void nobody_notices_where_sessions_ask_what_they_have_drawn(String mode, String resetMode, int physical)
            throws SQLException {
        compare(plain, mode, resetMode, physical, 1, NOTHING);
    }

    @ParameterizedTest
    @CsvSource({"transaction, never, 3", "statement, never, 2"})
    void nobody_notices_where_code_is_trusted_that_deserves_it(String mode, String resetMode, int physical)
            throws SQLException {
        compare(plain, mode, resetMode, physical, 1, Pattern.compile(SEQUENCES + "|public\\.run|execute '"));
    }

    @ParameterizedTest
    @CsvSource({"transaction, auto, 4", "transaction, always, 3", "session, auto, 8", "statement, auto, 3"})
    void nobody_notices_where_many_threads_share_all_connections(String mode, String resetMode, int physical)
            throws SQLException {
        compare(plain, mode, resetMode, physical, THREADS, SEEN_BY_OTHERS);
    }

    private static long seed() {
        String given = System.getProperty("pgpool.model.seed", DEFAULT_SEED);
        return given.equals("random") ? System.nanoTime() : Long.parseLong(given);
    }

    private static void compare(Place place, String mode, String resetMode, int physical, int threads, Pattern avoided)
            throws SQLException {
        long seed = seed();
        String title = "seed " + seed + ", pool.mode=" + mode + ", pool.resetMode=" + resetMode + ", pool.maxSize="
                + physical + ", " + threads + " threads";
        System.out.println("SessionStateModelIT: " + title);
        try (PgPoolDataSource pool = new PgPoolDataSource()) {
            pool.setUrl(place.pooled.poolUrl());
            pool.setMode(mode);
            pool.setResetMode(resetMode);
            pool.setMaxSize(physical);
            if (threads > 1) {
                // Whoever waits for a physical connection closes somebody's logical one then.
                pool.setAcquireTimeout("200ms");
            }
            if (avoided == NOTHING) {
                askForSequences(pool);
            }
            try (Model model =
                    new Model(new Model.Plan(title, pool, place.privately, LOGICAL, threads, seed, avoided))) {
                model.run(STEPS);
            }
            assertNothingIsLeft(place, pool, physical, title);
        }
    }

    /** From now on the pool keeps who draws. */
    private static void askForSequences(PgPoolDataSource pool) throws SQLException {
        try (Session session = new Session(pool.getConnection())) {
            assertThrows(SQLException.class, () -> session.run("select currval('public.drawn')"));
        }
    }

    private static void assertNothingIsLeft(Place place, PgPoolDataSource pool, int physical, String title)
            throws SQLException {
        assertEquals(0, pool.snapshot().orElseThrow().leased(), title);
        assertEquals(0, pool.snapshot().orElseThrow().logical(), title);
        try (Session owner = new Session(place.pooled.connect())) {
            assertEquals("[]", owner.run(LEFT), title);
        }
        List<Session> all = new ArrayList<>();
        try (Session fresh = new Session(DriverManager.getConnection(place.privately.url() + Model.PRIVATE_OPTIONS))) {
            for (int i = 0; i < physical; i++) {
                Session session = new Session(pool.getConnection());
                all.add(session);
                for (Deed observation : Observations.all()) {
                    String expected = observation.outcome(fresh);
                    String told = observation.outcome(session);
                    assertEquals(
                            expected,
                            told,
                            () -> title + ": physical connection " + session.backend() + " has kept something:\n"
                                    + Difference.between(expected, told));
                }
                // So that the next one gets another physical connection.
                session.run("listen kept");
            }
            assertEquals(physical, all.stream().map(Session::backend).distinct().count());
        } finally {
            for (Session session : all) {
                session.close();
            }
        }
    }

    /** Locks and temporary objects of any session in this database. */
    private static final String LEFT = """
            select 'lock', classid::text, objid::text from pg_locks
            where locktype = 'advisory'
                and database = (select oid from pg_database where datname = current_database())
            union all
            select 'object', nspname, relname from pg_class join pg_namespace on relnamespace = pg_namespace.oid
            where nspname like 'pg\\_temp\\_%'
            """;

    private static final String SCHEMA = """
            create schema tenant_a; create schema tenant_b;
            create table public.item (name text); insert into public.item values ('of the public');
            create table tenant_a.item (name text, note int);
            insert into tenant_a.item values ('one of a', 1), ('two of a', 2);
            create table tenant_b.item (name date); insert into tenant_b.item values ('2026-01-01');
            create table public.journal (owner int, note int);
            create sequence public.drawn start 1000000;
            create table public.numbered (id serial, note int);
            create table public.watched (name text, value text);

            create function public.harmless(n int) returns int language sql immutable as 'select n + 1';
            create function public.set_by_plpgsql(n text, v text) returns text language plpgsql as
                $$ begin return set_config(n, v, false); end $$;
            create function public.set_by_sql(n text, v text) returns text language sql as
                'select set_config(n, v, false)';
            create function public.set_and_fail(n text, v text) returns text language plpgsql as
                $$ begin perform set_config(n, v, false); raise 'no'; end $$;
            create function public.with_its_own(n text) returns text language plpgsql
                set lock_timeout = '99s' as $$ begin return current_setting('lock_timeout'); end $$;
            create function public.run(command text) returns void language plpgsql as
                $$ begin execute command; end $$;
            create function public.lock_it(k bigint) returns void language plpgsql as
                $$ begin perform pg_advisory_lock(k); end $$;
            create procedure public.set_by_procedure(n text, v text) language plpgsql as
                $$ begin perform set_config(n, v, false); commit; end $$;
            create function public.note() returns trigger language plpgsql as
                $$ begin perform set_config(new.name, new.value, false); return new; end $$;

            grant usage on schema tenant_a, tenant_b to reader, writer;
            grant select on all tables in schema public, tenant_a, tenant_b to reader;
            grant all on all tables in schema public, tenant_a, tenant_b to writer;
            grant all on all sequences in schema public to writer;
            """;

    private static final String TRIGGER =
            "create trigger noted before insert on public.watched for each row execute function public.note()";
}
