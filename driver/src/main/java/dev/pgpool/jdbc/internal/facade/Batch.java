package dev.pgpool.jdbc.internal.facade;

import java.sql.BatchUpdateException;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * The entries of a batch, and which of them are done.
 *
 * <p>In auto-commit mode pgjdbc asks the server to commit after every few entries. Those that were committed when a
 * connection broke are not run again.
 */
final class Batch {
    /** Adds one entry to a physical statement. */
    @FunctionalInterface
    interface Entry {
        void addTo(Statement physical, int index) throws SQLException;
    }

    private final long[] updateCounts;
    private final boolean committedByParts;
    private final boolean wantsKeys;
    private final Entry entry;
    private int done;

    /**
     * @param committedByParts whether what is done remains when the rest fails
     * @param wantsKeys whether generated keys are read from the physical statement
     */
    Batch(int size, boolean committedByParts, boolean wantsKeys, Entry entry) {
        this.updateCounts = new long[size];
        this.committedByParts = committedByParts;
        this.wantsKeys = wantsKeys;
        this.entry = entry;
    }

    /** Runs the entries that aren't done yet. */
    void run(Statement physical) throws SQLException {
        int begin = done;
        for (int i = begin; i < updateCounts.length; i++) {
            entry.addTo(physical, i);
        }
        try {
            note(physical.executeLargeBatch(), begin);
        } catch (BatchUpdateException e) {
            note(e.getLargeUpdateCounts(), begin);
            if (committedByParts) {
                while (done < updateCounts.length && updateCounts[done] != Statement.EXECUTE_FAILED) {
                    done++;
                }
            }
            throw begin == 0 ? e : ofWhole(e);
        }
    }

    private void note(long[] counts, int begin) {
        Arrays.fill(updateCounts, begin, updateCounts.length, Statement.EXECUTE_FAILED);
        System.arraycopy(counts, 0, updateCounts, begin, Math.min(counts.length, updateCounts.length - begin));
    }

    private BatchUpdateException ofWhole(BatchUpdateException ofRest) {
        BatchUpdateException whole = new BatchUpdateException(
                ofRest.getMessage(),
                ofRest.getSQLState(),
                ofRest.getErrorCode(),
                updateCounts.clone(),
                ofRest.getCause());
        SQLException next = ofRest.getNextException();
        if (next != null) {
            whole.setNextException(next);
        }
        return whole;
    }

    long[] updateCounts() {
        return updateCounts.clone();
    }

    /** Why the rest can't be run; null if it can. */
    @Nullable String whyOnlyOnce() {
        return done > 0 && wantsKeys ? "a part of the batch is done, and its generated keys are lost" : null;
    }
}
