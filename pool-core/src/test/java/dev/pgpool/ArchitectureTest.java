package dev.pgpool;

import static com.tngtech.archunit.base.DescribedPredicate.not;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.equivalentTo;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAnyPackage;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideOutsideOfPackage;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.GeneralCodingRules.NO_CLASSES_SHOULD_ACCESS_STANDARD_STREAMS;
import static com.tngtech.archunit.library.GeneralCodingRules.NO_CLASSES_SHOULD_USE_JAVA_UTIL_LOGGING;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;
import static java.util.stream.Collectors.toSet;
import static org.junit.jupiter.api.Assertions.assertEquals;

import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.core.importer.Location;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.postgresql.jdbc.PgConnection;

/** The packages of the core and the arrows between them, as the page on the architecture draws them. */
class ArchitectureTest {
    private static final String API = "dev.pgpool.pool";
    private static final String SQL = "dev.pgpool.internal.sql";
    private static final String SESSION = "dev.pgpool.internal.session";
    private static final String FAILURE = "dev.pgpool.internal.failure";
    private static final String METRICS = "dev.pgpool.internal.metrics";
    private static final String PHYSICAL = "dev.pgpool.internal.physical";
    private static final String LEASE = "dev.pgpool.internal.lease";

    /** Each package, and those that it may know. */
    private static final Map<String, Set<String>> ARROWS = Map.of(
            API, Set.of(),
            SQL, Set.of(API),
            SESSION, Set.of(API, SQL),
            FAILURE, Set.of(API, SQL),
            METRICS, Set.of(API),
            PHYSICAL, Set.of(API, SQL, SESSION, FAILURE),
            LEASE, Set.of(API, SQL, SESSION, FAILURE, METRICS, PHYSICAL));

    private static final JavaClasses CORE = new ClassFileImporter()
            .withImportOption(new ImportOption.DoNotIncludeTests())
            .withImportOption(ArchitectureTest::isOfThisModule)
            .importPackages("dev.pgpool");

    private static boolean isOfThisModule(Location location) {
        return location.contains("/pool-core/") || location.contains("pgpool-core");
    }

    @ParameterizedTest
    @MethodSource("packages")
    void a_package_knows_only_those_that_its_arrows_point_to(String name) {
        String[] allowed = Stream.concat(Stream.of(name), ARROWS.getOrDefault(name, Set.of()).stream())
                .toArray(String[]::new);
        classes()
                .that(resideInAnyPackage(name))
                .should()
                .onlyDependOnClassesThat(resideOutsideOfPackage("dev.pgpool..").or(resideInAnyPackage(allowed)))
                .check(CORE);
    }

    static Stream<String> packages() {
        return CORE.stream().map(JavaClass::getPackageName).distinct().sorted();
    }

    @Test
    void packages_are_free_of_cycles() {
        slices().matching("dev.pgpool.(**)").should().beFreeOfCycles().check(CORE);
    }

    @Test
    void pgjdbc_is_named_only_where_physical_connections_live() {
        // What a physical connection gives out may be called by others, as a java.sql.Connection.
        noClasses()
                .that(resideOutsideOfPackage(PHYSICAL))
                .should()
                .dependOnClassesThat(resideInAnyPackage("org.postgresql..").and(not(equivalentTo(PgConnection.class))))
                .check(CORE);
    }

    @Test
    void hikaricp_is_named_by_one_class_among_the_physical_connections() {
        Set<JavaClass> users = CORE.stream()
                .filter(type -> type.getDirectDependenciesFromSelf().stream()
                        .anyMatch(dependency ->
                                dependency.getTargetClass().getPackageName().startsWith("com.zaxxer.hikari")))
                .map(ArchitectureTest::outermost)
                .collect(toSet());

        assertEquals(
                Set.of(PHYSICAL), users.stream().map(JavaClass::getPackageName).collect(toSet()), users::toString);
        assertEquals(1, users.size(), users::toString);
    }

    private static JavaClass outermost(JavaClass type) {
        return type.getEnclosingClass().map(ArchitectureTest::outermost).orElse(type);
    }

    @Test
    void text_sessions_and_failures_are_judged_without_thread_clock_or_input() {
        // Two classes stand beside the judging: one reads its word lists from the jar, one keeps its results.
        noClasses()
                .that(resideInAnyPackage(SQL, SESSION, FAILURE))
                .and()
                .doNotHaveFullyQualifiedName("dev.pgpool.internal.sql.WordLists")
                .and()
                .doNotHaveFullyQualifiedName("dev.pgpool.internal.sql.SqlTraitsCache")
                .should()
                .dependOnClassesThat(resideInAnyPackage(
                        "java.io..",
                        "java.net..",
                        "java.nio.channels..",
                        "java.nio.file..",
                        "java.util.concurrent..",
                        "org.slf4j.."))
                .orShould()
                .dependOnClassesThat()
                .belongToAnyOf(Thread.class, java.time.Clock.class)
                .orShould()
                .callMethod(System.class, "nanoTime")
                .orShould()
                .callMethod(System.class, "currentTimeMillis")
                .check(CORE);
    }

    @Test
    void only_metrics_log() {
        noClasses()
                .that(resideOutsideOfPackage(METRICS))
                .should()
                .dependOnClassesThat(resideInAnyPackage("org.slf4j.."))
                .check(CORE);
    }

    @Test
    void nothing_is_written_to_the_standard_streams_or_another_log() {
        NO_CLASSES_SHOULD_ACCESS_STANDARD_STREAMS.check(CORE);
        NO_CLASSES_SHOULD_USE_JAVA_UTIL_LOGGING.check(CORE);
    }
}
