package dev.pgpool.jdbc.internal.facade;

import org.postgresql.copy.CopyOperation;

/**
 * A COPY that asks another one for what needs no server.
 *
 * @param <T> its direction
 */
abstract class ForwardingCopy<T extends CopyOperation> implements CopyOperation {
    final T copy;

    ForwardingCopy(T copy) {
        this.copy = copy;
    }

    @Override
    public boolean isActive() {
        return copy.isActive();
    }

    @Override
    public final int getFieldCount() {
        return copy.getFieldCount();
    }

    @Override
    public final int getFormat() {
        return copy.getFormat();
    }

    @Override
    public final int getFieldFormat(int field) {
        return copy.getFieldFormat(field);
    }

    @Override
    public final long getHandledRowCount() {
        return copy.getHandledRowCount();
    }
}
