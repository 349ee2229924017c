package dev.pgpool.internal.physical;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.pgpool.testserver.PostgresServer;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.Base64;

/** Turns on TLS in a running server, with a certificate that it signed itself. */
final class ServerTls {
    private static final String PASSWORD = "only for this test";

    private ServerTls() {}

    static void turnOn(PostgresServer server, Path folder) throws Exception {
        KeyStore store = newKeyStore(folder.resolve("server.p12"));
        try (Connection connection = server.connect();
                Statement statement = connection.createStatement()) {
            store(connection, pem("CERTIFICATE", store.getCertificate("server").getEncoded()), "server.crt");
            store(
                    connection,
                    pem(
                            "PRIVATE KEY",
                            store.getKey("server", PASSWORD.toCharArray()).getEncoded()),
                    "server.key");
            statement.execute("ALTER SYSTEM SET ssl = on");
            statement.execute("SELECT pg_reload_conf()");
        }
    }

    private static KeyStore newKeyStore(Path file) throws IOException, InterruptedException, GeneralSecurityException {
        String keytool =
                Path.of(System.getProperty("java.home"), "bin", "keytool").toString();
        Process making = new ProcessBuilder(
                        keytool,
                        "-genkeypair",
                        "-alias",
                        "server",
                        "-keyalg",
                        "EC",
                        "-dname",
                        "CN=localhost",
                        "-storetype",
                        "PKCS12",
                        "-keystore",
                        file.toString(),
                        "-storepass",
                        PASSWORD)
                .redirectErrorStream(true)
                .start();
        String said = new String(making.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertEquals(0, making.waitFor(), said);
        KeyStore store = KeyStore.getInstance("PKCS12");
        try (InputStream in = Files.newInputStream(file)) {
            store.load(in, PASSWORD.toCharArray());
        }
        return store;
    }

    private static String pem(String what, byte[] content) {
        String base64 = Base64.getMimeEncoder(64, new byte[] {'\n'}).encodeToString(content);
        return "-----BEGIN " + what + "-----\n" + base64 + "\n-----END " + what + "-----";
    }

    // Written by the server, so that the key belongs to the user that it runs as, as it demands.
    private static void store(Connection connection, String pem, String name) throws SQLException {
        try (PreparedStatement lines = connection.prepareStatement(
                "CREATE TEMPORARY TABLE pem AS SELECT unnest(string_to_array(?, chr(10)))")) {
            lines.setString(1, pem);
            lines.execute();
        }
        try (Statement statement = connection.createStatement()) {
            statement.execute("COPY pem TO PROGRAM 'umask 077; cat > " + name + "'");
            statement.execute("DROP TABLE pem");
        }
    }
}
