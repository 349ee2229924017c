package dev.pgpool.behaviour;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.pgpool.conformance.Await;
import dev.pgpool.jdbc.PgPoolDriver;
import dev.pgpool.testserver.PostgresTest;
import dev.pgpool.testserver.TestDatabase;
import java.io.File;
import java.lang.ref.WeakReference;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.Driver;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** An application that brings the driver in its own class loader, and is taken out of a process that goes on. */
@Timeout(60)
@PostgresTest
class RedeployIT {
    /** How long pgjdbc's cleaner stays when it has nothing to do, in milliseconds; 30 s otherwise. */
    private static final String CLEANER_STAYS = "pgjdbc.config.cleanup.thread.ttl";

    /** Before version 19 the JDK remembers the class of the record whose equals it has made last: let it be this one. */
    private record LastRecord(List<String> value) {}

    /** Works, forgets one connection, and ends as containers end applications: by deregistering their drivers. */
    public static final class Application implements Consumer<String> {
        @Override
        public void accept(String url) {
            try {
                DriverManager.registerDriver(new org.postgresql.Driver());
                Class.forName(PgPoolDriver.class.getName(), true, getClass().getClassLoader());
                work(DriverManager.getConnection(url));
                try (Connection closed = DriverManager.getConnection(url)) {
                    work(closed);
                }
                for (Driver driver : DriverManager.drivers().toList()) {
                    if (driver.getClass().getClassLoader() == getClass().getClassLoader()) {
                        DriverManager.deregisterDriver(driver);
                    }
                }
            } catch (SQLException | ClassNotFoundException e) {
                throw new IllegalStateException(e);
            }
        }

        private static void work(Connection connection) throws SQLException {
            connection.setAutoCommit(false);
            try (Statement statement = connection.createStatement();
                    ResultSet rows = statement.executeQuery("select 1")) {
                rows.next();
            }
        }
    }

    @Test
    void nothing_is_left_of_an_application_whose_drivers_were_deregistered(TestDatabase database) throws Exception {
        System.setProperty(CLEANER_STAYS, "10");
        WeakReference<ClassLoader> gone;
        try {
            gone = deploy(database.poolUrl() + "&ApplicationName=deployed");
        } finally {
            System.clearProperty(CLEANER_STAYS);
        }
        try (Connection owner = database.connect()) {
            Await.until(() -> sessions(owner) == 0);
        }
        assertEquals(new LastRecord(List.of("value")), new LastRecord(List.of("value")));
        Await.until(() -> {
            System.gc();
            return gone.get() == null;
        });
    }

    private static WeakReference<ClassLoader> deploy(String url) throws Exception {
        // Else the DriverManager looks for drivers, which it does once, in the application only.
        DriverManager.getDriver(url);
        List<URL> classPath = new ArrayList<>();
        for (String entry : System.getProperty("java.class.path").split(File.pathSeparator)) {
            classPath.add(Path.of(entry).toUri().toURL());
        }
        Thread thread = Thread.currentThread();
        ClassLoader outside = thread.getContextClassLoader();
        try (URLClassLoader loader =
                new URLClassLoader(classPath.toArray(URL[]::new), ClassLoader.getPlatformClassLoader())) {
            thread.setContextClassLoader(loader);
            @SuppressWarnings("unchecked") // It is what it says, of another class loader.
            Consumer<String> application = (Consumer<String>) loader.loadClass(Application.class.getName())
                    .getConstructor()
                    .newInstance();
            application.accept(url);
            return new WeakReference<>(loader);
        } finally {
            thread.setContextClassLoader(outside);
        }
    }

    private static int sessions(Connection owner) throws SQLException {
        try (Statement statement = owner.createStatement();
                ResultSet rows = statement.executeQuery("select count(*) from pg_stat_activity"
                        + " where datname = current_database() and pid <> pg_backend_pid()")) {
            rows.next();
            return rows.getInt(1);
        }
    }
}
