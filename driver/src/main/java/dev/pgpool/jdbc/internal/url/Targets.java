package dev.pgpool.jdbc.internal.url;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import java.sql.SQLException;
import java.time.Duration;
import java.util.Map;
import java.util.Properties;

/**
 * The targets that were asked for lately: frameworks that open a connection for each transaction ask for the same one
 * again and again, and reading a URL takes longer than all else. Safe for use by many threads.
 */
public final class Targets {
    /** What a URL means may change with files that pgjdbc reads, such as pg_service.conf. */
    private static final Duration KNOWN_FOR = Duration.ofMinutes(1);

    private static final int MOST = 1_000;

    private static final Cache<Source, Target> KNOWN =
            Caffeine.newBuilder().maximumSize(MOST).expireAfterWrite(KNOWN_FOR).build();

    /** All that a target is made of; never printed, as it holds passwords. */
    private static final class Source {
        private final String url;
        private final Map<String, String> properties;

        Source(String url, Map<String, String> properties) {
            this.url = url;
            this.properties = properties;
        }

        @Override
        public boolean equals(Object other) {
            return other instanceof Source that && url.equals(that.url) && properties.equals(that.properties);
        }

        @Override
        public int hashCode() {
            return 31 * url.hashCode() + properties.hashCode();
        }
    }

    private Targets() {}

    /** As {@link Target#of(String, Properties)}; a wrong URL or property is read, and told, each time. */
    public static Target of(String url, Properties properties) throws SQLException {
        Source source = new Source(url, Target.textsOf(properties));
        Target known = KNOWN.getIfPresent(source);
        if (known == null) {
            known = Target.of(url, properties);
            KNOWN.put(source, known);
        }
        return known;
    }
}
