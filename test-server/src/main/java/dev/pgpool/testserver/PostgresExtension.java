package dev.pgpool.testserver;

import java.sql.SQLException;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.extension.BeforeAllCallback;
import org.junit.jupiter.api.extension.ExtensionConfigurationException;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.extension.ExtensionContext.Namespace;
import org.junit.jupiter.api.extension.ExtensionContext.StoreScope;
import org.junit.jupiter.api.extension.ParameterContext;
import org.junit.jupiter.api.extension.ParameterResolver;
import org.junit.platform.commons.support.AnnotationSupport;

/** Gives {@link PostgresTest} classes their server and database, and takes both away again. */
public final class PostgresExtension implements BeforeAllCallback, ParameterResolver {
    private static final Namespace NAMESPACE = Namespace.create(PostgresExtension.class);

    @Override
    public void beforeAll(ExtensionContext context) {
        // A nested class finds what its outer class has.
        context.getStore(NAMESPACE).computeIfAbsent(Fixture.class, key -> Fixture.of(context), Fixture.class);
    }

    @Override
    public boolean supportsParameter(ParameterContext parameter, ExtensionContext context) {
        Class<?> type = parameter.getParameter().getType();
        return type == PostgresServer.class || type == TestDatabase.class;
    }

    @Override
    public Object resolveParameter(ParameterContext parameter, ExtensionContext context) {
        Fixture fixture = fixture(context);
        return parameter.getParameter().getType() == PostgresServer.class ? fixture.server() : fixture.database();
    }

    /** The database of a test class, for an extension that builds on this one. */
    public static TestDatabase database(ExtensionContext context) {
        return fixture(context).database();
    }

    private static Fixture fixture(ExtensionContext context) {
        return Objects.requireNonNull(context.getStore(NAMESPACE).get(Fixture.class, Fixture.class));
    }

    /** What one test class has. */
    private static final class Fixture implements AutoCloseable {
        private final String label;
        private final PostgresServer server;
        private final boolean own;
        private @Nullable TestDatabase database;

        private Fixture(String label, PostgresServer server, boolean own) {
            this.label = label;
            this.server = server;
            this.own = own;
        }

        static Fixture of(ExtensionContext context) {
            Class<?> type = context.getRequiredTestClass();
            PostgresTest wish = AnnotationSupport.findAnnotation(type, PostgresTest.class)
                    .orElseThrow(() -> new ExtensionConfigurationException(type + " lacks @PostgresTest"));
            PostgresServer server = wish.ownServer() ? ownServer(wish) : sharedServer(context, wish);
            return new Fixture(type.getSimpleName(), server, wish.ownServer());
        }

        private static PostgresServer ownServer(PostgresTest wish) {
            PostgresServer.Builder builder = PostgresServer.builder();
            for (String setting : wish.settings()) {
                int equals = setting.indexOf('=');
                if (equals < 0) {
                    throw new ExtensionConfigurationException("\"" + setting + "\" is not of the form name=value");
                }
                builder.setting(
                        setting.substring(0, equals).trim(),
                        setting.substring(equals + 1).trim());
            }
            return Postgres.own((wish.version().isEmpty() ? builder : builder.version(wish.version())).specification());
        }

        private static PostgresServer sharedServer(ExtensionContext context, PostgresTest wish) {
            if (wish.settings().length > 0 || !wish.version().isEmpty()) {
                throw new ExtensionConfigurationException(
                        "the shared server has no settings or version of one class; add ownServer = true");
            }
            return context.getStore(StoreScope.LAUNCHER_SESSION, NAMESPACE)
                    .computeIfAbsent(PostgresServer.class, key -> Postgres.shared(), PostgresServer.class);
        }

        PostgresServer server() {
            return server;
        }

        synchronized TestDatabase database() {
            if (database == null) {
                try {
                    database = TestDatabase.create(server, label);
                } catch (SQLException e) {
                    throw new IllegalStateException("could not create a database for " + label, e);
                }
            }
            return database;
        }

        @Override
        public synchronized void close() throws SQLException {
            if (own) {
                server.close();
            } else if (database != null) {
                database.close();
            }
        }
    }
}
