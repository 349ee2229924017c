package dev.pgpool.internal.failure;

/** How an exchange with the server ended that failed. */
public enum Ending {
    /** The server, or pgjdbc before it sent anything, answered with an error, which says all there is to know. */
    ANSWERED,
    /**
     * The server itself said that it ends the session (severity FATAL). Interrupts are held back while a transaction
     * commits ({@code CommitTransaction} in xact.c), so whatever had not been answered by then is not committed.
     */
    FATAL,
    /** The stream ended, or broke, without a word: the server crashed, or the network. */
    LOST,
    /** Nothing came for as long as the application wanted to wait (socketTimeout, setNetworkTimeout). */
    TIMED_OUT
}
