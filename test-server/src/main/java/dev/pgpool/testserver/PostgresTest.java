package dev.pgpool.testserver;

import java.lang.annotation.Documented;
import java.lang.annotation.ElementType;
import java.lang.annotation.Inherited;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;
import org.junit.jupiter.api.extension.ExtendWith;

/**
 * A test class that needs PostgreSQL.
 *
 * <p>Constructors, test methods and life cycle methods may have parameters of these types:
 *
 * <ul>
 *   <li>{@link PostgresServer}: one server shared by all test classes, which nobody may stop; or with
 *       {@link #ownServer()} one that belongs to this class alone, which may do with it what it likes
 *   <li>{@link TestDatabase}: a fresh, empty database that belongs to this class and its nested classes
 * </ul>
 *
 * <pre>{@code
 * @PostgresTest
 * class OrdersIT {
 *     @Test
 *     void an_order_is_found_again(TestDatabase database) throws SQLException {
 *         try (Connection connection = DriverManager.getConnection(database.poolUrl())) {
 *             // …
 *         }
 *     }
 * }
 * }</pre>
 */
@Documented
@Inherited
@Target(ElementType.TYPE)
@Retention(RetentionPolicy.RUNTIME)
@ExtendWith(PostgresExtension.class)
public @interface PostgresTest {

    /** Whether the class has a server of its own, which it may stop, restart and kill. */
    boolean ownServer() default false;

    /** Lines of {@code postgresql.conf}, such as {@code max_connections=20}; only with {@link #ownServer()}. */
    String[] settings() default {};

    /**
     * The version or the beginning of it, such as {@code 17}; only with {@link #ownServer()}. Empty for the one that
     * {@link PostgresServer.Builder#version} tells.
     */
    String version() default "";
}
