package dev.pgpool.faults;

import java.util.random.RandomGenerator;

/**
 * An end of a connection at a chosen place of a request and its answer.
 *
 * @param place how far request and answer get
 * @param way how the client learns of it
 */
record Cut(Place place, Way way) {

    /** How far a request and its answer get. A request ends with Query, Sync, CopyDone or CopyFail. */
    enum Place {
        /** The server gets nothing of the request. */
        BEFORE_REQUEST,
        /** The server gets a beginning of the request. */
        IN_REQUEST,
        /** The server gets the request; nobody waits for its answer. */
        AFTER_REQUEST,
        /** The server has answered; the client gets nothing of it. */
        BEFORE_ANSWER,
        /** The client gets a beginning of the answer. */
        IN_ANSWER,
        /** The client gets the answer up to ReadyForQuery, which is missing. */
        BEFORE_READY,
        /** The client gets the whole answer, then the end. */
        AFTER_ANSWER
    }

    /** How a connection ends. */
    enum Way {
        /** By FIN: the end of the stream. */
        FIN,
        /** By FIN, though what the client says still arrives. Only of an answer. */
        HALF_CLOSED,
        /** By RST: the connection was reset. */
        RESET,
        /**
         * By the server, which ends the session with FATAL 57P01, as pg_terminate_backend makes it. Before a request or at
         * the end of its answer.
         */
        FATAL
    }

    /** Any place, by the network. */
    static Cut random(RandomGenerator random) {
        Place[] places = Place.values();
        return new Cut(places[random.nextInt(places.length)], random.nextBoolean() ? Way.FIN : Way.RESET);
    }
}
