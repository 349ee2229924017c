package dev.pgpool.testserver;

import java.sql.SQLException;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.extension.BeforeAllCallback;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.extension.ExtensionContext.Namespace;
import org.junit.jupiter.api.extension.ExtensionContext.Store;
import org.junit.jupiter.api.extension.ExtensionContext.StoreScope;
import org.junit.jupiter.api.extension.ParameterContext;
import org.junit.jupiter.api.extension.ParameterResolver;

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
        Fixture fixture = Objects.requireNonNull(context.getStore(NAMESPACE).get(Fixture.class, Fixture.class));
        return parameter.getParameter().getType() == PostgresServer.class ? fixture.server() : fixture.database();
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
            PostgresTest wish = type.getAnnotation(PostgresTest.class);
            boolean own = wish != null && wish.ownServer();
            return new Fixture(type.getSimpleName(), own ? ownServer(wish) : sharedServer(context), own);
        }

        private static PostgresServer ownServer(PostgresTest wish) {
            PostgresServer.Builder builder = PostgresServer.builder();
            for (String setting : wish.settings()) {
                int equals = setting.indexOf('=');
                builder.setting(
                        setting.substring(0, equals).trim(),
                        setting.substring(equals + 1).trim());
            }
            return (wish.version().isEmpty() ? builder : builder.version(wish.version())).start();
        }

        private static PostgresServer sharedServer(ExtensionContext context) {
            Store session = context.getStore(StoreScope.LAUNCHER_SESSION, NAMESPACE);
            return session.computeIfAbsent(
                    PostgresServer.class, key -> PostgresServer.builder().start(), PostgresServer.class);
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
