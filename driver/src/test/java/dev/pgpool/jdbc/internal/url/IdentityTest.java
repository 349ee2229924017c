package dev.pgpool.jdbc.internal.url;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;

import dev.pgpool.pool.PoolProperty;
import java.sql.SQLException;
import java.util.EnumSet;
import java.util.Properties;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.postgresql.PGProperty;

final class IdentityTest {
    // What leads to other values, and is none itself.
    private static final Set<PGProperty> INDIRECT = EnumSet.of(PGProperty.SERVICE);

    // What a session can be told later too.
    private static final Set<PGProperty> SETTINGS = EnumSet.of(PGProperty.CURRENT_SCHEMA, PGProperty.APPLICATION_NAME);

    @Test
    void what_only_sets_parameters_makes_no_other_identity() throws SQLException {
        for (PGProperty property : SETTINGS) {
            assertEquals(identity("jdbc:pgpool:///"), identity("jdbc:pgpool:///", property.getName(), "another"));
        }
        assertEquals(identity("jdbc:pgpool:///"), identity("jdbc:pgpool:///", "options", "-c lock_timeout=1s"));
    }

    @ParameterizedTest
    @EnumSource(PGProperty.class)
    void each_property_of_pgjdbc_makes_another_identity(PGProperty property) throws SQLException {
        if (INDIRECT.contains(property) || SETTINGS.contains(property)) {
            return;
        }
        String value = property == PGProperty.PG_PORT ? "6432" : "another";
        Identity plain = identity("jdbc:pgpool:");
        Identity another = identity("jdbc:pgpool:///", property.getName(), value);
        assertNotEquals(identity("jdbc:pgpool:///"), another);
        assertNotEquals(plain, another);
        assertEquals(another, identity("jdbc:pgpool:///?" + property.getName() + "=" + value));
    }

    @ParameterizedTest
    @EnumSource(PoolProperty.class)
    void each_property_of_the_pool_makes_another_identity(PoolProperty property) throws SQLException {
        String value = switch (property) {
            case NAME -> "another";
            case MODE -> "session";
            case RESET_MODE -> "always";
            case JMX -> "off";
            case MAX_SIZE, MIN_IDLE, MAX_PINNED, MAX_WAITERS -> "5";
            default -> "47s";
        };
        Identity another = identity("jdbc:pgpool:orders", property.fullName(), value);
        assertNotEquals(identity("jdbc:pgpool:orders"), another);
        assertEquals(
                another, identity("jdbc:pgpool:orders?" + property.fullName().toUpperCase() + "=" + value));
    }

    @Test
    void the_same_values_on_different_ways_are_one_identity() throws SQLException {
        Identity identity = identity("jdbc:pgpool://db:5432/orders?user=app&sslmode=require&pool.maxSize=10");
        assertEquals(identity, identity("jdbc:pgpool:postgresql://db/orders?sslmode=require", "user", "app"));
        assertEquals(
                identity.hashCode(),
                identity("jdbc:pgpool://db/orders?sslmode=require&user=app").hashCode());
    }

    @Test
    void passwords_are_compared() throws SQLException {
        assertEquals(identity("jdbc:pgpool:orders?password=a"), identity("jdbc:pgpool:orders", "password", "a"));
        assertNotEquals(identity("jdbc:pgpool:orders?password=a"), identity("jdbc:pgpool:orders?password=b"));
        assertNotEquals(identity("jdbc:pgpool:orders?password=a"), identity("jdbc:pgpool:orders?sslpassword=a"));
        assertNotEquals(identity("jdbc:pgpool:orders?password="), identity("jdbc:pgpool:orders"));
        assertNotEquals(
                identity("jdbc:pgpool:orders?password=ab&sslpassword=c"),
                identity("jdbc:pgpool:orders?password=a&sslpassword=bc"));
    }

    private static Identity identity(String url) throws SQLException {
        return Target.of(url, new Properties()).identity();
    }

    private static Identity identity(String url, String name, String value) throws SQLException {
        return Target.of(url, TargetTest.properties(name, value)).identity();
    }
}
