package dev.pgpool.internal.failure;

/** How far a request had got when its connection broke. */
public enum Progress {
    /** Nothing of it was given to the network, or the session had ended before. */
    NOTHING_SENT,
    /** All of a COPY but its end, for which the server waits before it commits. */
    UNFINISHED,
    /** Writing it failed before its last byte. It ends with what makes the server commit, so that wasn't done. */
    PARTLY_SENT,
    /** All of it, as far as is known. */
    SENT
}
