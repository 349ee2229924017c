package dev.pgpool.jdbc.internal.facade;

import dev.pgpool.internal.lease.Conversation;
import dev.pgpool.internal.lease.Hold;
import dev.pgpool.internal.sql.SqlTraits;
import java.io.InputStream;
import java.io.OutputStream;
import java.sql.SQLException;
import org.jspecify.annotations.Nullable;
import org.postgresql.jdbc.PgConnection;

/**
 * A large object, which lives as long as the transaction that opened it and is only reached on its physical connection.
 *
 * @param <L> how it is seen: as a BLOB or a CLOB
 */
abstract class LargeObjectValue<L> {
    /** How a large object is opened on a physical connection. */
    @FunctionalInterface
    interface Opening<L> {
        L open(PgConnection physical, long oid) throws SQLException;
    }

    /** A question to a large object. */
    @FunctionalInterface
    interface Question<L, T> {
        T ask(L physical) throws SQLException;
    }

    /** A large object together with the hold that keeps its lease. */
    private record Opened<L>(L physical, Hold hold) {}

    private final @Nullable Opened<L> opened;

    LargeObjectValue(Conversation conversation, long oid, Opening<L> opening) throws SQLException {
        opened = conversation.autoCommit()
                ? null
                : conversation.work(
                        SqlTraits.HARMLESS,
                        on -> new Opened<>(opening.open(on.pgjdbc(), oid), conversation.hold(true)));
    }

    /** Asks the large object, on its physical connection. */
    final <T> T ask(Question<L, T> question) throws SQLException {
        Opened<L> value = opened;
        if (value == null) {
            throw Errors.largeObjectInAutoCommit();
        }
        return value.hold.call(() -> question.ask(value.physical));
    }

    final InputStream read(Question<L, InputStream> question) throws SQLException {
        InputStream stream = ask(question);
        return new HeldInputStream(hold(), stream);
    }

    final OutputStream write(Question<L, OutputStream> question) throws SQLException {
        OutputStream stream = ask(question);
        return new HeldOutputStream(hold(), stream);
    }

    final Hold hold() throws SQLException {
        Opened<L> value = opened;
        if (value == null) {
            throw Errors.largeObjectInAutoCommit();
        }
        return value.hold;
    }

    /** Closes the large object; does nothing if its transaction has ended, which has closed it. */
    final void free(Question<L, ?> question) throws SQLException {
        Opened<L> value = opened;
        if (value != null && !value.hold.ended()) {
            ask(question);
            value.hold.end();
        }
    }
}
