package dev.pgpool.model;

import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;

/** A logical connection, and the private session that it must look like. */
final class Twins implements AutoCloseable {
    private final int own;
    private final Session logical;
    private final Session single;
    private final List<String> history = new ArrayList<>();

    /** @param own a number that no other twins have */
    Twins(int own, Session logical, Session single) {
        this.own = own;
        this.logical = logical;
        this.single = single;
    }

    int own() {
        return own;
    }

    Session logical() {
        return logical;
    }

    Session single() {
        return single;
    }

    void remember(String event) {
        history.add(event);
    }

    List<String> history() {
        return history;
    }

    @Override
    public void close() throws SQLException {
        logical.close();
        single.close();
    }
}
