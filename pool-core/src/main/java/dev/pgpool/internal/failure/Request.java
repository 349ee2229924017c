package dev.pgpool.internal.failure;

import dev.pgpool.internal.sql.Effect;

/**
 * What the server was asked to do.
 *
 * @param effect what the statements may do
 * @param commits whether it is a COMMIT, and nothing else
 * @param inTransaction whether it runs in a transaction block, which lasts until a COMMIT is sent
 * @param answersLate whether the server may do more between a commit and the answer that proves it, so that even its own
 *     word that it ends the session proves nothing
 */
public record Request(Effect effect, boolean commits, boolean inTransaction, boolean answersLate) {}
