package dev.pgpool.jdbc;

import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAnyPackage;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideOutsideOfPackage;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideOutsideOfPackages;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.methods;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.GeneralCodingRules.NO_CLASSES_SHOULD_ACCESS_STANDARD_STREAMS;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;

import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The packages of the driver and the arrows between them, as the page on the architecture draws them. */
class ArchitectureTest {
    private static final String API = "dev.pgpool.jdbc";
    private static final String URL = "dev.pgpool.jdbc.internal.url";
    private static final String SPRING = "dev.pgpool.jdbc.internal.spring";
    private static final String FACADE = "dev.pgpool.jdbc.internal.facade";
    private static final String FORWARD = "dev.pgpool.jdbc.internal.forward";

    /** Each package, and those of the driver that it may know. */
    private static final Map<String, Set<String>> ARROWS = Map.of(
            API, Set.of(URL, FACADE),
            URL, Set.of(),
            SPRING, Set.of(API),
            FACADE, Set.of(FORWARD),
            FORWARD, Set.of());

    private static final JavaClasses DRIVER = new ClassFileImporter()
            .withImportOption(new ImportOption.DoNotIncludeTests())
            .importPackages(API);

    @ParameterizedTest
    @MethodSource("packages")
    void a_package_knows_only_those_that_its_arrows_point_to(String name) {
        String[] allowed = Stream.concat(Stream.of(name), ARROWS.getOrDefault(name, Set.of()).stream())
                .toArray(String[]::new);
        classes()
                .that(resideInAnyPackage(name))
                .should()
                .onlyDependOnClassesThat(resideOutsideOfPackage(API + "..").or(resideInAnyPackage(allowed)))
                .check(DRIVER);
    }

    static Stream<String> packages() {
        return DRIVER.stream().map(JavaClass::getPackageName).distinct().sorted();
    }

    @Test
    void packages_are_free_of_cycles() {
        slices().matching("dev.pgpool.(**)").should().beFreeOfCycles().check(DRIVER);
    }

    @Test
    void mechanical_forwarding_knows_nothing_of_the_pool() {
        noClasses()
                .that(resideInAnyPackage(FORWARD))
                .should()
                .dependOnClassesThat(resideInAnyPackage("dev.pgpool.pool..", "dev.pgpool.internal.."))
                .check(DRIVER);
    }

    @Test
    void pgjdbc_is_named_only_by_the_facade_and_the_url() {
        noClasses()
                .that(resideOutsideOfPackages(FACADE, URL))
                .should()
                .dependOnClassesThat(resideInAnyPackage("org.postgresql.."))
                .check(DRIVER);
    }

    @Test
    void hikaricp_is_not_named() {
        noClasses()
                .should()
                .dependOnClassesThat(resideInAnyPackage("com.zaxxer.."))
                .check(DRIVER);
    }

    @Test
    void the_api_shows_no_internal_class() {
        methods()
                .that()
                .areDeclaredInClassesThat(resideInAnyPackage(API))
                .and()
                .areDeclaredInClassesThat()
                .arePublic()
                .and()
                .arePublic()
                .should()
                .haveRawReturnType(resideOutsideOfPackage("..internal.."))
                .check(DRIVER);
    }

    @Test
    void nothing_is_written_to_the_standard_streams() {
        NO_CLASSES_SHOULD_ACCESS_STANDARD_STREAMS.check(DRIVER);
    }
}
