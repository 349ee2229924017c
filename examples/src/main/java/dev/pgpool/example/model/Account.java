package dev.pgpool.example.model;

import jakarta.persistence.Entity;
import jakarta.persistence.Id;

/** A customer's money: what it was at the start, and what is left. */
@Entity
@SuppressWarnings("NullAway.Init")
public class Account {
    @Id
    private Long id;

    private long openingCents;
    private long balanceCents;

    protected Account() {}

    void withdraw(long cents) {
        balanceCents -= cents;
    }
}
