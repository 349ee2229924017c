package dev.pgpool.internal.sql;

import dev.pgpool.pool.PinReason;
import org.jspecify.annotations.Nullable;

/**
 * What a SQL text was proven, or not proven, to do to the session that runs it.
 *
 * @param pin why the session can't be handed on after this text; null if it provably leaves no session state
 * @param parameters number of JDBC parameter markers ({@code ?}, not {@code ??})
 * @param begins whether the text contains BEGIN or START TRANSACTION
 * @param mayRunHiddenCode whether triggers, rules, views or defaults could run user code: any query or data change
 * @param mayAdvanceSequence whether it may call {@code nextval}, also through a column default: INSERT, MERGE, nextval
 * @param readsSequenceState whether it calls {@code currval} or {@code lastval}
 * @param changesCatalog whether it may define functions, triggers and the like, and so change what hidden code there is
 */
public record SqlTraits(
        @Nullable PinReason pin,
        int parameters,
        boolean begins,
        boolean mayRunHiddenCode,
        boolean mayAdvanceSequence,
        boolean readsSequenceState,
        boolean changesCatalog) {

    /** Work of the driver itself, which leaves no session state. */
    public static final SqlTraits HARMLESS = new SqlTraits(null, 0, false, false, false, false, false);

    /** The traits of both texts run one after the other, as in a batch. */
    public SqlTraits and(SqlTraits other) {
        return new SqlTraits(
                pin != null ? pin : other.pin,
                parameters + other.parameters,
                begins || other.begins,
                mayRunHiddenCode || other.mayRunHiddenCode,
                mayAdvanceSequence || other.mayAdvanceSequence,
                readsSequenceState || other.readsSequenceState,
                changesCatalog || other.changesCatalog);
    }
}
