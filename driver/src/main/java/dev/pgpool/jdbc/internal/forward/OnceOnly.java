package dev.pgpool.jdbc.internal.forward;

import dev.pgpool.jdbc.internal.forward.RememberingPreparedStatement.Parameter;
import java.io.FilterInputStream;
import java.io.FilterReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.Reader;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import org.jspecify.annotations.Nullable;

/** Parameters that are read from a stream: they can be set again only as long as nothing was read. */
final class OnceOnly {
    /** Sets the parameter. */
    @FunctionalInterface
    interface Setter<S> {
        void set(PreparedStatement physical, int index, @Nullable S stream) throws SQLException;
    }

    private OnceOnly() {}

    static Parameter of(@Nullable InputStream stream, Setter<InputStream> setter) {
        return stream == null ? (p, i) -> setter.set(p, i, null) : new WatchedStream(stream).parameter(setter);
    }

    static Parameter of(@Nullable Reader reader, Setter<Reader> setter) {
        return reader == null ? (p, i) -> setter.set(p, i, null) : new WatchedReader(reader).parameter(setter);
    }

    private static final class WatchedStream extends FilterInputStream {
        private volatile boolean touched;

        WatchedStream(InputStream stream) {
            super(stream);
        }

        Parameter parameter(Setter<InputStream> setter) {
            return new Parameter() {
                @Override
                public void set(PreparedStatement physical, int index) throws SQLException {
                    setter.set(physical, index, WatchedStream.this);
                }

                @Override
                public boolean isUsedUp() {
                    return touched;
                }
            };
        }

        @Override
        public int read() throws IOException {
            touched = true;
            return super.read();
        }

        @Override
        public int read(byte[] into, int offset, int length) throws IOException {
            touched = true;
            return super.read(into, offset, length);
        }

        @Override
        public long skip(long bytes) throws IOException {
            touched = true;
            return super.skip(bytes);
        }
    }

    private static final class WatchedReader extends FilterReader {
        private volatile boolean touched;

        WatchedReader(Reader reader) {
            super(reader);
        }

        Parameter parameter(Setter<Reader> setter) {
            return new Parameter() {
                @Override
                public void set(PreparedStatement physical, int index) throws SQLException {
                    setter.set(physical, index, WatchedReader.this);
                }

                @Override
                public boolean isUsedUp() {
                    return touched;
                }
            };
        }

        @Override
        public int read() throws IOException {
            touched = true;
            return super.read();
        }

        @Override
        public int read(char[] into, int offset, int length) throws IOException {
            touched = true;
            return super.read(into, offset, length);
        }

        @Override
        public long skip(long characters) throws IOException {
            touched = true;
            return super.skip(characters);
        }
    }
}
