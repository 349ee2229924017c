package dev.pgpool.conformance;

import dev.pgpool.testserver.PostgresExtension;
import java.lang.reflect.Method;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.extension.AfterEachCallback;
import org.junit.jupiter.api.extension.BeforeEachCallback;
import org.junit.jupiter.api.extension.Extension;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.extension.ExtensionContext.Namespace;
import org.junit.jupiter.api.extension.InvocationInterceptor;
import org.junit.jupiter.api.extension.ParameterContext;
import org.junit.jupiter.api.extension.ParameterResolver;
import org.junit.jupiter.api.extension.ReflectiveInvocationContext;
import org.junit.jupiter.api.extension.TestTemplateInvocationContext;
import org.junit.jupiter.api.extension.TestTemplateInvocationContextProvider;

/** Runs each test of the suite once on each target, and holds it to the registry of known differences. */
final class ConformanceExtension implements TestTemplateInvocationContextProvider {
    private static final Namespace NAMESPACE = Namespace.create(ConformanceExtension.class);

    @Override
    public boolean supportsTestTemplate(ExtensionContext context) {
        return context.getRequiredTestMethod().isAnnotationPresent(Conforms.class);
    }

    @Override
    public Stream<TestTemplateInvocationContext> provideTestTemplateInvocationContexts(ExtensionContext context) {
        return Stream.of(Target.values()).map(Invocation::new);
    }

    private static ConformanceDatabase database(ExtensionContext context) {
        Class<?> test = context.getRequiredTestClass();
        ExtensionContext.Store store = context.getParent()
                .flatMap(ExtensionContext::getParent)
                .orElseThrow()
                .getStore(NAMESPACE);
        return store.computeIfAbsent(
                test,
                key -> {
                    try {
                        return new ConformanceDatabase(
                                PostgresExtension.database(context),
                                test.getAnnotation(Conformance.class).schema());
                    } catch (SQLException e) {
                        throw new IllegalStateException("no database for " + test.getSimpleName(), e);
                    }
                },
                ConformanceDatabase.class);
    }

    /** One test on one target. */
    private static final class Invocation
            implements TestTemplateInvocationContext,
                    BeforeEachCallback,
                    AfterEachCallback,
                    ParameterResolver,
                    InvocationInterceptor {
        private final Target target;

        Invocation(Target target) {
            this.target = target;
        }

        @Override
        public String getDisplayName(int index) {
            return target.name();
        }

        @Override
        public List<Extension> getAdditionalExtensions() {
            return List.of(this);
        }

        @Override
        public void beforeEach(ExtensionContext context) throws SQLException {
            ConformanceDatabase database = database(context);
            database.run(context.getRequiredTestClass()
                    .getAnnotation(Conformance.class)
                    .data());
            context.getStore(NAMESPACE).put(Subject.class, new Subject(target, database));
        }

        @Override
        public void afterEach(ExtensionContext context) throws Exception {
            subject(context).close();
            if (target.pooled()) {
                database(context).requireNothingLeftBehind();
            }
        }

        @Override
        public boolean supportsParameter(ParameterContext parameter, ExtensionContext context) {
            Class<?> type = parameter.getParameter().getType();
            return type == Subject.class || type == Connection.class;
        }

        @Override
        public Object resolveParameter(ParameterContext parameter, ExtensionContext context) {
            if (parameter.getParameter().getType() == Subject.class) {
                return subject(context);
            }
            try {
                return subject(context).open();
            } catch (SQLException e) {
                throw new IllegalStateException("no connection of " + target, e);
            }
        }

        @Override
        public void interceptTestTemplateMethod(
                InvocationInterceptor.Invocation<Void> test,
                ReflectiveInvocationContext<Method> method,
                ExtensionContext context)
                throws Throwable {
            Method run = method.getExecutable();
            if (target == Target.STATEMENT && run.getAnnotation(Conforms.class).transactions()) {
                StatementMode.requireRefusal(test::proceed);
                return;
            }
            Optional<KnownDifference> difference = KnownDifference.of(run, target);
            if (difference.isPresent()) {
                difference.get().requireStillDiffers(target, test::proceed);
            } else {
                test.proceed();
            }
        }

        private static Subject subject(ExtensionContext context) {
            return context.getStore(NAMESPACE).get(Subject.class, Subject.class);
        }
    }
}
