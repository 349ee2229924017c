package dev.pgpool.internal.physical;

import java.io.IOException;
import java.io.InputStream;
import java.net.Socket;
import java.util.Properties;
import javax.net.ssl.SSLSocket;
import org.postgresql.Driver;
import org.postgresql.PGProperty;
import org.postgresql.ssl.LibPQFactory;
import org.postgresql.util.PSQLException;

/** TLS as pgjdbc does it by default, but with streams that are an {@link EndingInput}. */
public final class TlsFactory extends LibPQFactory {
    /** A file in which an application may give pgjdbc properties for all connections. */
    private static final boolean DEFAULTS_ELSEWHERE =
            Driver.class.getClassLoader().getResource("org/postgresql/driverconfig.properties") != null;

    /** Whether pgjdbc's own default would be used: nobody, be it in a service file, has asked for something else. */
    static boolean isWantedFor(String url, Properties properties) {
        Properties all = Driver.parseURL(url, properties);
        return ProbingSocketFactory.SEEN_BY_PGJDBC
                && !DEFAULTS_ELSEWHERE
                && all != null
                && PGProperty.SSL_FACTORY.getOrNull(all) == null;
    }

    /** For pgjdbc. */
    public TlsFactory(Properties info) throws PSQLException {
        super(info);
    }

    @Override
    public Socket createSocket(Socket below, String host, int port, boolean autoClose) throws IOException {
        return new TlsSocket((SSLSocket) super.createSocket(below, host, port, autoClose), below);
    }

    private static final class TlsSocket extends ForwardingTlsSocket {
        private final Socket below;

        TlsSocket(SSLSocket delegate, Socket below) {
            super(delegate);
            this.below = below;
        }

        @Override
        public InputStream getInputStream() throws IOException {
            TlsInput input = new TlsInput(super.getInputStream());
            if (below instanceof ProbingSocket probing) {
                probing.readBy(input);
            }
            return input;
        }
    }

    private static final class TlsInput extends EndingInput {
        private final InputStream delegate;

        TlsInput(InputStream delegate) {
            this.delegate = delegate;
        }

        @Override
        int receive(byte[] into, int offset, int length) throws IOException {
            return delegate.read(into, offset, length);
        }

        @Override
        public int available() throws IOException {
            return delegate.available();
        }

        @Override
        public void close() throws IOException {
            delegate.close();
        }
    }
}
