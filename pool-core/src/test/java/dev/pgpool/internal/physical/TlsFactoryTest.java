package dev.pgpool.internal.physical;

import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Properties;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class TlsFactoryTest {
    private static final String URL = "jdbc:postgresql://localhost/database";
    private static final String OTHER = "org.postgresql.ssl.DefaultJavaSSLFactory";

    @Test
    void it_is_used_where_nobody_asked_for_another() {
        assertTrue(TlsFactory.isWantedFor(URL, new Properties()));
    }

    @Test
    void another_one_stays_that_the_properties_name() {
        Properties properties = new Properties();
        properties.setProperty("sslfactory", OTHER);
        assertFalse(TlsFactory.isWantedFor(URL, properties));
    }

    @Test
    void another_one_stays_that_the_url_names() {
        assertFalse(TlsFactory.isWantedFor(URL + "?sslfactory=" + OTHER, new Properties()));
    }

    @Test
    void another_one_stays_that_a_service_file_names(@TempDir Path folder) throws Exception {
        Path file = Files.writeString(folder.resolve("services"), "[mine]\nsslfactory=" + OTHER + "\n");
        System.setProperty("org.postgresql.pgservicefile", file.toString());
        try {
            assertFalse(TlsFactory.isWantedFor(URL + "?service=mine", new Properties()));
        } finally {
            System.clearProperty("org.postgresql.pgservicefile");
        }
    }
}
