package dev.pgpool.example.model;

/** Says that fewer of a product are left than were ordered; its transaction must be rolled back. */
public final class SoldOutException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    SoldOutException(String message) {
        super(message);
    }
}
