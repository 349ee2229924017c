package dev.pgpool.faults;

import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.Socket;
import java.util.concurrent.atomic.AtomicBoolean;
import javax.net.SocketFactory;

/** Sockets for pgjdbc, of which reading and closing fail as they do where the memory runs out. For one test at a time. */
public final class ShortOfMemory extends SocketFactory {
    private static final AtomicBoolean SHORT = new AtomicBoolean();
    private static final AtomicBoolean SHORT_AT_CLOSE = new AtomicBoolean();

    /** Lets the next read fail, whoever reads. */
    static void atNextRead() {
        SHORT.set(true);
    }

    /** Lets the next close fail, whoever closes. */
    static void atNextClose() {
        SHORT_AT_CLOSE.set(true);
    }

    private static void strike(AtomicBoolean here) {
        if (here.getAndSet(false)) {
            throw new OutOfMemoryError("raised by a test");
        }
    }

    @Override
    public Socket createSocket() {
        return new Socket() {
            @Override
            public InputStream getInputStream() throws IOException {
                return new FilterInputStream(super.getInputStream()) {
                    @Override
                    public int read(byte[] into, int offset, int length) throws IOException {
                        strike(SHORT);
                        return super.read(into, offset, length);
                    }
                };
            }

            @Override
            public synchronized void close() throws IOException {
                strike(SHORT_AT_CLOSE);
                super.close();
            }
        };
    }

    @Override
    public Socket createSocket(String host, int port) {
        throw new UnsupportedOperationException("pgjdbc connects by itself");
    }

    @Override
    public Socket createSocket(String host, int port, InetAddress localHost, int localPort) {
        return createSocket(host, port);
    }

    @Override
    public Socket createSocket(InetAddress host, int port) {
        return createSocket(host.getHostName(), port);
    }

    @Override
    public Socket createSocket(InetAddress host, int port, InetAddress localHost, int localPort) {
        return createSocket(host, port);
    }
}
