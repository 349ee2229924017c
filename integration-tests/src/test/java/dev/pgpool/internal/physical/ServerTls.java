package dev.pgpool.internal.physical;

import dev.pgpool.harness.SelfSigned;
import dev.pgpool.testserver.PostgresServer;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.Base64;

/** Turns on TLS in a running server, with a certificate that it signed itself. */
final class ServerTls {
    private ServerTls() {}

    static void turnOn(PostgresServer server, Path folder) throws Exception {
        SelfSigned key = SelfSigned.in(folder);
        try (Connection connection = server.connect();
                Statement statement = connection.createStatement()) {
            store(connection, pem("CERTIFICATE", key.certificate().getEncoded()), "server.crt");
            store(connection, pem("PRIVATE KEY", key.key().getEncoded()), "server.key");
            statement.execute("ALTER SYSTEM SET ssl = on");
            statement.execute("SELECT pg_reload_conf()");
        }
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
