package dev.pgpool.jdbc.internal.forward;

import dev.pgpool.jdbc.internal.forward.RememberingPreparedStatement.Parameter;
import java.io.FilterInputStream;
import java.io.FilterReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.Reader;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** A parameter that is read from a stream: it can be set again only as long as nothing was read. */
final class OnceOnly<S> implements Parameter {
    /** Sets the parameter. */
    @FunctionalInterface
    interface Setter<S> {
        void set(PreparedStatement physical, int index, @Nullable S stream) throws SQLException;
    }

    private final Setter<S> setter;
    private final S stream;
    private volatile boolean touched;

    private OnceOnly(Function<Runnable, S> watched, Setter<S> setter) {
        this.setter = setter;
        this.stream = watched.apply(() -> touched = true);
    }

    static Parameter of(@Nullable InputStream stream, Setter<InputStream> setter) {
        return stream == null
                ? (p, i) -> setter.set(p, i, null)
                : new OnceOnly<>(onRead -> new WatchedStream(stream, onRead), setter);
    }

    static Parameter of(@Nullable Reader reader, Setter<Reader> setter) {
        return reader == null
                ? (p, i) -> setter.set(p, i, null)
                : new OnceOnly<>(onRead -> new WatchedReader(reader, onRead), setter);
    }

    @Override
    public void set(PreparedStatement physical, int index) throws SQLException {
        setter.set(physical, index, stream);
    }

    @Override
    public boolean isUsedUp() {
        return touched;
    }

    private static final class WatchedStream extends FilterInputStream {
        private final Runnable onRead;

        WatchedStream(InputStream stream, Runnable onRead) {
            super(stream);
            this.onRead = onRead;
        }

        @Override
        public int read() throws IOException {
            onRead.run();
            return super.read();
        }

        @Override
        public int read(byte[] into, int offset, int length) throws IOException {
            onRead.run();
            return super.read(into, offset, length);
        }

        @Override
        public long skip(long bytes) throws IOException {
            onRead.run();
            return super.skip(bytes);
        }
    }

    private static final class WatchedReader extends FilterReader {
        private final Runnable onRead;

        WatchedReader(Reader reader, Runnable onRead) {
            super(reader);
            this.onRead = onRead;
        }

        @Override
        public int read() throws IOException {
            onRead.run();
            return super.read();
        }

        @Override
        public int read(char[] into, int offset, int length) throws IOException {
            onRead.run();
            return super.read(into, offset, length);
        }

        @Override
        public long skip(long characters) throws IOException {
            onRead.run();
            return super.skip(characters);
        }
    }
}
