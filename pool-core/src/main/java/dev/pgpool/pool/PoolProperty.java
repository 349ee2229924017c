package dev.pgpool.pool;

import java.time.Duration;
import java.util.Optional;

/**
 * A property of a pool: the one definition of its name, kind, range, default and description.
 *
 * <p>The parser, {@link java.sql.DriverPropertyInfo}, the properties of the DataSource and the table in
 * {@code docs/properties.md} are made from these constants.
 */
public enum PoolProperty {
    NAME(
            "name",
            new PropertyKind.Text(),
            "",
            "Name of the pool in messages, log lines and metrics. The default is `user@host:port/database`."),
    MODE(
            "mode",
            new PropertyKind.Choice<>(PoolMode.class),
            "transaction",
            "How long a logical connection keeps a physical one: for a transaction (or a statement in autocommit), for"
                    + " its whole life, or for a single statement."),
    RESET_MODE(
            "resetMode",
            new PropertyKind.Choice<>(ResetMode.class),
            "auto",
            "When a physical connection is reset before it serves another logical one: where it is needed, always, or"
                    + " never on account of code that can't be looked into, which is then trusted to leave nothing"
                    + " behind. See [session state](session-state.md)."),
    MAX_SIZE("maxSize", new PropertyKind.Count(1, 10_000), "10", "Most physical connections of the pool."),
    MIN_IDLE(
            "minIdle",
            new PropertyKind.Count(0, 10_000),
            "0",
            "Idle physical connections that are kept open. At most `pool.maxSize`."),
    MAX_PINNED(
            "maxPinned",
            new PropertyKind.Count(0, 10_000),
            "10000",
            "Most physical connections that may be pinned at once; a statement that would pin one more fails before it"
                    + " runs. Above `pool.maxSize` it is no limit."),
    ACQUIRE_TIMEOUT(
            "acquireTimeout",
            time(Duration.ofMillis(1)),
            "30s",
            "Longest wait of a unit of work for a physical connection."),
    RETRY_TIMEOUT(
            "retryTimeout",
            timeOrZero("never", Duration.ofMillis(1)),
            "30s",
            "How long work is repeated whose physical connection broke and which provably was not done, counted from its"
                    + " first failure. See [failures](failures.md)."),
    MAX_WAITERS(
            "maxWaiters",
            new PropertyKind.Count(0, 1_000_000),
            "10000",
            "Most threads that wait for a physical connection at once; one more fails immediately."),
    VALIDATE_AFTER_IDLE(
            "validateAfterIdle",
            timeOrZero("every lease", Duration.ofMillis(1)),
            "30s",
            "Idle time after which a lease asks the server, in one round trip, whether the physical connection still"
                    + " lives. Before that it only looks at the socket."),
    MAX_LIFETIME(
            "maxLifetime",
            timeOrZero("no limit", Duration.ofSeconds(30)),
            "30m",
            "Age at which a physical connection is replaced, as soon as it is idle."),
    IDLE_TIMEOUT(
            "idleTimeout",
            timeOrZero("never", Duration.ofSeconds(10)),
            "10m",
            "Idle time after which a physical connection above `pool.minIdle` is closed. At least 1s less than"
                    + " `pool.maxLifetime`; the default is 0 where it would not be."),
    KEEPALIVE_TIME(
            "keepaliveTime",
            timeOrZero("never", Duration.ofSeconds(30)),
            "2m",
            "How often an idle physical connection is asked for a sign of life. At least 1s less than"
                    + " `pool.maxLifetime`; the default is 0 where it would not be."),
    IDLE_POOL_TIMEOUT(
            "idlePoolTimeout",
            timeOrZero("never", Duration.ofMillis(1)),
            "10m",
            "Time without any logical connection after which the whole pool is closed. The next connection opens it"
                    + " again."),
    JMX(
            "jmx",
            new PropertyKind.Choice<>(Switch.class),
            "on",
            "Whether the pool shows its numbers by JMX, and can be paused there. See [operations](operations.md).");

    /** What the name of each of our properties begins with in a URL and in {@link java.util.Properties}. */
    public static final String PREFIX = "pool.";

    private final String shortName;
    // Error Prone can't see that a record of immutable components is immutable behind an interface.
    @SuppressWarnings("ImmutableEnumChecker")
    private final PropertyKind<?> kind;

    private final String defaultText;
    private final String description;

    PoolProperty(String shortName, PropertyKind<?> kind, String defaultText, String description) {
        this.shortName = shortName;
        this.kind = kind;
        this.defaultText = defaultText;
        this.description = description;
    }

    /** Name without prefix, as the DataSource's property: {@code maxSize}. */
    public String shortName() {
        return shortName;
    }

    /** Name as written in a URL: {@code pool.maxSize}. */
    public String fullName() {
        return PREFIX + shortName;
    }

    /** What a value may be. */
    public PropertyKind<?> kind() {
        return kind;
    }

    /** Default as it would be written; empty if it depends on the rest of the URL. */
    public String defaultText() {
        return defaultText;
    }

    /** What the property does, in Markdown. */
    public String description() {
        return description;
    }

    /** Whether a name claims to be one of our properties, in upper or lower case, known or not. */
    public static boolean claims(String name) {
        return name.regionMatches(true, 0, PREFIX, 0, PREFIX.length());
    }

    /** The property of this full name, in upper or lower case. */
    public static Optional<PoolProperty> named(String fullName) {
        for (PoolProperty property : values()) {
            if (property.fullName().equalsIgnoreCase(fullName)) {
                return Optional.of(property);
            }
        }
        return Optional.empty();
    }

    private static PropertyKind<?> time(Duration least) {
        return timeOrZero("", least);
    }

    private static PropertyKind<?> timeOrZero(String zero, Duration least) {
        return new PropertyKind.Time(zero, least, Duration.ofHours(8_760));
    }
}
