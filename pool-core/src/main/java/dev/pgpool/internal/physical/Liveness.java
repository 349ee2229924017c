package dev.pgpool.internal.physical;

/** What a look at an idle physical connection found, without asking the server. */
enum Liveness {
    /** Nothing speaks against it: the server had answered everything, and has sent nothing but news since. */
    ALIVE,
    /** The stream has ended, or the server has said that it ends this session. */
    DEAD,
    /** Can't be told from here; a round trip can. */
    SUSPECT
}
