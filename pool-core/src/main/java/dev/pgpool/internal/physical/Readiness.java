package dev.pgpool.internal.physical;

import java.io.Closeable;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.nio.channels.CancelledKeyException;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.ClosedSelectorException;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.SocketChannel;
import java.time.Duration;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Waits until a non-blocking channel is ready for an operation.
 *
 * <p>For one waiting thread at a time; any thread may close it, which wakes the waiting one. The selector below it is
 * opened by the first wait.
 */
final class Readiness implements Closeable {
    /** Says that there is no deadline. */
    static final long FOREVER = 0;

    private static final Consumer<SelectionKey> NOTHING_TO_DO = key -> {};

    private final SocketChannel channel;
    private @Nullable SelectionKey key;
    private boolean closed;
    private volatile boolean interruptible;

    Readiness(SocketChannel channel) {
        this.channel = channel;
    }

    /** The deadline for a wait that begins now: a value for {@link #await}. Zero milliseconds are for ever. */
    static long deadline(int milliseconds) {
        return milliseconds == 0 ? FOREVER : deadline(Duration.ofMillis(milliseconds));
    }

    /** The deadline for a wait that begins now. */
    static long deadline(Duration time) {
        long deadline = System.nanoTime() + time.toNanos();
        return deadline == FOREVER ? 1 : deadline;
    }

    /** The one that passes first. */
    static long earlier(long one, long other) {
        if (one == FOREVER || other == FOREVER) {
            return one == FOREVER ? other : one;
        }
        return one - other < 0 ? one : other;
    }

    /** Whether a deadline has passed. */
    static boolean passed(long deadline) {
        return deadline != FOREVER && System.nanoTime() - deadline >= 0;
    }

    /** Whether an interrupt ends a wait from now on; it doesn't at first. */
    void interruptible(boolean ends) {
        interruptible = ends;
    }

    /**
     * Waits, whatever interrupts come, unless this is {@linkplain #interruptible}; they are kept for the caller.
     *
     * @param operation one of the constants of {@link SelectionKey}
     * @param deadline from {@link #deadline}, or {@link #FOREVER}
     * @return false if the deadline passed first
     * @throws ClosedChannelException if this or the channel was closed, before or meanwhile
     * @throws InterruptedIOException if an interrupt ended the wait
     */
    boolean await(int operation, long deadline) throws IOException {
        boolean interrupted = false;
        try {
            SelectionKey awaited = keyFor(operation);
            for (; ; ) {
                long left = deadline == FOREVER ? 0 : millisecondsUntil(deadline);
                if (left < 0) {
                    return false;
                }
                if (awaited.selector().select(NOTHING_TO_DO, left) > 0) {
                    return true;
                }
                if (!channel.isOpen()) {
                    throw new ClosedChannelException();
                }
                // select returns at once, again and again, while the thread's interrupt is pending.
                interrupted |= Thread.interrupted();
                if (interrupted && interruptible) {
                    throw new InterruptedIOException("the thread was interrupted");
                }
            }
        } catch (ClosedSelectorException | CancelledKeyException e) {
            throw closed(e);
        } finally {
            if (interrupted) {
                Thread.currentThread().interrupt();
            }
        }
    }

    /** At least one until the deadline, as zero means for ever to a selector; then negative. */
    private static long millisecondsUntil(long deadline) {
        long nanos = deadline - System.nanoTime();
        return nanos <= 0 ? -1 : (nanos + 999_999) / 1_000_000;
    }

    private synchronized SelectionKey keyFor(int operation) throws IOException {
        if (closed) {
            throw new ClosedChannelException();
        }
        if (key == null) {
            key = register(operation);
        } else if (key.interestOps() != operation) {
            key.interestOps(operation);
        }
        return key;
    }

    private SelectionKey register(int operation) throws IOException {
        Selector selector = Selector.open();
        try {
            return channel.register(selector, operation);
        } catch (IOException | RuntimeException e) {
            selector.close();
            throw e;
        }
    }

    private static ClosedChannelException closed(RuntimeException cause) {
        ClosedChannelException closed = new ClosedChannelException();
        closed.initCause(cause);
        return closed;
    }

    /** Wakes who waits. The channel's file descriptor is free only after this, even where the channel was closed first. */
    @Override
    public synchronized void close() throws IOException {
        closed = true;
        if (key != null) {
            key.selector().close();
        }
    }
}
