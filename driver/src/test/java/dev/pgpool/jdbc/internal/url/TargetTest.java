package dev.pgpool.jdbc.internal.url;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.pgpool.pool.PoolMode;
import java.sql.SQLException;
import java.time.Duration;
import java.util.Properties;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

final class TargetTest {
    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "jdbc:pgpool://db.example/orders | db.example | 5432 | orders",
                "jdbc:pgpool://db.example:6432/orders | db.example | 6432 | orders",
                "jdbc:pgpool://a,b:6432/orders | a,b | 5432,6432 | orders",
                "jdbc:pgpool://[::1]:6432/orders | [::1] | 6432 | orders",
                "jdbc:pgpool://db.example/ | db.example | 5432 | app",
                "jdbc:pgpool://db.example/my%20db | db.example | 5432 | my db",
                "jdbc:pgpool:orders | localhost | 5432 | orders",
                "jdbc:pgpool:// | localhost | 5432 | app",
                "jdbc:pgpool:/// | localhost | 5432 | app",
                "jdbc:pgpool:postgresql://db.example/orders | db.example | 5432 | orders",
                "jdbc:pgpool:postgresql:orders | localhost | 5432 | orders",
                "jdbc:pgpool:postgresql:/// | localhost | 5432 | app",
                "jdbc:pgpool:postgresql | localhost | 5432 | postgresql"
            })
    void every_form_of_pgjdbc_leads_where_it_leads_there(String url, String host, String port, String database)
            throws SQLException {
        Properties user = properties("user", "app");
        var properties = Target.of(url, user).identity().properties();
        assertEquals(host, properties.get("PGHOST"));
        assertEquals(port, properties.get("PGPORT"));
        assertEquals(database, properties.get("PGDBNAME"));

        Properties pgjdbc = org.postgresql.Driver.parseURL(Target.of(url, user).url(), user);
        assertEquals(host, pgjdbc.getProperty("PGHOST"));
        assertEquals(database, pgjdbc.getProperty("PGDBNAME"));
    }

    @Test
    void only_our_prefix_is_accepted() {
        assertTrue(Target.accepts("jdbc:pgpool:orders"));
        assertTrue(Target.accepts("jdbc:pgpool://malformed"));
        assertFalse(Target.accepts("jdbc:postgresql://localhost/orders"));
        assertFalse(Target.accepts("jdbc:pgpool"));
        assertFalse(Target.accepts(null));
    }

    @Test
    void the_url_shown_is_pgjdbcs_without_our_properties_and_passwords() throws SQLException {
        Target target = Target.of(
                "jdbc:pgpool://db/orders?user=app&password=s3cret&pool.maxSize=3&sslpassword=s4cret&sslmode=require"
                        + "&POOL.MODE=session",
                new Properties());
        assertEquals("jdbc:postgresql://db/orders?user=app&sslmode=require", target.url());
        assertEquals("app", target.user());
    }

    @ParameterizedTest
    @ValueSource(strings = {"Password", "sslPassword", "passwd", "PGPASSWORD", "pwd", "trustStorePassword"})
    void what_is_named_like_a_password_is_passed_on_and_not_shown(String name) throws SQLException {
        String url = "jdbc:pgpool://db/orders?sslmode=require&" + name + "=s3cret%26";
        Target target = Target.of(url, new Properties());
        assertEquals("jdbc:postgresql://db/orders?sslmode=require", target.url());
        assertEquals("s3cret&", target.identity().properties().get(name));
        assertFalse(fault(url + "&pool.x=1", new Properties()).contains("s3cret"));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "jdbc:pgpool://db/orders;user=app;password=s3cret",
                "jdbc:pgpool://db/orders?user=app;Password=s3cret&sslmode=require",
                "jdbc:pgpool://db:5432;databaseName=orders;user=app;pwd=s3cret"
            })
    void a_password_behind_a_semicolon_is_a_fault_and_not_printed(String url) {
        String message = fault(url, new Properties());
        assertTrue(message.contains("parameters begin with ? and are separated by &, not by ;"), message);
        assertFalse(message.contains("s3cret"), message);
    }

    @Test
    void a_password_behind_the_old_prefix_is_not_printed() {
        String message = fault("jdbc:pgpool:jdbc:postgresql://app:secret@db/orders", new Properties());
        assertTrue(message.contains("old URL's prefix"), message);
        assertFalse(message.contains("secret"), message);
    }

    @Test
    void secrets_are_never_printed() throws SQLException {
        Target target = Target.of(
                "jdbc:pgpool://db/orders?password=s3cret&sslpassword=s3cret", properties("password", "s3cret"));
        assertFalse((target + target.url() + target.identity()).contains("s3cret"));
        assertFalse(target.identity().properties().toString().contains("s3cret"));
        assertFalse(target.identity().credential().contains("s3cret"));
    }

    @Test
    void a_fault_never_prints_a_password() {
        for (String url : Set.of(
                "jdbc:pgpool://db/a/b?password=s3cret",
                "jdbc:pgpool://db?password=s3cret",
                "jdbc:pgpool://db/orders?password=s3cret%&pool.x=1",
                "jdbc:pgpool://app:s3cret@db/orders",
                "jdbc:pgpool://app:s3cret@db:x/orders?pool.mode=z")) {
            String message = fault(url, properties("password", "s3cret"));
            assertFalse(message.contains("s3cret"), message);
        }
    }

    @Test
    void the_pool_is_named_after_its_target() throws SQLException {
        assertEquals(
                "app@a:5432,b:6432/orders",
                settings("jdbc:pgpool://a,b:6432/orders?user=app").name());
        assertEquals(
                "orders", settings("jdbc:pgpool://a/orders?pool.name=orders").name());
    }

    @Test
    void our_properties_come_from_the_url_before_the_properties() throws SQLException {
        Properties given = properties("pool.maxsize", "7");
        given.setProperty("pool.mode", "session");
        given.put("pool.minIdle", 2);
        var settings = Target.of("jdbc:pgpool:orders?pool.MaxSize=8&pool.acquireTimeout=1500ms", given)
                .identity()
                .settings();
        assertEquals(8, settings.maxSize());
        assertEquals(2, settings.minIdle());
        assertEquals(PoolMode.SESSION, settings.mode());
        assertEquals(Duration.ofMillis(1500), settings.acquireTimeout());
    }

    @Test
    void a_property_above_the_url_wins() throws SQLException {
        Properties given = properties("user", "other");
        given.setProperty("password", "right");
        given.setProperty("pool.maxSize", "3");
        Target target = Target.of(
                "jdbc:pgpool://db/orders?user=app&password=wrong&pool.MAXSIZE=9&sslmode=require",
                given,
                given.stringPropertyNames());
        assertEquals("other", target.user());
        assertEquals(3, target.identity().settings().maxSize());
        assertEquals("jdbc:postgresql://db/orders?sslmode=require", target.url());
        assertEquals(Target.of("jdbc:pgpool://db/orders?sslmode=require", given).identity(), target.identity());
    }

    @Test
    void defaults_of_a_properties_object_count_too() throws SQLException {
        Properties given = new Properties(properties("pool.maxSize", "7"));
        assertEquals(
                7, Target.of("jdbc:pgpool:orders", given).identity().settings().maxSize());
    }

    @Test
    void values_are_url_decoded() throws SQLException {
        assertEquals(
                "my pool", settings("jdbc:pgpool:orders?pool.name=my%20pool").name());
        assertEquals(
                Target.of("jdbc:pgpool:orders", properties("password", "a&b%")).identity(),
                Target.of("jdbc:pgpool:orders?password=a%26b%25", new Properties())
                        .identity());
    }

    @Test
    void pgjdbc_gets_what_pooled_sessions_need() throws SQLException {
        var properties =
                Target.of("jdbc:pgpool:orders", new Properties()).identity().properties();
        assertEquals("9.0", properties.get("assumeMinServerVersion"));
        assertEquals("TIMESTAMPTZ,TIMETZ", properties.get("binaryTransferDisable"));
        assertEquals("true", properties.get("tcpKeepAlive"));
    }

    @Test
    void what_the_user_set_is_kept() throws SQLException {
        var properties = Target.of(
                        "jdbc:pgpool:orders?binaryTransferDisable=INT4&tcpKeepAlive=false",
                        properties("assumeMinServerVersion", "12"))
                .identity()
                .properties();
        assertEquals("12", properties.get("assumeMinServerVersion"));
        assertEquals("INT4,TIMESTAMPTZ,TIMETZ", properties.get("binaryTransferDisable"));
        assertEquals("false", properties.get("tcpKeepAlive"));
    }

    @Test
    void a_missing_password_is_left_to_pgjdbc() throws SQLException {
        assertFalse(Target.of("jdbc:pgpool:orders", new Properties())
                .identity()
                .properties()
                .containsKey("password"));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "jdbc:pgpool://db | a / is missing after the host, which is needed without a database too: //db/",
                "jdbc:pgpool://db/a/b | the database a/b has a / in its name; write %2F",
                "jdbc:pgpool://db:/orders | the port of db: is not a whole number from 1 to 65535",
                "jdbc:pgpool://db:x/orders | the port of db:x is not a whole number from 1 to 65535",
                "jdbc:pgpool://a,b:70000/orders | the port of b:70000 is not a whole number from 1 to 65535",
                "jdbc:pgpool://db/%zz | the value of the database is not well URL-encoded; write % as %25",
                "jdbc:pgpool:%zz | the value of the database is not well URL-encoded; write % as %25",
                "jdbc:pgpool:jdbc:postgresql://db/orders | the old URL's prefix is still in it; write"
                        + " jdbc:pgpool://host/database",
                "jdbc:pgpool:postgresql:postgresql://db/orders | the old URL's prefix is still in it; write"
                        + " jdbc:pgpool://host/database",
                "jdbc:pgpool:/ | a single / leads nowhere; write //host/database, or the database's name alone",
                "jdbc:pgpool://db/orders?sslmode=% | the value of sslmode is not well URL-encoded; write % as %25",
                "jdbc:pgpool://db/orders?pool.name=% | the value of pool.name is not well URL-encoded; write % as %25",
                "jdbc:pgpool://db/orders?port=x | the port in port=x is not a whole number from 1 to 65535",
                "jdbc:pgpool://db/orders?PGPORT=1,2 | pgjdbc can't parse it; is there exactly one port for each host?",
                "jdbc:pgpool://app@db/orders | user and password can't stand before the host; write ?user=…&password=… or give them as properties",
                "jdbc:pgpool:orders?pool.mode=session&pool.MODE=statement | pool.MODE is given twice in the URL: session and statement",
                "jdbc:pgpool:orders?pool.maxSize | pool.maxSize= is not a whole number from 1 to 10000",
                "jdbc:pgpool:orders?pool.maxSise=5 | pool.maxSise=5 is not a property of the pool; did you mean pool.maxSize?"
            })
    void a_fault_is_named(String url, String fault) {
        String message = fault(url, new Properties());
        assertTrue(message.contains(": " + fault), message);
    }

    @Test
    void every_fault_is_named_at_once() {
        Properties given = properties("pool.minIdle", "-1");
        given.setProperty("pool.maxWaiters", "1");
        given.setProperty("pool.maxwaiters", "2");
        String message = fault("jdbc:pgpool://a:x,b:y/c/d?pool.mode=no&pool.foo=1&sslmode=%", given);
        for (String fault : Set.of(
                "a:x",
                "b:y",
                "c/d",
                "pool.mode=no",
                "pool.foo=1",
                "sslmode",
                "pool.minIdle=-1",
                "pool.maxwaiters is given twice")) {
            assertTrue(message.contains(fault), () -> fault + " is missing in " + message);
        }
        assertEquals(8, message.split("\n- ").length - 1, message);
    }

    @ParameterizedTest
    @ValueSource(strings = {"nonsense=1", "Sslmode=require", "pooled=1", "poolmode=x"})
    void a_property_that_nobody_knows_is_ignored_as_pgjdbc_does(String parameter) throws SQLException {
        assertEquals(
                "jdbc:postgresql:orders?" + parameter,
                Target.of("jdbc:pgpool:orders?" + parameter, new Properties()).url());
    }

    @Test
    void an_unknown_service_is_a_fault() {
        String message = fault("jdbc:pgpool:///?service=nowhere", new Properties());
        assertTrue(message.contains("service=nowhere is not defined"), message);
    }

    @Test
    void no_user_is_the_user_of_the_process_as_in_pgjdbc() throws SQLException {
        assertEquals(
                System.getProperty("user.name"),
                Target.of("jdbc:pgpool:orders", new Properties()).user());
        assertNull(new Properties().getProperty("user"));
    }

    static Properties properties(String name, String value) {
        Properties properties = new Properties();
        properties.setProperty(name, value);
        return properties;
    }

    private static dev.pgpool.pool.PoolSettings settings(String url) throws SQLException {
        return Target.of(url, new Properties()).identity().settings();
    }

    private static String fault(String url, Properties properties) {
        SQLException fault = assertThrows(SQLException.class, () -> Target.of(url, properties));
        assertEquals("22023", fault.getSQLState());
        return fault.getMessage();
    }
}
